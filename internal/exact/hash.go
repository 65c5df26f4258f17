package exact

import (
	"hash/maphash"
	"slices"
)

// Hash is a cheap hash of a row's key: equal keys have equal hashes, and within a listing no others do, but by a chance of one
// in 10^9 for a listing of 10^5 rows. It depends on a seed of the process, so that nobody who can write into a log can make
// two rows look alike, and is in no cursor. There is the digest for that.
type Hash uint64

var seed = maphash.MakeSeed()

// HashOf returns the hash of a key, or of the first part of one.
func HashOf(part string) Hash { return Hash(maphash.String(seed, part)) }

// And adds a part of the key.
func (h Hash) And(part string) Hash { return h.mix(maphash.String(seed, part)) }

// AndNumber adds a part of the key that is a number.
func (h Hash) AndNumber(n int64) Hash { return h.mix(uint64(n)) }

// mix depends on the order of the parts.
func (h Hash) mix(part uint64) Hash {
	const odd = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio
	return Hash((uint64(h)<<29|uint64(h)>>35)*odd + part)
}

// hashes is a list of hashes that may become long. It grows piece by piece, so that nothing is copied.
type hashes struct {
	full [][]Hash
	last []Hash
}

const hashPiece = 1000

func (s *hashes) add(h Hash) {
	if len(s.last) == cap(s.last) {
		if len(s.last) > 0 {
			s.full = append(s.full, s.last)
		}
		s.last = make([]Hash, 0, hashPiece)
	}
	s.last = append(s.last, h)
}

func (s *hashes) len() int { return len(s.full)*hashPiece + len(s.last) }

// all iterates over the hashes, from the first on.
func (s *hashes) all(yield func(Hash) bool) {
	for _, piece := range append(slices.Clip(s.full), s.last) {
		for _, h := range piece {
			if !yield(h) {
				return
			}
		}
	}
}

func (s *hashes) has(h Hash) bool {
	return slices.ContainsFunc(append(slices.Clip(s.full), s.last), func(piece []Hash) bool { return slices.Contains(piece, h) })
}

// counter counts hashes. Usually they are few, and then it needs no map.
type counter struct {
	few  []Hash
	many map[Hash]int // of all; nil while they are few
}

// fewHashes is how many hashes are looked through one by one.
const fewHashes = 16

// add adds a hash, and returns how often it was added before.
func (t *counter) add(h Hash) (before int) {
	before = t.count(h)
	switch {
	case t.many != nil:
		t.many[h]++
	case len(t.few) < fewHashes:
		t.few = append(t.few, h)
	default:
		t.many = make(map[Hash]int, 4*fewHashes)
		for _, known := range append(t.few, h) {
			t.many[known]++
		}
	}
	return before
}

// count returns how often a hash was added.
func (t *counter) count(h Hash) (n int) {
	if t.many != nil {
		return t.many[h]
	}
	for _, known := range t.few {
		if known == h {
			n++
		}
	}
	return n
}

func (t *counter) reset() { t.few, t.many = t.few[:0], nil }
