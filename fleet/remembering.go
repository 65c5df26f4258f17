package fleet

import (
	"context"
	"sync"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// remembering is the sink of a turn. It remembers where sources stand, so that a commit needs no question before it: what it
// remembers is compared by the server like what was just asked for, and if it no longer holds, the sink asks.
type remembering struct {
	*Sink

	mu     sync.Mutex
	known  map[string]standing
	failed bool // the last commit did
}

// standing is a place, and the sequence of the message that has it: 0 if there is none.
type standing struct {
	place deliver.Place
	seq   uint64
}

var _ deliver.Sink = (*remembering)(nil)

func remember(s *Sink) *remembering { return &remembering{Sink: s, known: map[string]standing{}} }

// Place asks the server, as Sink.Place does.
func (r *remembering) Place(ctx context.Context, source string) (deliver.Place, error) {
	r.forget(source)
	if err := deliver.CheckName(source); err != nil {
		return deliver.Place{}, fail("Place", err)
	}
	p, seq, err := r.place(ctx, source)
	if err == nil {
		r.note(source, standing{p, seq})
	}
	return p, fail("Place", err)
}

// Commit stores a batch as Sink.Commit does.
func (r *remembering) Commit(ctx context.Context, b deliver.Batch) error {
	known := r.forget(b.Source)
	seq, err := r.commit(ctx, b, known)
	if err == nil {
		r.note(b.Source, standing{b.To, seq})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = err != nil
	return fail("Commit", err)
}

// storedAll reports whether what was to be stored last was.
func (r *remembering) storedAll() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.failed
}

// note remembers where a source stands.
func (r *remembering) note(source string, at standing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[source] = at
}

// forget returns where a source stands, if that is known, and no longer knows it: what happens next may change it.
func (r *remembering) forget(source string) *standing {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.known[source]
	if !ok {
		return nil
	}
	delete(r.known, source)
	return &at
}
