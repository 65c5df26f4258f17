package auditlogs

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// maxSorted is the maximum number of events that are held of a source that must be sorted.
const maxSorted = 20_000

// lane is one source within a merge. It holds whole pages, nearly always one, so that a cursor can point to the place
// where they begin.
type lane struct {
	source Source
	begin  Cursor // where the held events begin
	next   Cursor // where the next page begins
	events []Event
	given  int // number of held events that were delivered

	order exact.Order // NewestFirst once the source has shown it; otherwise unknown
	last  []time.Time // time of the last event that was read, once the order is NewestFirst
	seen  seen        // what was delivered before the merge was resumed

	ended  bool  // no page follows the held ones
	fault  error // to be reported after the held events
	failed bool  // the fault was reported

	pull func() (*Page[Event], error, bool)
	halt func()

	several several    // the source, if it is made of several that are not found yet, or could not all be found
	found   []*lane    // these, until they are inserted
	parts   []laneMark // positions in those that were not found
	whole   string     // the mark of the source that is made of this one and others
}

// seen says which events of a source were delivered before a merge was resumed: all that are newer than the bound,
// which is the time of the next event. Events with the same time are never delivered in part. A newer event that was
// not delivered was added after the merge had begun.
type seen struct {
	bound time.Time
	some  bool // there is a bound; it may be zero, because the times of some events are
}

func (s seen) has(e Event) bool { return s.some && e.Time.After(s.bound) }

func (l *lane) left() []Event { return l.events[l.given:] }

// head returns the time of the next event. Events without a time come last.
func (l *lane) head() time.Time { return l.left()[0].Time }

// wants reports whether a request, or the report of an error, is needed to know what the source delivers next.
func (l *lane) wants() bool { return len(l.left()) == 0 && !l.ended && !l.failed }

// report returns the error that is due, once.
func (l *lane) report() error {
	if l.fault == nil || len(l.left()) > 0 {
		return nil
	}
	err := l.fault
	l.fault, l.failed = nil, true
	l.stop()
	return err
}

// load reads until there are events to deliver and it is certain that no newer ones follow, or until the source ends.
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

// page reads the source's next page. A source that gives none, although the last one did not say that it is the last, has
// not shown its end.
func (l *lane) page(ctx context.Context) (*Page[Event], error) {
	if l.pull == nil {
		l.pull, l.halt = iter.Pull2(l.source.Pages(ctx, l.next))
	}
	page, err, more := l.pull()
	if !more || page == nil && err == nil {
		return nil, &IncompleteError{Op: "Merge", Reason: "the source ended without a last page"}
	}
	return page, err
}

// keep stores events that came newest first, except those that were delivered before.
func (l *lane) keep(held []Event) {
	if len(held) > 0 {
		l.order, l.last = exact.NewestFirst, []time.Time{held[len(held)-1].Time}
	}
	l.events = slices.DeleteFunc(held, l.seen.has)
	if len(l.events) > 0 && l.events[0].Time.Before(l.seen.bound) {
		l.seen = seen{}
	}
}

// sort stores and sorts all remaining events of a source, except those that were delivered before.
func (l *lane) sort(held []Event) {
	l.events = slices.DeleteFunc(held, l.seen.has)
	slices.SortStableFunc(l.events, func(a, b Event) int { return b.Time.Compare(a.Time) })
}

// breakOff ends a source because of an error. If its order is not known, the held events are delivered only if no more
// can be read; otherwise a resumed merge may still read newer ones.
func (l *lane) breakOff(held []Event, err error) {
	var incomplete *IncompleteError
	if errors.As(err, &incomplete) {
		l.sort(held)
	} else {
		l.next = l.begin
	}
	l.fault, l.ended = err, false
}

// stop ends what the source is still doing.
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
