package exact

// A count may be older than the rows that come with it: then the last page ends where the counted rows end, and says that
// nothing follows, although rows do. Where the order can be turned round, the end of such a listing is read from the other
// side: that page begins at the true end, and rows that are added at the other end cannot shift it.

// maxClosings bounds how often the end is read from the other side.
const maxClosings = 4

// doubtful reports whether the end that the answer shows may be that of an older count: the count changed while the log was
// read, the last known row is not where it must be, fewer rows were read than counted, or the newest row is so new that more may have come with it.
func (l *Listing) doubtful() bool {
	switch {
	case !l.traits.Reversible, l.traits.UserOrder, l.oneSided, l.Order == Unordered, l.closings >= maxClosings:
		return false
	case l.first:
		return l.got.Rows.Len() > 0 && l.isNew()
	default:
		return l.Recounted || l.shifted() || l.RangeTotal > l.Examined
	}
}

// closing returns the window that reads the end from the other side.
func (l *Listing) closing() Window {
	return Window{Low: l.Low, High: l.High, Moved: l.Moved, Size: l.pageLimit(), Limit: l.pageLimit(), Reverse: true}
}

// close reads an answer that lists the rows from the other side: its last row is the first in the order of reading.
func (l *Listing) close() Verdict {
	n := l.got.Rows.Len()
	l.closings++
	l.Closing = false
	switch {
	case !l.turned():
		l.oneSided = true
		return Retry
	case n > 0 && l.relation(n-1) != behind && (n >= l.got.Asked || l.saysMore(n)):
		l.leftOver = l.relation(n-1) == ahead // more rows are left than it shows
		return Retry
	}
	l.sawGroupStart = true
	for i := n - 1; i >= 0; i-- {
		if v, stopped := l.row(i); stopped {
			l.keep()
			return v
		}
	}
	l.keep()
	return l.conclude()
}

// turned reports whether the rows of the answer are in the order that is opposite to that of the listing. A server may ignore
// the order that it is asked for.
func (l *Listing) turned() bool {
	times := l.times[:0]
	for i := range l.got.Rows.Len() {
		times = append(times, l.got.Rows.Time(i))
	}
	l.times = times
	shown := OrderOf(times)
	if l.Order == OrderUnknown {
		l.Order = shown.opposite()
	}
	return shown == OrderUnknown || shown == l.Order.opposite()
}
