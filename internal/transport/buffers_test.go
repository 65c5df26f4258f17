package transport

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuffers(t *testing.T) {
	t.Parallel()
	var b Buffers
	large := append(b.borrow(4*largeBuffer), make([]byte, 4*largeBuffer)...)
	b.giveBack(large)
	again := b.borrow(3 * largeBuffer)
	require.Same(t, &large[0], &again[:1][0], "it serves again")
	require.Empty(t, again)

	b.giveBack(append(again, "small"...))
	small := b.borrow(10)
	require.Equal(t, 11, cap(small), "a small body keeps no large buffer")
	b.giveBack(append(small, '1'))
	require.Equal(t, 22, cap(b.borrow(20)), "one that is too small is let go")
	require.Empty(t, b.free)

	for range maxFree + 1 {
		b.giveBack(bytes.Repeat([]byte("x"), 100))
	}
	require.Len(t, b.free, maxFree)

	var none *Buffers
	none.giveBack(large)
	require.Equal(t, 7, cap(none.borrow(7)))
}
