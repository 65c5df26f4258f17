package exact

import "slices"

// continuous reports whether no row can have been missed between the frontier and the answer. If one can, it changes
// the aim so that the next answer shows more of the rows before.
func (l *Listing) continuous() bool {
	a, n := &l.got, l.got.Rows.Len()
	probed := l.probing || l.edge && l.tells()
	l.probing, l.edge = l.edge && !probed, false
	switch {
	case l.probing: // what follows the last known row is asked for instead
		return false
	case probed && l.leftOver && n == 0: // rows are left, says the other side
		return false
	case probed && n >= l.longest && n > 0 && a.Skip+n <= l.ask.After && l.sawLastKnown(): // the page has no room for more
		l.ServerPage = n
		return false
	case probed && (n == 0 || a.Skip+n <= l.ask.After && l.sawLastKnown()):
		l.sawGroupStart, l.sawGroup = true, true
		if l.saysMore(l.ask.After) {
			l.Hiding = true
			return l.pastHole()
		}
		l.atEnd = n > 0 || l.totalKnown && l.growth == 0
		l.emptyBeyond = !l.atEnd // unless rows moved: the last known row must show again
		return l.atEnd
	case l.Blind || probed && l.sawLastKnown() && n < a.Asked && l.saysMore(a.Skip+n): // its places are further on
		l.Hiding = true
		return l.pastHole()
	case probed && l.relation(0) == ahead:
		if l.ServerPage == 0 || l.longest < l.ServerPage {
			l.ServerPage = l.longest // the server cuts its pages to what seemed to be the end
			return false
		}
		if l.Hiding {
			return l.pastHole()
		}
		l.stepBack()
		return false
	case l.astray:
		l.End = max(0, l.endKnown+l.growth-l.ask.Limit/2)
		l.GroupStart, l.frontierLost = l.End, true
		l.retries++
		return false
	case !l.Started:
		return !l.cut()
	case l.Order == Unordered && l.anchors():
		return l.anchored()
	case l.Moved && l.Expected > a.Total && a.Total >= 0 && !l.Unreliable:
		l.unmove()
		return false
	case l.Moved && a.Skip == 0 && !l.overlaps():
		l.widenBound()
		return false
	case a.Skip == 0:
		l.sawGroupStart, l.widened = true, 0
		return true
	case n > 0 && l.relation(0) == behind:
		return true
	case n > 0 && l.relation(0) == level && a.Skip >= l.GroupStart:
		l.midGroup = true
		return true
	case l.adjoins():
		l.midGroup = true
		return true
	default:
		l.stepBack()
		return false
	}
}

// tells reports whether an answer to the question for as many rows from row 1 on as are known can show the end. Where rows are
// missing that are known, the server cuts its answers anywhere, and of few rows a half looks like all but one.
func (l *Listing) tells() bool {
	n := l.got.Rows.Len()
	missing := n > 0 && l.got.Skip+n < l.ask.After
	l.Ragged = l.Ragged || missing
	return !missing && (n == 0 || l.ask.After >= leastPage)
}

// adjoins reports whether the answer begins right after the last known row, because no page could overlap it, and the total
// shows that no row moved.
func (l *Listing) adjoins() bool {
	a := &l.got
	return l.traits.Paged && a.Rows.Len() > 0 && a.Skip == l.endKnown && l.ask.Skip < a.Skip &&
		l.traits.SureTotal && a.Total >= 0 && l.totalKnown && l.growth == 0
}

// unmove reads on by offset, because fewer rows are left under the bound than there must be: they were deleted, or they do
// not come in order of time, and the bound would leave them behind.
func (l *Listing) unmove() {
	l.unbind()
	l.Expected, l.LastTotal = 0, -1
	at := max(l.endBefore, l.Examined-l.members()) // in the whole list; the bound may have moved many times
	l.End, l.GroupStart, l.frontierLost = at, at, true
	l.group.enter(-1)
}

// sawLastKnown reports whether the last row of the answer was read before.
func (l *Listing) sawLastKnown() bool {
	i := l.got.Rows.Len() - 1
	d, h := digestOf(l.got.Rows.Key(i)), l.got.Rows.Hash(i)
	if l.early.has(d) {
		return true
	}
	switch l.relation(i) {
	case behind: // by its time; few rows do not prove an order by time
		return l.ordered() || l.all.forgotten || slices.Contains(l.all.digests, d) || l.all.hashes.has(h)
	case level:
		return l.wasRead(d, h)
	default:
		return false
	}
}

func (l *Listing) relation(i int) relation { return l.Order.relate(l.got.Rows.Time(i), l.Frontier) }

// cut reports whether the server returned a different page than requested, so that it is unknown where its rows begin.
// If the API has only page numbers, rows can be skipped only after the server's page size is known.
func (l *Listing) cut() bool {
	a, n := &l.got, l.got.Rows.Len()
	if !l.traits.Paged || l.ask.Skip == 0 || a.Size == a.Asked || n == 0 {
		return false
	}
	if n >= a.Asked || a.More == MoreNo && (a.Total < 0 || n == a.Total-a.Skip) {
		return false
	}
	l.ServerPage = n
	return true
}

// stepBack looks for the frontier nearer to the head of the list, because rows before it were deleted. Each step is
// twice as long as the one before.
func (l *Listing) stepBack() {
	l.frontierLost = true
	l.backBy = max(2*l.backBy, margin(l.ask.Limit), -l.growth)
	if l.Order == Unordered {
		l.End, l.group.Steady = max(0, l.got.Skip-l.backBy), false
		return
	}
	l.GroupStart = max(0, l.got.Skip-l.backBy+1)
	l.End = l.GroupStart
}

// anchored reports whether an answer can be read although rows come in no order by time. If it does not show the last row
// that was read, rows were moved or deleted: what lies before is asked for a few times. After that the rows are read, if the
// keys of all rows tell which ones are new, but the pass proves nothing.
func (l *Listing) anchored() bool {
	l.midGroup = true
	shown, placed := l.findAnchor()
	switch l.unanchored++; {
	case shown && placed:
		return true
	case l.got.Skip == 0 && !l.Partial, l.got.Rows.Len() > 0 && l.unanchored > maxUnanchored && !l.Partial:
		l.group.Gap = l.group.Gap || len(l.tail) > 0
		return true
	case shown:
		l.End = l.LastRow
	default:
		l.stepBack()
	}
	return false
}

// maxUnanchored is how often what lies before an answer is asked for, to find the last row that was read.
const maxUnanchored = 3
