package exact

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The bounds that a server refuses are left out for good, also after a cursor.
func TestWithoutBounds(t *testing.T) {
	t.Parallel()
	o := Options{
		Traits: Traits{MaxSize: 10, MaxSkip: 999, Granule: time.Second}, Offset: 3,
		Range: Range{Since: second(1), Until: second(50), Low: second(1), High: second(50)},
	}
	l := NewListing(o)
	w, ok := l.Next()
	require.True(t, ok)
	require.Equal(t, second(50), w.High)
	l.WithoutBounds()
	for range 2 {
		w, ok = l.Next()
		require.True(t, ok)
		require.True(t, w.Low.IsZero() && w.High.IsZero() && !w.Moved)
		require.Zero(t, w.Skip, "the offset counts the rows of the range")
		cursor, err := SealWalk("scope", l)
		require.NoError(t, err)
		l = NewListing(o)
		require.NoError(t, OpenWalk(cursor, "scope", l))
	}
	var rows []row
	for i := range 10 {
		rows = append(rows, row{at: second(54 - i), key: second(54 - i).String()})
	}
	taken := l.Accept(w, Answer{Rows: &slice{rows: rows}, Asked: 10, Total: 90})
	require.Equal(t, []Span{{8, 10}}, taken.Spans, "five are not in the range, and three are left out")
	require.Equal(t, Proceed, taken.Verdict)
	w, ok = l.Next()
	require.True(t, ok)
	require.True(t, w.Low.IsZero() && w.High.IsZero(), "no bound follows the frontier")
	require.Equal(t, 10, w.After)
}

// A bound that is refused while the list is read leads back to about where the frontier was.
func TestWithoutBoundsFromTheFrontier(t *testing.T) {
	t.Parallel()
	l := NewListing(Options{Traits: Traits{MaxSize: 10, MaxSkip: 999, Granule: time.Second}})
	w, _ := l.Next()
	var rows []row
	for i := range 10 {
		rows = append(rows, row{at: second(54 - i), key: second(54 - i).String()})
	}
	require.Equal(t, Proceed, l.Accept(w, Answer{Rows: &slice{rows: rows}, Asked: 10, Total: 90}).Verdict)
	w, _ = l.Next()
	require.True(t, w.Moved)
	l.WithoutBounds()
	w, _ = l.Next()
	require.True(t, w.Low.IsZero() && w.High.IsZero())
	require.Less(t, w.Skip, 9, "before the last row read")
	require.Greater(t, w.Skip, 5)
}
