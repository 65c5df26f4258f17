package auditlogs

import (
	"context"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// longestGap is how far a first answer's date may be after the end of what was read before, in addition to the interval
// and the lag, without being asked for again: nothing tells a longer downtime of the program from a clock that is wrong.
const longestGap = 10 * time.Minute

// start is where a follower started. While nothing was delivered, it can start again.
type start struct {
	open   bool          // nothing was delivered
	time   time.Time     // where it began, if that was the server's now
	moment time.Duration // when that was, by the follower's clock
}

// wrapFetch lets the follower check what it fetches.
func (f *follower[T]) wrapFetch() {
	fetch := f.spec.fetch
	f.date = watched(f.conn, f.dated(fetch))
	if f.Unreadable != nil {
		f.spec.shared.KeepFaults = true
		fetch = f.spec.setAside(fetch)
	}
	f.spec.fetch = f.doubted(watched(f.conn, f.dated(fetch)))
}

// expectDate sets which dates to doubt where no answer has come before.
func (f *follower[T]) expectDate() {
	f.start.open = true
	if !f.place.Begun() {
		return
	}
	reached := f.place.Reached()
	f.doubtAfter = reached.Add(f.Lag + f.Interval + longestGap)
	if f.spec.Since.IsZero() && f.place.Untouched() {
		f.start.time = reached
		f.clock.expect(reached)
	}
}

// dated gives each answer the time that is believed, and refuses answers without a Date header. Follow needs the API's
// clock; no other clock will do.
func (f *follower[T]) dated(fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		sent := time.Now()
		got, err := fetch(ctx, op, w)
		if err != nil || got.gone {
			return got, err
		}
		if got.Date.IsZero() {
			return nil, &IncompleteError{Op: f.spec.op + ".Follow", Reason: "the API's answers have no Date, by which a log is followed"}
		}
		got.Date = got.Date.Add(-got.age)
		f.believe(ctx, got, f.clock.read(got.Date, sent))
		return got, nil
	}
}

// believe gives an answer another date, if that is earlier, and reports it.
func (f *follower[T]) believe(ctx context.Context, got *answer[T], date time.Time) {
	if !date.Before(got.Date) {
		return
	}
	got.claimed, got.Date = got.Date, date
	f.conn.report.disbelief(ctx, f.spec.op+".Follow", got.claimed, date)
}

// doubted asks for the server's time once more if the first answer's is far later than what was read before, and
// believes the earlier one.
func (f *follower[T]) doubted(fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, op, w)
		if err != nil || got.gone || f.doubtAfter.IsZero() {
			return got, err
		}
		if got.Date.After(f.doubtAfter) {
			again, err := f.askDate(ctx)
			if err != nil {
				return nil, err
			}
			f.believe(ctx, got, again.Date)
		}
		f.doubtAfter = time.Time{}
		return got, nil
	}
}

// startAgain leaves the current poll and starts again, if nothing was delivered and an answer shows that the server's
// time was ahead so far. It reports whether it does so.
func (f *follower[T]) startAgain() bool {
	if !f.clock.takeSetBack() || !f.start.open {
		return false
	}
	if !f.start.time.IsZero() { // it began at the server's now, which was earlier
		now := f.clock.at(f.start.moment)
		if !now.Before(f.start.time) {
			return false
		}
		f.leavePoll()
		f.place.BeginAt(now)
		f.start.time = now
		return true
	}
	if !f.place.Reached().After(f.clock.at(f.clock.elapsed())) {
		return false
	}
	place, err := f.opened()
	if err != nil {
		return false
	}
	f.leavePoll()
	f.place = place
	return true
}
