package auditlogs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// prefetcher reads windows before they are needed. If rows can be addressed, it asks for several windows at once, as
// the engine forecasts them; if each window needs the token of the previous answer, it asks for one after another. It
// only supplies answers: it discards a guess that turns out wrong, and an answer that is used is checked like any
// other. It also keeps an answer that has rows for more than one page, even if nothing is read ahead.
type prefetcher[T record] struct {
	spec  *spec[T]
	depth int  // pages that may be held or in flight, beside what is more than a page of the last answer
	signs bool // requests are signed, and a refused signature must not be repeated

	queue    []*guess[T]
	stop     context.CancelFunc // cancels the guesses in flight
	ctx      context.Context    // of the guesses in flight, which outlive the call that begins them
	all      sync.WaitGroup
	forecast *exact.Forecast
	followed followed
	wasted   int // rows that were discarded since the last answer
}

// guess is a window that is requested in advance.
type guess[T record] struct {
	exact.Window
	done chan struct{}
	got  *answer[T]
	err  error
	rest bool // rows that are left of an answer that was used
}

// next returns the answer for the walk's next window: an answer that was read ahead, if it fits, or else that of the
// window w. It also returns the window that was answered.
func (a *prefetcher[T]) next(ctx context.Context, walk exact.Walk, w exact.Window, fetch func(context.Context, exact.Window) (*answer[T], error)) (exact.Window, *answer[T], error) {
	if len(a.queue) > 0 {
		g := a.queue[0]
		a.queue = a.queue[1:]
		select {
		case <-g.done:
		case <-ctx.Done():
			<-g.done // at once: the guesses' context is derived from this one
		}
		if ended := ctx.Err(); ended != nil && errors.Is(g.err, ended) {
			return w, nil, g.err // which also says why an earlier attempt failed
		}
		if g.err == nil && g.got != nil && g.fits(walk, w) && (!g.rest || ctx.Err() == nil) {
			return g.Window, g.got, nil
		}
		a.discard(g)
		if a.signs && errors.Is(g.err, ErrUnauthorized) {
			return w, nil, g.err
		}
	}
	got, err := fetch(ctx, w)
	return w, got, err
}

// fits reports whether a guess continues from the position of the walk: with the same token, or with rows on both sides
// of the frontier.
func (g *guess[T]) fits(walk exact.Walk, w exact.Window) bool {
	if listing, ok := walk.(*exact.Listing); ok {
		return listing.Continues(g.got.Answer)
	}
	return g.Token == w.Token
}

// discard discards the given guesses and all that are still in the queue.
func (a *prefetcher[T]) discard(guesses ...*guess[T]) {
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
	for _, g := range append(guesses, a.queue...) {
		select {
		case <-g.done:
			if g.got != nil {
				a.wasted += len(g.got.items)
			}
		default:
		}
	}
	a.queue = nil
}

// close cancels the guesses in flight and waits for them.
func (a *prefetcher[T]) close() {
	a.discard()
	a.all.Wait()
}

// refill asks for the windows after an answer that the walk has accepted, until enough of them are in flight.
func (a *prefetcher[T]) refill(ctx context.Context, walk exact.Walk, w exact.Window, got *answer[T]) {
	if !walk.CanForecast() {
		return
	}
	listing, byWindow := walk.(*exact.Listing)
	if !byWindow {
		a.followed.add(w.Token)
	}
	if len(a.queue) == 0 && a.depth > 0 { // the answer was not itself read ahead
		if a.stop != nil {
			a.stop()
		}
		a.ctx, a.stop = context.WithCancel(ctx)
		if byWindow {
			a.forecast = listing.Forecast(w)
		}
	}
	if byWindow {
		a.keep(listing, w, got)
	}
	depth := a.depth
	if a.spec.learning != nil && a.spec.learning() {
		depth = min(depth, 1)
	}
	for !a.full(depth) {
		if !byWindow {
			a.followToken(got)
			continue
		}
		w, ok := a.forecast.Next()
		if !ok {
			return
		}
		a.begin(w, func(*guess[T]) bool { return true })
	}
}

// keep puts the rows that are left of an answer in front of the queue, with a witness of what was read before them.
func (a *prefetcher[T]) keep(listing *exact.Listing, w exact.Window, got *answer[T]) {
	from, ok := listing.Rest()
	if !ok || len(got.unreadable) > 0 {
		return
	}
	got.kept = true
	rest := *got
	rest.kept = false
	rest.items, rest.Skip, rest.Asked = got.items[from:], got.Skip+from, got.Asked-from
	rest.Rows, rest.reported = &rest, true
	w.New = got.end() - w.After
	g := &guess[T]{Window: w, got: &rest, done: make(chan struct{}), rest: true}
	close(g.done)
	a.queue = slices.Insert(a.queue, 0, g)
}

// full reports whether as many pages are held or in flight as may be. An answer may have rows for two.
func (a *prefetcher[T]) full(depth int) bool {
	asked, rows := 0, 0
	for _, g := range a.queue {
		rows += g.New
		if !g.rest {
			asked++
		}
	}
	return asked >= depth || rows > depth*cmp.Or(a.spec.PageSize, a.spec.MaxSize)
}

// followToken asks for the window that the token of the last guess leads to or, if there is no guess, the token of the
// given answer. No guess follows a token that was followed before.
func (a *prefetcher[T]) followToken(after *answer[T]) {
	before := slices.Clone(a.queue)
	a.begin(exact.Window{}, func(g *guess[T]) bool {
		if n := len(before); n > 0 {
			<-before[n-1].done
			after = before[n-1].got
		}
		if after == nil || after.Token == "" || a.followed.has(after.Token) {
			return false
		}
		g.Token = after.Token
		return !slices.ContainsFunc(before, func(b *guess[T]) bool { return b.Token == g.Token })
	})
}

// followed has digests of the tokens whose answers were used, within one of the server's listings.
type followed struct {
	mu     sync.Mutex
	tokens map[string]bool
}

// maxFollowed bounds the tokens that are remembered.
const maxFollowed = 100_000

// add adds a token. A window without one begins another listing.
func (f *followed) add(token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case token == "":
		f.tokens = map[string]bool{}
	case len(f.tokens) < maxFollowed:
		if f.tokens == nil {
			f.tokens = map[string]bool{}
		}
		f.tokens[exact.ContentKey(token)] = true
	}
}

func (f *followed) has(token string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tokens[exact.ContentKey(token)]
}

// begin asks for a window, as soon as it is known. known completes it, and reports whether there is anything to ask for.
func (a *prefetcher[T]) begin(w exact.Window, known func(*guess[T]) bool) {
	g := &guess[T]{Window: w, done: make(chan struct{})}
	a.queue = append(a.queue, g)
	ctx := a.ctx
	a.all.Go(func() {
		defer close(g.done)
		if known(g) {
			g.got, g.err = a.spec.ask(ctx, a.spec.op+".List", g.Window)
		}
	})
}
