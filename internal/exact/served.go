package exact

import "crypto/sha256"

// served is what one of the server's own listings has shown since it began. Equal rows are told apart by counting them,
// and that makes sense within such a listing only: the next one shows the rows at the frontier again from the first.
type served struct {
	counts  map[digest]int // rows shown, by the digest of the first of those that are equal: at the frontier, perhaps others
	witness bool           // it has shown a row at the frontier or before it
	reached bool           // it has shown a row at the frontier or ahead of it

	followed digests        // its tokens that were followed
	pages    map[digest]int // how often each of its pages came
	last     digest         // its last page that had rows,
	times    int            // and how often that came in a row
}

const (
	// maxServed bounds the tokens and pages that are remembered of one listing, and so its memory.
	maxServed = 200_000
	// maxEqualPages bounds how often one page may come if all its rows are equal. Several such pages may be rows of
	// one time, while a page of different rows that comes again is a repetition.
	maxEqualPages = 50
)

// begin forgets everything, for another listing.
func (s *served) begin() {
	*s = served{counts: map[digest]int{}, followed: digests{}, pages: map[digest]int{}}
}

// follow records that a token was followed.
func (s *served) follow(token string) {
	if s.followed == nil {
		s.followed = digests{}
	}
	if token != "" && len(s.followed) < maxServed {
		s.followed.add(digestOf(token))
	}
}

// repeats reports whether a page came before, once too often.
func (s *served) repeats(rows []digest) bool {
	if len(rows) == 0 {
		return false
	}
	page, most := pageOf(rows)
	n := s.pages[page]
	if page == s.last {
		n = max(n, s.times) // the walk may have been resumed since
		s.times++
	} else {
		s.last, s.times = page, 1
	}
	if s.pages == nil {
		s.pages = map[digest]int{}
	}
	if _, met := s.pages[page]; met || len(s.pages) < maxServed {
		s.pages[page] = n + 1
	}
	return n >= most
}

// pageOf returns a digest of a page, and how often the page may come.
func pageOf(rows []digest) (page digest, most int) {
	all := make([]byte, 0, len(rows)*digestSize)
	most = maxEqualPages
	for _, d := range rows {
		if all = append(all, d[:]...); d != rows[0] {
			most = 1
		}
	}
	sum := sha256.Sum256(all)
	return digest(sum[:digestSize]), most
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

// ordinal returns how many equals of a row the server's listing has shown before it. Where only the keys tell, it is
// the first number from least on whose digest is not among them.
func (k *TokenWalk) ordinal(base digest, least int, nth func(n int) digest) int {
	n, met := k.served.counts[base]
	if !met && k.former.uncounted {
		for n = least; k.keys.has(nth(n)); n++ {
		}
	}
	if k.served.counts == nil {
		k.served.counts = map[digest]int{}
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
