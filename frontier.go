package auditlogs

import (
	"math"
	"time"
)

// verdict is what the reader does after an answer.
type verdict int8

const (
	proceed verdict = iota // take the new rows and go on after them
	finish                 // take the new rows; nothing follows
	retry                  // the answer proved nothing: ask again, as the position now says
)

// reading is one answer on its way into a position.
type reading[T record] struct {
	*position
	feed  *feed[T]
	ask   window
	got   *answer[T]
	items []T // rows of the listing that no answer showed before
	begin int // index of the first of them, while they stand side by side in the answer; else far from any row

	opened  bool // the answer shows where the frontier's group begins, or nothing can lie before it
	resumed bool // the answer goes on within a group that an earlier one began
	within  bool // a row of the frontier's group was met
	first   bool // no answer came before
	last    bool // nothing follows
	shift   int  // rows that the list grew by since the last answer
	fresh   int  // rows that were new, whether in range or not

	reached   int  // index after the last row known before the answer
	known     int  // index of that row in the answer; -1 where it does not show it
	recounted bool // the answer is the first of a listing that reading ahead had bounded by the frontier

	count   map[digest]int // equal rows of the time counted, for records without an id
	counted time.Time
}

// take reads an answer: it drops what was examined before, keeps what is new, at most take rows of it (0: all), and moves
// the position behind it, unless the answer leaves open whether a row slipped through between.
func take[T record](p *position, f *feed[T], w window, a *answer[T], limit int) ([]T, int, verdict) {
	r := &reading[T]{
		position: p, feed: f, ask: w, got: a, first: !p.started,
		reached: p.skip, known: -1, recounted: f.granule > 0 && p.counted < 0,
	}
	r.learn()
	if !r.proved() {
		return nil, 0, retry
	}
	p.pass.answers++
	if r.first {
		p.examined, p.firstTotal = a.skip, a.total
		p.omit = max(0, w.skip-a.skip) // where only pages can be addressed, the answer begins before the caller's Offset
	}
	v := r.rows(limit)
	return r.items, r.fresh, v
}

// proved tells whether nothing can have slipped through between the frontier and the answer. Where it can, the position
// is changed so that the next answer shows more of what comes before.
func (r *reading[T]) proved() bool {
	p, a := r.position, r.got
	probed := p.probing
	p.probing = false
	switch {
	case probed && a.skip+len(a.rows) <= r.ask.skip:
		r.opened, r.last = true, true
		return true
	case probed && r.relation(0) == ahead:
		p.cap = p.longest // the server cuts its pages to what seemed to be the end
		return false
	case !p.started && r.cut():
		return false
	case !p.started, r.feed.byToken && r.ask.token != "":
		return true
	case p.moved && a.skip == 0:
		if r.overlaps() {
			r.opened, p.widen = true, 0
			return true
		}
		p.widenBound(r.feed.granule)
		return false
	case a.skip == 0:
		r.opened, p.widen = true, 0
		return true
	case len(a.rows) > 0 && r.relation(0) == behind:
		return true
	case len(a.rows) > 0 && r.relation(0) == level && a.skip >= p.start:
		r.resumed = true
		return true
	default:
		r.stepBack()
		return false
	}
}

// cut tells whether the server gave another page than the one asked for, so that it is not known where its rows begin:
// where only pages can be addressed, rows can be skipped only once the server's page size is known.
func (r *reading[T]) cut() bool {
	p, a, n := r.position, r.got, len(r.got.rows)
	if !r.feed.paged || r.ask.skip == 0 || a.size == a.asked || n == 0 {
		return false
	}
	if n >= a.asked || a.more == moreNo && (a.total < 0 || n == a.total-a.skip) {
		return false
	}
	p.cap = n
	return true
}

// overlaps tells whether the answer shows a row that was examined before.
func (r *reading[T]) overlaps() bool {
	for i := range r.got.rows {
		switch r.relation(i) {
		case behind:
			return true
		case level:
			if r.keys.has(digestOf(r.got.rows[i].Key())) {
				return true
			}
		case ahead:
			return false
		}
	}
	return false
}

func (r *reading[T]) relation(i int) relation {
	return r.order.relate(r.feed.time(&r.got.rows[i]), r.frontier)
}

// stepBack looks for the frontier further ahead in the list: rows before it were deleted. Each step is twice as long.
func (r *reading[T]) stepBack() {
	p := r.position
	p.lost = true
	p.back = max(2*p.back, margin(r.ask.limit), -r.shift)
	if p.order == unordered {
		p.skip, p.pass.steady = max(0, r.got.skip-p.back), false
		return
	}
	p.start = max(0, r.got.skip-p.back+1)
	p.skip = p.start
}

