package exact

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testRows are the rows of an answer, or of a whole log.
type testRows []testRow

type testRow struct {
	at  time.Time
	key string
	nth int // of equal rows
}

func (r testRows) Len() int             { return len(r) }
func (r testRows) Time(i int) time.Time { return r[i].at }
func (r testRows) Number(i, n int)      { r[i].nth = n }

func (r testRows) Key(i int) string {
	if r[i].nth > 0 {
		return r[i].key + "#" + strconv.Itoa(r[i].nth)
	}
	return r[i].key
}

func (r testRows) Hash(i int) Hash { return HashOf(r.Key(i)) }

// pick is the keys of the rows that were taken.
func (r testRows) pick(spans []Span) (keys []string) {
	for _, s := range spans {
		for i := s.From; i < s.To; i++ {
			keys = append(keys, r.Key(i))
		}
	}
	return keys
}

// second is the nth second of a day.
func second(n int) time.Time { return time.Date(2026, 3, 1, 0, 0, n, 0, time.UTC) }

func seconds(ns ...int) (times []time.Time) {
	for _, n := range ns {
		times = append(times, second(n))
	}
	return times
}

// rowsAt is one row for each second, which is its key.
func rowsAt(ns ...int) (rows testRows) {
	for _, n := range ns {
		rows = append(rows, testRow{at: second(n), key: strconv.Itoa(n)})
	}
	return rows
}

// span is the numbers from a to b, in either direction.
func span(a, b int) (ns []int) {
	for n := min(a, b); n <= max(a, b); n++ {
		ns = append(ns, n)
	}
	if a > b {
		slices.Reverse(ns)
	}
	return ns
}

// between is the rows that a server shows for a range.
func (r testRows) between(low, high time.Time) (rows testRows) {
	for _, row := range r {
		if !row.at.Before(low) && (high.IsZero() || row.at.Before(high)) {
			rows = append(rows, row)
		}
	}
	return rows
}

// serve answers a window as a server does that knows its total, and addresses pages if it is paged.
func (r testRows) serve(w Window, paged bool) Answer {
	all, skip, size := r.between(w.Low, w.High), w.Skip, w.Size
	if paged {
		number, length := w.Page()
		skip, size = number*length, length
	}
	from, to := min(skip, len(all)), min(skip+size, len(all))
	return Answer{Rows: slices.Clone(all[from:to]), Skip: skip, Asked: size, Size: size, Total: len(all), More: MoreIf(to < len(all))}
}

// readAll reads a walk to its end, and gives the keys of the rows it delivered. Before each request the walk may be
// exchanged.
func readAll(t *testing.T, walk Walk, answer func(Window) Answer, exchange func(Walk) Walk) (keys []string) {
	t.Helper()
	for range 10_000 {
		if exchange != nil {
			walk = exchange(walk)
		}
		w, ok := walk.Next()
		if !ok {
			return keys
		}
		a := answer(w)
		taken := walk.Accept(w, a)
		keys = append(keys, a.Rows.(testRows).pick(taken.Spans)...)
		if taken.Verdict == Finish {
			return keys
		}
	}
	reason, _ := walk.Incomplete()
	require.Fail(t, "the walk does not end", reason)
	return nil
}
