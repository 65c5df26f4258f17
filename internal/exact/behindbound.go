package exact

// A bound that follows the frontier lets rows through that were read: those of its unit of time, and those of the rows from
// which it stays away in case they came out of order.

// letThrough returns how many rows before the group a moved bound is expected to let through. They are a guess in a listing
// that was resumed, and if an answer brought nothing.
func (l *Listing) letThrough(take int) int {
	if l.boundCounted && l.noNewRows == 0 {
		return l.behindBound
	}
	return max(l.behindBound, margin(take))
}

// withinBound returns how many rows of the answer that were read lie within the bound that was moved, or at it.
func (l *Listing) withinBound() int {
	bound := l.High
	if l.Order == OldestFirst {
		bound = l.Low.Add(-l.traits.Granule)
	}
	n := 0
	for i := min(l.End-l.got.Skip, l.got.Rows.Len()) - 1; i >= 0 && l.Order.relate(l.got.Rows.Time(i), bound) != behind; i-- {
		n++
	}
	return n
}

// outliers returns how many of the last rows a bound stays behind, because their times may be out of order. If the server
// counts, it tells whether rows were left behind a bound, and two are enough.
func (l *Listing) outliers() int {
	if l.checksBound() {
		return 2
	}
	return maxTail
}

// checksBound reports whether the server's count shows whether a bound leaves rows behind.
func (l *Listing) checksBound() bool { return l.LastTotal > l.GroupStart && !l.Unreliable && !l.Hiding }

// expect notes how many rows there must be at least under a bound that follows the frontier, as long as none is deleted: all
// that the last answer counted, without those before the frontier's group.
func (l *Listing) expect() {
	l.Expected = 0
	if l.checksBound() {
		l.Expected = l.LastTotal - l.GroupStart
	}
}
