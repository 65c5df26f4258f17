package auditlogs

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPageAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w            window
		number, size int
	}{
		{window{skip: 0, after: 0, size: 300, limit: 300}, 0, 300},
		{window{skip: 0, after: 5, size: 10, limit: 300}, 0, 10},
		{window{skip: 10, after: 10, size: 5, limit: 300}, 2, 5},
		{window{skip: 5, after: 5, size: 5, limit: 5}, 1, 5},
		{window{skip: 299, after: 300, size: 2, limit: 300}, 42, 7}, // rows 294 to 300
	} {
		number, size := c.w.page()
		require.Equal(t, []int{c.number, c.size}, []int{number, size}, "%+v", c.w)
		require.LessOrEqual(t, number*size, c.w.skip, "%+v", c.w)
		require.Greater(t, (number+1)*size, c.w.after, "%+v", c.w)
	}
}

// TestPagesReachOn: whatever window is asked for, a page of it brings rows that are not known, and shows the row to overlap
// with, or the last known row, wherever any size does that.
func TestPagesReachOn(t *testing.T) {
	t.Parallel()
	check := func(w window) {
		number, size := w.page()
		require.True(t, size > 0 && size <= w.limit && number >= 0, "%+v: page %d of %d", w, number, size)
		from, to := number*size, (number+1)*size
		require.Greater(t, to, w.after, "%+v: page %d of %d brings nothing new", w, number, size)
		spans := func(row int) bool {
			for s := 1; s <= w.limit; s++ {
				if (row/s+1)*s > w.after {
					return true
				}
			}
			return false
		}
		switch {
		case spans(w.skip):
			require.True(t, from <= w.skip && w.skip < to, "%+v: page %d of %d lacks row skip", w, number, size)
		case w.after > 0 && spans(w.after-1):
			require.True(t, from < w.after, "%+v: page %d of %d lacks the last known row", w, number, size)
		default:
			require.True(t, from <= w.after, "%+v: page %d of %d leaves a gap", w, number, size)
		}
	}
	// What a plan asks for: at least one row more than the known ones that it repeats.
	for limit := 1; limit <= 12; limit++ {
		for after := range 60 {
			for skip := max(0, after-limit+1); skip <= after; skip++ {
				for size := after - skip + 1; size <= limit; size++ {
					check(window{skip: skip, after: after, size: size, limit: limit})
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		limit := 1 + random.IntN(1000)
		after := random.IntN(100_000)
		skip := max(0, after-random.IntN(limit))
		check(window{skip: skip, after: after, size: after - skip + 1 + random.IntN(limit-after+skip), limit: limit})
	}
}

// TestOverlapIsAlwaysPossible: with pages of 9 rows or more, every row of a log of 2,500 can be shown along with the next.
func TestOverlapIsAlwaysPossible(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{9, 10, 25, 100, 200, 300} {
		for after := 1; after < 2500; after++ {
			number, size := window{skip: after - 1, after: after, size: 2, limit: limit}.page()
			require.True(t, number*size < after && (number+1)*size > after, "limit %d, after %d: page %d of %d", limit, after, number, size)
		}
	}
}
