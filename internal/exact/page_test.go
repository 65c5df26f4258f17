package exact

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPageAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w            Window
		number, size int
	}{
		{Window{Skip: 0, After: 0, Size: 300, Limit: 300}, 0, 300},
		{Window{Skip: 0, After: 5, Size: 10, Limit: 300}, 0, 10},
		{Window{Skip: 10, After: 10, Size: 5, Limit: 300}, 2, 5},
		{Window{Skip: 5, After: 5, Size: 5, Limit: 5}, 1, 5},
		{Window{Skip: 299, After: 300, Size: 2, Limit: 300}, 42, 7}, // rows 294 to 300
	} {
		number, size := c.w.Page()
		require.Equal(t, []int{c.number, c.size}, []int{number, size}, "%+v", c.w)
		require.LessOrEqual(t, number*size, c.w.Skip, "%+v", c.w)
		require.Greater(t, (number+1)*size, c.w.After, "%+v", c.w)
	}
}

// TestPagesReachOn: whatever window is asked for, a page of it brings rows that are not known, and shows the row to overlap
// with, or the last known row, wherever any size does that.
func TestPagesReachOn(t *testing.T) {
	t.Parallel()
	check := func(w Window) {
		number, size := w.Page()
		require.True(t, size > 0 && size <= w.Limit && number >= 0, "%+v: page %d of %d", w, number, size)
		from, to := number*size, (number+1)*size
		require.Greater(t, to, w.After, "%+v: page %d of %d brings nothing new", w, number, size)
		spans := func(row int) bool {
			for s := 1; s <= w.Limit; s++ {
				if (row/s+1)*s > w.After {
					return true
				}
			}
			return false
		}
		switch {
		case spans(w.Skip):
			require.True(t, from <= w.Skip && w.Skip < to, "%+v: page %d of %d lacks row skip", w, number, size)
		case w.After > 0 && spans(w.After-1):
			require.True(t, from < w.After, "%+v: page %d of %d lacks the last known row", w, number, size)
		default:
			require.True(t, from <= w.After, "%+v: page %d of %d leaves a gap", w, number, size)
		}
	}
	// What a plan asks for: at least one row more than the known ones that it repeats.
	for limit := 1; limit <= 12; limit++ {
		for after := range 60 {
			for skip := max(0, after-limit+1); skip <= after; skip++ {
				for size := after - skip + 1; size <= limit; size++ {
					check(Window{Skip: skip, After: after, Size: size, Limit: limit})
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		limit := 1 + random.IntN(1000)
		after := random.IntN(100_000)
		skip := max(0, after-random.IntN(limit))
		check(Window{Skip: skip, After: after, Size: after - skip + 1 + random.IntN(limit-after+skip), Limit: limit})
	}
}

// TestOverlapIsAlwaysPossible: with pages of 9 rows or more, every row of a log of 2,500 can be shown along with the next.
func TestOverlapIsAlwaysPossible(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{9, 10, 25, 100, 200, 300} {
		for after := 1; after < 2500; after++ {
			number, size := Window{Skip: after - 1, After: after, Size: 2, Limit: limit}.Page()
			require.True(t, number*size < after && (number+1)*size > after, "limit %d, after %d: page %d of %d", limit, after, number, size)
		}
	}
}

// TestWholePages: a page that is to bring all that is wanted does so, with the least waste that any size allows.
func TestWholePages(t *testing.T) {
	t.Parallel()
	for limit := 1; limit <= 12; limit++ {
		for after := range 40 {
			for skip := max(0, after-limit+1); skip <= after; skip++ {
				for size := after - skip + 1; size <= limit; size++ {
					w := Window{Skip: skip, After: after, Size: size, Limit: limit, Whole: true}
					number, got := w.Page()
					require.Greater(t, (number+1)*got, after, "%+v: page %d of %d brings nothing new", w, number, got)
					waste, possible := 0, false // of the best page that holds all that is wanted
					for s := size; s <= limit; s++ {
						if n := skip / s; (n+1)*s >= skip+size && (!possible || s-size < waste) {
							waste, possible = s-size, true
						}
					}
					if possible && waste <= size && skip > 0 {
						require.True(t, number*got <= skip && (number+1)*got >= skip+size, "%+v: page %d of %d is not whole", w, number, got)
						require.Equal(t, waste, got-size, "%+v: page %d of %d", w, number, got)
					}
				}
			}
		}
	}
}

// TestPagesWithRoom: pages that may bring more than is wanted overlap little.
func TestPagesWithRoom(t *testing.T) {
	t.Parallel()
	const overlap, size = 3, 100
	read, after := size, size
	for after < 20_000 {
		w := Window{Skip: after - overlap, After: after, Size: overlap + size, Room: size, Limit: 300}
		number, s := w.Page()
		from, to := number*s, (number+1)*s
		require.True(t, from <= w.Skip && to > after, "%+v: page %d of %d", w, number, s)
		read, after = read+s, min(to, after+2*size) // as many as are taken
	}
	require.Less(t, 100*(read-after), 4*after, "per cent of the rows, read twice")
}
