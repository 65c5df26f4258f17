package exact

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// racingServer counts its rows before it reads them, as Django does, and gets new ones in between: it then leaves off as
// many of the oldest on the last page, and says that nothing follows.
type racingServer struct {
	now      time.Time
	rows     testRows // newest first
	requests int
	grow     func(request int) int // how many rows come within a request
}

func (s *racingServer) add(at time.Time) {
	s.rows = slices.Insert(s.rows, 0, testRow{at: at, key: strconv.Itoa(len(s.rows) + 1)})
}

func (s *racingServer) answer(w Window) Answer {
	s.requests++
	page, size := w.Page()
	if w.Reverse {
		page, size = 0, w.Size
	}
	counted := len(s.rows)
	for range s.grow(s.requests) {
		s.now = s.now.Add(time.Second)
		s.add(s.now)
	}
	from, to := min(page*size, counted), min((page+1)*size, counted)
	rows := slices.Clone(s.rows)
	if w.Reverse {
		slices.Reverse(rows)
	}
	return Answer{
		Rows: rows[from:to], Skip: page * size, Asked: size, Size: size,
		Total: counted, More: MoreIf(to < counted), Date: s.now,
	}
}

func TestRowsThatComeBetweenCountingAndReading(t *testing.T) {
	t.Parallel()
	once := func(n, rows int) func(int) int {
		return func(request int) int {
			if request == n {
				return rows
			}
			return 0
		}
	}
	for name, c := range map[string]struct {
		rows, size int
		grow       func(int) int
	}{
		"a single page":                      {7, 10, once(1, 3)},
		"the last of several pages":          {25, 10, once(3, 2)},
		"more than the last page holds":      {25, 10, once(3, 9)},
		"every answer, by another number":    {25, 10, func(request int) int { return request % 3 }},
		"the last page, exactly full":        {20, 10, once(2, 4)},
		"the first of several pages":         {25, 10, once(1, 5)},
		"nothing comes, and nothing is lost": {25, 10, func(int) int { return 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &racingServer{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), grow: c.grow}
			for n := range c.rows {
				s.add(s.now.Add(time.Duration(n-c.rows) * time.Second))
			}
			want := slices.Clone(s.rows)
			l := NewListing(Options{Traits: Traits{MaxSize: 300, SureTotal: true, Paged: true, Reversible: true}, PageSize: c.size})
			got := map[string]int{}
			for _, key := range readAll(t, l, s.answer, nil) {
				got[key]++
			}
			for i := range want {
				require.Equal(t, 1, got[want.Key(i)], "record %s of %d", want.Key(i), len(want))
			}
			reason, _ := l.Incomplete()
			require.Empty(t, reason)
		})
	}
}

// TestTheEndWithoutAWord: where the API does not say whether rows follow, the walk ends only once asking past the last row
// brings nothing.
func TestTheEndWithoutAWord(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 9, 10, 11, 25, 40} {
		for _, serverPage := range []int{10, 7} {
			log, want := rowsAt(span(100, 101-max(1, n))...)[:n], []string(nil)
			for _, row := range log {
				want = append(want, row.key)
			}
			l := NewListing(Options{Traits: Traits{MaxSize: 10}})
			got := readAll(t, l, func(w Window) Answer {
				a := log.serve(Window{Skip: w.Skip, Size: min(w.Size, serverPage)}, false) // without saying so
				a.Total, a.More, a.Size, a.Asked = -1, MoreUnknown, 0, w.Size
				return a
			}, nil)
			require.Equal(t, want, got, "%d rows in pages of %d", n, serverPage)
			require.Equal(t, -1, l.Total())
		}
	}
}

// TestALargeGroupWithoutAWord: rows of one time that no page can hold are read whole although the API does not say whether
// any follow, also where it cuts its pages without saying so.
func TestALargeGroupWithoutAWord(t *testing.T) {
	t.Parallel()
	for _, serverPage := range []int{10, 7} {
		for _, n := range []int{9, 10, 20, 33} {
			var log testRows
			want := []string{}
			for i := range n + 2 {
				at := second(50)
				switch i {
				case 0:
					at = second(51)
				case n + 1:
					at = second(49)
				}
				log, want = append(log, testRow{at: at, key: strconv.Itoa(i)}), append(want, strconv.Itoa(i))
			}
			l := NewListing(Options{Traits: Traits{MaxSize: 10}})
			got := readAll(t, l, func(w Window) Answer {
				a := log.serve(Window{Skip: w.Skip, Size: min(w.Size, serverPage)}, false)
				a.Total, a.More, a.Size, a.Asked = -1, MoreUnknown, 0, w.Size
				return a
			}, nil)
			require.Equal(t, want, got, "%d rows in pages of %d", n, serverPage)
		}
	}
}

// TestRowsThatAreCountedAndNotShown: the API is asked again, and after that not believed.
func TestRowsThatAreCountedAndNotShown(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(100, 86)...)
	for name, c := range map[string]struct {
		paged bool
		spoil func(*Answer)
	}{
		"an empty first answer": {false, func(a *Answer) { a.Rows, a.More = testRows{}, MoreYes }},
		"a cut last page": {true, func(a *Answer) {
			if a.Size = 0; a.More == MoreNo {
				a.Rows = a.Rows.(testRows)[:a.Rows.Len()-2]
			}
		}},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 10, Paged: c.paged}, Range: Range{Until: second(200)}})
		requests := 0
		readAll(t, l, func(w Window) Answer {
			requests++
			a := log.serve(w, c.paged)
			c.spoil(&a)
			return a
		}, nil)
		reason, _ := l.Incomplete()
		require.Equal(t, reasonUnshown, reason, name)
		require.Greater(t, requests, 2, name)
		_, ok := l.Next()
		require.False(t, ok, name)
	}
}
