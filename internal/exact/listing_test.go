package exact

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEcho: an answer that was asked to go on, and shows the same rows further down, repeats the one before.
func TestEcho(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(a *answer, n int)
		want   bool
	}{
		"the same rows, further down": {func(*answer, int) {}, true},
		"at the same place":           {func(a *answer, _ int) { a.got.Skip = 5 }, false}, // yet
		"with new rows":               {func(a *answer, _ int) { a.fresh = 1 }, false},
		"with another total":          {func(a *answer, n int) { a.got.Total = n }, true},
		"another first row":           {func(a *answer, n int) { a.got.Rows = append(rowsAt(100+n), a.got.Rows.(testRows)...) }, false},
		"another last row":            {func(a *answer, n int) { a.got.Rows = append(a.got.Rows.(testRows), rowsAt(n)...) }, false},
		"too few rows to tell":        {func(a *answer, _ int) { a.got.Rows = rowsAt(50) }, false},
		"one answer between": {func(a *answer, n int) {
			if n == maxEchoes/2 {
				a.fresh = 1
			}
		}, false},
	} {
		var e echo
		for n := range maxEchoes/2 + 1 { // those from further on count twice
			a := &answer{got: Answer{Rows: rowsAt(50, 49), Skip: 10 * n, Total: 90}}
			c.change(a, n)
			require.Equal(t, c.want && n == maxEchoes/2, e.repeats(a, false), "%s: answer %d", name, n)
		}
	}
}

// TestAnAPIThatRepeatsItself: the listing ends with the cause, and gives what it has.
func TestAnAPIThatRepeatsItself(t *testing.T) {
	t.Parallel()
	log, requests := rowsAt(span(100, 1)...), 0
	l := NewListing(Options{Traits: Traits{MaxSize: 10}})
	got := readAll(t, l, func(w Window) Answer {
		requests++
		a := log.serve(Window{Size: w.Size}, false) // the first page, wherever it was asked for
		a.Skip = w.Skip
		return a
	}, nil)
	require.Len(t, got, 10)
	require.Less(t, requests, 10)
	_, cause := l.Incomplete()
	require.Equal(t, CauseLoop, cause)
	_, ok := l.Next()
	require.False(t, ok)
}

// TestAnswersThatLeadNowhere: so many in a row without a new row end the listing.
func TestAnswersThatLeadNowhere(t *testing.T) {
	t.Parallel()
	log, requests := rowsAt(span(100, 1)...), 0
	l := NewListing(Options{Traits: Traits{MaxSize: 10}})
	got := readAll(t, l, func(w Window) Answer {
		if requests++; requests == 1 {
			return log.serve(w, false)
		}
		return Answer{Rows: rowsAt(101), Skip: w.Skip, Asked: w.Size, Total: -1, More: MoreYes} // newer than all that was read
	}, nil)
	require.Len(t, got, 10)
	require.Equal(t, 1+maxIdle+1+1, requests, "the first, and as many as are borne")
	reason, cause := l.Incomplete()
	require.Contains(t, reason, "lead nowhere")
	require.Equal(t, CauseLoop, cause)
}

func TestTheOffsetLimit(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(100, 1)...)
	for _, c := range []struct{ most, rows int }{{40, 50}, {89, 99}, {90, 100}, {200, 100}, {0, 100}} {
		l := NewListing(Options{Traits: Traits{MaxSize: 10, MaxSkip: c.most}})
		got := readAll(t, l, func(w Window) Answer {
			require.True(t, c.most == 0 || w.Skip <= c.most, "%+v", w)
			return log.serve(w, false)
		}, nil)
		want := []string{}
		for _, row := range log[:c.rows] {
			want = append(want, row.key)
		}
		require.Equal(t, want, got, "%+v", c)
		reason, cause := l.Incomplete()
		if c.rows == len(log) {
			require.Empty(t, reason)
			continue
		}
		require.Equal(t, "the API gives no record past offset "+strconv.Itoa(c.most), reason)
		require.Equal(t, CauseOffsetLimit, cause)
	}
}

// TestUserOrder: rows that come in the caller's order are read once, and a change meanwhile is said.
func TestUserOrder(t *testing.T) {
	t.Parallel()
	numbers := []int{}
	for n := range 60 {
		numbers = append(numbers, n*37%60)
	}
	for _, deleted := range []bool{false, true} {
		log, requests := rowsAt(numbers...), 0
		l := NewListing(Options{Traits: Traits{MaxSize: 10, SureTotal: true, UserOrder: true}})
		got := readAll(t, l, func(w Window) Answer {
			if requests++; deleted && requests == 3 {
				log = log[1:]
			}
			return log.serve(w, false)
		}, nil)
		reason, _ := l.Incomplete()
		if deleted {
			require.Contains(t, reason, "in an order that is not by time")
			continue
		}
		require.Len(t, got, 60)
		require.Empty(t, reason)
	}
}

// TestPagesOfTheWantedSize: every answer brings as many new rows as the caller wants, but for the last.
func TestPagesOfTheWantedSize(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(100, 1)...)
	for _, size := range []int{1, 7, 48} {
		l := NewListing(Options{Traits: Traits{MaxSize: 50, SureTotal: true}, PageSize: size})
		for read := 0; read < len(log); {
			w, ok := l.Next()
			require.True(t, ok)
			taken := l.Accept(w, log.serve(w, false))
			require.Equal(t, min(size, len(log)-read), taken.Fresh, "after %d rows", read)
			read += taken.Fresh
			require.Equal(t, read == len(log), taken.Verdict == Finish)
		}
	}
}

// TestAPageThatWasCut: where only pages can be addressed, rows can be skipped only once the server's page size is known.
func TestAPageThatWasCut(t *testing.T) {
	t.Parallel()
	log, want := rowsAt(span(100, 1)...), []string{}
	for _, row := range log[30:] {
		want = append(want, row.key)
	}
	l := NewListing(Options{Traits: Traits{MaxSize: 50, Paged: true, SureTotal: true}, Offset: 30, PageSize: 15})
	got := readAll(t, l, func(w Window) Answer {
		number, size := w.Page()
		cut := min(size, 12) // without saying so
		a := log.serve(Window{Skip: number * cut, Size: cut}, false)
		a.Skip, a.Asked, a.Size = number*size, size, 0
		return a
	}, nil)
	require.Equal(t, want, got)
	require.Equal(t, 12, l.ServerPage)
}
