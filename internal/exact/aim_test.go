package exact

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMargin(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{1: 2, 10: 2, 100: 2, 199: 2, 200: 3, 266: 3, 267: 4, 300: 4, 999: 14, 1000: 15} {
		require.Equal(t, want, margin(size), "of %d", size)
	}
}

// TestPlansOverlap: a plan shows a row that is known, brings one that is not, and asks for no more than the API gives.
func TestPlansOverlap(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		tr := Traits{MaxSize: 1 + random.IntN(1000), Paged: random.IntN(2) == 0}
		pageSize := random.IntN(tr.MaxSize + 1)
		l := NewListing(Options{Traits: tr, PageSize: pageSize})
		l.Started = true
		l.GroupStart = random.IntN(5000)
		l.End = l.GroupStart + 1 + random.IntN(1200)
		if random.IntN(2) == 0 {
			l.ServerPage = 1 + random.IntN(tr.MaxSize)
		}
		l.frontierLost = random.IntN(4) == 0
		w, ok := l.Next()
		require.True(t, ok)
		require.True(t, w.Skip >= 0 && w.Skip <= l.End, "%+v of %+v", w, l)
		require.Equal(t, l.End, w.After)
		require.True(t, w.Size > 0 && w.Size <= tr.MaxSize && w.Size <= w.Limit, "%+v", w)
		require.True(t, l.want > 0 && (pageSize == 0 || l.want <= pageSize+w.Room) && w.Room <= l.wanted(), "takes %d of %d", l.want, pageSize)
		if l.ServerPage != 1 && tr.MaxSize > 1 {
			require.Less(t, w.Skip, l.End, "%+v shows nothing that is known", w)
		}
		if l.ServerPage != 1 || !tr.Paged {
			require.Greater(t, w.Skip+w.Size, l.End, "%+v brings nothing", w)
		}
	}
}

func TestTheFirstPlanIsTheCallers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pageSize, offset, size int }{{0, 0, 300}, {1, 0, 1}, {7, 9, 7}, {300, 40, 300}, {999, 0, 300}} {
		l := NewListing(Options{Traits: Traits{MaxSize: 300}, PageSize: c.pageSize, Offset: c.offset})
		w, ok := l.Next()
		require.True(t, ok)
		require.Equal(t, Window{Skip: c.offset, After: c.offset, Size: c.size, Limit: 300}, w)
		require.Equal(t, c.size, l.want, "new rows to take")
	}
	r := Range{Low: second(1), High: second(2)}
	w, ok := NewListing(Options{Traits: Traits{MaxSize: 300}, Range: r}).Next()
	require.True(t, ok)
	require.Equal(t, Window{Low: second(1), High: second(2), Size: 300, Limit: 300}, w)
	w, ok = NewTokenWalk(Options{Range: r}).Next()
	require.True(t, ok)
	require.Equal(t, Window{Low: second(1), High: second(2)}, w)
}

// TestMove: once the order is sure, the bound on the side of the frontier follows it, and never goes back.
func TestMove(t *testing.T) {
	t.Parallel()
	frontier := time.Date(2026, 3, 1, 0, 0, 30, 123_456_000, time.UTC)
	for _, c := range []struct {
		name      string
		order     Order
		shown     int
		granule   time.Duration
		low, high time.Time
		wantLow   time.Time
		wantHigh  time.Time
		moved     bool
	}{
		{"newest first", NewestFirst, minShown, time.Second, time.Time{}, time.Time{}, time.Time{}, second(31), true},
		{"milliseconds", NewestFirst, minShown, time.Millisecond, time.Time{}, time.Time{}, time.Time{}, second(30).Add(124 * time.Millisecond), true},
		{"never back", NewestFirst, minShown, time.Second, time.Time{}, second(31), time.Time{}, second(31), false},
		{"oldest first", OldestFirst, minShown, time.Second, time.Time{}, second(60), second(30), second(60), true},
		{"oldest first, never back", OldestFirst, minShown, time.Second, second(30), time.Time{}, second(30), time.Time{}, false},
		{"unordered", Unordered, minShown, time.Second, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
		{"unknown", OrderUnknown, minShown, time.Second, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
		{"cannot be moved", NewestFirst, minShown, 0, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
		{"not yet sure", NewestFirst, minShown - 1, time.Second, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 300, Granule: c.granule}, Range: Range{Low: c.low, High: c.high}})
		l.Started, l.Frontier, l.Order, l.Shown, l.End, l.GroupStart = true, frontier, c.order, c.shown, 40, 38
		l.keys.add(digestOf("a"))
		l.got.Rows = rowsAt()
		l.settle()
		require.Equal(t, []any{c.wantLow, c.wantHigh, c.moved}, []any{l.Low, l.High, l.Moved}, c.name)
		require.Equal(t, 40, l.endBefore, c.name)
		if c.moved {
			require.Equal(t, []int{0, 1}, []int{l.GroupStart, l.End}, c.name)
		} else {
			require.Equal(t, []int{38, 40}, []int{l.GroupStart, l.End}, c.name)
		}
	}
}

// TestTheBoundFollowsTheFrontier: the next window begins at the frontier, and its answer must show a row that was read. Else
// the server may mean the bound otherwise: it is widened, and in the end given up.
func TestTheBoundFollowsTheFrontier(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows      testRows
		low, high time.Time
	}{
		"newest first": {rowsAt(span(100, 41)...), time.Time{}, second(92)},
		"oldest first": {rowsAt(span(41, 100)...), second(50), time.Time{}},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 10, Granule: time.Second}, Range: Range{Until: second(200)}})
		w, _ := l.Next()
		require.False(t, w.Moved, name)
		require.Equal(t, Proceed, l.Accept(w, c.rows.serve(w, false)).Verdict, name)
		w, _ = l.Next()
		require.Equal(t, Window{Low: c.low, High: c.high, Moved: true, After: 1, Size: 10, Limit: 10}, w, name)

		first, last := w, w
		for range maxWidened + 1 {
			before := w
			taken := l.Accept(w, Answer{Rows: testRows{}, Total: -1})
			require.Equal(t, Taken{Spans: taken.Spans[:0], Verdict: Retry}, taken, name)
			w, _ = l.Next()
			require.Zero(t, w.Skip+w.After, name)
			require.True(t, before.Moved, name)
			require.True(t, !w.Moved || !w.Low.After(before.Low) && !w.High.Before(before.High), "%s: the range shrinks", name)
			last = before
		}
		require.True(t, last.Low.Before(first.Low) || last.High.After(first.High), "%s: the range grows", name)
		require.Equal(t, []any{false, time.Time{}, time.Time{}}, []any{w.Moved, w.Low, w.High}, "%s: the listing's own range", name)

		got, want := readAll(t, l, func(w Window) Answer { return c.rows.serve(w, false) }, nil), []string{}
		for _, row := range c.rows[10:] {
			want = append(want, row.key)
		}
		require.Equal(t, want, got, name)
	}
}

