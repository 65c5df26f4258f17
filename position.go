package auditlogs

import "time"

const (
	// maxPasses bounds how often a group of rows that no page can hold is read again until it is known whole.
	maxPasses = 8
	// maxKeys bounds the keys that one position remembers, and so its memory.
	maxKeys = 200_000
	// maxSeen bounds the keys kept in case an API turns out to have no order by time after all.
	maxSeen = 20_000
)

// position is a place in a listing: all that is needed to go on from there, in this process or in another.
//
// The truth is the frontier: the time of the last row examined and the keys of all rows examined at that time. Every
// index (skip, start) is a hint that the next answer proves or refutes.
type position struct {
	bounds        // until is fixed by the first answer, low or high follows the frontier where the API can
	origin bounds // as the listing began
	moved  bool   // low or high follows the frontier
	order  order
	shown  int // times that came in order, up to minShown

	started    bool
	frontier   time.Time
	keys       digests
	start      int // index of the first row of the frontier's group
	skip       int // index after the last row examined
	examined   int // rows up to the last one examined, those of the caller's Offset included
	firstTotal int // rows of the listing, as the first answer said
	omit       int // rows of the caller's Offset that are still to be left out
	total      int // rows of the whole listing, as the API said; -1 where it did not

	counted int // rows of the server's listing, as the last answer said; -1 where it did not

	pass group // how the current reading of the frontier's group goes

	cap   int // the largest page that the server gives, 0 while unknown
	short int // rows of the last answer that was shorter than asked for
	token string
	memo  int

	lag   time.Duration // a poll of Follow ends this long before the server's now, and not before floor
	floor time.Time

	reason string // why the listing cannot be complete; reported at its end
	cause  error  // the sentinel for reason, if any
	done   bool   // nothing is left but to report reason

	seen []digest // every row examined since the listing began, while that is known and small, else nil; not in cursors
	// What follows is only about the requests of one step, and not in cursors.
	widen   int         // how often the moved bound was widened because its answer proved nothing
	reached int         // skip, before the bound moved
	lost    bool        // rows moved, and the last answer did not show the frontier
	back    int         // rows of the last step back
	idle    int         // answers since the last new row
	longest int         // rows of the longest answer
	probing bool        // the next request asks for what follows the last known row, without overlap
	times   []time.Time // of the rows of the last answer; kept for its memory only
}

// group is the state of one pass over a group of rows that share the frontier's time. A group that lies within one answer
// needs none of it. A larger one is read again until a pass proves that it is whole.
type group struct {
	seen   digests     // rows met in this pass
	set    fingerprint // of those that belong to the listing
	before fingerprint // of the pass before
	steady bool        // the total was the same in every answer of the pass
	total  int
	count  int // passes so far

	answers int // of this pass; not in cursors
}

// fingerprint tells sets of rows apart without keeping them: their number and the sum of their digests.
type fingerprint struct {
	N   int    `json:"n"`
	Sum uint64 `json:"s"`
}

// begin starts a pass.
func (g *group) begin(total int) {
	g.seen = g.seen.emptied()
	g.set, g.steady, g.total, g.answers = fingerprint{}, true, total, 0
}

// enter begins the first pass over a group.
func (g *group) enter(total int) {
	g.begin(total)
	g.before, g.count = fingerprint{}, 0
}

// meet notes a row of the group.
func (g *group) meet(d digest, belongs bool) {
	if g.seen == nil {
		g.seen = digests{}
	}
	if !g.seen.has(d) && belongs {
		g.set.N++
		g.set.Sum += d.number()
	}
	g.seen.add(d)
}

// whole tells whether the pass proves that every row of a group of n places was met. Where rows come only at the head of
// the list, and are counted reliably, a steady count does. Elsewhere a row could slip through unseen whenever another one
// is deleted; then a second pass meets other rows than the first, and only two equal ones are a proof.
func (g *group) whole(n int, sureTotal bool) bool {
	if sureTotal && g.steady && len(g.seen) == n {
		return true
	}
	return len(g.seen) >= n && g.count > 0 && g.set == g.before
}

// newPosition is the place before the first row of a listing.
func newPosition(b bounds, offset int) *position {
	return &position{bounds: b, origin: b, skip: offset, total: -1, counted: -1, keys: digests{}, seen: []digest{}}
}

// unbind asks the server for the listing's whole range again.
func (p *position) unbind() { p.low, p.high, p.moved = p.origin.low, p.origin.high, false }

// margin is how many rows a window repeats: enough to hold a small group and a witness from before it, and few enough to
// cost little.
func margin(size int) int { return max(2, size*3/200) }

