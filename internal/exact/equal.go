package exact

import "time"

// equal counts equal rows without an identity within their time.
type equal struct {
	met map[digest]int
	at  time.Time
}

// next returns how many equals of a row were counted before it.
func (e *equal) next(d digest, t time.Time) int {
	if e.met == nil {
		e.met = map[digest]int{}
	}
	if !t.Equal(e.at) {
		clear(e.met)
		e.at = t
	}
	e.met[d]++
	return e.met[d] - 1
}

// identify returns the digest of row i. Equal rows without an identity are told apart by counting them within their time and
// answer. If an answer begins within a group, this counts too few: then there are more places than different rows, and the
// group is not proved.
func (l *Listing) identify(i int, t time.Time) digest {
	d := digestOf(l.got.Rows.Key(i))
	if !l.traits.Numbered || l.got.Named {
		return d
	}
	n := l.equal.next(d, t)
	l.got.Rows.Number(i, n)
	if n == 0 {
		return d
	}
	return digestOf(l.got.Rows.Key(i))
}
