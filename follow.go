package auditlogs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"
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
	if l.conn == nil {
		return nil, fmt.Errorf("auditlogs: %s: %w", op, ErrNotConfigured)
	}
	feed, err := l.open(l.conn, f)
	if err != nil {
		return nil, err
	}
	feed.op, feed.fetch = l.op, watched(l.conn, dated(op, feed.fetch))
	if err := checkFollow(op, feed, o); err != nil {
		return nil, err
	}
	fo := &follower[T]{feed: feed, conn: l.conn, FollowOptions: o.withDefaults()}
	fo.scope = feed.scope(l.conn, "follow", stamp(feed.since))
	if feed.Cursor == "" {
		fo.followState = followState{start: feed.since, end: feed.since, recent: recent{}}
		return fo, nil
	}
	if fo.followState, err = decodeFollow(feed.Cursor, fo.scope, feed.unbounded); err != nil {
		return nil, fmt.Errorf("auditlogs: %s: %w", op, err)
	}
	return fo, nil
}

// checkFollow refuses what cannot be followed.
func checkFollow[T record](op string, f *feed[T], o FollowOptions) error {
	c := check{op: op}
	if !f.until.IsZero() {
		c.refuse("Until", "or another upper bound has no meaning for a log that is followed")
	}
	if f.window {
		c.refuse("Window", "moves on; use Since to say where to begin")
	}
	if f.userOrder {
		c.refuse("Order", "must be by time for a log that is followed")
	}
	if f.Offset > 0 {
		c.refuse("Offset", "has no meaning for a log that is followed")
	}
	c.notNegative("Interval", o.Interval)
	c.notNegative("Lag", o.Lag)
	c.notNegative("Lookback", o.Lookback)
	return c.err()
}

// dated refuses answers without a Date: a log is followed by the API's clock, and no other will do.
func dated[T record](op string, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, asked string, w window) (*answer[T], error) {
		got, err := fetch(ctx, asked, w)
		if err == nil && got.reply != nil && got.date.IsZero() {
			return nil, &IncompleteError{Op: op, Reason: "the API's answers have no Date, by which a log is followed"}
		}
		return got, err
	}
}

type fetcher[T record] = func(context.Context, string, window) (*answer[T], error)

// follower follows one log: poll after poll, each a listing of its own that overlaps the one before.
type follower[T record] struct {
	FollowOptions
	followState
	feed  *feed[T]
	conn  *conn
	scope string

	reader *reader[T]    // of the poll under way
	stop   func()        // ends its reading ahead
	wait   time.Duration // before the next request
	failed int           // polls that failed in a row
}

// next waits as long as it must and gives the next page: new records, or the end of a poll.
func (f *follower[T]) next(ctx context.Context) (*Page[T], error) {
	for {
		if err := sleep(ctx, f.wait); err != nil {
			return nil, contextError(f.feed.op+".Follow", ctx)
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
			f.outlast(ctx, err)
		}
	}
}

// endsFollow tells whether an error will not pass by itself.
func endsFollow(err error) bool {
	var incomplete *IncompleteError
	return errors.As(err, &incomplete) || errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) ||
		errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalidRequest)
}

// outlast reports a failure and waits: for the interval, or as long as the API asked.
func (f *follower[T]) outlast(ctx context.Context, err error) {
	f.failed++
	f.wait = max(f.Interval, f.conn.retry.backoff(f.failed))
	info := RetryInfo{API: f.conn.api, Op: f.feed.op + ".Follow", Attempt: f.failed, Cause: err}
	var refusal *APIError
	if errors.As(err, &refusal) {
		f.wait, info.Status = max(f.wait, refusal.RetryAfter), refusal.StatusCode
	}
	info.Wait = f.wait
	f.conn.hooks.retry(ctx, info)
	attrs := append(make([]slog.Attr, 0, 6), slog.String("api", info.API), slog.String("op", info.Op),
		slog.Int("attempt", info.Attempt), slog.Duration("wait", info.Wait))
	if info.Status != 0 {
		attrs = append(attrs, slog.Int("status", info.Status))
	}
	attrs = append(attrs, slog.String("error", err.Error()))
	f.conn.logger.LogAttrs(ctx, slog.LevelWarn, "poll failed", attrs...)
}

