package exact

// A bound that follows the frontier leaves rows behind it unread if the rows come in no order by time. The count tells at the
// end: if more rows were counted at first than were read, the range is asked for once more, without the bound. The rows may
// only have been deleted.

const reasonBehind = "the API counted more records than it gave under a time bound, and its order is not documented; records may be missing"

// leftBehind reports whether rows may have been left behind a bound, and prepares to read the whole range again. It does so
// once.
func (l *Listing) leftBehind() bool {
	if !l.traits.Undocumented && !l.Short { // its rows cannot be behind the bound, and no page was short of some
		return false
	}
	if l.lag > 0 { // rows that become visible late are found by the next poll
		return false
	}
	if !l.Moved || l.Unreliable || l.Rechecking || l.Examined >= l.RangeTotal {
		return false
	}
	l.Rechecking = true
	l.unbind()
	l.reset(0, 0)
	l.tail, l.LastRow = nil, 0
	if !l.all.forgotten && l.traits.Undocumented {
		l.Order = Unordered
		l.recall()
	}
	return true
}

// countRange remembers how many rows the range has, according to the first answer that was asked for all of it, and no more.
func (l *Listing) countRange() {
	whole := l.first && l.lag == 0 || l.ask.High.Equal(l.origin.High) && !l.ask.High.IsZero()
	if l.RangeTotal == 0 && !l.Moved && whole {
		l.RangeTotal = max(0, l.got.Total)
	}
}

// rechecked reports whether the first answer without the bound settles the matter: no more rows are counted than were read,
// or the keys of what was read are not known any more, or the order is one that was asked for: then the API does not show
// what it counts.
func (l *Listing) rechecked() bool {
	switch {
	case !l.Rechecking || l.got.Skip > 0 || l.got.Total < 0:
		return false
	case l.got.Total <= l.Examined:
		return true
	case !l.traits.Undocumented:
		l.markIncomplete(reasonUnshown, CauseNone)
		return true
	case l.all.forgotten:
		l.markIncomplete(reasonBehind, CauseNone)
		return true
	default:
		return false
	}
}
