package exact

// continuous reports whether no row can have been missed between the frontier and the answer. If one can, it changes
// the aim so that the next answer shows more of the rows before.
func (l *Listing) continuous() bool {
	probed := l.probing
	l.probing = false
	a, n := &l.got, l.got.Rows.Len()
	switch {
	case probed && a.Skip+n <= l.ask.Skip:
		l.sawGroupStart, l.atEnd = true, true
		return true
	case probed && l.relation(0) == ahead:
		l.ServerPage = l.longest // the server cuts its pages to what seemed to be the end
		return false
	case !l.Started:
		return !l.cut()
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
	default:
		l.stepBack()
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
