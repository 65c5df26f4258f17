package wire

import "encoding/binary"

const (
	setBits = 9
	sets    = 1 << setBits // of four strings, 32 KiB in all
	longest = 128          // bytes; longer strings seldom recur
)

// stringTable gives equal strings the same memory, as long as it remembers them: each set of four forgets its oldest
// string when another one comes. So its size is limited, and it follows what recurs now. Only one goroutine may use it
// at a time.
type stringTable struct{ sets [sets][4]string }

// of returns the bytes as a string.
func (s *stringTable) of(b []byte) string {
	if s == nil || len(b) == 0 || len(b) > longest {
		return string(b)
	}
	set := &s.sets[setOf(b)]
	for i := range set {
		if set[i] == string(b) {
			return set[i]
		}
	}
	copy(set[1:], set[:])
	set[0] = string(b)
	return set[0]
}

// setOf returns the set for a string: by its length and what it begins and ends with, which costs less than to hash all of it.
// Strings that share a set by chance, or by intent, only forget each other.
func setOf(b []byte) uint64 {
	var head, tail uint64
	if n := len(b); n >= 8 {
		head, tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	} else {
		for _, c := range b {
			head = head<<8 | uint64(c)
		}
	}
	const mix = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio
	h := (head ^ uint64(len(b))) * mix
	h = (h>>32 ^ h ^ tail) * mix
	return h >> (64 - setBits)
}
