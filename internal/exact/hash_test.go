package exact

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHashOfParts(t *testing.T) {
	t.Parallel()
	all := []Hash{
		HashOf(""), HashOf("a"), HashOf("ab"), HashOf("").And("a"), HashOf("a").And(""), HashOf("a").And("b"), HashOf("b").And("a"),
		HashOf("a").AndNumber(0), HashOf("a").AndNumber(1), HashOf("a").AndNumber(1).AndNumber(2), HashOf("a").AndNumber(2).AndNumber(1),
	}
	require.Equal(t, HashOf("a").And("b").AndNumber(7), HashOf("a").And("b").AndNumber(7))
	slices.Sort(all)
	require.Len(t, slices.Compact(slices.Clone(all)), len(all), "parts have borders and an order")
}

// TestCounter counts few hashes, and many.
func TestCounter(t *testing.T) {
	t.Parallel()
	var c counter
	for round := range 3 {
		for i := range Hash(10 * fewHashes) {
			require.Equal(t, round, c.add(i))
			require.Equal(t, round+1, c.count(i))
		}
	}
	require.Zero(t, c.count(1e6))
	c.reset()
	require.Zero(t, c.count(1))
	require.Zero(t, c.add(1))
}

func TestHashes(t *testing.T) {
	t.Parallel()
	var s hashes
	require.Zero(t, s.len())
	require.False(t, s.has(0))
	var want []Hash
	for h := range Hash(3*hashPiece + 5) {
		s.add(h)
		want = append(want, h)
		require.Equal(t, len(want), s.len())
	}
	require.Equal(t, want, slices.Collect(s.all))
	for _, h := range []Hash{0, hashPiece - 1, hashPiece, 3*hashPiece + 4} {
		require.True(t, s.has(h))
	}
	require.False(t, s.has(3*hashPiece+5))
	for h := range s.all {
		if h == hashPiece+1 {
			break
		}
	}
}
