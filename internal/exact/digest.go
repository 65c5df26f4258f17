package exact

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"maps"
	"slices"
)

// digestSize keeps cursors short. With 6 bytes, one row among 300 is mistaken for another once in 10^12 rows.
const digestSize = 6

// digest is the short form of a record's key that positions and cursors remember.
type digest [digestSize]byte

func digestOf(key string) digest {
	var short [96]byte // keeps the usual key off the heap
	sum := sha256.Sum256(append(short[:0], key...))
	return digest(sum[:digestSize])
}

// number returns the digest as a number.
func (d digest) number() (n uint64) {
	for _, b := range d {
		n = n<<8 | uint64(b)
	}
	return n
}

// digests is a set of rows that were examined.
type digests map[digest]struct{}

func (s digests) add(d digest) { s[d] = struct{}{} }

func (s digests) has(d digest) bool {
	_, ok := s[d]
	return ok
}

// setOf returns a set of the digests in a list.
func setOf(list []digest) digests {
	s := make(digests, len(list))
	for _, d := range list {
		s.add(d)
	}
	return s
}

// emptied returns the set without its rows. It drops a large set instead of clearing it: clearing takes as long as the
// set was once large, however few rows it contains now.
func (s digests) emptied() digests {
	const large = 64
	switch {
	case s == nil || len(s) > large:
		return digests{}
	case len(s) > 0:
		clear(s)
	}
	return s
}

// clone copies the set. A nil set stays nil.
func (s digests) clone() digests { return maps.Clone(s) }

// bytes joins the set, sorted so that equal sets give equal cursors.
func (s digests) bytes() []byte {
	out := make([]byte, 0, len(s)*digestSize)
	for _, d := range sorted(maps.Keys(s)) {
		out = append(out, d[:]...)
	}
	return out
}

func sorted(all iter.Seq[digest]) []digest {
	return slices.SortedFunc(all, func(a, b digest) int { return bytes.Compare(a[:], b[:]) })
}

// digestsFrom is the inverse of bytes. ok is false if the length does not fit.
func digestsFrom(b []byte) (s digests, ok bool) {
	if len(b)%digestSize != 0 {
		return nil, false
	}
	s = make(digests, len(b)/digestSize)
	for ; len(b) > 0; b = b[digestSize:] {
		s.add(digest(b[:digestSize]))
	}
	return s, true
}

// ContentKey returns a key for content without an id: a digest of its parts. Each part is written with its length, so
// that no two different lists of parts give the same input.
func ContentKey(parts ...string) string {
	var short [512]byte // keeps the usual content off the heap
	text := short[:0]
	for _, part := range parts {
		text = append(binary.AppendUvarint(text, uint64(len(part))), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
