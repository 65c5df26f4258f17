package exact

import "time"

// Without an order by time, only the order in which the server lists the rows shows what was read: what follows the last row
// that was read is new. Several of the last rows are remembered, because some may be deleted. As long as each answer shows
// one of them, at the place where it must be, nothing slipped through between the answers, and one pass over the list is a
// proof.

// maxTail is how many of the last rows are remembered.
const maxTail = 8

// tail is the last rows that were read, in the order of the server.
type tail []passed

// passed is a row that was read.
type passed struct {
	digest
	at time.Time // zero if it is not remembered
}

// push adds a row that was read.
func (t *tail) push(d digest, at time.Time) {
	if len(*t) == maxTail {
		copy(*t, (*t)[1:])
		*t = (*t)[:maxTail-1]
	}
	*t = append(*t, passed{d, at})
}

// rank returns the position of a row in the tail, or -1.
func (t tail) rank(d digest) int {
	for i := range t {
		if t[i].digest == d {
			return i
		}
	}
	return -1
}

// margin returns the time that is furthest back in the order of reading, of the frontier and of the last n rows.
func (t tail) margin(n int, o Order, frontier time.Time) time.Time {
	for _, p := range t[max(0, len(t)-n):] {
		if o.relate(p.at, frontier) == behind && !p.at.IsZero() {
			frontier = p.at
		}
	}
	return frontier
}

// anchors reports whether the API may list rows in an order that is not by time, so that the tail may be needed.
func (l *Listing) anchors() bool {
	return !l.traits.UserOrder && (l.traits.Undocumented || l.Order == Unordered)
}

// findAnchor looks for the last row that was read. shown reports whether the answer shows it, with the others that it shows in
// the order known; placed, whether it is where it must be, or where the answer before showed it.
func (l *Listing) findAnchor() (shown, placed bool) {
	best, steady := -1, true
	l.anchor = -1
	for i := range l.got.Rows.Len() {
		r := l.tail.rank(digestOf(l.got.Rows.Key(i)))
		if r < 0 {
			continue
		}
		if steady = steady && r > best; r > best {
			best, l.anchor = r, i
		}
	}
	if best < 0 || !steady {
		return false, false
	}
	expected := l.LastRow
	l.LastRow = l.got.Skip + l.anchor + len(l.tail) - best // if the rows after it are not gone
	moved := max(l.LastRow-expected, expected-l.LastRow)
	return true, expected == 0 || moved <= l.mayMove()
}

// mayMove returns how far rows may have moved between two answers without being taken for another order.
func (l *Listing) mayMove() int {
	switch {
	case !l.totalKnown || l.got.Total < 0:
		return maxTail
	case l.growth == 0:
		return 0
	default:
		return maxTail + max(l.growth, -l.growth)
	}
}

// passedOver reports whether the answer shows a row behind the frontier that follows the last row that was read: by its
// time it was read, by its place it was not.
func (l *Listing) passedOver() bool {
	if !l.anchors() || l.Order == Unordered || l.Moved || len(l.tail) == 0 {
		return false
	}
	var anchor time.Time
	passed := false
	for i := range l.got.Rows.Len() {
		t := l.got.Rows.Time(i)
		switch relation := l.relationOf(t); {
		case relation == ahead:
			return passed
		case l.tail.rank(digestOf(l.got.Rows.Key(i))) >= 0:
			anchor, passed = t, false // what came before it, in order of time, became visible late
		case relation == behind && !anchor.IsZero() && l.Order.relate(t, anchor) == ahead:
			passed = true
		}
	}
	return false // the last row that was read may follow
}
