package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// FollowOptions says how a log is followed. The zero value is a good choice: a zero field has its default value. To set
// a time to practically zero, use one nanosecond. A negative value is ErrInvalidFilter, except for Patience.
//
// A record is delivered exactly once if it becomes visible within Lag plus Lookback after its time, by the API's clock.
// How far the polls are apart does not matter: the range of each poll ends Lag before the time of the poll's first
// answer, and begins Lookback before the end of the previous poll's range. A record that takes longer to become visible
// may be missed. The time that an answer takes, and the amount by which the API's clock is set back meanwhile, are
// subtracted from the time that a record may take.
//
// The API's clock is the Date of its answers, less their Age. A Date that is ahead of earlier answers, by more than 10
// seconds and 3 % of the time since, would make Follow skip records. It is logged, shown in PageInfo.Claimed, and
// believed only after 30 polls in a row have shown it: until then, new records come late if the clock was really set.
// Where there are no earlier answers, because Follow starts at a Since or a Cursor, a Date more than 10 minutes plus
// Interval and Lag later costs one more request, and the earlier of both dates counts.
type FollowOptions struct {
	// Interval is the time between two polls; 1 minute unless set.
	Interval time.Duration
	// Lag is how long a record may take to become visible: the range of each poll ends that long before the server's
	// current time. 1 minute unless set.
	Lag time.Duration
	// Lookback is how far back each poll reads again, to find records that became visible even later; 5 minutes unless
	// set. A cursor grows by about ten bytes for each record within this time.
	Lookback time.Duration
	// Patience is how long polls may fail in a row before Follow ends with the last error; 1 hour unless set, negative for
	// ever. It is measured by the local clock from the first failure, and ends with a last try. A poll that ends, or that
	// delivers records before it fails, begins it anew. For FollowAll, it applies to each source, and for a source made of
	// several logs, to each log.
	Patience time.Duration
	// Unreadable is called for a record that cannot be read, with the record as it came and the reason, so that Follow can
	// go on past it. If it returns an error, Follow ends with that error. If it is nil, the poll fails and is repeated. A
	// poll also fails if no record of an answer is readable, nor a time of any, or if more than 1,000 are unreadable.
	//
	// It is called before the page to which the record belongs is delivered, once for each record, which the cursor
	// remembers by a digest as long as polls show it. After a crash before that page's Next was stored, it may be called
	// again. A record without an ID of its own that equals another one is a record of its own; elsewhere equal ones count
	// as one. A record whose time is unreadable may be from shortly before Since. The text may hold secrets of the log, and
	// is neither logged nor part of an error. FollowAll calls Unreadable from several goroutines.
	Unreadable func(ctx context.Context, raw json.RawMessage, err *DecodeError) error
}

// withDefaults replaces zero fields with their defaults.
func (o FollowOptions) withDefaults() FollowOptions {
	o.Interval = cmp.Or(o.Interval, time.Minute)
	o.Lag = cmp.Or(o.Lag, time.Minute)
	o.Lookback = cmp.Or(o.Lookback, 5*time.Minute)
	o.Patience = cmp.Or(o.Patience, time.Hour)
	return o
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
	fo := &follower[T]{spec: spec, conn: l.conn, FollowOptions: o.withDefaults(), scope: spec.scope(l.conn, "follow", stamp(spec.Since))}
	fo.clock = newServerClock(fo.Interval)
	fo.wrapFetch()
	if fo.place, err = fo.opened(); err != nil {
		return nil, cursorError(op, err)
	}
	fo.expectDate()
	return fo, nil
}

// opened returns the position at which Follow starts.
func (f *follower[T]) opened() (*exact.Following, error) {
	if f.spec.Cursor == "" {
		return exact.NewFollowing(f.poller(), f.spec.Since), nil
	}
	return exact.OpenFollowing(string(f.spec.Cursor), f.scope, f.poller())
}

// checkFollow refuses filters and options that Follow cannot use.
func checkFollow[T record](op string, s *spec[T], o FollowOptions) error {
	c := check{op: op}
	c.endless(s.Until)
	if s.window {
		c.refuse("Window", "moves on; use Since to say where to begin")
	}
	if s.UserOrder {
		c.refuse("Order", "must be by time for a log that is followed")
	}
	if s.Offset > 0 {
		c.refuse("Offset", "has no meaning for a log that is followed")
	}
	c.followOptions(o)
	return c.err()
}

