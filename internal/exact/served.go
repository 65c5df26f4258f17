package exact

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// served is what one of the server's own listings has shown since it began. Equal rows are told apart by counting them,
// and that makes sense within such a listing only: the next one shows the rows at the frontier again from the first.
type served struct {
	counts  map[digest]int // rows shown at the frontier, by the digest of the first of those that are equal
	shown   hashes         // all rows shown, without their numbers, while all that was read is remembered
	before  map[Hash]int   // rows shown before the order was lost, and not counted since
	witness bool           // it has shown a row at the frontier or before it
	reached bool           // it has shown a row at the frontier or ahead of it

	followed digests           // its tokens that were followed
	pages    map[Hash]int      // how often each of its pages came
	several  map[Hash]struct{} // rows of which one page had several equal ones
	text     []byte            // of a page; kept only to reuse its memory
	last     digest            // its last page that had rows,
	times    int               // and how often that came in a row
}

const (
	// maxServed bounds the tokens and pages that are remembered of one listing, and so its memory.
	maxServed = 200_000
	// maxEqualPages bounds how often one page may come whose rows may be more of the same.
	maxEqualPages = 50
)

// begin forgets everything, for another listing.
func (s *served) begin() {
	*s = served{counts: map[digest]int{}, followed: digests{}, pages: map[Hash]int{}, several: map[Hash]struct{}{}}
}

// show records that the listing shows a row.
func (s *served) show(base Hash, forgotten bool) {
	if forgotten {
		s.shown = hashes{}
		return
	}
	s.shown.add(base)
}

// recall counts all rows that were shown, because the order by time is lost, and others may be equal to any of them.
func (s *served) recall() {
	s.before = map[Hash]int{}
	for h := range s.shown.all {
		s.before[h]++
	}
	s.shown = hashes{}
}

// countBefore counts the equals of a row that were shown before the order was lost.
func (s *served) countBefore(base digest, h Hash) {
	if n, ok := s.before[h]; ok {
		s.counts[base] = max(s.counts[base], n)
		delete(s.before, h)
	}
}

// uncount forgets what was shown.
func (s *served) uncount() {
	clear(s.counts)
	clear(s.before)
	s.shown = hashes{}
}

// follow records that a token was followed.
func (s *served) follow(token string) {
	if token != "" && len(s.followed) < maxServed {
		s.followed.add(digestOf(token))
	}
}

// repeats reports whether a page came before, once too often. A page that came before is a repetition, except where it
// can be more of the same: if its rows have oneTime, and each is known to have equals, or they are all equal.
func (s *served) repeats(rows Rows, bases []Hash, oneTime bool) bool {
	if len(bases) == 0 {
		return false
	}
	page, different := s.meet(rows, bases, oneTime)
	most := 1
	if oneTime && (different == 1 || !slices.ContainsFunc(bases, func(h Hash) bool { return !s.hasEquals(h) })) {
		most = maxEqualPages
	}
	n := s.pages[page]
	if last := s.pageDigest(rows); last == s.last {
		n = max(n, s.times) // the walk may have been resumed since
		s.times++
	} else {
		s.last, s.times = last, 1
	}
	if _, met := s.pages[page]; met || len(s.pages) < maxServed {
		s.pages[page] = n + 1
	}
	return n >= most
}

// meet returns the hash of a page and, if its rows are not told apart by their times, how many different rows it has. It
// remembers which of them it has several of. Only rows of one time can be equal.
func (s *served) meet(rows Rows, bases []Hash, oneTime bool) (page Hash, different int) {
	var run counter
	for i, h := range bases {
		if page = page.mix(uint64(h)); i > 0 && !oneTime && !rows.Time(i).Equal(rows.Time(i-1)) {
			run.reset()
		}
		if run.add(h) == 0 {
			different++
		} else if len(s.several) < maxServed {
			s.several[h] = struct{}{}
		}
	}
	return page, different
}

func (s *served) hasEquals(h Hash) bool {
	_, ok := s.several[h]
	return ok
}

// pageDigest returns the digest of a page that has rows, for cursors: of the times of all rows, and of the keys of the first
// one and of those that share the time of the last one. Without an order by time, two pages that differ in the other rows only
// are taken for one; but there would be no such pages if the API did not repeat its first row.
func (s *served) pageDigest(rows Rows) digest {
	n := rows.Len()
	first, last := digestOf(rows.Key(0)), rows.Time(n-1)
	text := append(s.text[:0], first[:]...)
	for i := range n {
		t := rows.Time(i)
		text = binary.BigEndian.AppendUint64(text, uint64(t.Unix()))
		text = binary.BigEndian.AppendUint32(text, uint32(t.Nanosecond()))
	}
	for i := n - 1; i > 0 && rows.Time(i).Equal(last); i-- {
		d := digestOf(rows.Key(i))
		text = append(text, d[:]...)
	}
	s.text = text
	sum := sha256.Sum256(text)
	return digest(sum[:digestSize])
}

// identify numbers row i among its equals, and reports whether the row was read before. In a group that began in the answer,
// none was.
func (k *TokenWalk) identify(i int) (h Hash, known bool) {
	k.served.show(k.bases[i], k.all.forgotten)
	if k.entered && k.former.rename == nil {
		return k.identifyNew(i)
	}
	d := k.number(i, 0)
	if !k.traits.Numbered {
		known = k.wasRead(d, k.bases[i])
		k.keys.add(d)
		return k.bases[i], known
	}
	base := d
	k.served.countBefore(base, k.bases[i])
	old, n, renamed := k.formerDigest(i, base)
	n = k.ordinal(base, n, func(n int) digest { return k.number(i, n) })
	d = k.number(i, n)
	if renamed {
		known = k.rename(old, d)
	}
	h = k.got.Rows.Hash(i)
	known = k.wasRead(d, h) || known
	k.keys.add(d)
	return h, known
}

// identifyNew is identify for a row of a group that began in the answer.
func (k *TokenWalk) identifyNew(i int) (h Hash, known bool) {
	h = k.bases[i]
	if !k.traits.Numbered {
		if known = k.pending.seen.count(h) > 0; !known {
			k.pending.add(i, 0, h)
		}
		return h, known
	}
	n := k.pending.seen.count(h)
	if k.pending.add(i, n, h); n > 0 {
		k.got.Rows.Number(i, n)
		h = k.got.Rows.Hash(i)
	}
	return h, false
}

// ordinal returns how many equals of a row the server's listing has shown before it. Where only the keys tell, that is
// the first number from least on whose digest is not among them: a row that the listing shows now is none of those.
func (k *TokenWalk) ordinal(base digest, least int, nth func(n int) digest) int {
	n := k.served.counts[base]
	if k.former.uncounted {
		for n = max(n, least); k.keys.has(nth(n)); n++ {
		}
	}
	k.served.counts[base] = n + 1
	return n
}

// number makes row i the nth of its equals, and returns its digest.
func (k *TokenWalk) number(i, n int) digest {
	if k.traits.Numbered {
		k.got.Rows.Number(i, n)
	}
	return digestOf(k.got.Rows.Key(i))
}
