package wire

import "hash/maphash"

const (
	sets    = 128 // of four strings, 8 KiB in all
	longest = 128 // bytes; longer strings seldom recur
)

// stringTable gives equal strings the same memory, as long as it remembers them: each set of four forgets its oldest
// string when another one comes. So its size is limited, and it follows what recurs now. Only one goroutine may use it
// at a time.
type stringTable struct{ sets [sets][4]string }

var seed = maphash.MakeSeed()

// of returns the bytes as a string.
func (s *stringTable) of(b []byte) string {
	if s == nil || len(b) == 0 || len(b) > longest {
		return string(b)
	}
	set := &s.sets[maphash.Bytes(seed, b)%sets]
	for i := range set {
		if set[i] == string(b) {
			return set[i]
		}
	}
	copy(set[1:], set[:])
	set[0] = string(b)
	return set[0]
}
