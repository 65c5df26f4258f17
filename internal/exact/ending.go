package exact

import "time"

// How a listing ends: whether an answer is the last one, and whether that can be believed.

// endOfRows decides what follows after the last row of the answer.
func (l *Listing) endOfRows() Verdict {
	n := l.got.Rows.Len()
	end := l.got.Skip + n
	last := l.isLast()
	l.longest = max(l.longest, n)
	switch {
	case last && !l.groupWhole(end):
		return Retry
	case last:
		return Finish
	}
	l.End = end
	if l.fresh == 0 && l.sawGroup && l.got.More == MoreUnknown {
		l.askPastGroup(n, end)
	}
	if !l.sawGroup { // all rows are behind the frontier: rows were added at the head
		l.GroupStart = max(end, l.GroupStart+l.growth)
		l.End, l.frontierLost = l.GroupStart, true
	}
	if l.fresh == 0 {
		l.retries++ // a short answer may be chance: ask the same again first, and again before the next probe
		l.probing = l.retries%2 == 0 && l.got.More == MoreUnknown && l.sawGroup
		return Retry
	}
	l.settle()
	return Proceed
}

// askPastGroup aims after the known rows of a group. It is for an answer of n rows that ends before row end, shows no
// new row of the group, and does not say whether more rows follow.
func (l *Listing) askPastGroup(n, end int) {
	l.End = max(end, l.ask.After)
	switch short := n < l.got.Asked; {
	case !short && l.group.Passes == 0:
		l.End = max(l.End, l.GroupStart+len(l.keys)) // ask for more than the rows known
	case short && n >= l.longest && len(l.keys) > n:
		l.ServerPage = n // the group goes on, but the server does not show more of it at once
	}
}

// isLast reports whether nothing can follow the answer.
func (l *Listing) isLast() bool {
	a, n := &l.got, l.got.Rows.Len()
	switch {
	case l.atEnd:
		return true
	case a.More != MoreUnknown && n > 0:
		return a.More == MoreNo && !l.countsUnshown() && !l.countRaced()
	case n == 0:
		return l.emptyIsLast()
	default:
		return l.fresh == 0 && n < min(l.longest, a.Asked) && a.Total <= a.Skip+n
	}
}

// emptyIsLast reports whether an answer without rows ends the listing.
func (l *Listing) emptyIsLast() bool {
	if l.got.Skip == 0 && l.got.Total > 0 && l.got.More == MoreYes {
		if l.retries < 2 {
			return false // they may have been deleted after they were counted
		}
		l.markIncomplete(reasonUnshown, CauseNone)
	}
	return true
}

const reasonUnshown = "the API counts records that it does not show"

// countsUnshown reports whether the server may have rows that it did not show. If the API has only page numbers and
// does not tell its page length, only the server's count can reveal this. Then the server is asked again; if the count
// still does not match, the listing is marked as incomplete.
func (l *Listing) countsUnshown() bool {
	a := &l.got
	known := !l.traits.Paged || a.Skip == 0 || a.Size > 0
	if known || l.Moved || a.Total != l.FirstTotal || l.Examined >= a.Total {
		return false
	}
	if l.retries >= 2 {
		l.markIncomplete(reasonUnshown, CauseNone)
		return false
	}
	return true
}

// countRaced reports whether rows may have been added after the server counted its rows and before it read them. A
// server that ends the last page where the counted rows end then hides as many rows, and says that nothing follows. The
// previous answer must agree on how many rows come after the last known one. If there was no previous answer, no row
// may be that new.
func (l *Listing) countRaced() bool {
	a := &l.got
	switch {
	case !l.traits.Paged || l.traits.UserOrder || l.Moved || l.Order == Unordered || a.Total < 0:
		return false
	case l.first:
		return !a.Date.IsZero() && l.newest().After(a.Date.Add(-raceWithin))
	case l.rebound:
		return false // a separate listing that ends at the frontier
	case l.retries >= 2:
		return false // the server was asked often enough and still says the same
	default: // the last known row is not at its expected position, or not on the page
		return !l.sawGroup || l.lastKnown != l.endKnown+l.growth-1
	}
}

// raceWithin is the minimum age of a row that certainly was not added while the server made its answer.
const raceWithin = time.Minute

// newest returns the time of the newest row.
func (l *Listing) newest() time.Time {
	var t time.Time
	for i := range l.got.Rows.Len() {
		t = Latest(t, l.got.Rows.Time(i))
	}
	return t
}
