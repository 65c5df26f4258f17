package auditlogs

import (
	"context"
	"iter"
	"sync"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// FollowAll follows several logs at once, until ctx ends: from each source's beginning, or on from the page whose Next is
// given. Pages come as the sources give them, each with the events of one source, or with none at the end of a poll in
// which nothing was new; the events of different sources are in no order. Next goes on with all sources: in this process
// or another, every event is delivered once, as each source's own Follow promises. A source without a Since that has given
// no page yet begins at its server's now then, too.
//
// A source that ends does so with a *SourceError, once; the others go on, and the cursors of later pages keep its place, so
// that going on from them tries it again. What passes by itself is no such error: each source outlasts it. To end at the
// first failure instead, leave the range. When ctx ends, that is the last error, and comes as it is. *FilterError: a source
// is nil, or two have the same name. Other sources than before are ErrCursorMismatch, in another order they may be given; a
// damaged cursor is ErrInvalidCursor.
//
// Each source is followed by a goroutine of its own, which holds one page until it was taken and ends with the range. Each
// poll of each source costs at least one request. Nothing is sent before the range begins. Safe for concurrent use.
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
		ctx, cancel := context.WithCancel(ctx)
		f := &followAll{sources: sources, places: places, arrivals: make(chan arrival)}
		defer f.all.Wait()
		defer cancel()
		for i := range sources {
			from := places[i]
			f.all.Go(func() { f.follow(ctx, i, from, o) })
		}
		f.run(ctx, yield)
	}
}

// followAll follows several sources.
type followAll struct {
	sources  []Source
	places   []Cursor // of each source: the Next of its last page
	arrivals chan arrival
	all      sync.WaitGroup
}

// arrival is a page of a source, its error, or neither at its end.
type arrival struct {
	source int
	page   *Page[Event]
	err    error
}

// follow passes on what one source gives.
func (f *followAll) follow(ctx context.Context, i int, from Cursor, o FollowOptions) {
	send := func(page *Page[Event], err error) bool {
		select {
		case f.arrivals <- arrival{i, page, err}:
			return page != nil
		case <-ctx.Done():
			return false
		}
	}
	for page, err := range f.sources[i].Follow(ctx, from, o) {
		if !send(page, err) {
			return
		}
	}
	send(nil, nil)
}

// run gives what arrives, until all sources have ended.
func (f *followAll) run(ctx context.Context, yield func(*Page[Event], error) bool) {
	for following := len(f.sources); following > 0; {
		var a arrival
		select {
		case a = <-f.arrivals:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			yield(nil, contextError("FollowAll", ctx))
			return
		}
		page, err := f.receive(a)
		if page == nil {
			following--
		}
		if (page != nil || err != nil) && !yield(page, err) {
			return
		}
	}
}

// receive moves on to the place of a page, whose cursor becomes one for all sources.
func (f *followAll) receive(a arrival) (*Page[Event], error) {
	if a.err != nil {
		return nil, &SourceError{f.sources[a.source].Name(), a.err}
	}
	if a.page == nil {
		return nil, nil
	}
	page := *a.page
	f.places[a.source] = page.Next
	next, err := sealPlaces(f.sources, f.places)
	if err != nil {
		return nil, &SourceError{f.sources[a.source].Name(), err}
	}
	page.Next = next
	return &page, nil
}

// followAllCursor is what a cursor of FollowAll holds. Its member has a name that cursors of other kinds do not have.
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

// openPlaces gives the place of each source; "" at the beginning.
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
