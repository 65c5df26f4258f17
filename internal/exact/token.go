package exact

import (
	"cmp"
	"time"
)

// TokenWalk reads by the server's own tokens: each answer contains the token for the next one. Within one of the
// server's listings, the token is trusted. If the server refuses it, or gives none although rows follow, a new listing
// begins at the frontier, and then the frontier shows what was read, as it does for windows. The granule of the traits
// must be that of the API's own times.
type TokenWalk struct {
	core
	token  string
	served served // the server's current listing

	guessed  bool // no answer has shown the order by itself, only the times of two answers have
	replaced bool // that listing replaces one whose token was refused or is missing, and has shown no new row yet
	lost     bool // it does, because a token was missing
	refused  int  // tokens that were refused, or missing, since the last new row
	idle     int  // answers since the last new row

	former former // see there
	bases  []Hash // of the answer's rows, without their numbers; kept only to reuse its memory
}

const (
	// maxRefused bounds how many tokens in a row may be refused, or missing, without a new row between them.
	maxRefused = 10
	// maxLost bounds the same where a listing that begins anew shows no new row at once and says again that rows follow, but
	// not where: its page may have been short by chance.
	maxLost = 2
	// maxEmpty bounds the consecutive answers without a new row, beyond those that the rows at the frontier need if a
	// new listing shows them again. Servers that filter after they page give many empty pages.
	maxEmpty = 1000
)

// NewTokenWalk begins a walk by tokens.
func NewTokenWalk(o Options) *TokenWalk {
	k := &TokenWalk{core: newCore(o)}
	k.served.begin()
	return k
}

// Next returns the next window to ask for.
func (k *TokenWalk) Next() (Window, bool) {
	return Window{Low: k.Low, High: k.High, Moved: k.Moved, Token: k.token, Again: k.lost && k.token == ""}, !k.Done
}

// Restart replaces a token that the server refuses by a listing that begins at the frontier. It reports false, and the
// walk ends, if the server refuses one token after the other although no new row comes.
func (k *TokenWalk) Restart() bool {
	switch k.refused++; {
	case k.refused > maxRefused:
		k.giveUp("the API refuses every token that it gives", CauseNone)
		return false
	case k.Partial:
		k.giveUp(reasonForgotten, CauseNone)
		return false
	}
	k.replace()
	return true
}

// replace begins another listing at the frontier.
func (k *TokenWalk) replace() {
	k.token, k.replaced, k.lost = "", true, false
	granule := k.traits.Granule
	switch {
	case !k.Started, k.Frontier.IsZero(), k.guessed && !k.ordered(): // no bound separates what was read from what was not
	case k.Order == OldestFirst:
		k.Low, k.Moved = k.Frontier.Truncate(granule), true
	case k.Order == NewestFirst:
		k.High, k.Moved = k.Frontier.Truncate(granule).Add(granule), true
	default: // only the keys separate them
	}
}

// goOn replaces a listing whose answer says that rows follow, but not where. It ends the walk if the listings that begin at
// the frontier show nothing new: further ones would not, either.
func (k *TokenWalk) goOn() Verdict {
	if k.refused++; k.refused > maxLost && k.ask.Token == "" || k.refused > maxRefused {
		k.markIncomplete(cmp.Or(k.got.Lost, "the API says that more records follow, but not where"), CauseNone)
		return Finish
	}
	if k.Partial {
		k.markIncomplete(reasonForgotten, CauseNone)
		return Finish
	}
	k.replace()
	k.lost = true
	return Proceed
}

// Replacing reports whether the walk still looks for the frontier in a listing that replaces an earlier one. Until it
// shows a new row, a caller who stops has won nothing.
func (k *TokenWalk) Replacing() bool { return k.replaced }

// Accept reads an answer: it drops the rows that were read before, delivers the new ones, and follows the answer's
// token.
func (k *TokenWalk) Accept(w Window, a Answer) Taken {
	k.begin(w, a)
	if k.origin.Low.IsZero() && !(k.Moved && k.Order == OldestFirst) {
		k.origin.Low = k.Low // of "the last hour", which is another one by now
	}
	if w.Token == "" {
		k.served.begin()
		k.former.uncounted = false
	}
	k.bases = k.readBases()
	if k.served.repeats(k.got.Rows, k.bases, k.Order == Unordered || k.ofOneTime()) {
		return k.endLoop()
	}
	bounded := k.Moved
	k.compareWithFrontier()
	lost := k.learnOrder()
	if lost {
		k.served.recall()
	}
	k.guessed = k.guessed && distinct(k.times) == 0
	k.fixUntil()
	v := k.read(lost && bounded)
	if k.idle++; k.fresh > 0 {
		k.replaced, k.refused, k.idle = false, 0, 0
	}
	if v != Finish && (k.leadsBack() || k.idle > maxEmpty+k.members()) {
		return k.endLoop()
	}
	if v == Proceed && k.got.Token == "" {
		v = k.goOn()
	}
	return k.end(v)
}

// endLoop ends the walk because the API leads in a circle.
func (k *TokenWalk) endLoop() Taken {
	k.markIncomplete("the API repeats itself instead of going on", CauseLoop)
	return k.end(Finish)
}

// readBases returns the hashes of the answer's rows as they are before they are numbered.
func (k *TokenWalk) readBases() []Hash {
	bases := k.bases[:0]
	for i := range k.got.Rows.Len() {
		bases = append(bases, k.got.Rows.Hash(i))
	}
	return bases
}

// ofOneTime reports whether all rows of the answer have the same time.
func (k *TokenWalk) ofOneTime() bool {
	for i := range k.got.Rows.Len() {
		if !k.got.Rows.Time(i).Equal(k.got.Rows.Time(0)) {
			return false
		}
	}
	return true
}

// compareWithFrontier learns the order from the first row that does not share the frontier's time, where the answers
// so far showed rows of one time each.
func (k *TokenWalk) compareWithFrontier() {
	if k.Order != OrderUnknown || !k.Started || !k.continued() {
		return
	}
	for i := range k.got.Rows.Len() {
		t := k.got.Rows.Time(i)
		if k.Order = OrderOf([]time.Time{k.Frontier, t}); k.Order != OrderUnknown {
			k.guessed = true
			return
		}
	}
}

// continued reports whether the answer goes on in a listing that has reached the frontier.
func (k *TokenWalk) continued() bool { return k.ask.Token != "" && k.served.reached }

// leadsBack reports whether the answer's token was already followed in the server's listing.
func (k *TokenWalk) leadsBack() bool {
	return k.got.Token != "" && (k.got.Token == k.ask.Token || k.served.followed.has(digestOf(k.got.Token)))
}

// CanForecast reports whether it makes sense to ask ahead.
func (k *TokenWalk) CanForecast() bool {
	return k.got.More != MoreNo && k.got.Token != "" && k.Order != Unordered
}
