package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/nats-io/nats.go"
)

// ErrExpired means that events may have left the stream, because Streams.Keep was over, before they were read from a cursor on.
var ErrExpired = errors.New("events may have expired before they were read")

// Events reads the events of all sources that the stream holds, in the order of their commits: from the beginning, or behind a
// cursor of a page of [Log]. It ends with what is there at the beginning. An error is the last; one of a cursor comes before
// anything is sent. It streams, and holds a few messages. Safe for concurrent use.
func Events(ctx context.Context, nc *nats.Conn, from auditlogs.Cursor) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for page, err := range Log(nc).Pages(ctx, from) {
			if err != nil {
				yield(auditlogs.Event{}, err)
				return
			}
			for _, e := range page.Items {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// Log returns the stream of events as a source, whose name is "fleet": by [deliver.CatchUp] or [deliver.Follow] it feeds any sink
// of package deliver, exactly once. Event.Source says which log of which tenant an event is of. Pages and Follow understand
// the same cursors. Of FollowOptions, only Interval counts: how long Follow waits for events before it says that there are
// none. Making it sends nothing. Safe for concurrent use.
func Log(nc *nats.Conn) auditlogs.Source { return &log{nc} }

type log struct{ nc *nats.Conn }

const (
	// logPage is how many events a page has at least, unless there are no more.
	logPage = 500
	// cursorPrefix begins the cursors of a log, with their version.
	cursorPrefix = "fleet1."
	// shelf is how much earlier than promised an event is taken to have expired: clocks differ.
	shelf = time.Minute
)

func (l *log) Name() string { return "fleet" }

// Pages lists what is in the stream at the beginning.
func (l *log) Pages(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		s, at, err := l.open(ctx, from)
		if err != nil {
			yield(nil, fail("Log", err))
			return
		}
		page := newPage()
		for m, err := range s.read(ctx, eventSubject+">", at.seq+1) {
			if err != nil {
				yield(nil, fail("Log", err))
				return
			}
			if len(page.Items) >= logPage { // there is more, so it is not the last
				page.Next = at.cursor()
				if !yield(page, nil) {
					return
				}
				page = newPage()
			}
			page.Items = append(page.Items, m.events...)
			at.seq, at.at = m.seq, m.at
		}
		yield(page, nil)
	}
}

// Follow goes on without end.
func (l *log) Follow(ctx context.Context, from auditlogs.Cursor, o auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		s, at, err := l.open(ctx, from)
		if err != nil {
			yield(nil, fail("Log", err))
			return
		}
		for {
			more, err := l.poll(ctx, s, &at, yield)
			if err != nil {
				yield(nil, fail("Log", err))
			}
			if err != nil || !more {
				return
			}
			if err := pause(ctx, cmp.Or(o.Interval, time.Second)); err != nil {
				yield(nil, fail("Log", err))
				return
			}
		}
	}
}

// poll gives what is new, up to a page that has caught up. It reports whether more is wanted.
func (l *log) poll(ctx context.Context, s *streams, at *position, yield func(*auditlogs.Page[auditlogs.Event], error) bool) (bool, error) {
	began, err := s.serverTime(ctx)
	if err != nil {
		return false, err
	}
	page := newPage()
	for m, err := range s.read(ctx, eventSubject+">", at.seq+1) {
		if err != nil {
			return false, err
		}
		page.Items = append(page.Items, m.events...)
		at.seq, at.at = m.seq, m.at
		if len(page.Items) < logPage {
			continue
		}
		page.Next = at.cursor()
		if !yield(page, nil) {
			return false, nil
		}
		page = newPage()
	}
	at.at = began // all that was there by then has been read, so nothing of it can expire unread
	page.Next, page.CaughtUp = at.cursor(), true
	return yield(page, nil), nil
}

func newPage() *auditlogs.Page[auditlogs.Event] { return &auditlogs.Page[auditlogs.Event]{Total: -1} }

// open opens the streams and reads a cursor, unless what comes behind it may be gone.
func (l *log) open(ctx context.Context, from auditlogs.Cursor) (*streams, position, error) {
	at, err := readCursor(from)
	if err != nil {
		return nil, at, err
	}
	if err := checkConn("Log", l.nc); err != nil {
		return nil, at, err
	}
	s, err := existingStreams(ctx, l.nc)
	if err != nil {
		return nil, at, err
	}
	created := s.events.CachedInfo().Created
	if from != "" && !at.created.Equal(created) {
		return nil, at, fmt.Errorf("%w: the stream was made anew since", auditlogs.ErrCursorMismatch)
	}
	at.created = created
	if from == "" || s.keep == 0 {
		return s, at, nil
	}
	now, err := s.serverTime(ctx)
	if err == nil && now.Sub(at.at) > s.keep-min(shelf, s.keep/2) {
		err = fmt.Errorf("%w: the cursor is of %s, and they are kept for %s", ErrExpired, at.at.UTC().Format(time.RFC3339), s.keep)
	}
	return s, at, err
}

// serverTime returns the clock of the server that leads the stream of events.
func (s *streams) serverTime(ctx context.Context) (time.Time, error) {
	info, err := s.events.Info(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return info.TimeStamp, nil
}

// position is how far the stream was read: which stream, the last message, and when all that was committed until then had been
// read.
type position struct {
	created time.Time
	seq     uint64
	at      time.Time
}

func (p position) cursor() auditlogs.Cursor {
	return auditlogs.Cursor(fmt.Sprintf("%s%d.%d.%d", cursorPrefix, p.created.UnixNano(), p.seq, p.at.UnixNano()))
}

func readCursor(c auditlogs.Cursor) (p position, err error) {
	if c == "" {
		return p, nil
	}
	rest, ok := strings.CutPrefix(string(c), cursorPrefix)
	numbers := strings.Split(rest, ".")
	if !ok || len(numbers) != 3 {
		return p, errCursor
	}
	created, errA := strconv.ParseInt(numbers[0], 10, 64)
	seq, errB := strconv.ParseUint(numbers[1], 10, 64)
	at, errC := strconv.ParseInt(numbers[2], 10, 64)
	if errors.Join(errA, errB, errC) != nil {
		return p, errCursor
	}
	return position{time.Unix(0, created), seq, time.Unix(0, at)}, nil
}

var errCursor = fmt.Errorf("%w: it is not one of fleet.Log", auditlogs.ErrInvalidCursor)
