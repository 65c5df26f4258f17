package auditlogs

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// FollowOptions says how a log is followed. The zero value is a good choice: a zero field has its default value. To set
// a time to practically zero, use one nanosecond. A negative value is ErrInvalidFilter.
//
// A record is delivered exactly once if it becomes visible within Lag plus Lookback after its time, by the API's clock.
// How far the polls are apart does not matter: the range of each poll ends Lag before the time of the poll's first
// answer, and begins Lookback before the end of the previous poll's range. A record that takes longer to become visible
// may be missed. The time that an answer takes, and the amount by which the API's clock is set back meanwhile, are
// subtracted from the time that a record may take.
type FollowOptions struct {
	// Interval is the time between two polls; 1 minute unless set.
	Interval time.Duration
	// Lag is how long a record may take to become visible: the range of each poll ends that long before the server's
	// current time. 1 minute unless set.
	Lag time.Duration
	// Lookback is how far back each poll reads again, to find records that became visible even later; 5 minutes unless
	// set. A cursor grows by about ten bytes for each record within this time.
	Lookback time.Duration
}

// withDefaults replaces zero fields with their defaults.
func (o FollowOptions) withDefaults() FollowOptions {
	return FollowOptions{
		Interval: cmp.Or(o.Interval, time.Minute),
		Lag:      cmp.Or(o.Lag, time.Minute),
		Lookback: cmp.Or(o.Lookback, 5*time.Minute),
	}
}

// follow polls without end.
func (l lister[T, F]) follow(ctx context.Context, f F, o FollowOptions) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		fo, err := l.follower(f, o)
		if err != nil {
			yield(nil, err)
			return
		}
		defer fo.leavePoll()
		for {
			page, err := fo.next(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// follower begins to follow a log, or continues from a cursor.
func (l lister[T, F]) follower(f F, o FollowOptions) (*follower[T], error) {
	op := l.op + ".Follow"
	spec, err := l.begin(op, f)
	if err != nil {
		return nil, err
	}
	if err := checkFollow(op, spec, o); err != nil {
		return nil, err
	}
	spec.fetch = watched(l.conn, dated(op, spec.fetch))
	fo := &follower[T]{spec: spec, conn: l.conn, FollowOptions: o.withDefaults(), scope: spec.scope(l.conn, "follow", stamp(spec.Since))}
	if spec.Cursor == "" {
		fo.place = exact.NewFollowing(fo.poller(), spec.Since)
		return fo, nil
	}
	if fo.place, err = exact.OpenFollowing(string(spec.Cursor), fo.scope, fo.poller()); err != nil {
		return nil, cursorError(op, err)
	}
	return fo, nil
}

// checkFollow refuses filters and options that Follow cannot use.
func checkFollow[T record](op string, s *spec[T], o FollowOptions) error {
	c := check{op: op}
	if !s.Until.IsZero() {
		c.refuse("Until", "or another upper bound has no meaning for a log that is followed")
	}
	if s.window {
		c.refuse("Window", "moves on; use Since to say where to begin")
	}
	if s.UserOrder {
		c.refuse("Order", "must be by time for a log that is followed")
	}
	if s.Offset > 0 {
		c.refuse("Offset", "has no meaning for a log that is followed")
	}
	c.notNegative("Interval", o.Interval)
	c.notNegative("Lag", o.Lag)
	c.notNegative("Lookback", o.Lookback)
	return c.err()
}

// dated refuses answers without a Date header. Follow needs the API's clock; no other clock will do.
func dated[T record](op string, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, asked string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, asked, w)
		if err == nil && !got.gone && got.Date.IsZero() {
			return nil, &IncompleteError{Op: op, Reason: "the API's answers have no Date, by which a log is followed"}
		}
		return got, err
	}
}

// follower follows one log poll by poll. Each poll is a listing of its own that overlaps the previous one.
type follower[T record] struct {
	FollowOptions
	spec  *spec[T]
	conn  *conn
	scope string
	place *exact.Following

	reader *reader[T]    // of the current poll
	stop   func()        // stops its reading ahead
	wait   time.Duration // before the next request
	failed int           // number of polls that failed in a row
	last   error         // of the last of them
}

// poller says how polls are made.
func (f *follower[T]) poller() exact.Poller {
	return exact.Poller{Lag: f.Lag, Lookback: f.Lookback, Begin: func(since time.Time) exact.Walk {
		r := exact.Range{Since: since, Low: since} // the end is fixed by the first answer
		if f.spec.unbounded {
			r.Low = time.Time{}
		}
		return f.spec.walk(r, 0)
	}}
}

