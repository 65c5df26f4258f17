package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/auditlogs/auditlogs-go/internal/given"
)

// ErrOutOfOrder is the error of a source that [Merge] stops reading because its events are not in order of time.
var ErrOutOfOrder = errors.New("source not in order of time")

// SourceError is the error of one of several sources, or of one of the logs of which a source is made. It comes with a nil
// page, and the others continue. Its message is that of Err, without the name of the source, because the name may contain an
// ID.
type SourceError struct {
	Source string // name of the source or, for a source made of several logs, of the log
	Err    error
}

// Error returns the message of Err.
func (e *SourceError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *SourceError) Unwrap() error { return e.Err }

// Merge reads several logs as one, in order of time, the newest event first. Events with the same time come in the
// order of the sources. Each page has the events whose order is certain without another request, and its Next continues
// all sources; see [MergeFrom]. After the last event, Next is ""; if necessary, an additional page without events shows
// that. Total is -1, and CaughtUp is never set.
//
// Merge begins with the first page of every source, and reads these at the same time. After that it reads one page of
// one source at a time, when it is needed. It holds at most one page of each source, except in two cases. First, a
// source that does not list the newest event first, as may be true of Elastic Path, is read to its end and sorted.
// Merge then holds all of its events, at most 10,100 for Elastic Path; a source with more than 20,000 fails with
// ErrOutOfOrder. Second, a first page on which all events have the same time shows no order: Merge reads more pages
// until one does, or until it holds 20,000 events, which it then takes to be listed newest first. A source whose order breaks later also fails with ErrOutOfOrder, before the page where it breaks.
//
// A source that fails is reported once, as a *SourceError, where its next events would have come. The other sources
// continue. The cursors of later pages keep its position, so that continuing from them tries it again. The Next of the
// last page is then not empty. To stop at the first failure instead, leave the range, or range over [Items] of the
// pages. When ctx ends, its error comes last and is not a *SourceError. No source at all is ErrNoSource: there is no
// trail then, not even an empty one. A nil source, or two sources with the same name, is a *FilterError; [Named] tells two
// apart. A source of your own that ends without a last page is an *IncompleteError.
//
// A source made of several logs, such as that of AllConnectors, is read log by log: Merge finds the logs when the range begins,
// and holds a page of each. At most 16 requests are sent at the same time. A log that is found only when MergeFrom continues
// is read from its beginning, so that its events may be newer than those before.
//
// Nothing is sent before the range begins, ranging twice reads twice, and break stops at once. Each source keeps its
// own promise. Safe for concurrent use.
func Merge(ctx context.Context, sources ...Source) iter.Seq2[*Page[Event], error] {
	return MergeFrom(ctx, "", sources...)
}

// MergeFrom is Merge that continues after the page whose Next is given, in this process or another: no event is
// repeated, and none is left out. An empty cursor starts at the beginning. A damaged cursor is ErrInvalidCursor. The
// current page of each source is read again. A source that had to be sorted is read again from its beginning to its end.
//
// Sources may come and go, and their order may change. One that the cursor does not know is read from its beginning, so
// that its events may be newer than those of earlier pages; the events of one range are in order. One that the cursor
// knows and that is not given is ErrCursorMismatch, unless [Without] has removed it. So is a cursor of which no source is
// given. A trail that was read to its end has no cursor, and no source can be added to it.
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

// checkSources refuses to read no source at all, nil sources, and sources with the same name.
func checkSources(op string, sources []Source) error {
	if len(sources) == 0 {
		return fmt.Errorf("auditlogs: %s: %w", op, ErrNoSource)
	}
	c := check{op: op}
	names := map[string]bool{}
	for _, s := range sources {
		switch name, ok := nameOf(s); {
		case !ok:
			c.refuse("sources", "has one that is nil")
		case names[name]:
			c.refuse("sources", "has two of the same name")
		default:
			names[name] = true
		}
	}
	return c.err()
}

// nameOf returns the name of a source. ok is false for a nil source, also under a name, and for a caller's own that has a
// nil one embedded: it cannot give a name.
func nameOf(s Source) (name string, ok bool) {
	if n, is := s.(interface{ unnamed() Source }); is && !given.IsNil(s) {
		_, ok = nameOf(n.unnamed())
		return s.Name(), ok
	}
	return given.Name(s)
}

// merge is one reading of several sources.
type merge struct{ lanes []*lane }

// run yields page after page, until all sources have ended or failed.
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

// fill reads a page of every source that has no events left. Only at the beginning is that more than one source. Sources
// that are made of several are replaced by these first.
func (m *merge) fill(ctx context.Context) {
	if slices.ContainsFunc(m.lanes, (*lane).isWhole) {
		m.each((*lane).isWhole, func(l *lane) { l.split(ctx) })
		m.insertParts()
	}
	m.each((*lane).wants, func(l *lane) { l.load(ctx) })
}

// maxLoads bounds the sources that are asked at the same time.
const maxLoads = 16

// each calls a function for some lanes at the same time, except for those that have an error to report.
func (m *merge) each(which func(*lane) bool, do func(*lane)) {
	var all sync.WaitGroup
	turns := make(chan struct{}, maxLoads)
	for _, l := range m.lanes {
		if which(l) && l.fault == nil {
			all.Go(func() {
				turns <- struct{}{}
				defer func() { <-turns }()
				do(l)
			})
		}
	}
	all.Wait()
}

// take returns the newest events, as many as are certain before a source must be asked again.
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

// idle reports whether no source has anything left to deliver or to report.
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