// TestADeletedHead: where rows before the frontier were deleted, the walk steps back until it sees the frontier again.
func TestADeletedHead(t *testing.T) {
	t.Parallel()
	for _, gone := range []int{1, 5, 20, 40} {
		log, want := rowsAt(span(100, 1)...), []string{}
		for _, n := range span(100, 1) {
			want = append(want, strconv.Itoa(n))
		}
		l := NewListing(Options{Traits: Traits{MaxSize: 10}})
		read := 0
		got := readAll(t, l, func(w Window) Answer {
			if read++; read == 6 {
				log = log[gone:]
			}
			return log.serve(w, false)
		}, nil)
		require.Equal(t, want, got, "%d deleted", gone)
		reason, _ := l.Incomplete()
		require.Empty(t, reason)
	}
}

// TestAnAddedHead: rows that come before the frontier push the others down; none is read twice.
func TestAnAddedHead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		added   int
		granule time.Duration
		paged   bool
	}{{1, 0, false}, {5, 0, true}, {25, 0, false}, {25, 0, true}, {25, time.Second, false}, {3, time.Second, true}} {
		log, want := rowsAt(span(1000, 901)...), []string{}
		for _, n := range span(1000, 901) {
			want = append(want, strconv.Itoa(n))
		}
		l := NewListing(Options{Traits: Traits{MaxSize: 10, Granule: c.granule, Paged: c.paged, SureTotal: true}})
		newest := 1000
		got := readAll(t, l, func(w Window) Answer {
			a := log.serve(w, c.paged)
			if newest < 1000+4*c.added {
				log = append(rowsAt(span(newest+c.added, newest+1)...), log...)
				newest += c.added
			}
			return a
		}, nil)
		require.Equal(t, want, got, "%+v", c)
	}
}

func TestLearnPage(t *testing.T) {
	t.Parallel()
	type seen struct {
		rows, asked, size int
		more              More
	}
	for _, c := range []struct {
		name string
		seen []seen
		want int
	}{
		{"the answer says it", []seen{{3, 100, 50, MoreUnknown}}, 50},
		{"the answer says that it is what was asked for", []seen{{3, 100, 100, MoreYes}, {3, 100, 100, MoreYes}}, 0},
		{"short once", []seen{{20, 100, 0, MoreYes}}, 0},
		{"short twice", []seen{{20, 100, 0, MoreYes}, {20, 90, 0, MoreYes}}, 20},
		{"short by another length", []seen{{20, 100, 0, MoreYes}, {21, 100, 0, MoreYes}}, 0},
		{"nothing follows", []seen{{20, 100, 0, MoreNo}, {20, 100, 0, MoreNo}}, 0},
		{"it is not said whether anything follows", []seen{{20, 100, 0, MoreUnknown}, {20, 100, 0, MoreUnknown}}, 0},
		{"too short to overlap", []seen{{3, 100, 0, MoreYes}, {3, 100, 0, MoreYes}}, 0},
		{"the shortest", []seen{{4, 100, 0, MoreYes}, {4, 100, 0, MoreYes}}, 4},
		{"a whole page between", []seen{{20, 100, 0, MoreYes}, {30, 30, 0, MoreYes}, {20, 100, 0, MoreYes}}, 0},
		{"an empty answer between", []seen{{20, 100, 0, MoreYes}, {0, 100, 0, MoreYes}, {20, 100, 0, MoreYes}}, 20},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 100}})
		for _, s := range c.seen {
			l.got = Answer{Rows: make(testRows, s.rows), Asked: s.asked, Size: s.size, More: s.more}
			l.learnPage()
		}
		require.Equal(t, c.want, l.ServerPage, c.name)
	}
}
