package fleet

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/nats-io/nats.go"
)

// Options says how a worker works. The zero value is a good choice: a zero field has its default value.
type Options struct {
	// Worker is the name of this worker, where states say who reads; the host's name, the number of the process and some random
	// letters unless set. Nothing depends on it.
	Worker string
	// Parallel is how many followed logs are read at once, and Windows how many finished ranges besides; 32 and 8 unless set,
	// negative for none. Each holds two pages at most.
	Parallel, Windows int
	// PerTenant is how many logs of one tenant are read at once, of each kind; unless set, a quarter of Parallel, and all of
	// Windows but one. Those that keep failing are together a quarter of each, at most. So nobody keeps others waiting.
	PerTenant int
	// Turn is how long a log with much to read is read before others have their turn; 30 seconds unless set. A turn in which
	// nothing could be committed for twice as long is given up, and given longer after each failure.
	Turn time.Duration
	// Follow says how logs are followed. Interval is the pause between two turns of a log. Patience is of no meaning here: what
	// fails is tried again with another turn.
	Follow auditlogs.FollowOptions
	// Quiet is how old the last commit of a log must be for a turn without events to be committed; 10 minutes unless set,
	// negative to commit every turn. No event is lost or repeated by it.
	Quiet time.Duration
	// MaxPause is the longest pause after failures, which doubles with each; 15 minutes unless set.
	MaxPause time.Duration
	// Replicas is how many servers must keep the streams; unless set, 3 on a cluster, and 1 on a single server.
	Replicas int
	// System is a connection with the system account, by which Run makes sure that every server that keeps a stream synchronises
	// each write to its disk before it answers. Without it, only an embedded node is known to, and Warn is called.
	System *nats.Conn
	// Ready is called once, when the worker has opened the streams and begins to take tasks.
	Ready func()
	// Turned is called after each turn. Calls come from several goroutines at once, and the turn's slot waits for them.
	Turned func(Turn)
	// Warn is called for what goes wrong with the queue or the states, or cannot be known. Work goes on. Calls come from several
	// goroutines at once.
	Warn func(error)
}

// Turn says how a turn of a log went.
type Turn struct {
	Spec     Spec
	Took     time.Duration
	Commits  int
	Events   int           // committed
	CaughtUp bool          // everything that was visible was committed
	Done     bool          // a finished range came to its end
	Moved    bool          // another worker was reading the log, too: nothing was stored twice
	Err      error         // what went wrong; nil if nothing did
	Pause    time.Duration // until the next turn, at least; 0 if the log waits for its turn at once
}

func (o Options) withDefaults() Options {
	o.Parallel = cmp.Or(o.Parallel, 32)
	o.Windows = cmp.Or(o.Windows, 8)
	o.Turn = cmp.Or(o.Turn, 30*time.Second)
	o.Quiet = cmp.Or(o.Quiet, 10*time.Minute)
	o.MaxPause = cmp.Or(o.MaxPause, 15*time.Minute)
	o.Follow.Interval = cmp.Or(o.Follow.Interval, time.Minute)
	if o.Worker == "" {
		host, _ := os.Hostname() // no name is one, too
		o.Worker = fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:6])
	}
	if o.Ready == nil {
		o.Ready = func() {}
	}
	if o.Turned == nil {
		o.Turned = func(Turn) {}
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Parallel < 0 && o.Windows < 0:
		return refuse("Run", "Parallel", "and Windows are both negative")
	case o.PerTenant < 0:
		return refuse("Run", "PerTenant", "is negative")
	case o.Turn < 0:
		return refuse("Run", "Turn", "is negative")
	case o.MaxPause < 0:
		return refuse("Run", "MaxPause", "is negative")
	case o.Follow.Interval < 0:
		return refuse("Run", "Follow.Interval", "is negative")
	case o.Replicas < 0:
		return refuse("Run", "Replicas", "is negative")
	}
	return nil
}
