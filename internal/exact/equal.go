package exact

import "time"

// equal counts equal rows without an identity within their time.
type equal struct {
	seen counter
	at   time.Time
}

// next returns how many equals of a row were counted before it.
func (e *equal) next(h Hash, t time.Time) int {
	if !t.Equal(e.at) {
		e.seen.reset()
		e.at = t
	}
	return e.seen.add(h)
}

// identify returns the hash of row i. Equal rows without an identity are told apart by counting
// them within their time and answer. If an answer begins within a group, this counts too few: then there are more places than
// different rows, and the group is not proved.
func (l *Listing) identify(i int, t time.Time) Hash {
	h := l.got.Rows.Hash(i)
	if !l.traits.Numbered || l.got.Named {
		return h
	}
	l.got.Rows.Number(i, l.equal.next(h, t))
	return l.got.Rows.Hash(i)
}
