package auditlogs

import "time"

// learn notes what the answer tells beside its rows.
func (r *reading[T]) learn() {
	p, a := r.position, r.got
	p.memo = a.memo
	if !p.moved && (a.total >= 0 || !p.started) {
		p.total = a.total
	}
	if p.low.IsZero() && !a.low.IsZero() {
		p.low = a.low
	}
	r.learnSize()
	r.learnShift()
	r.learnOrder()
	if p.until.IsZero() {
		p.until = r.serverNow()
		if p.high.IsZero() && r.feed.granule > 0 && !r.feed.byToken {
			p.high, p.origin.high = p.until, p.until // what is added from now on is no matter
		}
	}
}

// leastCap is the shortest page that is taken for the longest that a server gives: shorter ones could not overlap.
const leastCap = 4

// learnSize finds out how large a page the server gives: some cut it silently. Where the answer does not tell, one that is
// short although more follows is such a cut, or chance; the same length twice in a row settles it.
func (r *reading[T]) learnSize() {
	p, a, n := r.position, r.got, len(r.got.rows)
	switch {
	case r.feed.byToken:
	case a.size > 0:
		if a.size < a.asked {
			p.cap = a.size
		}
	case n > p.short && n >= a.asked:
		p.short = 0
	case n > 0 && n < a.asked && a.more == moreYes:
		if n == p.short && n >= leastCap {
			p.cap = n
		}
		p.short = n
	}
}

// learnShift notes by how many rows the list grew since the last answer: so far the frontier moved, if the new rows came
// before it.
func (r *reading[T]) learnShift() {
	p, total := r.position, r.got.total
	if total < 0 {
		return
	}
	if p.counted >= 0 {
		r.shift = total - p.counted
	}
	p.counted = total
}

// learnOrder finds out in which order the rows come, from the first answer that shows it.
func (r *reading[T]) learnOrder() {
	p := r.position
	if r.feed.userOrder {
		p.order = unordered
		return
	}
	times := p.times[:0]
	for i := range r.got.rows {
		times = append(times, r.feed.time(&r.got.rows[i]))
	}
	p.times = times
	switch p.order {
	case unordered:
		return
	case orderUnknown:
		p.order = orderOf(times)
	default:
	}
	held := p.order
	if !held.holds(times) {
		p.order = unordered
	}
	if p.order == unordered && p.started {
		p.loseOrder(held)
	}
}

// loseOrder goes on without an order by time: from now on the keys of all rows tell which were read. That needs the keys
// of all rows so far.
func (p *position) loseOrder(held order) {
	if p.seen == nil {
		p.order = held
		p.spoil("the API's answers are not in order of time, which showed only after part of the log was read; records may be missing", nil)
		return
	}
	p.keys, p.start = setOf(p.seen), 0
	p.pass.enter(p.total)
	p.pass.steady = false
	p.unbind()
	p.skip = 0
}

// serverNow is the upper bound of a listing that was asked for without one: what the server's clock says, or the newest
// row if that is later. A poll of Follow ends its lag before that, but not before the poll that came before.
func (r *reading[T]) serverNow() time.Time {
	var now time.Time
	if r.got.reply != nil && !r.got.date.IsZero() {
		now = r.got.date.Add(time.Second)
	}
	if r.lag > 0 && !now.IsZero() {
		return latest(now.Add(-time.Second-r.lag), r.floor)
	}
	if now.IsZero() && r.order != newestFirst {
		return time.Time{} // without a clock, the newest row is known only where it comes first
	}
	for i := range r.got.rows {
		now = latest(now, r.feed.time(&r.got.rows[i]).Add(1))
	}
	return now
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
