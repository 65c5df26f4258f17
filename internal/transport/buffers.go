package transport

import "sync"

// Buffers is the memory for the bodies of one listing: one answer uses it after the other, and with the listing it is gone.
// Without Buffers, each body has memory of its own. Safe for concurrent use, because answers may be read ahead: a buffer has
// one owner at a time, the bodyReader until it is filled, then the reply whose body it is, until that is released. A buffer
// that is not given back is lost only to the listing.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
}

const (
	// maxFree bounds the buffers that wait for an answer.
	maxFree = 2
	// largeBuffer is the size from which on a buffer must fit its body: no answer keeps much more memory than it needs.
	largeBuffer = 8 << 10
)

// borrow returns an empty buffer with room for size bytes.
func (b *Buffers) borrow(size int) []byte {
	if b == nil {
		return make([]byte, 0, size)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.free); n > 0 {
		buf := b.free[n-1]
		b.free = b.free[:n-1]
		if cap(buf) >= size {
			return buf
		}
	}
	return make([]byte, 0, size+size/8) // the next bodies may be a little larger
}

// giveBack keeps a buffer for another answer, unless it is much larger than what it was used for. Nothing may refer to it any
// more.
func (b *Buffers) giveBack(used []byte) {
	if b == nil || cap(used) == 0 || oversized(used) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) < maxFree {
		b.free = append(b.free, used[:0])
	}
}

// oversized reports whether a buffer is large, and less than half full.
func oversized(buf []byte) bool { return cap(buf) > largeBuffer && len(buf) < cap(buf)/2 }
