package exact

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDigestsThereAndBack(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 300} {
		s := digests{}
		for i := range n {
			s.add(digestOf(strconv.Itoa(i)))
		}
		require.Len(t, s, n)
		text := s.bytes()
		require.Len(t, text, n*digestSize)
		require.Equal(t, text, s.clone().bytes(), "equal sets give equal text")
		back, ok := digestsFrom(text)
		require.True(t, ok)
		require.Equal(t, s, back)
		for i := range n {
			require.True(t, back.has(digestOf(strconv.Itoa(i))))
		}
		require.False(t, back.has(digestOf("another")))
		for cut := 1; cut < digestSize && n > 0; cut++ {
			_, ok := digestsFrom(text[:len(text)-cut])
			require.False(t, ok)
		}
	}
}

func TestDigestsAreCopied(t *testing.T) {
	t.Parallel()
	require.Nil(t, digests(nil).clone())
	s := digests{}
	c := s.clone()
	c.add(digestOf("a"))
	require.Empty(t, s)
}

func TestContentKeyTellsPartsApart(t *testing.T) {
	t.Parallel()
	seen := map[string][]string{}
	for _, parts := range [][]string{nil, {""}, {"", ""}, {"a", "b"}, {"ab"}, {"ab", ""}, {"", "ab"}, {"a", "b", ""}, {"a\x00b"}, {"b", "a"}} {
		key := ContentKey(parts...)
		require.Len(t, key, 32)
		require.NotContains(t, seen, key, "%q", parts)
		seen[key] = parts
		require.Equal(t, key, ContentKey(parts...))
	}
}

// TestEmptied: what a set is emptied into has room and no rows, and a large set is not kept.
func TestEmptied(t *testing.T) {
	t.Parallel()
	require.NotNil(t, digests(nil).emptied())
	for _, n := range []int{0, 1, 64, 65, 1000} {
		s := digests{}
		for i := range n {
			s.add(digestOf(strconv.Itoa(i)))
		}
		e := s.emptied()
		require.Empty(t, e)
		e.add(digestOf("a"))
		require.Equal(t, n <= 64, s.has(digestOf("a")), "of %d: kept", n)
	}
}
