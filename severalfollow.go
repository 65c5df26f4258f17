package auditlogs

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// searchEvery is how often Follow looks for further parts, unless its interval is longer.
const searchEvery = 5 * time.Minute

// Follow follows all parts at once, and looks for further ones. Events of a part that is found later are delivered from where
// Follow began, so that the time until it is found costs none.
func (s *severalSource) Follow(ctx context.Context, from Cursor, o FollowOptions) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		err := s.checked(s.maker, func(c *check) {
			c.endless(s.until)
			c.followOptions(o)
		})
		if err != nil {
			yield(nil, err)
			return
		}
		places, err := openPartPlaces(from, s.scope("follow"))
		if err != nil {
			yield(nil, cursorError(s.op+"."+s.maker, err))
			return
		}
		f := &severalFollow{severalSource: s, options: o.withDefaults(), places: places, later: from != "", crowd: newCrowd(o), searches: make(chan search)}
		ctx, stop := f.crowd.start(ctx)
		defer stop()
		undated := s.since.IsZero() && places.Since.IsZero()
		f.crowd.all.Go(func() { f.search(ctx, undated) })
		f.run(ctx, yield)
	}
}

// severalFollow follows a source made of several.
type severalFollow struct {
	*severalSource
	options  FollowOptions
	places   *partPlaces
	later    bool // parts that are found now were not there when Follow began
	grows    bool // others may be found
	crowd    *crowd
	followed []followedPart
	searches chan search
	begun    atomic.Int64 // searches
	finished int64        // searches
}

// followedPart is a part that is followed, or was until it failed.
type followedPart struct {
	name  string
	place *partPlace
}

// search is what a search for parts gave. One with an error is the last.
type search struct {
	found
	err error
}

// search looks for parts, again and again if there may be others later. A temporary failure is outlasted as that of a poll is.
// If it is not known when Follow began, the first search tells.
func (f *severalFollow) search(ctx context.Context, undated bool) {
	var failed failures
	f.begun.Add(1)
	for {
		all, err := f.find(ctx)
		if err == nil && undated && all.date.IsZero() && f.now != nil {
			all.date, err = f.now(ctx)
		}
		wait, ok := max(f.options.Interval, searchEvery), true
		switch {
		case err == nil && all.grows && all.date.IsZero() && f.since.IsZero():
			err, ok = &IncompleteError{Op: f.op + "." + f.maker, Reason: "the API's answers have no Date, by which a log is followed"}, false
		case err == nil:
			failed = failures{}
		case ctx.Err() != nil || endsSearch(err):
			ok = false
		default:
			wait, ok = failed.retry(ctx, f.conn, f.op+".Follow", f.options, err)
		}
		if err == nil || !ok {
			select {
			case f.searches <- search{all, err}:
			case <-ctx.Done():
			}
		}
		if !ok || err == nil && !all.grows || transport.Sleep(ctx, wait) != nil {
			return
		}
		if err == nil {
			f.begun.Add(1)
		}
	}
}

// endsSearch reports whether an error will not pass by itself. A list that changed while it was read may stand still later.
func endsSearch(err error) bool {
	var incomplete *IncompleteError
	return !errors.As(err, &incomplete) && endsFollow(err) || errors.Is(err, ErrInvalidFilter)
}

// run yields what arrives, until the search fails, or until all parts have ended and there are no others.
func (f *severalFollow) run(ctx context.Context, yield func(*Page[Event], error) bool) {
	for searching := true; searching || f.crowd.n > 0; {
		var next func() bool
		select {
		case <-ctx.Done():
		case s := <-f.searches:
			searching = s.grows
			next = func() bool { return f.join(ctx, s, yield) }
		case a := <-f.crowd.arrivals:
			next = func() bool { return f.receive(a, yield) }
		}
		if ctx.Err() != nil {
			yield(nil, contextError(f.op+".Follow", ctx))
			return
		}
		if !next() {
			return
		}
	}
}

// join begins to follow the parts that are new, and reports those that are gone. It reports whether Follow goes on.
func (f *severalFollow) join(ctx context.Context, s search, yield func(*Page[Event], error) bool) bool {
	if s.err != nil {
		yield(nil, s.err)
		return false
	}
	if f.since.IsZero() && !s.date.IsZero() && (f.places.Since.IsZero() || s.date.Before(f.places.Since)) {
		f.places.Since = s.date // earlier than before if the server's clock was ahead then
	}
	for _, p := range s.parts {
		f.follow(ctx, p)
	}
	f.later, f.grows = true, s.grows
	f.finished++
	gone := 0
	for _, place := range f.places.missing() {
		if !place.Told {
			place.Told = true
			gone++
		}
	}
	if gone > 0 && !yield(nil, &SourceError{f.name, notListed(f.op+"."+f.maker, gone)}) {
		return false
	}
	caughtUp := f.caughtUp()
	if !caughtUp && (f.crowd.n > 0 || !s.grows) {
		return true
	}
	return f.give(&Page[Event]{CaughtUp: caughtUp}, yield)
}

// caughtUp reports whether all parts are caught up, and it is known which these are. If every part has failed, and each was
// reported, nothing is left to wait for but others that may be found later; without these, Follow ends.
func (f *severalFollow) caughtUp() bool {
	return f.begun.Load() == f.finished && (f.crowd.caughtUp() || f.grows && f.crowd.allGone())
}

// follow begins to follow a part, unless it is followed already.
func (f *severalFollow) follow(ctx context.Context, p part) {
	s := p(time.Time{})
	place := f.places.of(s)
	if place.found {
		return
	}
	place.found, place.Told = true, false
	if f.later && place.Next == "" {
		place.Since = f.places.Since
	}
	f.crowd.follow(ctx, p(place.Since), place.Next)
	f.followed = append(f.followed, followedPart{s.Name(), place})
}

// receive passes on a page or an error of a part. It reports whether Follow goes on.
func (f *severalFollow) receive(a arrival, yield func(*Page[Event], error) bool) bool {
	p := f.followed[a.source]
	switch left := f.crowd.note(a); {
	case a.err != nil:
		p.place.Told = errors.Is(a.err, ErrNotFound)
		return yield(nil, &SourceError{p.name, a.err})
	case left: // perhaps it was the last that was not caught up
		return !f.caughtUp() || f.give(&Page[Event]{CaughtUp: true}, yield)
	}
	p.place.Next = a.page.Next
	page := *a.page
	page.CaughtUp = page.CaughtUp && f.caughtUp()
	return f.give(&page, yield)
}

// give yields a page with the cursor of the whole.
func (f *severalFollow) give(page *Page[Event], yield func(*Page[Event], error) bool) bool {
	next, err := f.places.seal()
	if err != nil {
		yield(nil, err)
		return false
	}
	whole := *page
	whole.Total, whole.Next = -1, next
	return yield(&whole, nil)
}
