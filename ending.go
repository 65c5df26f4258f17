package auditlogs

import "time"

// How a listing ends: whether an answer is the last one, and whether that can be believed.

// end goes on after the last row of the answer.
func (r *reading[T]) end() verdict {
	p, n := r.position, len(r.got.rows)
	end := r.got.skip + n
	if r.isLast() {
		if !r.leaveGroup(end) {
			return retry
		}
		return finish
	}
	p.skip = end
	if r.fresh == 0 && r.within && r.got.more == moreUnknown {
		p.skip = max(end, r.ask.after)
		switch cut := n < r.got.asked; {
		case !cut && p.pass.count == 0:
			p.skip = max(p.skip, p.start+len(p.keys)) // ask for more than the rows known
		case cut && n >= p.longest && len(p.keys) > n:
			p.cap = n // the group goes on, but the server does not show more of it at once
		}
	}
	if !r.within { // all rows lie behind: rows were added at the head
		p.start = max(end, p.start+r.shift)
		p.skip, p.lost = p.start, true
	}
	if r.fresh == 0 && !r.feed.byToken {
		p.idle++ // a short answer may be chance: the same question comes first, and again before the next probe
		p.probing = p.idle%2 == 0 && r.got.more == moreUnknown && r.within
		return retry
	}
	r.settle()
	return proceed
}

// isLast tells whether nothing can follow the answer.
func (r *reading[T]) isLast() bool {
	p, a, n := r.position, r.got, len(r.got.rows)
	defer func() { p.longest = max(p.longest, n) }()
	switch {
	case r.last:
		return true
	case a.more != moreUnknown && n > 0, r.feed.byToken:
		return a.more == moreNo && !r.hides() && !r.torn()
	case n == 0:
		if a.skip == 0 && a.total > 0 && a.more == moreYes {
			if p.idle < 2 {
				return false // they may have been deleted after they were counted
			}
			p.spoil("the API counts records that it does not show", nil)
		}
		return true
	default:
		return r.fresh == 0 && n < min(p.longest, a.asked) && a.total <= a.skip+n
	}
}

// hides tells whether the server may have rows that it did not show: where only pages can be addressed, and it does not
// tell how long it makes them, only its count shows that. It is asked again then, and after that not believed.
func (r *reading[T]) hides() bool {
	p, a := r.position, r.got
	known := !r.feed.paged || a.skip == 0 || a.size > 0
	if known || p.moved || a.total != p.firstTotal || p.examined >= a.total {
		return false
	}
	if p.idle >= 2 {
		p.spoil("the API counts records that it does not show", nil)
		return false
	}
	return true
}

// torn tells whether rows may have come after the server counted its rows and before it read them. A server that ends the
// last page where the rows that it counted end then hides as many of them, and says that nothing follows. The answer before
// must agree on how many rows come after the last one that was known; where there was none, no row may be so new.
func (r *reading[T]) torn() bool {
	p, a := r.position, r.got
	switch {
	case !r.feed.paged || r.feed.userOrder || p.moved || p.order == unordered || a.total < 0:
		return false
	case r.first:
		return a.reply != nil && !a.date.IsZero() && r.newest().After(a.date.Add(-tornWithin))
	case r.recounted:
		return false // a listing of its own, that ends at the frontier
	case p.idle >= 2:
		return false // it was asked often enough, and says the same
	default: // the last known row is not where it was before, or not on the page
		return !r.within || r.known != r.reached+r.shift-1
	}
}

// tornWithin is how old a row is at least that certainly did not come while the server made its answer.
const tornWithin = time.Minute

// newest is the time of the newest row.
func (r *reading[T]) newest() time.Time {
	var t time.Time
	for i := range r.got.rows {
		t = latest(t, r.feed.time(&r.got.rows[i]))
	}
	return t
}
