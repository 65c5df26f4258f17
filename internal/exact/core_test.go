package exact

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestInRangeAndPast(t *testing.T) {
	t.Parallel()
	c := newCore(Options{Range: Range{Since: second(10), Until: second(20)}})
	c.Order = NewestFirst
	require.False(t, c.pastRange(second(9)), "an order that is not sure")
	c.Shown = minShown
	for at, in := range map[time.Time]bool{
		second(10).Add(-1): false, second(10): true, second(20).Add(-1): true, second(20): false, second(15): true, {}: true,
	} {
		require.Equal(t, in, c.inRange(at), "%v", at)
	}
	for o, past := range map[Order][2]bool{NewestFirst: {true, false}, OldestFirst: {false, true}, Unordered: {}, OrderUnknown: {}} {
		c.Order = o
		require.Equal(t, past, [2]bool{c.pastRange(second(9)), c.pastRange(second(20))})
		require.False(t, c.pastRange(second(10)))
		require.False(t, c.pastRange(time.Time{}), "without a time")
	}
	open := newCore(Options{})
	open.Order, open.Shown = NewestFirst, minShown
	require.True(t, open.inRange(second(1)))
	require.False(t, open.pastRange(second(1)))
}

func TestTheFirstReasonIsKept(t *testing.T) {
	t.Parallel()
	l := NewListing(Options{})
	reason, cause := l.Incomplete()
	require.Empty(t, reason)
	require.Equal(t, CauseNone, cause)
	l.markIncomplete("one", CauseLoop)
	l.markIncomplete("two", CauseOffsetLimit)
	reason, cause = l.Incomplete()
	require.Equal(t, "one", reason)
	require.Equal(t, CauseLoop, cause)
}

// TestTheUpperBound: a listing without one ends at the server's now, or at the newest row if that is later; a poll ends its
// lag before the server's now, but not before the poll that came before.
func TestTheUpperBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		rows      testRows
		date      time.Time
		lag       time.Duration
		floor     time.Time
		until     time.Time // asked for
		want      time.Time
		delivered int
	}{
		{name: "by the clock", rows: rowsAt(5, 4, 3), date: second(9), want: second(10), delivered: 3},
		{name: "by a row newer than the clock", rows: rowsAt(30, 4), date: second(9), want: second(30).Add(1), delivered: 2},
		{name: "without a clock", rows: rowsAt(5, 4), want: second(5).Add(1), delivered: 2},
		{name: "without a clock, the oldest first", rows: rowsAt(4, 5), delivered: 2},
		{name: "the caller's", rows: rowsAt(5, 4), date: second(9), until: second(5), want: second(5), delivered: 1},
		{name: "of a poll", rows: rowsAt(50, 30, 20), date: second(60), lag: 15 * time.Second, want: second(45), delivered: 2},
		{name: "of a poll, not before the last one", rows: rowsAt(50, 30, 20), date: second(60), lag: 50 * time.Second, floor: second(25), want: second(25), delivered: 1},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 3}, Range: Range{Until: c.until}})
		l.lag, l.floor = c.lag, c.floor
		w, _ := l.Next()
		a := c.rows.serve(w, false)
		a.Date = c.date
		taken := l.Accept(w, a)
		require.Equal(t, c.want, l.Until, c.name)
		require.Len(t, c.rows.pick(taken.Spans), c.delivered, c.name)
		require.Equal(t, len(c.rows), taken.Fresh, c.name)
	}
}

// TestSpans: rows that stand side by side are one span, and what is not in the range is in none.
func TestSpans(t *testing.T) {
	t.Parallel()
	l := NewListing(Options{Traits: Traits{MaxSize: 10}, Range: Range{Since: second(3), Until: second(8)}})
	w, _ := l.Next()
	taken := l.Accept(w, rowsAt(9, 8, 7, 6, 2, 5, 4).serve(w, false))
	require.Equal(t, []Span{{2, 4}, {5, 7}}, taken.Spans)
	require.Equal(t, Finish, taken.Verdict)
	require.Equal(t, 7, taken.Fresh)
	require.Equal(t, 7, l.Total())
}

