package wire

import "encoding/binary"

const (
	setBits = 9
	sets    = 1 << setBits // of four strings, 50 KiB in all
	longest = 128          // bytes; longer strings seldom recur
)

// stringTable gives equal strings the same memory, as long as it remembers them: each set of four forgets its oldest
// string when another one comes. So its size is limited, and it follows what recurs now. A string that comes for the first
// time, as many do that never recur, displaces none. Only one goroutine may use the table at a time.
type stringTable struct{ sets [sets]stringSet }

type stringSet struct {
	known [4]string
	marks [4]uint32 // of these, because to compare them costs less
	once  [4]uint32 // marks of strings that came once
	next  uint8     // place for the next of those
}

// of returns the bytes as a string, if they recur.
func (s *stringTable) of(b []byte) (recurring string, ok bool) {
	if len(b) == 0 || len(b) > longest {
		return "", false
	}
	h := quickHash(b)
	mark := uint32(h)
	set := &s.sets[h>>(64-setBits)]
	for i := range set.known {
		if set.marks[i] == mark && set.known[i] == string(b) {
			return set.known[i], true
		}
	}
	if set.meet(mark) {
		return "", false
	}
	copy(set.known[1:], set.known[:])
	copy(set.marks[1:], set.marks[:])
	set.known[0], set.marks[0] = string(b), mark
	return set.known[0], true
}

// meet remembers the mark of a string, and reports whether it is met for the first time.
func (s *stringSet) meet(mark uint32) (first bool) {
	for i := range s.once {
		if s.once[i] == mark {
			s.once[i] = 0
			return false
		}
	}
	s.once[s.next%4] = mark
	s.next++
	return true
}

// quickHash hashes a string by its length and what it begins and ends with, which costs less than to hash all of it. Strings
// that share a hash by chance, or by intent, only displace each other.
func quickHash(b []byte) uint64 {
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
	return (h>>32 ^ h ^ tail) * mix
}