// next waits as long as necessary and returns the next page: new records, or the end of a poll.
func (f *follower[T]) next(ctx context.Context) (*Page[T], error) {
	for {
		if err := transport.Sleep(ctx, f.wait); err != nil {
			return nil, contextErrorAfter(f.spec.op+".Follow", ctx, f.last)
		}
		page, err := f.read(ctx)
		switch {
		case err == nil && page != nil:
			f.failed, f.last = 0, nil
			return page, nil
		case err == nil:
			f.wait = 0
		case ctx.Err() != nil || endsFollow(err):
			return nil, err
		default:
			f.retryLater(ctx, err)
		}
	}
}

// endsFollow reports whether an error ends Follow, because it will not pass by itself.
func endsFollow(err error) bool {
	var incomplete *IncompleteError
	return errors.As(err, &incomplete) || errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) ||
		errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalidRequest)
}

// retryLater plans and reports the next try after a failure. The wait is the longest of the interval, the backoff and
// the wait that the API asked for.
func (f *follower[T]) retryLater(ctx context.Context, err error) {
	f.failed, f.last = f.failed+1, err
	f.wait = max(f.Interval, transport.Policy(f.conn.retry).Backoff(f.failed))
	info := RetryInfo{API: f.conn.api, Op: f.spec.op + ".Follow", Attempt: f.failed, Cause: err}
	var refusal *APIError
	if errors.As(err, &refusal) {
		f.wait, info.Status = max(f.wait, refusal.RetryAfter), refusal.StatusCode
	}
	info.Wait = f.wait
	f.conn.report.retry(ctx, "poll failed", info)
}

// read continues the current poll, or begins one. It returns no page if nothing is new and the poll continues.
func (f *follower[T]) read(ctx context.Context) (*Page[T], error) {
	if !f.place.Begun() {
		return f.begin(ctx)
	}
	if f.reader == nil {
		f.reader = &reader[T]{
			spec: f.spec, conn: f.conn, walk: f.place.Poll(),
			known: func(item *T) bool { return f.place.Known((*item).Key()) },
			seal:  func(exact.Walk) (Cursor, error) { return "", nil },
		}
		f.stop = f.reader.readAhead()
	}
	page, err := f.reader.page(ctx)
	if errors.Is(err, ErrInvalidRequest) && f.place.PollOpen() && f.early(ctx) {
		page, err, f.reader.ended = &Page[T]{Total: -1}, nil, true
	}
	if err != nil {
		return nil, err
	}
	page.Items = f.unseen(page.Items)
	f.wait = 0
	if f.reader.ended {
		f.place.FinishPoll()
		f.leavePoll()
		f.wait = f.Interval
	} else if len(page.Items) == 0 {
		return nil, nil
	}
	page.Next, err = cursorOf(f.place.Seal(f.scope))
	return page, err
}

// begin asks for the server's current time, where a log without Since begins. It costs one request, whose rows are
// ignored.
func (f *follower[T]) begin(ctx context.Context) (*Page[T], error) {
	got, err := f.askDate(ctx)
	if err != nil {
		return nil, err
	}
	f.place.BeginAt(got.Date)
	f.wait = f.Interval
	next, err := cursorOf(f.place.Seal(f.scope))
	return &Page[T]{Next: next, Total: got.Total, RateLimit: got.rateLimit, RequestID: got.requestID}, err
}

// early reports whether the current poll begins after the server's current time. Some APIs refuse such a poll. It can
// happen because Since may be in the future, and clocks may be set back.
func (f *follower[T]) early(ctx context.Context) bool {
	got, err := f.askDate(ctx)
	return err == nil && !got.Date.After(f.place.Since)
}

// askDate sends the smallest possible request, to learn the server's time.
func (f *follower[T]) askDate(ctx context.Context) (*answer[T], error) {
	return f.spec.ask(ctx, f.spec.op+".Follow", exact.Window{Size: 1, Limit: 1})
}

// unseen returns the items that no earlier poll delivered.
func (f *follower[T]) unseen(items []T) []T {
	var fresh []T
	for i := range items {
		if f.place.Meet(items[i].Key(), f.spec.time(&items[i])) {
			fresh = append(fresh, items[i])
		}
	}
	return fresh
}

// leavePoll stops what the current poll is still doing.
func (f *follower[T]) leavePoll() {
	if f.reader != nil {
		f.stop()
	}
	f.reader = nil
}