// TestOffset: the rows of the caller's offset are left out, also where only pages can be addressed.
func TestOffset(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(100, 61)...)
	for _, paged := range []bool{false, true} {
		for _, offset := range []int{0, 1, 7, 13, 39, 40, 50} {
			l := NewListing(Options{Traits: Traits{MaxSize: 10, SureTotal: true, Paged: paged}, PageSize: 4, Offset: offset})
			got := readAll(t, l, func(w Window) Answer { return log.serve(w, paged) }, nil)
			want := []string(nil)
			for _, row := range log[min(offset, len(log)):] {
				want = append(want, row.key)
			}
			require.Equal(t, want, got, "offset %d, paged %v", offset, paged)
		}
	}
}

// TestPastTheRange: once the order is sure, nothing behind the range is asked for.
func TestPastTheRange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows testRows
	}{
		{"newest first", rowsAt(span(100, 1)...)},
		{"oldest first", rowsAt(span(1, 100)...)},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 20}, Range: Range{Since: second(45), Until: second(56)}})
		requests := 0
		got := readAll(t, l, func(w Window) Answer { requests++; return c.rows.serve(w, false) }, nil)
		require.Len(t, got, 11, c.name)
		require.Less(t, requests, 5, c.name)
	}
}

// TestTooManyRowsOfOneTime: what cannot be remembered is not read, and the listing says so.
func TestTooManyRowsOfOneTime(t *testing.T) {
	t.Parallel()
	rows := make(testRows, maxKeys+2)
	for i := range rows {
		rows[i] = testRow{at: second(1), key: strconv.Itoa(i)}
	}
	for _, walk := range []Walk{NewListing(Options{Traits: Traits{MaxSize: len(rows)}}), NewTokenWalk(Options{})} {
		w, _ := walk.Next()
		taken := walk.Accept(w, Answer{Rows: rows, Asked: len(rows), Total: -1, More: MoreYes, Token: "on"})
		require.Equal(t, Finish, taken.Verdict)
		require.Equal(t, maxKeys+1, taken.Fresh)
		reason, _ := walk.Incomplete()
		require.Contains(t, reason, "too many records share one time")
		_, ok := walk.Next()
		require.False(t, ok)
	}
}

// TestOrderLost: where a later answer shows that the rows are in no order by time, the keys of all rows tell which were
// read, if they are known; else the listing says that it may be incomplete.
func TestOrderLost(t *testing.T) {
	t.Parallel()
	numbers := slices.Concat(span(100, 91), []int{80, 95000, 70, 85000, 60}, span(50, 41))
	log := rowsAt(numbers...)
	want := []string{}
	for _, row := range log {
		want = append(want, row.key)
	}
	l := NewListing(Options{Traits: Traits{MaxSize: 10}, Range: Range{Until: second(100_000)}})
	got := readAll(t, l, func(w Window) Answer { return log.serve(w, false) }, nil)
	require.ElementsMatch(t, want, got)
	require.Equal(t, Unordered, l.Order)
	reason, _ := l.Incomplete()
	require.Empty(t, reason)

	l = NewListing(Options{Traits: Traits{MaxSize: 10}, Range: Range{Until: second(100_000)}})
	w, _ := l.Next()
	l.Accept(w, log.serve(w, false))
	cursor, err := SealWalk("s", l)
	require.NoError(t, err)
	l = NewListing(Options{Traits: Traits{MaxSize: 10}, Range: Range{Until: second(100_000)}})
	require.NoError(t, OpenWalk(cursor, "s", l))
	w, _ = l.Next()
	l.Accept(w, log.serve(w, false))
	reason, _ = l.Incomplete()
	require.Contains(t, reason, "only after part of the log was read")
	require.Equal(t, NewestFirst, l.Order, "kept")
}

// TestDeletedWithoutAnOrder: where rows in no order by time are deleted while they are read, the walk steps back until it
// sees rows that it knows.
func TestDeletedWithoutAnOrder(t *testing.T) {
	t.Parallel()
	numbers := []int{}
	for n := range 97 {
		numbers = append(numbers, n*37%97)
	}
	for gone := range 70 {
		log, requests := rowsAt(numbers...), 0
		l := NewListing(Options{Traits: Traits{MaxSize: 10}, Range: Range{Until: second(1000)}})
		got := readAll(t, l, func(w Window) Answer {
			if requests++; requests == 10 { // after 74 rows
				log = log[gone:]
			}
			return log.serve(w, false)
		}, nil)
		require.Len(t, got, len(numbers), "%d deleted", gone)
		require.Subset(t, got, rowsAt(numbers...).pick([]Span{{0, len(numbers)}}))
	}
}