// read reads on in the poll under way, or begins one. It gives no page where nothing in it is new and the poll goes on.
func (f *follower[T]) read(ctx context.Context) (*Page[T], error) {
	if f.end.IsZero() {
		return f.begin(ctx)
	}
	if f.poll == nil {
		f.poll = f.newPoll()
	}
	if f.reader == nil {
		f.reader = &reader[T]{
			feed: f.feed, conn: f.conn, at: f.poll, known: f.known,
			seal: func(*position) (Cursor, error) { return "", nil },
		}
		f.stop = f.reader.readAhead()
	}
	page, err := f.reader.page(ctx)
	if errors.Is(err, ErrInvalidRequest) && f.poll.until.IsZero() && f.early(ctx) {
		page, err, f.reader.ended = &Page[T]{Total: -1}, nil, true
	}
	if err != nil {
		return nil, err
	}
	if f.keep.IsZero() {
		f.keep = latest(f.start, latest(f.end, f.poll.until).Add(-f.Lookback))
	}
	page.Items = f.unseen(page.Items)
	f.wait = 0
	if f.reader.ended {
		f.finishPoll()
		f.wait = f.Interval
	} else if len(page.Items) == 0 {
		return nil, nil
	}
	page.Next, err = f.encode(f.scope)
	return page, err
}

// begin finds the server's now, where a log without Since is followed from. It costs a request, whose rows do not count.
func (f *follower[T]) begin(ctx context.Context) (*Page[T], error) {
	got, err := f.glance(ctx)
	if err != nil {
		return nil, err
	}
	f.start, f.end, f.wait = got.date, got.date, f.Interval
	next, err := f.encode(f.scope)
	return &Page[T]{Next: next, Total: got.total, RateLimit: got.rateLimit, RequestID: got.requestID}, err
}

// early tells whether the poll under way begins after the server's now, for which some APIs refuse it: Since may lie in
// the future, and clocks are put back.
func (f *follower[T]) early(ctx context.Context) bool {
	got, err := f.glance(ctx)
	return err == nil && !got.date.After(f.poll.since)
}

// glance asks for as little as it can.
func (f *follower[T]) glance(ctx context.Context) (*answer[T], error) {
	return f.feed.fetch(ctx, f.feed.op+".Follow", window{size: 1, limit: 1})
}

// newPoll is a listing from the lookback before the last poll's end up to the lag before the server's now.
func (f *follower[T]) newPoll() *position {
	since := latest(f.start, f.end.Add(-f.Lookback))
	p := newPosition(pollBounds(since, f.feed.unbounded), 0)
	p.lag, p.floor = f.Lag, f.end
	if f.rising && f.feed.granule == 0 { // the API lists the oldest first and cannot be told where to begin: look there
		p.started, p.frontier, p.order = true, since.Add(-1), oldestFirst
		p.start, p.skip = f.hint, f.hint
	}
	return p
}

// known tells whether an earlier poll delivered a record.
func (f *follower[T]) known(item *T) bool {
	_, ok := f.recent[digestOf((*item).Key())]
	return ok
}

// unseen drops what an earlier poll delivered, and remembers of the rest what the next one reads again. A record without a
// time is remembered for as long as polls show it.
func (f *follower[T]) unseen(items []T) []T {
	var fresh []T
	for i := range items {
		d, t := digestOf(items[i].Key()), f.feed.time(&items[i])
		if t.IsZero() {
			t = latest(f.end, f.poll.until)
		}
		if _, known := f.recent[d]; !known {
			fresh = append(fresh, items[i])
		}
		if !t.Before(f.keep) {
			f.recent[d] = t.Truncate(time.Second)
		}
	}
	return fresh
}

// finishPoll moves on to the poll's end and forgets what no later poll reads again.
func (f *follower[T]) finishPoll() {
	f.start, f.end = f.keep, latest(f.end, f.poll.until)
	f.rising, f.hint = f.poll.order == oldestFirst, max(0, f.poll.skip-margin(f.feed.maxSize))
	f.forget(f.start)
	f.leavePoll()
	f.poll, f.keep = nil, time.Time{}
}

// leavePoll ends what the poll under way still does.
func (f *follower[T]) leavePoll() {
	if f.reader != nil {
		f.stop()
	}
	f.reader = nil
}
