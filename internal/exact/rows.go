package exact

import "time"

// rows reads the answer row by row.
func (l *Listing) rows() Verdict {
	if l.midGroup && l.got.Total != l.group.Total {
		l.group.Steady = false
	}
	for i := range l.got.Rows.Len() {
		if v, stopped := l.row(i); stopped {
			l.keep()
			return v
		}
	}
	l.keep()
	return l.endOfRows()
}

// row reads one row. stopped means that the answer ends before it.
func (l *Listing) row(i int) (v Verdict, stopped bool) {
	t, at := l.got.Rows.Time(i), l.got.Skip+i
	if l.early != nil && l.early.has(digestOf(l.got.Rows.Key(i))) {
		l.sawGroup, l.lastKnown = true, at
		return Proceed, false
	}
	switch l.relationOf(t) {
	case behind:
		l.sawGroupStart = true // a witness: the whole group of the frontier follows
		return Proceed, false
	case ahead:
		if v, stopped := l.leaveGroup(t, at); stopped {
			return v, true
		}
	case level:
		if !l.sawGroup && l.sawGroupStart {
			l.GroupStart = at
			l.group.begin(l.got.Total)
		}
		l.sawGroup = true
	}
	return l.groupRow(i, t, at)
}

// leaveGroup leaves the frontier's group for a row of another time at index at.
func (l *Listing) leaveGroup(t time.Time, at int) (v Verdict, stopped bool) {
	switch {
	case !l.groupWhole(at):
		return Retry, true
	case l.pastRange(t) || l.onlyAdded(t):
		l.End = at
		return Finish, true
	case l.full():
		return l.stop(at), true
	}
	l.enter(t)
	l.AfterOffset = l.first && l.got.Skip > 0 && l.fresh == 0
	l.sawRead = l.AfterOffset
	l.GroupStart = at
	l.group.enter(l.got.Total)
	return Proceed, false
}

// groupRow reads a row of the frontier's group.
func (l *Listing) groupRow(i int, t time.Time, at int) (v Verdict, stopped bool) {
	h := l.identify(i, t)
	var d digest
	if !l.entered { // only then can earlier answers have shown it
		d = digestOf(l.got.Rows.Key(i))
		l.omitBefore(d)
	}
	known := l.known(d, h) || l.Partial && i <= l.anchor
	if !known && l.full() {
		return l.stop(at), true
	}
	switch {
	case !l.entered:
		l.joinGroup(d, t, known)
	case !known:
		l.pending.add(i, 0, h)
	}
	if !known {
		l.tooNew = l.mayBeAdded(t)
		l.take(i, t, h)
		l.useful = l.useful || l.Order != Unordered || l.settled(t)
		l.pass(i, at)
		return Finish, l.tooMany()
	}
	if i > 0 && at >= l.endKnown && l.got.Rows.Key(i) == l.got.Rows.Key(i-1) {
		l.Examined++ // a row that is listed twice has two places
	}
	if l.fresh == 0 {
		l.lastKnown = at
	}
	if l.Order == Unordered && i > l.anchor {
		l.pass(i, at)
	}
	return Proceed, false
}

// known reports whether a row of the frontier's group was read before.
func (l *Listing) known(d digest, h Hash) bool {
	if l.entered {
		return l.pending.seen.count(h) > 0
	}
	return l.wasRead(d, h)
}

// joinGroup adds a row of the frontier's group to the keys, and to the proof of the group.
func (l *Listing) joinGroup(d digest, t time.Time, known bool) {
	if l.group.meet(d, l.inRange(t) && l.settled(t)) {
		l.met++
	}
	if !known {
		l.keys.add(d)
	}
}

// keep keeps what a cursor must hold of the rows that were read: those at the frontier, and the last ones.
func (l *Listing) keep() {
	for _, i := range l.pending.rows {
		l.joinGroup(digestOf(l.got.Rows.Key(i)), l.got.Rows.Time(i), false)
	}
	l.pending.reset()
	for _, i := range l.passed[max(0, len(l.passed)-maxTail):] {
		l.tail.push(digestOf(l.got.Rows.Key(i)), l.got.Rows.Time(i))
	}
	l.passed = l.passed[:0]
}

// settled reports whether a row was certainly there when the listing began. Others come as long as the listing is read, so
// they are neither progress nor part of a proof.
func (l *Listing) settled(t time.Time) bool {
	until := l.Until
	if l.Slack {
		until = until.Add(-maxNewer)
	}
	return until.IsZero() || t.Before(until)
}

// mayBeAdded reports whether a row may have been added since the listing began. A row that is newer than the answer that shows
// it proves that the clocks differ, so that it may have been there.
func (l *Listing) mayBeAdded(t time.Time) bool {
	return l.Slack && !l.settled(t) && !t.After(l.got.Date.Add(time.Second))
}

// onlyAdded reports whether this row and all that follow may have been added since the listing began.
func (l *Listing) onlyAdded(t time.Time) bool {
	n := l.got.Rows.Len()
	return l.Order == OldestFirst && l.mayBeAdded(t) && l.mayBeAdded(l.got.Rows.Time(n-1))
}

// omitBefore leaves out a row of the caller's Offset that has the same time as those after it.
func (l *Listing) omitBefore(d digest) {
	if !l.AfterOffset || l.sawRead || l.got.Skip >= l.endKnown {
		return
	}
	if l.sawRead = l.keys.has(d); !l.sawRead {
		l.keys.add(d)
	}
}

// pass remembers row i as the last one that was read, or met again in another pass.
func (l *Listing) pass(i, at int) {
	if l.anchors() {
		l.passed = append(l.passed, i)
		l.LastRow, l.advanced = at+1, true
	}
}

// groupWhole reports whether the frontier's group, which ends before row end, is known to be complete. If it is not, it
// is read again, beginning with a witness before it.
func (l *Listing) groupWhole(end int) bool {
	total := l.got.Total >= end && !l.Unreliable
	sure := l.traits.SureTotal && (l.Order != Unordered || l.traits.UserOrder)
	if l.Order == Unordered && l.anchors() && !l.group.Gap {
		return true // every answer showed the last row that was read before
	}
	if !l.midGroup || l.sawGroupStart || l.group.whole(end-l.GroupStart, sure, total) {
		return true
	}
	l.group.again()
	switch {
	case l.traits.UserOrder:
		l.markIncomplete("the log changed while it was read in an order that is not by time; records may be missing", CauseNone)
		return true
	case l.group.Passes >= maxPasses:
		l.markIncomplete("more records share one time than the API gives in one answer, and it gave them in a different order or number each time; records may be missing", CauseNone)
		return true
	}
	l.End = l.GroupStart
	return false
}

// full reports whether the page has as many rows as wanted.
func (l *Listing) full() bool { return l.want > 0 && l.fresh >= l.want }

// stop ends the answer before row at, because the page is full.
func (l *Listing) stop(at int) Verdict {
	l.End = at
	l.keep()
	l.settle()
	return Proceed
}
