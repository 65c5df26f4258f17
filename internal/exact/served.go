package exact

import (
	"crypto/sha256"
	"slices"
)

// served is what one of the server's own listings has shown since it began. Equal rows are told apart by counting them,
// and that makes sense within such a listing only: the next one shows the rows at the frontier again from the first.
type served struct {
	counts  map[digest]int // rows shown, by the digest of the first of those that are equal: at the frontier, perhaps others
	witness bool           // it has shown a row at the frontier or before it
	reached bool           // it has shown a row at the frontier or ahead of it

	followed digests        // its tokens that were followed
	pages    map[digest]int // how often each of its pages came
	several  digests        // rows of which one page had several equal ones
	last     digest         // its last page that had rows,
	times    int            // and how often that came in a row
}

const (
	// maxServed bounds the tokens and pages that are remembered of one listing, and so its memory.
	maxServed = 200_000
	// maxEqualPages bounds how often one page may come whose rows may be more of the same.
	maxEqualPages = 50
)

// begin forgets everything, for another listing.
func (s *served) begin() {
	*s = served{counts: map[digest]int{}, followed: digests{}, pages: map[digest]int{}, several: digests{}}
}

// follow records that a token was followed.
func (s *served) follow(token string) {
	if token != "" && len(s.followed) < maxServed {
		s.followed.add(digestOf(token))
	}
}

// repeats reports whether a page came before, once too often. A page that came before is a repetition, except where it
// can be more of the same: if its rows have oneTime, and each is known to have equals, or they are all equal.
func (s *served) repeats(rows []digest, oneTime bool) bool {
	if len(rows) == 0 {
		return false
	}
	page, different := s.meet(rows)
	most := 1
	if oneTime && (different == 1 || !slices.ContainsFunc(rows, func(d digest) bool { return !s.several.has(d) })) {
		most = maxEqualPages
	}
	n := s.pages[page]
	if page == s.last {
		n = max(n, s.times) // the walk may have been resumed since
		s.times++
	} else {
		s.last, s.times = page, 1
	}
	if _, met := s.pages[page]; met || len(s.pages) < maxServed {
		s.pages[page] = n + 1
	}
	return n >= most
}

// meet returns the digest of a page and how many different rows it has. It remembers which of them it has several of.
func (s *served) meet(rows []digest) (page digest, different int) {
	all := make([]byte, 0, len(rows)*digestSize)
	on := make(digests, len(rows))
	for _, d := range rows {
		if all = append(all, d[:]...); on.has(d) && len(s.several) < maxServed {
			s.several.add(d)
		}
		on.add(d)
	}
	sum := sha256.Sum256(all)
	return digest(sum[:digestSize]), len(on)
}

// identify numbers row i among its equals, and reports whether the row was read before.
func (k *TokenWalk) identify(i int) (d digest, known bool) {
	if !k.traits.Numbered {
		return k.bases[i], k.keys.has(k.bases[i])
	}
	old, n, renamed := k.formerDigest(i)
	d = k.number(i, k.ordinal(k.bases[i], n, func(n int) digest { return k.number(i, n) }))
	if renamed {
		known = k.rename(old, d)
	}
	return d, known || k.keys.has(d)
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
	k.got.Rows.Number(i, n)
	if n == 0 {
		return k.bases[i]
	}
	return digestOf(k.got.Rows.Key(i))
}
