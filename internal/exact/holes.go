package exact

// Rows that are counted, have a place, and are not shown, as servers do that hide single rows after they have cut the page:
// pages are shorter than asked for, or empty, although more rows follow. Behind such a hole no row overlaps the rows that
// were read. There, a total that stood still shows that no place moved, and answers are read whose windows adjoin.

// saysMore reports whether the answer, which ends before row end, says that more rows follow: by its own word, or by its
// total.
func (l *Listing) saysMore(end int) bool {
	a := &l.got
	return a.More == MoreYes || a.Total > end && !l.Unreliable
}

// pageLen returns how many places the answer covers.
func (l *Listing) pageLen() int {
	a := &l.got
	switch {
	case a.Size > 0:
		return min(a.Size, a.Asked)
	case l.ServerPage > 0:
		return min(l.ServerPage, a.Asked)
	case l.longest > 0:
		return min(l.longest, a.Asked) // the server may cut its pages: then it covers no more than it ever showed
	default:
		return a.Asked
	}
}

// pastHole reports whether the answer can be read although it shows no row that was read before, because it adjoins the
// places that were asked for before, and no row can have moved from behind it to before it. Rows that were added at the head
// only move others away from there.
func (l *Listing) pastHole() bool {
	a := &l.got
	switch {
	case a.Rows.Len() == 0 && a.Total < 0 && a.More == MoreNo: // there are no such places
		l.atEnd, l.sawGroup = true, true
		return true
	case a.Total < 0 || a.Skip > l.ask.Skip || !l.Hiding && a.Rows.Len() > 0:
		l.leaveHole()
		return false
	case l.growth < 0 || l.growth > 0 && l.Order != NewestFirst:
		l.Blind, l.End = true, max(0, l.End-max(l.growth, -l.growth))
		return false
	}
	l.Blind, l.Hiding = true, true
	l.sawGroupStart, l.sawGroup = true, true
	return true
}

// leaveHole goes back to where no hole was met yet, to read on with an overlap.
func (l *Listing) leaveHole() {
	l.Blind, l.frontierLost = false, true
	l.End = max(0, l.endKnown-l.ask.Limit)
	l.GroupStart = min(l.GroupStart, l.End)
}

// covered reports whether every place that the API counts was asked for.
func (l *Listing) covered() bool {
	return l.Blind && l.got.Total >= 0 && max(l.endKnown, l.got.Skip+l.pageLen()) >= l.got.Total
}

// noteUnshown marks the listing as incomplete if the API counts rows that it never showed. It does not if as many rows were
// read as it counted at first, without those by which the total fell since.
func (l *Listing) noteUnshown() {
	still := l.Short && !l.Moved && !l.Recounted && l.got.Total == l.RangeTotal && !l.Unreliable // the log did not change
	if l.Hiding && (l.FirstTotal < 0 || l.Examined < l.FirstTotal-l.Deleted) || still && l.Examined < l.RangeTotal {
		l.markIncomplete(reasonUnshown, CauseNone)
	}
}

const reasonUnshown = "the API counts records that it does not show"
