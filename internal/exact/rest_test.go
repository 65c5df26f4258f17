package exact

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// readKeeping reads a log as a caller does that keeps answers. It returns the keys of each page, and the number of requests.
func readKeeping(t *testing.T, l *Listing, ask func(Window) Answer) (pages [][]string, requests int) {
	t.Helper()
	var rest *Answer
	var used Window
	for {
		w, ok := l.Next()
		if !ok {
			return pages, requests
		}
		var a Answer
		if rest != nil && l.Continues(*rest) {
			a = *rest
		} else {
			used, requests = w, requests+1
			a = ask(w)
		}
		taken := l.Accept(used, a)
		pages = append(pages, a.Rows.(testRows).pick(taken.Spans))
		if taken.Verdict == Finish {
			return pages, requests
		}
		rest = nil
		if from, ok := l.Rest(); ok {
			rest = &Answer{Rows: a.Rows.(testRows)[from:], Skip: a.Skip + from, Asked: a.Asked - from, Total: a.Total, More: a.More}
		}
	}
}

// TestAnAnswerForTwoPages: what is left of an answer makes the next page, which is as long as the one before, so that pages
// with numbers cost fewer requests. No page is longer than the caller wants.
func TestAnAnswerForTwoPages(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(3000, 1)...)
	want := log.pick([]Span{{0, len(log)}})
	for _, keeps := range []bool{false, true} {
		l := NewListing(Options{Traits: Traits{MaxSize: 300, SureTotal: true, Paged: true}, PageSize: 100})
		if keeps {
			l.KeepAnswers()
		}
		pages, requests := readKeeping(t, l, func(w Window) Answer { return log.serve(w, true) })
		var got []string
		for i, p := range pages {
			require.LessOrEqual(t, len(p), 100)
			if i < len(pages)-1 {
				require.Greater(t, len(p), 40, "page %d", i)
			}
			got = append(got, p...)
		}
		require.Equal(t, want, got)
		if keeps {
			require.Less(t, requests, 25)
		} else {
			require.Len(t, pages, requests)
		}
	}
}

// TestWhatIsLeftOfAnAnswer: rows that were deleted meanwhile come as the answer showed them, and the listing goes on behind them.
func TestWhatIsLeftOfAnAnswer(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(1000, 1)...)
	want := log.pick([]Span{{0, len(log)}})
	l := NewListing(Options{Traits: Traits{MaxSize: 300, SureTotal: true, Paged: true}, PageSize: 100})
	l.KeepAnswers()
	requests := 0
	pages, _ := readKeeping(t, l, func(w Window) Answer {
		if requests++; requests == 3 {
			log = log[150:]
		}
		return log.serve(w, true)
	})
	var got []string
	for _, p := range pages {
		got = append(got, p...)
	}
	require.Equal(t, want, got)
}

// TestTheLastAnswerIsNotGivenAgain: it would agree with itself about the end.
func TestTheLastAnswerIsNotGivenAgain(t *testing.T) {
	t.Parallel()
	for _, more := range []More{MoreYes, MoreNo, MoreUnknown} {
		log := rowsAt(span(280, 1)...)
		l := NewListing(Options{Traits: Traits{MaxSize: 300, SureTotal: true, Paged: true}, PageSize: 100})
		l.KeepAnswers()
		var w Window
		for range 2 {
			w, _ = l.Next()
			a := log.serve(w, true)
			if w.Skip > 0 {
				require.Positive(t, w.Room)
				a.Rows, a.Skip, a.Total, a.More = log[95:], 95, 900, more
			}
			l.Accept(w, a)
		}
		_, ok := l.Rest()
		require.Equal(t, more == MoreYes, ok, "more: %v", more)
		if guess, _ := l.Forecast(w).Next(); ok {
			require.Equal(t, len(log), guess.After, "what is left is not asked for again")
		}
	}
}

// TestTies: pages with numbers repeat as many rows as a group of the first answer has, and a witness.
func TestTies(t *testing.T) {
	t.Parallel()
	for ties, want := range map[int]int{1: 3, 2: 3, 3: 4, 5: 6, 20: 6} {
		log := rowsAt(span(1000, 1)...)
		for i := range log[:40] {
			log[i].at = log[i/ties*ties].at
		}
		for i := range log[150:170] { // of a later answer
			log[150+i].at = log[150].at
		}
		l := NewListing(Options{Traits: Traits{MaxSize: 300, SureTotal: true, Paged: true}, PageSize: 100})
		for range 2 { // later answers do not change it
			w, _ := l.Next()
			l.Accept(w, log.serve(w, true))
		}
		w, _ := l.Next()
		require.Equal(t, want, w.After-w.Skip, "groups of %d", ties)
		guess, ok := l.Forecast(w).Next()
		require.True(t, ok)
		require.Equal(t, want, guess.After-guess.Skip, "groups of %d", ties)
	}
}

// TestABoundStaysBehindOutliers: a bound stays behind more rows where no count tells what it leaves unread.
func TestABoundStaysBehindOutliers(t *testing.T) {
	t.Parallel()
	for total, behind := range map[int]int{-1: maxTail, 500: 2} {
		log := rowsAt(span(500, 1)...)
		l := NewListing(Options{Traits: Traits{MaxSize: 999, Granule: time.Second, Undocumented: true}, PageSize: 100})
		w, _ := l.Next()
		a := log.serve(w, false)
		a.Total, a.More = total, MoreUnknown
		l.Accept(w, a)
		w, _ = l.Next()
		require.True(t, w.Moved)
		require.Equal(t, second(401+behind), w.High, "the row after the bound was read %d rows before the last", behind)
		require.Equal(t, 100+behind+1, w.Size, "and the rows at the bound and after it do not make the page shorter")
	}
}