// endless refuses an upper bound.
func (c *check) endless(until time.Time) {
	if !until.IsZero() {
		c.refuse("Until", "or another upper bound has no meaning for a log that is followed")
	}
}

func (c *check) followOptions(o FollowOptions) {
	c.notNegative("Interval", o.Interval)
	c.notNegative("Lag", o.Lag)
	c.notNegative("Lookback", o.Lookback)
}

// follower follows one log poll by poll. Each poll is a listing of its own that overlaps the previous one.
type follower[T record] struct {
	FollowOptions
	spec  *spec[T]
	conn  *conn
	scope string
	place *exact.Following

	clock      *serverClock
	start      start
	doubtAfter time.Time  // a first answer with a later date is asked for again; zero after that answer
	date       fetcher[T] // asks for the server's time

	reader *reader[T]    // of the current poll
	stop   func()        // stops its reading ahead
	wait   time.Duration // before the next request
	failed failures

	refused bool // the caller's Unreadable returned an error
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
			return nil, contextErrorAfter(f.spec.op+".Follow", ctx, f.failed.last)
		}
		page, err := f.read(ctx)
		switch {
		case err == nil && page != nil:
			f.failed = failures{}
			return page, nil
		case err == nil:
			f.wait = 0
		case ctx.Err() != nil || f.refused || endsFollow(err) || !f.retryLater(ctx, err):
			return nil, err
		}
	}
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
	read := true
	if errors.Is(err, ErrInvalidRequest) && f.place.PollOpen() && f.early(ctx, err) {
		page, err, f.reader.ended = &Page[T]{Total: -1}, nil, true
		read = f.place.Start.Equal(f.place.End) // or nothing was to be read
	}
	if err != nil {
		return nil, err
	}
	if f.startAgain() {
		return nil, nil
	}
	if err := f.handOver(ctx); err != nil {
		return nil, err
	}
	page.Items = f.unseen(page.Items)
	f.start.open = f.start.open && len(page.Items) == 0
	f.wait = 0
	if f.reader.ended {
		page.CaughtUp = read
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
	f.start.time, f.start.moment = got.Date, f.clock.elapsed()
	f.wait = f.Interval
	next, err := cursorOf(f.place.Seal(f.scope))
	return &Page[T]{Next: next, Total: got.Total, RateLimit: got.rateLimit, RequestID: got.requestID, CaughtUp: true}, err
}

// early reports whether the current poll begins after the time of the server that refused it. Some APIs refuse such a
// poll. It can happen because Since may be in the future, and clocks may be set back.
func (f *follower[T]) early(ctx context.Context, err error) bool {
	var refusal *APIError
	if errors.As(err, &refusal) && !refusal.Date.IsZero() {
		f.clock.read(refusal.Date, time.Now())
		return !refusal.Date.After(f.place.Since)
	}
	got, err := f.askDate(ctx)
	return err == nil && !got.Date.After(f.place.Since)
}

// askDate sends the smallest possible request, to learn the server's time.
func (f *follower[T]) askDate(ctx context.Context) (*answer[T], error) {
	return f.date(ctx, f.spec.op+".Follow", exact.Window{Size: 1, Limit: 1})
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

// handOver gives the unreadable records that were read to the caller, unless an earlier poll did.
func (f *follower[T]) handOver(ctx context.Context) error {
	aside := f.reader.aside
	f.reader.aside = nil
	for _, u := range aside {
		if !u.until.IsZero() && u.until.Before(f.place.Since) || !f.place.Meet(u.key(), time.Time{}) {
			continue
		}
		if err := f.Unreadable(ctx, u.raw, u.err); err != nil {
			f.refused = true
			return err
		}
		f.start.open = false
	}
	return nil
}

// leavePoll stops what the current poll is still doing.
func (f *follower[T]) leavePoll() {
	if f.reader != nil {
		f.stop()
	}
	f.reader = nil
}
