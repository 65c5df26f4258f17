package exact

// TokenWalk reads by the server's own tokens: each answer carries the one that leads to the next. Within a listing of the
// server's the token is trusted. Should the server refuse it, a new listing begins at the frontier, and then the frontier
// tells what was read, as it does for windows. The granule of the traits must be that of the API's own times.
type TokenWalk struct {
	core
	token string

	followed map[string]bool // tokens that were followed since the last new row
}

// NewTokenWalk begins a walk by tokens.
func NewTokenWalk(o Options) *TokenWalk { return &TokenWalk{core: newCore(o)} }

// Next is the next window to ask for.
func (k *TokenWalk) Next() (Window, bool) {
	return Window{Low: k.Low, High: k.High, Moved: k.Moved, Token: k.token}, !k.Done
}

// Restart replaces a token that the server refuses by a listing from the frontier on.
func (k *TokenWalk) Restart() {
	k.token = ""
	granule := k.traits.Granule
	switch {
	case !k.Started:
	case k.Order == Unordered:
		k.unbind() // no bound parts what was read from what was not: keys do
	case k.Order == OldestFirst:
		k.Low, k.Moved = k.Frontier.Truncate(granule), true
	default:
		k.High, k.Moved = k.Frontier.Truncate(granule).Add(granule), true
	}
}

// Accept reads an answer: it drops the rows that were read before, hands over those that are new, and follows its token.
func (k *TokenWalk) Accept(w Window, a Answer) Taken {
	k.begin(w, a)
	k.learnOrder()
	k.fixUntil()
	v := Retry
	if k.continuous() {
		if v = k.rows(); v == Proceed {
			k.token = a.Token
		}
	}
	if k.loops() {
		k.markIncomplete("the API repeats itself instead of going on", CauseLoop)
		v = Finish
	}
	return k.end(v)
}

// continuous reports whether nothing can have slipped through between the frontier and the answer: within the server's
// listing nothing can, and of a listing that begins anew at the frontier the answer must show a row that was read.
func (k *TokenWalk) continuous() bool {
	if !k.Started || k.ask.Token != "" {
		return true
	}
	if k.Moved && !k.overlaps() {
		k.widen()
		return false
	}
	k.sawGroupStart, k.widened = true, 0
	return true
}

// rows goes through the answer row by row.
func (k *TokenWalk) rows() Verdict {
	continued := k.ask.Token != "" && k.got.Token != k.ask.Token
	for i := range k.got.Rows.Len() {
		t := k.got.Rows.Time(i)
		switch k.relationOf(t) {
		case behind:
			k.sawGroupStart = true
			if continued {
				k.markIncomplete("the API's answers are not in order of time; records may be missing", CauseNone)
			}
			continue
		case ahead:
			if k.pastRange(t) {
				return Finish
			}
			k.enter(t)
		case level:
			k.sawGroup = true
		}
		d := k.identify(i, t, continued)
		if k.keys.has(d) {
			continue
		}
		if k.take(i, t, d); k.tooMany() {
			return Finish
		}
	}
	if k.got.More == MoreNo {
		return Finish
	}
	return Proceed
}

// CanForecast reports whether it makes sense to ask ahead.
func (k *TokenWalk) CanForecast() bool { return k.got.More != MoreNo && k.Order != Unordered }

// loops reports whether the API leads in a circle: to a token that was followed since the last new row, or to ever more
// tokens without one.
func (k *TokenWalk) loops() bool {
	if k.fresh > 0 || k.followed == nil {
		k.followed = map[string]bool{}
	}
	k.followed[k.ask.Token] = true
	next := k.got.Token
	return next != "" && (k.followed[next] || len(k.followed) > maxIdle)
}
