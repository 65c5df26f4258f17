package auditlogs

import (
	"context"
	"iter"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// FollowAll follows several logs at once, until ctx ends or no source is left. It starts at the beginning of each
// source or, if from is the Next of an earlier page, after that page. Pages come in the order in which the sources give
// them. Each page has the events of one source, or no events at the end of a poll that found nothing new. Events of
// different sources are in no order. Next continues all sources, in this process or another: every event is delivered
// once, as each source's own Follow promises. If a source without a Since had given no page before, it then begins at
// its server's current time.
//
// A page has CaughtUp if, with it, every source that is still followed has ended a poll since the last such page, or since
// the range began: all that was visible in each log up to the end of that poll has been given. The same holds for the
// logs of a source that is made of several, which has no such page while it looks for its logs; one that it finds later
// counts from then on. A source or log that failed does not count: its *SourceError has come before, and says that it is
// not caught up. If only that one was waited for, an additional page without events has CaughtUp. There is none if all
// failed before any was caught up.
//
// A source that the cursor does not know begins at its beginning, so sources may be added at any time. A source that the
// cursor knows and that is not given is ErrCursorMismatch, unless [Without] has removed it.
//
// If a source ends with an error, that is one *SourceError, and the other sources continue. The cursors of later pages
// keep its position, so that continuing from them tries it again. A temporary failure is not reported as an error,
// because each source retries it. To stop at the first failure instead, leave the range. When ctx ends, its error comes
// last and is not a *SourceError. For a source made of several, such as that of AllConnectors, the *SourceError names the
// log that failed. No source at all is ErrNoSource. A nil source, or two sources with the same name, is
// a *FilterError; [Named] tells them apart. A cursor of which no source is given is ErrCursorMismatch; the order of the
// sources may change. A damaged cursor is ErrInvalidCursor.
//
// Each source is followed in a goroutine of its own, which holds one page until the caller takes it, and ends with the
// range. Each poll of each source costs at least one request. Nothing is sent before the range begins. Safe for
// concurrent use.
func FollowAll(ctx context.Context, from Cursor, o FollowOptions, sources ...Source) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		const op = "FollowAll"
		if err := checkSources(op, sources); err != nil {
			yield(nil, err)
			return
		}
		places, err := openPlaces(from, sources)
		if err != nil {
			yield(nil, cursorError(op, err))
			return
		}
		f := &followAll{sources: sources, places: places, crowd: newCrowd(o)}
		ctx, stop := f.crowd.start(ctx)
		defer stop()
		for i, s := range sources {
			f.crowd.follow(ctx, s, places[i])
		}
		f.run(ctx, yield)
	}
}

// followAll follows several sources.
type followAll struct {
	sources []Source
	places  []Cursor // for each source, the Next of its last page
	crowd   *crowd
}

// run yields what arrives, until all sources have ended.
func (f *followAll) run(ctx context.Context, yield func(*Page[Event], error) bool) {
	for f.crowd.n > 0 {
		var a arrival
		select {
		case a = <-f.crowd.arrivals:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			yield(nil, contextError("FollowAll", ctx))
			return
		}
		page, err := f.receive(a)
		if (page != nil || err != nil) && !yield(page, err) {
			return
		}
	}
}

// receive records the position after a page, and replaces the cursor of the page with one for all sources.
func (f *followAll) receive(a arrival) (*Page[Event], error) {
	name := f.sources[a.source].Name()
	var page Page[Event]
	switch left := f.crowd.note(a); {
	case a.err != nil:
		return nil, sourceError(name, a.err)
	case left && !f.crowd.caughtUp():
		return nil, nil
	case left: // it was the last that was not caught up
		page = Page[Event]{Total: -1, CaughtUp: true}
	default:
		page = *a.page
		f.places[a.source] = page.Next
		page.CaughtUp = page.CaughtUp && f.crowd.caughtUp()
	}
	next, err := sealPlaces(f.sources, f.places)
	if err != nil {
		return nil, &SourceError{name, err}
	}
	page.Next = next
	return &page, nil
}

// followAllCursor is the content of a cursor of FollowAll. Cursors of other kinds have no member with this name.
type followAllCursor struct {
	Places []placeMark `json:"followAll"`
}

type placeMark struct {
	Source string `json:"s"` // a digest of its name
	Next   Cursor `json:"c,omitempty"`
}

func sealPlaces(sources []Source, places []Cursor) (Cursor, error) {
	var c followAllCursor
	for i, s := range sources {
		c.Places = append(c.Places, placeMark{sourceMark(s), places[i]})
	}
	return cursorOf(exact.Seal(c, nil))
}

// openPlaces returns the position of each source; "" is the beginning.
func openPlaces(from Cursor, sources []Source) ([]Cursor, error) {
	if from == "" {
		return make([]Cursor, len(sources)), nil
	}
	var c followAllCursor
	if _, err := exact.Open(string(from), &c); err != nil {
		return nil, err
	}
	places := make(map[string]Cursor, len(c.Places))
	for _, p := range c.Places {
		places[p.Source] = p.Next
	}
	return perSource(places, sources)
}
