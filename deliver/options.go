package deliver

import (
	"cmp"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Options says how events are delivered. The zero value is a good choice: a zero field has its default value.
type Options struct {
	// Follow is for CatchUp and Follow: how late a record may become visible, how far apart polls are, and what becomes of
	// records that cannot be read.
	Follow auditlogs.FollowOptions
	// Progress is called after each commit. Calls come one at a time, from several goroutines, and delivery waits for them.
	Progress func(Progress)
	// Report is called for what goes wrong while something else goes on: a sink that is tried again, one log of a source
	// made of several, one source beside others. The name is that of the source, or of the log. Calls come like those of
	// Progress. What ends a source is returned as well.
	Report func(*auditlogs.SourceError)
	// Parallel is how many windows Backfill delivers at once, and how many sources CatchUp does; 4 unless set. Each holds at
	// most two pages: one that is committed, and one that is read meanwhile.
	Parallel int
	// Patience is how long a sink may fail in a row before the delivery of a source ends with the last error; 5 minutes
	// unless set, negative for no second try. A sink that says ErrRefused or ErrMoved is not tried again.
	Patience time.Duration
	// MaxWait is the longest wait between two tries of a sink, which double from a tenth of a second on; 30 seconds unless set.
	MaxWait time.Duration
	// Quiet is how old the last commit of a followed source must be for a page without events to be committed. Unless set,
	// every poll commits. A longer one saves commits to a sink where each costs, such as S3; what it costs is that a
	// process that starts again reads again what was quiet. No event is lost or repeated by it. The end of a
	// poll that was committed in part is committed in any case, as is the first poll of a source of your own.
	Quiet time.Duration
}

// Progress says what was committed.
type Progress struct {
	Source   string
	Place    Place
	Events   int  // of this commit
	CaughtUp bool // all that was visible of a followed source was delivered
}

// withDefaults replaces zero fields with their defaults, and functions that are called from several goroutines by ones
// that are called one at a time.
func (o Options) withDefaults() Options {
	o.Parallel = cmp.Or(o.Parallel, 4)
	o.Patience = cmp.Or(o.Patience, 5*time.Minute)
	o.MaxWait = cmp.Or(o.MaxWait, 30*time.Second)
	turn := new(sync.Mutex)
	o.Progress, o.Report = oneAtATime(turn, o.Progress), oneAtATime(turn, o.Report)
	return o
}

func oneAtATime[T any](turn *sync.Mutex, f func(T)) func(T) {
	return func(value T) {
		if f != nil {
			turn.Lock()
			defer turn.Unlock()
			f(value)
		}
	}
}

// check refuses options without a meaning.
func (o Options) check(op string) error {
	switch {
	case o.Parallel < 0:
		return refuse(op, "Parallel", "is negative")
	case o.MaxWait < 0:
		return refuse(op, "MaxWait", "is negative")
	case o.Quiet < 0:
		return refuse(op, "Quiet", "is negative")
	}
	return nil
}

func refuse(op, field, reason string) error {
	return &auditlogs.FilterError{Op: "deliver." + op, Field: field, Reason: reason}
}
