package exact

import "time"

// read checks that the answer continues at the frontier, and goes through its rows. begun says that the order was lost
// in a listing that began at the frontier: only one that begins at the beginning shows all rows of every time.
func (k *TokenWalk) read(begun bool) Verdict {
	if begun || !k.continuous() {
		k.token = ""
		return Retry
	}
	k.served.follow(k.ask.Token)
	if k.leadsBack() { // its rows may be those that were shown already: do not count them again
		k.served.uncount()
		k.former.uncounted = false
	}
	v := k.rows()
	if v == Proceed {
		k.token = k.got.Token
	}
	return v
}

// continuous reports whether no row can have been missed between the frontier and the answer. Within the server's
// listing none can. In a listing that begins anew at the frontier, a row that is not ahead of the frontier must come
// before those that are; otherwise the bound is widened.
func (k *TokenWalk) continuous() bool {
	switch n := k.got.Rows.Len(); {
	case !k.Started, !k.Moved, k.served.witness, k.served.reached:
		return true
	case n > 0 && k.relation(k.got.Rows.Time(0)) != ahead, n == 0 && k.got.More != MoreNo:
		return true
	default:
		k.widen()
		return false
	}
}

// relation is relationOf. While the order is not known, a listing that begins anew shows nothing new before it shows
// the frontier's time, the only one that was read.
func (k *TokenWalk) relation(t time.Time) relation {
	r := k.relationOf(t)
	if r == ahead && k.Started && k.Order == OrderUnknown && !k.served.reached {
		return behind
	}
	return r
}

// rows reads the answer row by row.
func (k *TokenWalk) rows() Verdict {
	if k.allBehind() {
		return k.endLoop().Verdict
	}
	for i := range k.got.Rows.Len() {
		if k.row(i) {
			k.keep()
			return Finish
		}
	}
	k.keep()
	return k.endOfRows()
}

// row reads one row. It reports whether none that follows matters.
func (k *TokenWalk) row(i int) (stop bool) {
	t := k.got.Rows.Time(i)
	switch k.relation(t) {
	case behind:
		k.served.witness = true
		if k.continued() && !k.leadsBack() {
			k.markIncomplete("the API's answers are not in order of time; records may be missing", CauseNone)
		}
		return false
	case ahead:
		if k.pastRange(t) {
			return true
		}
		k.enterTime(t)
	case level:
		k.served.witness, k.widened = true, 0
	}
	k.served.reached = true
	if h, known := k.identify(i); !known {
		k.take(i, t, h)
	}
	return k.tooMany()
}

// keep keeps what a cursor must hold of the rows at the frontier.
func (k *TokenWalk) keep() {
	for n, i := range k.pending.rows {
		base := k.number(i, 0)
		k.keys.add(k.number(i, k.pending.nth[n]))
		if k.traits.Numbered {
			k.served.counts[base]++
		}
	}
	k.pending.reset()
}

// allBehind reports whether an answer that goes on shows only rows from before the frontier: the listing has begun
// again.
func (k *TokenWalk) allBehind() bool {
	if !k.continued() || k.got.Rows.Len() == 0 {
		return false
	}
	for i := range k.got.Rows.Len() {
		if k.relation(k.got.Rows.Time(i)) != behind {
			return false
		}
	}
	return true
}

// enterTime makes a row that is ahead the new frontier.
func (k *TokenWalk) enterTime(t time.Time) {
	k.enter(t)
	k.former.keys, k.former.uncounted = false, false
	clear(k.served.counts)
}

// endOfRows decides what follows after the last row of the answer.
func (k *TokenWalk) endOfRows() Verdict {
	if k.got.More != MoreNo {
		return Proceed
	}
	if k.Started && !k.served.witness && !k.served.reached {
		k.markIncomplete("the listing that replaces an interrupted one does not show what was read before", CauseNone)
	}
	return Finish
}