// plan says which rows to ask for next, and how many new ones to take of them.
func (p *position) plan(t traits, pageSize int) (w window, take int) {
	w = window{low: p.low, high: p.high, moved: p.moved, token: p.token, memo: p.memo}
	if t.byToken {
		return w, 0
	}
	w.limit = t.maxSize
	if p.cap > 0 {
		w.limit = min(w.limit, p.cap)
	}
	take = t.maxSize
	if pageSize > 0 && p.order != unordered { // without an order, the sooner a pass ends the less changes meanwhile
		take = min(pageSize, take)
	}
	if !p.started {
		w.skip, w.after, w.size = p.skip, p.skip, take
		return w, take
	}
	overlap := margin(min(take, w.limit))
	if t.paged && t.granule == 0 {
		overlap = min(margin(w.limit), max(2, take/10)) // page numbers reach further than wanted anyway
	}
	w.skip, w.after = p.from(w.limit, overlap), p.skip
	if t.maxSkip > 0 && w.skip > t.maxSkip {
		w.skip = t.maxSkip
	}
	if t.granule > 0 && !p.ordered() && p.idle == 0 && p.skip < min(w.limit, 8*minShown) && p.order != unordered {
		w.skip = 0 // soon the bound will follow the frontier; until then no deep row need be addressed
	}
	if p.probing {
		w.skip = p.skip
	}
	if w.skip == 0 || !t.paged {
		w.limit = t.maxSize // whatever the server makes of the size, the answer begins where it should
	}
	take = min(take, max(1, w.limit-margin(w.limit)))
	w.size = min(w.limit, take+w.after-w.skip)
	if p.moved && w.skip == 0 {
		w.size = min(w.limit, w.size+margin(take)) // for rows before the frontier that the bound lets through
	}
	if p.lost {
		w.size = w.limit
	}
	return w, take
}

// from is the first row to ask for: a witness from before the frontier's group, and the group; where the group fills a
// page, its last rows.
func (p *position) from(limit, overlap int) int {
	from := max(0, min(p.start-1, p.skip-overlap))
	if p.skip-from < limit {
		return from
	}
	return max(0, p.skip-min(overlap, limit-1))
}

// minShown is how many times must have come in order before anything is built on it. Times in no order at all come so once
// in 20,000 listings.
const minShown = 8

// ordered tells whether the order is sure enough to leave rows unread because of it.
func (p *position) ordered() bool { return p.shown >= minShown }

// move lets the bound of the server's listing follow the frontier, so that the next request starts there and nothing that
// happens before it can shift its rows.
func (p *position) move(granule time.Duration) {
	if granule == 0 || !p.started || p.frontier.IsZero() || !p.ordered() {
		return
	}
	bound := p.frontier.Truncate(granule)
	switch {
	case p.order == newestFirst && (p.high.IsZero() || bound.Add(granule).Before(p.high)):
		p.high = bound.Add(granule)
	case p.order == oldestFirst && bound.After(p.low):
		p.low = bound
	default:
		return
	}
	p.moved, p.start, p.skip, p.counted = true, 0, len(p.keys), -1
	p.pass.enter(-1) // the next answer shows the group from its beginning
}

// maxWiden is how often a bound is widened before the listing's own is taken again.
const maxWiden = 4

// adopt goes on in another of the server's listings of the same rows: that of an answer which begins at row skip.
func (p *position) adopt(w window, skip int) {
	p.low, p.high, p.moved = w.low, w.high, w.moved
	p.start, p.skip, p.counted = skip, skip, -1
}

// widenBound moves the bound back from the frontier, ever further, until an answer shows a row that was read before: only
// then is it sure that the server understood the bound as it was meant.
func (p *position) widenBound(granule time.Duration) {
	p.widen++
	for range p.widen {
		granule *= 60
	}
	p.start, p.skip = 0, 0
	if p.unbind(); p.widen <= maxWiden {
		p.move(granule)
		p.skip = 0
	}
}

// restart replaces a token that the API refuses by a listing from the frontier on.
func (p *position) restart(granule time.Duration) {
	p.token, p.start, p.skip = "", 0, 0
	switch {
	case !p.started:
	case p.order == oldestFirst:
		p.low, p.moved = p.frontier.Truncate(granule), true
	default:
		p.high, p.moved = p.frontier.Truncate(granule).Add(granule), true
	}
}

// inRange tells whether a row belongs to the listing. One without a time does: the API gave it for this range.
func (p *position) inRange(t time.Time) bool {
	return t.IsZero() || !t.Before(p.since) && (p.until.IsZero() || t.Before(p.until))
}

// past tells whether no row after one of time t can belong to the listing.
func (p *position) past(t time.Time) bool {
	if !p.ordered() {
		return false
	}
	switch p.order {
	case newestFirst:
		return t.Before(p.since) && !t.IsZero()
	case oldestFirst:
		return !p.until.IsZero() && !t.Before(p.until)
	default:
		return false
	}
}

// spoil notes why the listing cannot be complete. The first reason is kept.
func (p *position) spoil(reason string, cause error) {
	if p.reason == "" {
		p.reason, p.cause = reason, cause
	}
}
