package auditlogs

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// maxSorted bounds the events that are held of a source that must be sorted.
const maxSorted = 20_000

// lane is one source within a merge. It holds whole pages, nearly always one, so that a cursor can name the place where
// they begin.
type lane struct {
	source Source
	begin  Cursor // where the events held begin
	next   Cursor // where the next page begins
	events []Event
	given  int // of the events held

	order exact.Order // NewestFirst once the source showed it; else unknown
	last  []time.Time // that of the last event read, once the order is NewestFirst
	seen  seen        // what was given before the merge was resumed

	ended  bool  // no page follows those held
	fault  error // to be reported after the events held
	failed bool  // it was reported

	pull func() (*Page[Event], error, bool)
	halt func()
}

// seen tells what a source gave before a merge was resumed: all that is newer than the bound, the time of the next event.
// Events of one time are never given in part. What is newer and was not given came after the merge had begun.
type seen struct {
	bound time.Time
	some  bool // there is a bound; it may be zero, as the times of some events are
}

func (s seen) has(e Event) bool { return s.some && e.Time.After(s.bound) }

func (l *lane) left() []Event { return l.events[l.given:] }

// head is the time of the next event. Events without one come last.
func (l *lane) head() time.Time { return l.left()[0].Time }

// wants reports whether it takes a request, or a report, to know what the source gives next.
func (l *lane) wants() bool { return len(l.left()) == 0 && !l.ended && !l.failed }

// report gives the error that is due, once.
func (l *lane) report() error {
	if l.fault == nil || len(l.left()) > 0 {
		return nil
	}
	err := l.fault
	l.fault, l.failed = nil, true
	l.stop()
	return err
}

// load reads on until there are events to give, and it is known that no newer ones follow; or to the end.
func (l *lane) load(ctx context.Context) {
	l.begin, l.events, l.given = l.next, nil, 0
	var held []Event
	for shown := l.order; !l.ended && l.fault == nil; {
		page, err := l.page(ctx)
		if err != nil {
			l.breakOff(held, err)
			return
		}
		if l.order == exact.NewestFirst && !exact.NewestFirst.Holds(append(l.last, timesOf(page.Items)...)) {
			l.fault = ErrOutOfOrder
			return
		}
		held = append(held, page.Items...)
		l.next, l.ended = page.Next, page.Next == ""
		if shown == exact.OrderUnknown {
			shown = exact.OrderOf(timesOf(held))
		}
		switch tooMany := len(held) > maxSorted; {
		case shown == exact.NewestFirst, shown == exact.OrderUnknown && tooMany:
			if l.keep(held); len(l.events) > 0 {
				return
			}
			held = nil
		case tooMany:
			l.breakOff(nil, ErrOutOfOrder)
		}
		if len(held) == 0 && l.fault == nil {
			l.begin = l.next
		}
	}
	if l.fault == nil {
		l.sort(held)
	}
}

// page reads the source's next page.
func (l *lane) page(ctx context.Context) (*Page[Event], error) {
	if l.pull == nil {
		l.pull, l.halt = iter.Pull2(l.source.Pages(ctx, l.next))
	}
	page, err, more := l.pull()
	if !more || page == nil && err == nil {
		page = &Page[Event]{}
	}
	return page, err
}

// keep takes over events that came newest first, but for those that were given before.
func (l *lane) keep(held []Event) {
	if len(held) > 0 {
		l.order, l.last = exact.NewestFirst, []time.Time{held[len(held)-1].Time}
	}
	l.events = slices.DeleteFunc(held, l.seen.has)
	if len(l.events) > 0 && l.events[0].Time.Before(l.seen.bound) {
		l.seen = seen{}
	}
}

// sort takes over all that is left of a source, but for what was given before.
func (l *lane) sort(held []Event) {
	l.events = slices.DeleteFunc(held, l.seen.has)
	slices.SortStableFunc(l.events, func(a, b Event) int { return b.Time.Compare(a.Time) })
}

// breakOff ends a source. What is held of one whose order is not known is given only if no more can be had: else events
// that are newer may still be read when the merge is resumed.
func (l *lane) breakOff(held []Event, err error) {
	var incomplete *IncompleteError
	if errors.As(err, &incomplete) {
		l.sort(held)
	} else {
		l.next = l.begin
	}
	l.fault, l.ended = err, false
}

// stop ends what the source still does.
func (l *lane) stop() {
	if l.halt != nil {
		l.halt()
	}
}

func timesOf(events []Event) []time.Time {
	times := make([]time.Time, len(events))
	for i := range events {
		times[i] = events[i].Time
	}
	return times
}
