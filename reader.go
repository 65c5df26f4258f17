package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// maxIdle bounds the answers in a row that lead nowhere, beside those that a large group of equal times needs.
const maxIdle = 50

// maxAnswers bounds the answers of one pass over rows that no page can hold, beside one for each of them.
const maxAnswers = 50

// maxEchoes is how often an answer repeats itself before that is no chance: rows that are added can push just the same
// ones back into view.
const maxEchoes = 3

// reader reads one listing: it asks for windows, reads the answers into a position and gives what is new as pages.
type reader[T record] struct {
	feed *feed[T]
	conn *conn
	at   *position
	seal func(*position) (Cursor, error) // writes the cursor that leads on

	known func(*T) bool // tells what an earlier poll of Follow delivered; nil where nothing is followed

	ahead *prefetcher[T] // reads ahead; nil where only what is asked for is read
	ended bool           // the last page was given

	stale map[string]bool // tokens that were followed since the last new row
	rows  string          // first and last key of the last answer
	skip  int             // its first index
	total int             // and its total

	echoes int // answers in a row that repeat the one before, though they should go on
}

// readAhead lets the reader read ahead, if it is asked to; the function it returns ends that.
func (r *reader[T]) readAhead() (stop func()) {
	if r.feed.Prefetch <= 0 {
		return func() {}
	}
	r.ahead = &prefetcher[T]{feed: r.feed, depth: r.feed.Prefetch}
	return r.ahead.close
}

// page reads on until there is something to give: new records, or the end. Usually that is one request. After the last
// page, whose Next is "", it must not be called again.
func (r *reader[T]) page(ctx context.Context) (*Page[T], error) {
	var page Page[T]
	for idle := 0; ; idle++ {
		if idle > maxIdle+len(r.at.keys) {
			r.at.spoil("the API's answers lead nowhere", ErrCursorLoop)
			r.at.done = true
		}
		if r.at.pass.answers > maxAnswers+len(r.at.pass.seen) && !r.feed.byToken {
			r.at.spoil("the log changes faster than it can be read", nil)
			r.at.done = true
		}
		if r.at.done {
			return nil, r.incomplete()
		}
		end, fresh, err := r.step(ctx, &page)
		if err != nil {
			return nil, err
		}
		if end && r.at.reason != "" {
			if r.at.done = true; len(page.Items) == 0 {
				return nil, r.incomplete()
			}
			return r.finishPage(&page)
		}
		if end {
			r.ended = true
			return &page, nil
		}
		if len(page.Items) > 0 || r.feed.byToken {
			return r.finishPage(&page)
		}
		if fresh > 0 {
			idle = 0
		}
	}
}

// finishPage adds the cursor that leads on.
func (r *reader[T]) finishPage(page *Page[T]) (*Page[T], error) {
	next, err := r.seal(r.at)
	page.Next = next
	return page, err
}

// step sends one request and reads its answer into the page.
func (r *reader[T]) step(ctx context.Context, page *Page[T]) (end bool, fresh int, err error) {
	w, limit := r.at.plan(r.feed.traits, r.feed.PageSize)
	if most := r.feed.maxSkip; most > 0 && r.at.skip >= most+w.limit {
		r.at.spoil(fmt.Sprintf("the API gives no record past offset %d", most), ErrOffsetLimit)
		return true, 0, nil
	}
	w, got, err := r.next(ctx, w)
	if err != nil || got == nil {
		return false, 0, err
	}
	items, fresh, v := take(r.at, r.feed, w, got, limit)
	if r.ahead != nil && v == proceed {
		r.ahead.refill(ctx, r.at, w, got, r.feed.PageSize)
	}
	if page.Items == nil {
		page.Items = items // as nearly always: one answer, whose rows need not be copied
	} else {
		page.Items = append(page.Items, items...)
	}
	page.Total = r.at.total
	if got.reply != nil {
		page.RateLimit, page.RequestID = got.rateLimit, got.requestID
	}
	r.report(ctx, got, fresh, items)
	if r.loops(w, got, fresh) {
		r.at.spoil("the API repeats itself instead of going on", ErrCursorLoop)
		return true, fresh, nil
	}
	return v == finish, fresh, nil
}

// next gives the answer for a window, or one that was read ahead and goes on from the same place.
func (r *reader[T]) next(ctx context.Context, w window) (window, *answer[T], error) {
	if r.ahead == nil {
		got, err := r.fetch(ctx, w)
		return w, got, err
	}
	used, got, err := r.ahead.next(ctx, r.at, w, r.fetch)
	if err == nil && got != nil && r.feed.granule > 0 && (used.low != w.low || used.high != w.high) {
		r.at.adopt(used, got.skip)
	}
	return used, got, err
}

// fetch asks for a window. A token that the API refuses, because it expired, is replaced by a new listing from the
// frontier on; the answer is nil then.
func (r *reader[T]) fetch(ctx context.Context, w window) (*answer[T], error) {
	got, err := r.feed.fetch(ctx, r.feed.op+".List", w)
	var refusal *APIError
	if w.token == "" || !errors.As(err, &refusal) {
		return got, err
	}
	switch refusal.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity:
		r.at.restart(r.feed.granule)
		return nil, nil
	default:
		return nil, err
	}
}

// loops tells whether the API leads in a circle: to a token that led to nothing new already, or to the same rows again
// although it was asked to go on.
func (r *reader[T]) loops(w window, got *answer[T], fresh int) bool {
	if r.feed.byToken {
		if fresh > 0 || r.stale == nil {
			r.stale = map[string]bool{}
		}
		r.stale[w.token] = true
		return got.token != "" && (r.stale[got.token] || len(r.stale) > maxIdle)
	}
	if len(got.rows) < 2 {
		return false
	}
	rows := got.rows[0].Key() + "\n" + got.rows[len(got.rows)-1].Key()
	if fresh == 0 && rows == r.rows && got.skip > r.skip && got.total == r.total {
		r.echoes++
	} else {
		r.echoes = 0
	}
	r.rows, r.skip, r.total = rows, got.skip, got.total
	return r.echoes == maxEchoes
}

// report tells the hook of an answer, of which so many rows were new and some of those are delivered.
func (r *reader[T]) report(ctx context.Context, got *answer[T], fresh int, items []T) {
	if r.conn.hooks.OnPage == nil {
		return
	}
	info := PageInfo{API: r.conn.api, Op: r.feed.op + ".List", Rows: len(got.rows), New: fresh, Total: got.total}
	if got.reply != nil {
		info.RateLimit, info.Date = got.rateLimit, got.date
	}
	info.Follow = r.known != nil
	for i := range items {
		if r.known == nil || !r.known(&items[i]) {
			info.Delivered++
			info.Newest = latest(info.Newest, r.feed.time(&items[i]))
		}
	}
	if r.ahead != nil {
		info.Discarded, r.ahead.wasted = r.ahead.wasted, 0
	}
	r.conn.hooks.OnPage(ctx, info)
}

// incomplete is the error at the end of a listing that cannot be complete.
func (r *reader[T]) incomplete() error {
	return &IncompleteError{Op: r.feed.op + ".List", Reason: r.at.reason, Err: r.at.cause}
}
