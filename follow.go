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

// FollowOptions say how a log is followed. The zero value is a good choice: a zero field takes its default. For none at all,
// give one nanosecond. A negative one is ErrInvalidFilter.
//
// A record is delivered exactly once if it becomes visible within Lag plus Lookback of its time, by the API's clock and
// however far the polls are apart: each poll ends Lag before its own first answer and begins Lookback before the end of the
// poll before it. One that takes longer may be missed. What an answer takes, and by how much the API's clock was put back
// meanwhile, counts against that time.
type FollowOptions struct {
	// Interval is the time between two polls: 1 minute unless set.
	Interval time.Duration
	// Lag is how long a record may take to become visible: polls end that long before the server's now. 1 minute unless
	// set.
	Lag time.Duration
	// Lookback is how far back each poll reads again, for records that became visible even later: 5 minutes unless set.
	// Cursors grow with the number of records within it, by about ten bytes each.
	Lookback time.Duration
}

// withDefaults fills in what was left zero.
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

// follower begins to follow a log, or goes on with it.
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

// checkFollow refuses what cannot be followed.
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

// dated refuses answers without a Date: a log is followed by the API's clock, and no other will do.
func dated[T record](op string, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, asked string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, asked, w)
		if err == nil && !got.gone && got.Date.IsZero() {
			return nil, &IncompleteError{Op: op, Reason: "the API's answers have no Date, by which a log is followed"}
		}
		return got, err
	}
}

// follower follows one log: poll after poll, each a listing of its own that overlaps the one before.
type follower[T record] struct {
	FollowOptions
	spec  *spec[T]
	conn  *conn
	scope string
	place *exact.Following

	reader *reader[T]    // of the poll under way
	stop   func()        // ends its reading ahead
	wait   time.Duration // before the next request
	failed int           // polls that failed in a row
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

// next waits as long as it must and gives the next page: new records, or the end of a poll.
func (f *follower[T]) next(ctx context.Context) (*Page[T], error) {
	for {
		if err := transport.Sleep(ctx, f.wait); err != nil {
			return nil, contextError(f.spec.op+".Follow", ctx)
		}
		page, err := f.read(ctx)
		switch {
		case err == nil && page != nil:
			f.failed = 0
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

// endsFollow reports whether an error will not pass by itself.
func endsFollow(err error) bool {
	var incomplete *IncompleteError
	return errors.As(err, &incomplete) || errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) ||
		errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalidRequest)
}

// retryLater plans the next try after a failure, for when the interval has passed, or as much as the API asked for, and
// reports it.
func (f *follower[T]) retryLater(ctx context.Context, err error) {
	f.failed++
	f.wait = max(f.Interval, transport.Policy(f.conn.retry).Backoff(f.failed))
	info := RetryInfo{API: f.conn.api, Op: f.spec.op + ".Follow", Attempt: f.failed, Cause: err}
	var refusal *APIError
	if errors.As(err, &refusal) {
		f.wait, info.Status = max(f.wait, refusal.RetryAfter), refusal.StatusCode
	}
	info.Wait = f.wait
	f.conn.report.retry(ctx, "poll failed", info)
}

// read reads on in the poll under way, or begins one. It gives no page where nothing in it is new and the poll goes on.
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

// begin finds the server's now, where a log without Since is followed from. It costs a request, whose rows do not count.
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

// early reports whether the poll under way begins after the server's now, for which some APIs refuse it: Since may lie in
// the future, and clocks are put back.
func (f *follower[T]) early(ctx context.Context) bool {
	got, err := f.askDate(ctx)
	return err == nil && !got.Date.After(f.place.Since)
}

// askDate asks for as little as it can, to learn what the server's clock says.
func (f *follower[T]) askDate(ctx context.Context) (*answer[T], error) {
	return f.spec.ask(ctx, f.spec.op+".Follow", exact.Window{Size: 1, Limit: 1})
}

// unseen drops what an earlier poll delivered.
func (f *follower[T]) unseen(items []T) []T {
	var fresh []T
	for i := range items {
		if f.place.Meet(items[i].Key(), f.spec.time(&items[i])) {
			fresh = append(fresh, items[i])
		}
	}
	return fresh
}

// leavePoll ends what the poll under way still does.
func (f *follower[T]) leavePoll() {
	if f.reader != nil {
		f.stop()
	}
	f.reader = nil
}
