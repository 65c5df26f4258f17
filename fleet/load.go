package fleet

import (
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// load notices that there are more tasks than slots, and makes the pauses longer until all have their turns again. The server
// gives out tasks whose pause is over before those that nobody has had yet. So where the pauses of some logs are too short for
// all slots, others would wait for ever.
type load struct {
	interval time.Duration

	mu      sync.Mutex
	stretch int       // how much longer pauses are; 0 is 1
	fresh   time.Time // when a task was given out that had not been before, or none was waiting
	changed time.Time
}

// maxStretch bounds how much longer pauses may be.
const maxStretch = 32

// seen notes a task that the server gave out.
func (l *load) seen(meta *jetstream.MsgMetadata) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	waiting := meta.NumPending > 0
	if l.fresh.IsZero() || meta.NumDelivered == 1 || !waiting {
		l.fresh = now
	}
	switch {
	case now.Sub(l.changed) < l.interval:
	case waiting && now.Sub(l.fresh) > 2*l.interval:
		l.stretch, l.changed = min(2*max(l.stretch, 1), maxStretch), now
	case !waiting && l.stretch > 1:
		l.stretch, l.changed = l.stretch/2, now
	}
}

// stretched returns how long a pause is to be.
func (l *load) stretched(pause time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return pause * time.Duration(max(l.stretch, 1))
}