// rows goes through the answer row by row.
func (r *reading[T]) rows(limit int) verdict {
	p, a := r.position, r.got
	if r.resumed && a.total != p.pass.total {
		p.pass.steady = false
	}
	for i := range a.rows {
		row, at := &a.rows[i], a.skip+i
		t := r.feed.time(row)
		switch r.standing(t) {
		case behind:
			r.passBehind()
			continue
		case ahead:
			if !r.leaveGroup(at) {
				return retry
			}
			if p.past(t) {
				p.skip = at
				return finish
			}
			if limit > 0 && r.fresh >= limit {
				return r.stop(at)
			}
			p.enterGroup(t, at, a.total)
			r.opened, r.within = true, true
		case level:
			if !r.within && r.opened {
				p.start = at
				p.pass.begin(a.total)
			}
			r.within = true
		}
		d := r.identify(row, t)
		p.pass.meet(d, p.inRange(t))
		if p.keys.has(d) {
			if r.fresh == 0 {
				r.known = at
			}
			continue
		}
		if limit > 0 && r.fresh >= limit {
			return r.stop(at)
		}
		r.accept(i, t, d)
		if len(p.keys) > maxKeys {
			p.spoil("too many records share one time, or come in no order by time, to remember them all", nil)
			return finish
		}
	}
	return r.end()
}

// standing says where a row's time stands to the frontier; before the first row everything is ahead.
func (r *reading[T]) standing(t time.Time) relation {
	if !r.started {
		return ahead
	}
	return r.order.relate(t, r.frontier)
}

// passBehind passes a row from before the frontier: a witness that the frontier's group follows whole. On a listing by
// token, which does not repeat rows, it is a sign that the order broke.
func (r *reading[T]) passBehind() {
	r.opened = true
	if r.feed.byToken && r.ask.token != "" && r.got.token != r.ask.token {
		r.spoil("the API's answers are not in order of time; records may be missing", nil)
	}
}

// enterGroup makes a row that is ahead the new frontier.
func (p *position) enterGroup(t time.Time, at, total int) {
	p.started, p.frontier, p.start = true, t, at
	p.shown = min(p.shown+1, minShown)
	p.keys = p.keys.emptied()
	p.pass.enter(total)
}

// leaveGroup tells whether the frontier's group, which ends before row end, is known whole. Where it is not, it is read
// again, from a witness before it.
func (r *reading[T]) leaveGroup(end int) bool {
	p := r.position
	if !r.resumed || r.opened || r.feed.byToken || p.pass.whole(end-p.start, r.feed.sureTotal && (p.order != unordered || r.feed.userOrder)) {
		return true
	}
	p.pass.count++
	p.pass.before = p.pass.set
	switch {
	case r.feed.userOrder:
		p.spoil("the log changed while it was read in an order that is not by time; records may be missing", nil)
		return true
	case p.pass.count >= maxPasses:
		p.spoil("more records share one time than the API gives in one answer, and it gave them in a different order or number each time; records may be missing", nil)
		return true
	}
	p.skip = p.start
	return false
}

// identify gives the row's digest. Equal rows of an API without ids are told apart by counting them within their time.
func (r *reading[T]) identify(row *T, t time.Time) digest {
	if r.feed.number == nil {
		return digestOf((*row).Key())
	}
	if r.count == nil {
		r.count = map[digest]int{}
	}
	if !t.Equal(r.counted) {
		clear(r.count)
		r.counted = t
	}
	base := digestOf((*row).Key())
	n, met := r.count[base]
	if !met && r.ask.token != "" && r.got.token != r.ask.token && !r.opened {
		for r.keys.has(r.ordinal(row, n, base)) { // the equal rows of the answer before this one
			n++
		}
	}
	r.count[base] = n + 1
	return r.ordinal(row, n, base)
}

// ordinal numbers a row and gives its digest; base is that of the first of its kind.
func (r *reading[T]) ordinal(row *T, n int, base digest) digest {
	r.feed.number(row, n)
	if n == 0 {
		return base
	}
	return digestOf((*row).Key())
}

// accept examines row i, which is new.
func (r *reading[T]) accept(i int, t time.Time, d digest) {
	p := r.position
	p.keys.add(d)
	r.fresh++
	p.examined++
	if p.seen != nil {
		p.seen = append(p.seen, d)
		if len(p.seen) > maxSeen {
			p.seen = nil
		}
	}
	switch {
	case p.omit > 0:
		p.omit--
	case p.inRange(t):
		r.deliver(i)
	}
}

// deliver puts row i into the page. Rows that stand side by side, as nearly all do, are not copied: the page takes over
// the answer's memory. Its items have no room behind them, so that whoever appends to them writes elsewhere.
func (r *reading[T]) deliver(i int) {
	rows := r.got.rows
	switch {
	case len(r.items) == 0:
		r.begin = i
		fallthrough
	case r.begin+len(r.items) == i:
		r.items = rows[r.begin : i+1 : i+1]
	default:
		r.begin = math.MinInt
		r.items = append(r.items, rows[i])
	}
}

// stop ends the answer before row at, because the page is full.
func (r *reading[T]) stop(at int) verdict {
	r.skip = at
	r.settle()
	return proceed
}

// settle readies the position for the next request.
func (r *reading[T]) settle() {
	p := r.position
	p.back, p.idle, p.lost, p.token = 0, 0, false, r.got.token
	p.reached = p.skip
	if !r.feed.byToken {
		p.move(r.feed.granule)
	}
}
