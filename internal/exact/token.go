package exact

// TokenWalk reads by the server's own tokens: each answer contains the token for the next one. Within one of the
// server's listings, the token is trusted. If the server refuses it, a new listing begins at the frontier, and then the
// frontier shows what was read, as it does for windows. The granule of the traits must be that of the API's own times.
type TokenWalk struct {
	core
	token string

	followed map[string]bool // tokens that were followed since the last new row
}

// NewTokenWalk begins a walk by tokens.
func NewTokenWalk(o Options) *TokenWalk { return &TokenWalk{core: newCore(o)} }

// Next returns the next window to ask for.
func (k *TokenWalk) Next() (Window, bool) {
	return Window{Low: k.Low, High: k.High, Moved: k.Moved, Token: k.token}, !k.Done
}

// Restart replaces a token that the server refuses by a listing that begins at the frontier.
func (k *TokenWalk) Restart() {
	k.token = ""
	granule := k.traits.Granule
	switch {
	case !k.Started, k.Order == Unordered: // no bound separates what was read from what was not, only the keys do
	case k.Order == OldestFirst:
		k.Low, k.Moved = k.Frontier.Truncate(granule), true
	default:
		k.High, k.Moved = k.Frontier.Truncate(granule).Add(granule), true
	}
}

// Accept reads an answer: it drops the rows that were read before, delivers the new ones, and follows the answer's
// token.
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

// continuous reports whether no row can have been missed between the frontier and the answer. Within the server's
// listing none can. In a listing that begins anew at the frontier, the answer must show a row that was read before.
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

// rows reads the answer row by row.
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

// loops reports whether the API leads in a circle: to a token that was followed since the last new row, or to more and
// more tokens without a new row.
func (k *TokenWalk) loops() bool {
	if k.fresh > 0 || k.followed == nil {
		k.followed = map[string]bool{}
	}
	k.followed[k.ask.Token] = true
	next := k.got.Token
	return next != "" && (k.followed[next] || len(k.followed) > maxIdle)
}
