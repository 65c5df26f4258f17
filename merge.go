package auditlogs

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// ErrOutOfOrder is why [Merge] leaves a source that does not list its events in order of time.
var ErrOutOfOrder = errors.New("source not in order of time")

// SourceError is the error of one source among several. It comes in place, with a nil page; the other sources go on. The
// message is that of Err, without the name of the source, which may hold an id.
type SourceError struct {
	Source string // the name
	Err    error
}

// Error is that of Err.
func (e *SourceError) Error() string { return e.Err.Error() }

// Unwrap gives Err.
func (e *SourceError) Unwrap() error { return e.Err }

// Merge reads several logs as one, in order of time, the newest event first; events of one time come in the order of the
// sources. Each page holds what can be said without another request, and its Next goes on with all sources; see
// [MergeFrom]. After the last event it is "", if need be on a page without any. Total is -1.
//
// At the beginning the first page of every source is read, all at once; after that one page of one source at a time, when
// it is needed. No more than a page of each source is held, with one exception: a source that does not list the newest
// first, as Elastic Path may, is read to its end and sorted. That holds all of its events, 10,100 of them at most for
// Elastic Path; one with more than 20,000 fails with ErrOutOfOrder. So does a source whose order breaks later on, before
// the page where it breaks. A first page whose events are all of one time shows no order: more pages are read until one
// does.
//
// A source that fails is reported where its next events would have come, once, as a *SourceError; the others go on, and
// the cursors of later pages keep its place, so that going on from them tries it again. Then the Next of the last page is
// not empty. To end at the first failure instead, leave the range, or range over [Items] of the pages. When ctx ends, that
// is the last error, and comes as it is. *FilterError: a source is nil, or two have the same name.
//
// Nothing is sent before the range begins, ranging twice reads twice, and break stops at once. Each source keeps its own
// promise. Safe for concurrent use.
func Merge(ctx context.Context, sources ...Source) iter.Seq2[*Page[Event], error] {
	return MergeFrom(ctx, "", sources...)
}

// MergeFrom is Merge that goes on after the page whose Next is given, in this process or another: no event comes again, and
// none is left out. An empty cursor begins. Other sources than before are ErrCursorMismatch, in another order they may be
// given; a damaged cursor is ErrInvalidCursor. The page that each source was at is read again; a source that had to be
// sorted is read again whole.
func MergeFrom(ctx context.Context, from Cursor, sources ...Source) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		if err := checkSources("Merge", sources); err != nil {
			yield(nil, err)
			return
		}
		m, err := newMerge(from, sources)
		if err != nil {
			yield(nil, cursorError("Merge", err))
			return
		}
		defer m.stop()
		m.run(ctx, yield)
	}
}

// checkSources refuses sources that cannot be told apart.
func checkSources(op string, sources []Source) error {
	c := check{op: op}
	names := map[string]bool{}
	for _, s := range sources {
		switch {
		case s == nil:
			c.refuse("sources", "has one that is nil")
		case names[s.Name()]:
			c.refuse("sources", "has two of the same name")
		default:
			names[s.Name()] = true
		}
	}
	return c.err()
}

// merge is one reading of several sources.
type merge struct{ lanes []*lane }

// run gives page after page until all sources have ended or failed.
func (m *merge) run(ctx context.Context, yield func(*Page[Event], error) bool) {
	for {
		m.fill(ctx)
		if ctx.Err() != nil {
			yield(nil, contextError("Merge", ctx))
			return
		}
		for _, l := range m.lanes {
			if err := l.report(); err != nil && !yield(nil, &SourceError{l.source.Name(), err}) {
				return
			}
		}
		items := m.take()
		if len(items) == 0 && m.failed() {
			return
		}
		next, err := m.cursor()
		if err != nil {
			yield(nil, err)
			return
		}
		if !yield(&Page[Event]{Items: items, Next: next, Total: -1}, nil) || m.idle() {
			return
		}
	}
}

// fill reads a page of every source that has nothing left; that is more than one only at the beginning.
func (m *merge) fill(ctx context.Context) {
	var all sync.WaitGroup
	for _, l := range m.lanes {
		if l.wants() && l.fault == nil {
			all.Go(func() { l.load(ctx) })
		}
	}
	all.Wait()
}

