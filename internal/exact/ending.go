package exact

import "time"

// How a listing ends: whether an answer is the last one, and whether that can be believed. An end must be shown: by a row
// past the range (rows.go), by an answer that has room for rows after the last known one, by the API's word that nothing
// follows, if nothing contradicts it, or by a page behind the end that is empty.

// endOfRows decides what follows after the last row of the answer.
func (l *Listing) endOfRows() Verdict {
	end := l.got.Skip + l.got.Rows.Len()
	if l.isLast(end) {
		return l.finish(end)
	}
	l.moveOn(end)
	switch {
	case l.fresh > 0 || l.Order == Unordered && l.advanced:
		if l.edge = l.mayEnd(); !l.edge {
			l.settle()
		}
		return Proceed
	case l.midGroup && !l.sawGroupStart && l.met > 0: // another pass over a group goes on
		l.retries = 0
	case l.sawGroup || !l.Started:
		l.searchOn(end)
	default: // all rows are behind the frontier
		l.skipBehind(end)
	}
	return Retry
}

// mayEnd reports whether the answer has all rows of a list, if the server did not cut it: it begins with row 0, is shorter than
// it was asked for, and the API does not say whether more rows follow. Then as many rows from row 1 on tell: the server gave
// that many at once, so that it does not cut them, and has room for one more. They are the same question whether an offset
// counts rows or pages.
func (l *Listing) mayEnd() bool {
	a := &l.got
	return a.More == MoreUnknown && a.Skip == 0 && (l.lag == 0 || l.ask.High.Equal(l.High)) && a.Rows.Len() == l.End && l.End < a.Asked && !l.traits.Paged && !l.ordered() &&
		l.Order != Unordered && !l.saysMore(l.End)
}

// finish ends the listing with an answer that ends before row end, unless its end is in doubt.
func (l *Listing) finish(end int) Verdict {
	switch {
	case !l.groupWhole(end):
		return Retry
	case !l.doubtful():
		return l.conclude()
	}
	l.End, l.Closing = end, true
	if l.fresh == 0 {
		return Retry
	}
	l.settle()
	return Proceed
}

// conclude ends the listing, unless rows were counted that were not read.
func (l *Listing) conclude() Verdict {
	switch {
	case !l.leftBehind():
		l.noteUnshown()
		return Finish
	case l.fresh > 0:
		return Proceed
	default:
		return Retry
	}
}

// moveOn sets where the next answer begins.
func (l *Listing) moveOn(end int) {
	if l.End = end; !l.Blind {
		return
	}
	if l.End = l.got.Skip + l.pageLen(); l.End <= l.endKnown && l.fresh == 0 {
		l.End = l.got.Skip + l.got.Asked
	}
}

// skipBehind looks for the frontier after an answer that ends before row end and has only rows from before the frontier: rows
// were added at the head, or are not shown.
func (l *Listing) skipBehind(end int) {
	l.GroupStart = max(end, l.GroupStart+l.growth)
	if l.GroupStart <= l.endKnown && l.saysMore(end) {
		l.GroupStart = l.got.Skip + l.got.Asked
	}
	l.End, l.frontierLost = l.GroupStart, true
	l.retries++
	if n := l.got.Rows.Len(); n < l.got.Asked && n >= leastPage && l.retries > 1 && !l.saysMore(end) {
		l.ServerPage = n // the frontier was further on, so the server cuts its pages
	}
}

// searchOn looks for what follows an answer that ends before row end and shows nothing new. A short answer may be chance: the
// same is asked again, and then only what follows the last known row.
func (l *Listing) searchOn(end int) {
	l.retries++
	if l.Blind {
		return
	}
	l.probing = l.retries%2 == 0
	if l.got.More == MoreUnknown && l.sawGroup && !(l.Order == Unordered && l.anchors()) {
		l.askPastGroup(end)
	}
}

// askPastGroup aims after the known rows of a group. It is for an answer that ends before row end, shows no new row of the
// group, and does not say whether more rows follow.
func (l *Listing) askPastGroup(end int) {
	n := l.got.Rows.Len()
	l.End = max(end, l.ask.After)
	switch short := n < l.got.Asked; {
	case !short && l.group.Passes == 0:
		l.End = max(l.End, l.GroupStart+l.members()) // ask for more than the rows known
	case short && n >= l.longest && l.members() > n:
		l.ServerPage = n // the group goes on, but the server does not show more of it at once
	}
}

// isLast reports whether nothing can follow the answer, which ends before row end.
func (l *Listing) isLast(end int) bool {
	a, n := &l.got, l.got.Rows.Len()
	switch {
	case l.atEnd:
		return true
	case l.saysMore(end):
		return l.covered()
	case n == 0:
		return true
	case a.More == MoreNo:
		return !l.countsUnshown() && !l.tight() && !l.leftOver
	default: // the API does not say
		return l.fresh == 0 && (n < min(l.longest, a.Asked) || l.emptyBeyond || a.Total == end) && l.endsAtLastKnown(end)
	}
}

// endsAtLastKnown reports whether the answer, which ends before row end, ends with the last row that was read. A short answer
// may be cut anywhere, so the total must agree, or the answer before. Where answers are known to be cut anywhere, two that agree
// prove nothing: what follows the last known row must have been asked for, and be empty.
func (l *Listing) endsAtLastKnown(end int) bool {
	if l.lastKnown != end-1 && l.sawGroup || !l.sawLastKnown() {
		return false
	}
	again := l.lastShort == l.got.Rows.Key(l.got.Rows.Len()-1)
	return l.got.Total == end && !l.Unreliable || again && (l.emptyBeyond || !l.Ragged)
}

// maxTight bounds how often an end is asked for again because the total may be older than the rows.
const maxTight = 10

// tight reports whether rows may follow although the API says that none do, because its total may be older than the rows: if
// the page is full, or if the server ends its last page where the counted rows end.
func (l *Listing) tight() bool {
	a := &l.got
	cutsAtTotal := l.traits.Paged && l.oneSided
	switch {
	case l.traits.UserOrder, l.traits.Reversible && !l.oneSided: // closing.go
		return false
	case !cutsAtTotal && a.Rows.Len() < a.Asked, l.tights >= maxTight, !l.first && l.growth == 0 && !l.shifted(), l.first && !l.isNew():
		return false
	}
	l.tights++
	return true
}

// shifted reports whether the answer does not show the last known row where it must be.
func (l *Listing) shifted() bool { return l.lastKnown != l.endKnown+l.growth-1 }

// raceWithin is the minimum age of a row that certainly was not added while the server made its answer.
const raceWithin = time.Minute

// isNew reports whether the newest row of the answer may have been added while the server made it.
func (l *Listing) isNew() bool {
	var newest time.Time
	for i := range l.got.Rows.Len() {
		newest = Latest(newest, l.got.Rows.Time(i))
	}
	return l.got.Date.IsZero() || newest.After(l.got.Date.Add(-raceWithin))
}

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
