package auditlogs

import (
	"context"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// record is what a listing needs to know of a record type.
type record interface{ Key() string }

// spec says how one listing of an API is requested and read. It does not know how the answers are combined.
type spec[T record] struct {
	exact.Traits
	exact.Range
	ListOptions
	byToken   bool                 // only the server's own token leads to the next page
	expired   func(err error) bool // reports whether the server refuses a token that a new listing can replace
	learning  func() bool          // reports whether the next request finds out how to ask for several windows at once; may be nil
	unbounded bool                 // the API has no time filter, or refuses what it is sent
	window    bool                 // the range moves with the server's current time
	op        string               // "UserEvents"
	filter    string               // the filter without range and paging, in a stable form; a cursor belongs to it
	shared    *memory[T]
	fetch     fetcher[T]
	time      func(*T) time.Time
	hash      func(*T) exact.Hash            // a hash of the key
	number    func(*T, int)                  // sets the ordinal of the nth equal row, for records without an ID; otherwise nil
	former    func(T, int) string            // the key that earlier releases gave the nth equal row; nil if it is still the key
	unformed  func(error, exact.Window) bool // reports whether the server refuses the form of a window's bounds; nil where that is documented
}

// fetcher asks for a window of rows.
type fetcher[T record] = func(ctx context.Context, op string, w exact.Window) (*answer[T], error)

// walk begins to read a range.
func (s *spec[T]) walk(r exact.Range, offset int) exact.Walk {
	o := exact.Options{Traits: s.Traits, Range: r, PageSize: s.PageSize, Offset: offset}
	if s.byToken {
		return exact.NewTokenWalk(o)
	}
	return exact.NewListing(o)
}

// scope names what a cursor belongs to, so that a cursor of another API, address, filter or range is refused. It is a
// digest and reveals nothing about these.
func (s *spec[T]) scope(c *conn, span ...string) string {
	return exact.ContentKey(append([]string{string(c.api), c.base.String(), c.projectID, s.op, s.filter}, span...)...)[:16]
}

// reader reads one listing: it asks for the windows of a walk, and makes pages of the answers.
type reader[T record] struct {
	spec *spec[T]
	conn *conn
	walk exact.Walk
	seal func(exact.Walk) (Cursor, error) // writes the cursor that continues the listing; nil if nobody sees the pages

	known func(*T) bool  // reports whether an earlier poll of Follow delivered a record; nil outside Follow
	ahead *prefetcher[T] // reads ahead; nil if nothing is read ahead
	ended bool           // the last page was returned
	aside []*unreadable  // records that were read but are on no page
	rows  [][]T          // of the answers since the last page, to be reused; only if nobody sees the pages
}

// readAhead lets the reader read ahead if Prefetch asks for it. The returned function stops that.
func (r *reader[T]) readAhead() (stop func()) {
	if listing, ok := r.walk.(*exact.Listing); ok {
		listing.KeepAnswers()
	} else if r.spec.Prefetch <= 0 {
		return func() {}
	}
	r.ahead = &prefetcher[T]{spec: r.spec, depth: r.spec.Prefetch, signs: r.conn.signs}
	return r.ahead.close
}

// page reads until there is something to return: new records, or the end. Usually that is one request. After the last
// page, whose Next is "", it must not be called again.
func (r *reader[T]) page(ctx context.Context) (*Page[T], error) {
	var page Page[T]
	for {
		w, ok := r.walk.Next()
		if !ok {
			return nil, r.incomplete()
		}
		v, err := r.step(ctx, w, &page)
		if err != nil {
			return nil, err
		}
		reason, _ := r.walk.Incomplete()
		switch last := v == exact.Finish; {
		case last && reason == "":
			r.ended = true
			return &page, nil
		case len(page.Items) > 0 || r.spec.byToken && !last && !r.replacing():
			if r.seal != nil {
				page.Next, err = r.seal(r.walk)
			}
			return &page, err
		case last:
			return nil, r.incomplete()
		}
	}
}

// step asks for a window and reads the answer into the page.
func (r *reader[T]) step(ctx context.Context, w exact.Window, page *Page[T]) (exact.Verdict, error) {
	w, got, err := r.next(ctx, w)
	if err != nil || got == nil {
		return exact.Retry, err
	}
	taken := r.walk.Accept(w, got.Answer)
	if r.ahead != nil && taken.Verdict == exact.Proceed {
		r.ahead.refill(ctx, r.walk, w, got)
	}
	items := got.pick(taken.Spans)
	if r.seal == nil && !got.kept {
		r.rows = append(r.rows, got.table)
	}
	r.aside = append(r.aside, got.aside(taken.Spans)...)
	if page.Items == nil {
		page.Items = items // nearly always there is one answer, whose rows need not be copied
	} else {
		page.Items = append(page.Items, items...)
	}
	page.Total = r.walk.Total()
	if !got.gone {
		page.RateLimit, page.RequestID = got.rateLimit, got.requestID
	}
	r.report(ctx, got, taken.Fresh, items)
	return taken.Verdict, nil
}

// reuse gives the rows of the last page to later answers. Nobody may use the page any more.
func (r *reader[T]) reuse() {
	for _, rows := range r.rows {
		r.spec.shared.Reuse(rows)
	}
	r.rows = r.rows[:0]
}

// next returns the answer for a window, or one that was read ahead and continues from the same position, and the window
// that it answers.
func (r *reader[T]) next(ctx context.Context, w exact.Window) (exact.Window, *answer[T], error) {
	if r.ahead == nil {
		got, err := r.fetch(ctx, w)
		return w, got, err
	}
	return r.ahead.next(ctx, r.walk, w, r.fetch)
}

// fetch asks for a window. If the API refuses a token because it expired, fetch replaces it with a new listing from the
// frontier; if it refuses the form of the bounds, the listing goes on without them. The answer is then nil. If the API
// refuses such tokens again and again, the refusal is the cause of the error.
func (r *reader[T]) fetch(ctx context.Context, w exact.Window) (*answer[T], error) {
	got, err := r.spec.ask(ctx, r.spec.op+".List", w)
	if err == nil {
		return got, nil
	}
	switch walk := r.walk.(type) {
	case *exact.TokenWalk:
		if w.Token != "" && r.spec.expired(err) {
			return nil, r.restart(walk, err)
		}
	case *exact.Listing:
		if r.spec.unformed != nil && r.spec.unformed(err, w) {
			r.dropBounds(walk)
			return nil, nil
		}
	}
	return nil, err
}

// restart replaces a token that the API refuses. It fails with the refusal if that was done too often.
func (r *reader[T]) restart(walk *exact.TokenWalk, refusal error) error {
	if walk.Restart() {
		return nil
	}
	reason, _ := walk.Incomplete()
	return &IncompleteError{Op: r.spec.op + ".List", Reason: reason, Err: refusal}
}

// dropBounds goes on without bounds, and remembers that for later polls of Follow.
func (r *reader[T]) dropBounds(walk *exact.Listing) {
	walk.WithoutBounds()
	r.spec.Granule, r.spec.unbounded = 0, true
	if r.ahead != nil {
		r.ahead.discard() // these have bounds, too
	}
}

// replacing reports whether a listing that replaces an interrupted one has shown nothing new yet.
func (r *reader[T]) replacing() bool {
	tokens, ok := r.walk.(*exact.TokenWalk)
	return ok && tokens.Replacing()
}

// ask asks for a window, and gives the engine the items as rows.
func (s *spec[T]) ask(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
	got, err := s.fetch(ctx, op, w)
	if got != nil {
		got.spec, got.Rows = s, got
	}
	return got, err
}

// report reports an answer to the hook. fresh is the number of its new rows; items are the ones to deliver.
func (r *reader[T]) report(ctx context.Context, got *answer[T], fresh int, items []T) {
	if r.conn.hooks.OnPage == nil {
		return
	}
	info := PageInfo{
		API: r.conn.api, Op: r.spec.op + ".List", Rows: len(got.items), New: fresh, Total: got.Total,
		RateLimit: got.rateLimit, Date: got.Date, Claimed: got.claimed, Follow: r.known != nil,
	}
	if got.reported {
		info.Rows = 0
	}
	for i := range items {
		if r.known == nil || !r.known(&items[i]) {
			info.Delivered++
			info.Newest = exact.Latest(info.Newest, r.spec.time(&items[i]))
		}
	}
	if r.ahead != nil {
		info.Discarded, r.ahead.wasted = r.ahead.wasted, 0
	}
	r.conn.hooks.OnPage(ctx, info)
}

// incomplete returns the error at the end of a listing that cannot be complete.
func (r *reader[T]) incomplete() error {
	reason, cause := r.walk.Incomplete()
	return &IncompleteError{Op: r.spec.op + ".List", Reason: reason, Err: causes[cause]}
}

// causes maps the causes of the engine to public errors.
var causes = map[exact.Cause]error{exact.CauseLoop: ErrCursorLoop, exact.CauseOffsetLimit: ErrOffsetLimit}