// take gives the newest events, as many as are certain: until a source must be asked again.
func (m *merge) take() []Event {
	var items []Event
	for {
		var newest *lane
		for _, l := range m.lanes {
			switch {
			case l.wants():
				return items
			case len(l.left()) > 0 && (newest == nil || l.head().After(newest.head())):
				newest = l
			}
		}
		if newest == nil {
			return items
		}
		items = append(items, newest.left()[0])
		newest.given++
	}
}

// idle reports whether no source has anything more to give or to report.
func (m *merge) idle() bool {
	for _, l := range m.lanes {
		if l.wants() || len(l.left()) > 0 || l.fault != nil {
			return false
		}
	}
	return true
}

func (m *merge) failed() bool {
	for _, l := range m.lanes {
		if l.failed {
			return true
		}
	}
	return false
}

func (m *merge) stop() {
	for _, l := range m.lanes {
		l.stop()
	}
}

// mergeCursor is what a cursor of Merge holds. Its member has a name that cursors of other kinds do not have.
type mergeCursor struct {
	Lanes []laneMark `json:"merge"`
}

// laneMark is the place of one source. Members are added, never renamed.
type laneMark struct {
	Source string    `json:"s"`           // a digest of its name
	Begin  Cursor    `json:"c,omitempty"` // where the events held begin
	Sorted bool      `json:"o,omitempty"` // it lists the newest first
	Bound  time.Time `json:"b,omitzero"`  // what is newer was given
	Seen   bool      `json:"g,omitempty"` // there is a bound
	Ended  bool      `json:"e,omitempty"`
}

// sourceMark stands for the name of a source.
func sourceMark(s Source) string { return exact.ContentKey(s.Name())[:16] }

// perSource puts what a cursor holds of each source into the order of the sources. A cursor of other ones is
// ErrCursorMismatch.
func perSource[M any](marks map[string]M, sources []Source) ([]M, error) {
	if len(marks) == 0 || len(marks) != len(sources) {
		return nil, ErrCursorMismatch
	}
	all := make([]M, len(sources))
	for i, s := range sources {
		mark, ok := marks[sourceMark(s)]
		if !ok {
			return nil, ErrCursorMismatch
		}
		all[i] = mark
	}
	return all, nil
}

// newMerge begins to read sources, or goes on.
func newMerge(from Cursor, sources []Source) (*merge, error) {
	m := &merge{}
	for _, s := range sources {
		m.lanes = append(m.lanes, &lane{source: s})
	}
	if from == "" {
		return m, nil
	}
	var c mergeCursor
	if _, err := exact.Open(string(from), &c); err != nil {
		return nil, err
	}
	marks := make(map[string]laneMark, len(c.Lanes))
	for _, mark := range c.Lanes {
		marks[mark.Source] = mark
	}
	places, err := perSource(marks, sources)
	for i, mark := range places {
		mark.apply(m.lanes[i])
	}
	return m, err
}

// cursor is the place of all sources; "" once all have ended.
func (m *merge) cursor() (Cursor, error) {
	var c mergeCursor
	done := true
	for _, l := range m.lanes {
		mark := l.mark()
		done = done && mark.Ended
		c.Lanes = append(c.Lanes, mark)
	}
	if done {
		return "", nil
	}
	return cursorOf(exact.Seal(c, nil))
}

// mark is the place of a source: where the events held begin, and the time of the next one. Those before it are newer.
func (l *lane) mark() laneMark {
	m := laneMark{Source: sourceMark(l.source), Begin: l.next, Sorted: l.order == exact.NewestFirst, Bound: l.seen.bound, Seen: l.seen.some}
	switch {
	case len(l.left()) > 0:
		m.Begin, m.Bound, m.Seen = l.begin, l.head(), true
	case l.ended:
		return laneMark{Source: m.Source, Ended: true}
	}
	return m
}

// apply is the inverse of mark.
func (m laneMark) apply(l *lane) {
	l.next, l.ended, l.seen = m.Begin, m.Ended, seen{m.Bound, m.Seen}
	if m.Sorted {
		l.order = exact.NewestFirst
	}
}
