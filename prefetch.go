package auditlogs

import (
	"context"
	"sync"
)

// prefetcher reads windows before they are needed. Where rows can be addressed it guesses the windows after the last answer and
// asks for several at once; where only a token leads on, one after another. A guess that turns out wrong is thrown away.
type prefetcher[T record] struct {
	feed  *feed[T]
	depth int // answers held or under way, at most

	queue  []*guess[T]
	stop   context.CancelFunc // ends the guesses under way
	ctx    context.Context    // of the guesses under way, which outlive the call that begins them
	all    sync.WaitGroup
	ghost  position // where the next guess begins, if nothing moves
	wasted int      // rows that were thrown away since the last answer
}

// guess is a window that is asked for ahead of time.
type guess[T record] struct {
	window
	done chan struct{}
	got  *answer[T]
	err  error
}

// next gives the answer for what comes after the position: one that was read ahead, if it fits, or else that of the
// window w. The window that was answered is returned with it.
func (a *prefetcher[T]) next(ctx context.Context, p *position, w window, ask func(context.Context, window) (*answer[T], error)) (window, *answer[T], error) {
	if len(a.queue) > 0 {
		g := a.queue[0]
		a.queue = a.queue[1:]
		select {
		case <-g.done:
		case <-ctx.Done():
			return w, nil, contextError(a.feed.op+".List", ctx)
		}
		if g.err == nil && a.fits(p, w, g) {
			return g.window, g.got, nil
		}
		a.discard(g)
	}
	got, err := ask(ctx, w)
	return w, got, err
}

// fits tells whether a guess goes on from the position: by the same token, or with rows on both sides of the frontier.
func (a *prefetcher[T]) fits(p *position, w window, g *guess[T]) bool {
	if a.feed.byToken {
		return g.got != nil && g.token == w.token
	}
	if rows := g.got.rows; len(rows) > 0 && p.started && (p.order == newestFirst || p.order == oldestFirst) {
		first, last := a.feed.time(&rows[0]), a.feed.time(&rows[len(rows)-1])
		return p.order.relate(first, p.frontier) == behind && p.order.relate(last, p.frontier) != behind
	}
	return false
}

// discard throws a guess away, and all that were made after it.
func (a *prefetcher[T]) discard(guesses ...*guess[T]) {
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
	for _, g := range append(guesses, a.queue...) {
		select {
		case <-g.done:
			if g.got != nil {
				a.wasted += len(g.got.rows)
			}
		default:
		}
	}
	a.queue = nil
}

// close ends what is under way and waits for it.
func (a *prefetcher[T]) close() {
	a.discard()
	a.all.Wait()
}

// refill guesses what comes after an answer that was read into the position, until enough is under way.
func (a *prefetcher[T]) refill(ctx context.Context, p *position, w window, got *answer[T], pageSize int) {
	if got.more == moreNo || p.order == unordered || p.order == orderUnknown && !a.feed.byToken {
		return
	}
	if len(a.queue) == 0 {
		a.restart(ctx, p, w, got)
	}
	depth := a.depth
	if a.ghost.memo == 0 && a.feed.learns {
		a.ghost.memo, depth = p.memo, 1
	}
	for len(a.queue) < depth {
		if a.feed.byToken {
			a.begin(a.ctx, w, got) //nolint:contextcheck // guesses outlive this call: they end with the listing
			continue
		}
		w, ok := a.guess(pageSize)
		if !ok {
			return
		}
		a.begin(a.ctx, w, nil) //nolint:contextcheck // as above
	}
}

// restart guesses from an answer on that was not itself a guess: in the listing that it came from, but without the rows
// that were added since.
func (a *prefetcher[T]) restart(ctx context.Context, p *position, w window, got *answer[T]) {
	if a.stop != nil {
		a.stop()
	}
	a.ctx, a.stop = context.WithCancel(ctx)
	a.ghost = position{bounds: bounds{low: w.low, high: w.high}, moved: w.moved, started: true, cap: p.cap, memo: p.memo}
	a.ghost.skip, a.ghost.counted = p.reached, -1
	if a.feed.granule > 0 && w.high.IsZero() {
		a.ghost.high = p.until
	}
	if a.feed.sureTotal {
		a.ghost.counted = got.total
	}
}

// guessSlack is how many rows more than a plan a guess goes back, where that leaves the pages as they are: the page before
// may end within a group of equal times, and a guess must show what comes before the group.
const guessSlack = 6

// guess plans the next window as if the frontier stood at the ghost, and moves the ghost behind it.
func (a *prefetcher[T]) guess(pageSize int) (window, bool) {
	g := &a.ghost
	if most := a.feed.maxSkip; g.counted >= 0 && g.skip >= g.counted || most > 0 && g.skip >= most {
		return window{}, false
	}
	g.start = g.skip - 1
	w, take := g.plan(a.feed.traits, pageSize)
	if a.feed.granule > 0 || !a.feed.paged {
		slack := max(0, min(guessSlack, w.skip, w.limit-w.size))
		w.skip, w.size = w.skip-slack, w.size+slack
	}
	w.whole = a.feed.granule > 0 // so that pages end where they would without reading ahead
	g.skip += take
	if a.feed.paged {
		page, size := w.page()
		g.skip = min(g.skip, (page+1)*size)
	}
	return w, g.skip > w.after
}

// begin asks for a window; without one, for what the last guess's token leads to, or that of the given answer.
func (a *prefetcher[T]) begin(ctx context.Context, w window, after *answer[T]) {
	g := &guess[T]{window: w, done: make(chan struct{})}
	var before *guess[T]
	if n := len(a.queue); n > 0 && a.feed.byToken {
		before = a.queue[n-1]
	}
	a.queue = append(a.queue, g)
	a.all.Go(func() {
		defer close(g.done)
		if a.feed.byToken {
			if before != nil {
				<-before.done
				after = before.got
			}
			if after == nil || after.token == "" {
				return
			}
			g.token = after.token
		}
		g.got, g.err = a.feed.fetch(ctx, a.feed.op+".List", g.window)
	})
}
