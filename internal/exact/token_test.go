package exact

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tokenServer gives the pages of a listing by tokens, each of which stands for the rows that follow.
type tokenServer struct {
	rows   testRows
	size   int
	tokens map[string]testRows
}

// answer is nil where the token is refused.
func (s *tokenServer) answer(w Window) *Answer {
	rest, known := s.tokens[w.Token]
	if w.Token == "" {
		rest, known = s.rows.between(w.Low, w.High), true
	}
	if !known {
		return nil
	}
	n := min(s.size, len(rest))
	a := &Answer{Rows: slices.Clone(rest[:n]), Total: -1, More: MoreIf(n < len(rest))}
	if a.More == MoreYes {
		a.Token = strconv.Itoa(len(s.tokens)) + " of " + w.Low.String() + w.High.String()
		s.tokens[a.Token] = rest[n:]
	}
	return a
}

func tokenWalk(numbered bool) *TokenWalk {
	return NewTokenWalk(Options{Traits: Traits{Granule: time.Second, Numbered: numbered}, Range: Range{Until: second(100_000)}})
}

// read reads a walk to its end, and restarts it where its token is refused. The server changes before each request.
func (s *tokenServer) read(t *testing.T, k *TokenWalk, change func(request int)) (keys []string) {
	t.Helper()
	for request := range 1000 {
		change(request)
		w, ok := k.Next()
		if !ok {
			return keys
		}
		a := s.answer(w)
		if a == nil {
			k.Restart()
			continue
		}
		taken := k.Accept(w, *a)
		keys = append(keys, a.Rows.(testRows).pick(taken.Spans)...)
		if taken.Verdict == Finish {
			return keys
		}
	}
	require.Fail(t, "the walk does not end")
	return nil
}

// TestRefusedTokens: wherever a token expires, the listing that replaces it begins at the frontier, and every row is read
// once; rows of one time on both sides of the place, and equal ones, too.
func TestRefusedTokens(t *testing.T) {
	t.Parallel()
	down := rowsAt(span(100, 80)...)
	up := rowsAt(span(80, 100)...)
	var grouped testRows
	for i := range 30 {
		grouped = append(grouped, testRow{at: second(100 - i/4), key: strconv.Itoa(i)})
	}
	equals := func(each int) (equal testRows, want []string) { // rows of one time have one key
		for i := range 30 {
			equal = append(equal, testRow{at: second(100 - i/each), key: strconv.Itoa(i / each)})
			key := strconv.Itoa(i / each)
			if i%each > 0 {
				key += "#" + strconv.Itoa(i%each)
			}
			want = append(want, key)
		}
		return equal, want
	}
	equal, want := equals(4)
	large, wantLarge := equals(13)
	keys := func(rows testRows) []string { return rows.pick([]Span{{0, len(rows)}}) }
	for _, c := range []struct {
		name string
		rows testRows
		want []string
	}{
		{"newest first", down, keys(down)},
		{"oldest first", up, keys(up)},
		{"rows of one time", grouped, keys(grouped)},
		{"equal rows", equal, want},
		{"more equal rows than fit on a page", large, wantLarge},
	} {
		for size := 5; size < 9; size++ {
			for refused := range 6 {
				s := &tokenServer{c.rows, size, map[string]testRows{}}
				k := tokenWalk(true)
				got := s.read(t, k, func(request int) {
					if request == refused {
						s.tokens = map[string]testRows{}
					}
				})
				require.Equal(t, c.want, got, "%s, pages of %d, refused at request %d", c.name, size, refused)
				reason, _ := k.Incomplete()
				require.Empty(t, reason)
			}
		}
	}
}

func TestRestart(t *testing.T) {
	t.Parallel()
	frontier := second(90).Add(500 * time.Millisecond)
	for _, c := range []struct {
		name      string
		started   bool
		order     Order
		low, high time.Time
		moved     bool
	}{
		{"before the first row", false, OrderUnknown, second(1), second(200), false},
		{"newest first", true, NewestFirst, second(1), second(91), true},
		{"oldest first", true, OldestFirst, second(90), second(200), true},
		{"of one time", true, OrderUnknown, second(1), second(200), false},
		{"in no order", true, Unordered, second(1), second(200), false},
	} {
		k := NewTokenWalk(Options{Traits: Traits{Granule: time.Second}, Range: Range{Low: second(1), High: second(200)}})
		k.Started, k.Frontier, k.Order, k.token = c.started, frontier, c.order, "expired"
		k.Restart()
		w, ok := k.Next()
		require.True(t, ok)
		require.Equal(t, Window{Low: c.low, High: c.high, Moved: c.moved}, w, c.name)
	}
}

// TestAnswersThatDoNotSayWhereTheyGoOn: the next listing begins at the frontier, as if the token had been refused; and one
// that begins there and shows nothing new is the last.
func TestAnswersThatDoNotSayWhereTheyGoOn(t *testing.T) {
	t.Parallel()
	for _, resumed := range []bool{false, true} {
		k := tokenWalk(true)
		reopen := func() {
			if !resumed {
				return
			}
			cursor, err := SealWalk("s", k)
			require.NoError(t, err)
			k = tokenWalk(true)
			require.NoError(t, OpenWalk(cursor, "s", k))
		}
		w, _ := k.Next()
		taken := k.Accept(w, Answer{Rows: rowsAt(50, 49, 48), Total: -1, More: MoreYes, Lost: "why"})
		require.Equal(t, Taken{Spans: []Span{{0, 3}}, Fresh: 3, Verdict: Proceed}, taken)
		require.False(t, k.CanForecast())
		require.True(t, k.Replacing())
		reopen()
		w, _ = k.Next()
		require.Equal(t, Window{High: second(49), Moved: true, Again: true}, w)
		taken = k.Accept(w, Answer{Rows: rowsAt(49, 48, 47), Total: -1, More: MoreYes, Token: "on"})
		require.Equal(t, Taken{Spans: []Span{{2, 3}}, Fresh: 1, Verdict: Proceed}, taken)
		w, _ = k.Next()
		taken = k.Accept(w, Answer{Rows: testRows{}, Total: -1, More: MoreYes, Lost: "why"}) // none are new, but the token led on
		require.Equal(t, Proceed, taken.Verdict)
		reopen()
		w, ok := k.Next()
		require.True(t, ok)
		require.Equal(t, Window{High: second(48), Moved: true, Again: true}, w)
		require.Equal(t, Proceed, k.Accept(w, Answer{Rows: rowsAt(48), Total: -1, More: MoreYes, Lost: "why"}).Verdict)
		reopen()
		w, _ = k.Next()
		taken = k.Accept(w, Answer{Rows: rowsAt(48, 47), Total: -1, More: MoreYes, Lost: "why"})
		require.Equal(t, Finish, taken.Verdict, "the third time that nothing is new")
		require.Zero(t, taken.Fresh)
		reason, cause := k.Incomplete()
		require.Equal(t, "why", reason)
		require.Equal(t, CauseNone, cause)
		_, ok = k.Next()
		require.False(t, ok)
	}

	k := tokenWalk(true)
	for i, want := range []Verdict{Proceed, Proceed, Finish} {
		w, _ := k.Next()
		require.Equal(t, Window{Again: i > 0}, w)
		require.Equal(t, want, k.Accept(w, Answer{Rows: testRows{}, Total: -1, More: MoreYes}).Verdict, "no row, and no way on")
	}
	reason, _ := k.Incomplete()
	require.Contains(t, reason, "not where")
}

// TestTokensThatLeadToNone: a server whose every second answer does not say where it goes on, and that shows nothing new, is
// asked a few times only.
func TestTokensThatLeadToNone(t *testing.T) {
	t.Parallel()
	k, requests := tokenWalk(false), 0
	readAll(t, k, func(w Window) Answer {
		requests++
		if w.Token == "" {
			return Answer{Rows: rowsAt(50), Total: -1, More: MoreYes, Token: strconv.Itoa(requests)}
		}
		return Answer{Rows: testRows{}, Total: -1, More: MoreYes}
	}, nil)
	require.Equal(t, 2*(maxRefused+1), requests)
	reason, _ := k.Incomplete()
	require.Contains(t, reason, "not where")
}

// TestAnAnswerThatDoesNotShowTheFrontier: of a listing that begins anew, the answer must show a row that was read. Else the
// bound is widened, and at last the listing's own taken again.
func TestAnAnswerThatDoesNotShowTheFrontier(t *testing.T) {
	t.Parallel()
	k := tokenWalk(false)
	log := rowsAt(span(100, 80)...)
	w, _ := k.Next()
	require.Equal(t, Proceed, k.Accept(w, Answer{Rows: log[:11], Total: -1, More: MoreYes, Token: "on"}).Verdict)
	w, _ = k.Next()
	require.Equal(t, Window{Token: "on"}, w)
	k.Restart()
	w, _ = k.Next()
	require.Equal(t, Window{High: second(91), Moved: true}, w)
	for range maxWidened + 1 {
		require.True(t, w.Moved)
		before := w.High
		taken := k.Accept(w, Answer{Rows: log[12:15], Total: -1, More: MoreYes, Token: "skips row 11"})
		require.Equal(t, Retry, taken.Verdict)
		require.Empty(t, taken.Spans)
		w, _ = k.Next()
		require.Empty(t, w.Token)
		require.True(t, !w.Moved || w.High.After(before), "the range grows")
	}
	require.Equal(t, Window{}, w, "the listing's own")
	taken := k.Accept(w, Answer{Rows: log, Total: -1, More: MoreNo})
	require.Equal(t, Taken{Spans: []Span{{11, 21}}, Fresh: 10, Verdict: Finish}, taken)
}

// TestTokensThatLeadInACircle: a token that was followed before ends the listing, and so do one new token after the other
// without a new row, and pages that come again, whatever their tokens.
func TestTokensThatLeadInACircle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		token    func(request int) string
		rows     func(request int) testRows
		requests int
	}{
		{"the same token", func(int) string { return "a" }, func(int) testRows { return rowsAt(50) }, 2},
		{"two tokens in turn", func(n int) string { return strconv.Itoa(n % 2) }, func(int) testRows { return rowsAt(50) }, 3},
		{"ever more tokens", strconv.Itoa, func(int) testRows { return nil }, maxEmpty + 1},
		{"the token just followed, with new rows", func(int) string { return "a" }, func(n int) testRows { return rowsAt(100 - n) }, 2},
		{"two tokens in turn, with new rows", func(n int) string { return strconv.Itoa(n % 2) }, func(n int) testRows { return rowsAt(100 - min(n, 20)) }, 3},
		{"one page", strconv.Itoa, func(int) testRows { return rowsAt(50, 49) }, 2},
		{"one page of one time", strconv.Itoa, func(int) testRows { return testRows{{at: second(50), key: "a"}, {at: second(50), key: "b"}} }, 2},
		{"one page of two times, two rows each", strconv.Itoa, func(int) testRows {
			return testRows{{at: second(50), key: "a"}, {at: second(50), key: "a"}, {at: second(49), key: "b"}, {at: second(49), key: "b"}}
		}, 2},
		{"one page of one time, two rows each", strconv.Itoa, func(int) testRows {
			return testRows{{at: second(50), key: "a"}, {at: second(50), key: "b"}, {at: second(50), key: "a"}, {at: second(50), key: "b"}}
		}, maxEqualPages + 1},
		{"one page of equal rows", strconv.Itoa, func(int) testRows { return testRows{{at: second(50), key: "a"}, {at: second(50), key: "a"}} }, maxEqualPages + 1},
		{"three pages in turn", strconv.Itoa, func(n int) testRows { return rowsAt(50-2*(n%3), 49-2*(n%3)) }, 4},
		{"three pages in turn, in no order", strconv.Itoa, func(n int) testRows { return rowsAt(50-2*(n%3), 55-3*(n%3), 40-n%3) }, 4},
		{"two pages of one time in turn", strconv.Itoa, func(n int) testRows {
			return testRows{{at: second(50), key: "a"}, {at: second(50), key: strconv.Itoa(n % 2)}}
		}, 3},
		{"two pages of equal rows in turn", strconv.Itoa, func(n int) testRows {
			return testRows{{at: second(50), key: strconv.Itoa(n % 2)}}
		}, 2*maxEqualPages + 1},
	} {
		k, requests := tokenWalk(false), 0
		readAll(t, k, func(Window) Answer {
			a := Answer{Rows: c.rows(requests), Total: -1, More: MoreYes, Token: c.token(requests)}
			requests++
			return a
		}, nil)
		require.Equal(t, c.requests, requests, c.name)
		_, cause := k.Incomplete()
		require.Equal(t, CauseLoop, cause, c.name)
		_, ok := k.Next()
		require.False(t, ok, c.name)
	}
}

// TestTokensInNoOrder: a row from before the frontier, in an answer that goes on after it, is said once the keys that were
// read are no longer known; and while they are, they tell what was read.
func TestTokensInNoOrder(t *testing.T) {
	t.Parallel()
	answers := []Answer{
		{Rows: rowsAt(50, 49, 48), Total: -1, More: MoreYes, Token: "a"},
		{Rows: rowsAt(60, 47, 70, 49), Total: -1, More: MoreYes, Token: "b"},
		{Rows: rowsAt(46, 71), Total: -1, More: MoreNo},
	}
	for _, resumed := range []bool{false, true} {
		k := tokenWalk(false)
		var got []string
		for _, a := range answers {
			w, _ := k.Next()
			got = append(got, a.Rows.(testRows).pick(k.Accept(w, a).Spans)...)
			if !resumed {
				continue
			}
			cursor, err := SealWalk("s", k)
			require.NoError(t, err)
			k = tokenWalk(false)
			require.NoError(t, OpenWalk(cursor, "s", k))
		}
		reason, _ := k.Incomplete()
		if resumed {
			require.Contains(t, reason, "only after part of the log was read")
			continue
		}
		require.Equal(t, []string{"50", "49", "48", "60", "47", "70", "46", "71"}, got)
		require.Empty(t, reason)
	}

	k := tokenWalk(false) // each answer in order, but the second not behind the first
	for _, a := range []Answer{
		{Rows: rowsAt(50, 49, 48), Total: -1, More: MoreYes, Token: "a"},
		{Rows: rowsAt(55, 54, 47), Total: -1, More: MoreNo},
	} {
		w, _ := k.Next()
		k.Accept(w, a)
	}
	reason, _ := k.Incomplete()
	require.Contains(t, reason, "not in order of time")
	_, ok := k.Next()
	require.False(t, ok)
}

// TestTokensPastTheRange: once the order is sure, no token is followed behind the range.
func TestTokensPastTheRange(t *testing.T) {
	t.Parallel()
	k := NewTokenWalk(Options{Traits: Traits{Granule: time.Second}, Range: Range{Since: second(91), Until: second(100)}})
	w, _ := k.Next()
	taken := k.Accept(w, Answer{Rows: rowsAt(span(102, 85)...), Total: 500, More: MoreYes, Token: "on"})
	require.Equal(t, Taken{Spans: []Span{{3, 12}}, Fresh: 12, Verdict: Finish}, taken)
	require.Equal(t, 500, k.Total())
	reason, _ := k.Incomplete()
	require.Empty(t, reason)
}

// TestEqualRowsOfTwoAnswers are counted on in an answer that goes on, and not in one that repeats.
func TestEqualRowsOfTwoAnswers(t *testing.T) {
	t.Parallel()
	same := func() testRows { return testRows{{at: second(50), key: "a"}, {at: second(50), key: "a"}} }
	k := tokenWalk(true)
	w, _ := k.Next()
	a := Answer{Rows: same(), Total: -1, More: MoreYes, Token: "1"}
	require.Equal(t, []string{"a", "a#1"}, a.Rows.(testRows).pick(k.Accept(w, a).Spans))
	w, _ = k.Next()
	a = Answer{Rows: same(), Total: -1, More: MoreYes, Token: "2"}
	require.Equal(t, []string{"a#2", "a#3"}, a.Rows.(testRows).pick(k.Accept(w, a).Spans))
	k.Restart()
	w, _ = k.Next()
	a = Answer{Rows: slices.Concat(same(), same(), testRows{{at: second(50), key: "a"}}), Total: -1, More: MoreNo}
	require.Equal(t, []string{"a#4"}, a.Rows.(testRows).pick(k.Accept(w, a).Spans))
}

// TestWhereTheRangeBegins: what the API makes of "the last hour" bounds the listings that replace this one.
func TestWhereTheRangeBegins(t *testing.T) {
	t.Parallel()
	k := tokenWalk(false)
	w, _ := k.Next()
	k.Accept(w, Answer{Rows: rowsAt(50, 49), Total: -1, More: MoreYes, Token: "on", Low: second(9)})
	w, _ = k.Next()
	require.Equal(t, Window{Low: second(9), Token: "on"}, w)
}

// TestEqualRowsOfOneAnswer are counted within their time.
func TestEqualRowsOfOneAnswer(t *testing.T) {
	t.Parallel()
	same := func(n int) testRow { return testRow{at: second(n), key: strconv.Itoa(n)} }
	a := Answer{Rows: testRows{same(9), same(9), same(8), same(8), same(8), {at: second(8), key: "other"}, same(7)}, Total: -1, More: MoreNo}
	k := tokenWalk(true)
	w, _ := k.Next()
	require.Equal(t, []string{"9", "9#1", "8", "8#1", "8#2", "other", "7"}, a.Rows.(testRows).pick(k.Accept(w, a).Spans))
}

// TestTheOrderIsLostInAListingThatBeganAtTheFrontier: rows before that are not shown by it, so another one begins at the
// beginning.
func TestTheOrderIsLostInAListingThatBeganAtTheFrontier(t *testing.T) {
	t.Parallel()
	k := tokenWalk(true)
	w, _ := k.Next()
	require.Equal(t, Proceed, k.Accept(w, Answer{Rows: rowsAt(50, 49, 48), Total: -1, More: MoreYes, Token: "a"}).Verdict)
	require.True(t, k.Restart())
	w, _ = k.Next()
	require.Equal(t, Window{High: second(49), Moved: true}, w)
	taken := k.Accept(w, Answer{Rows: rowsAt(48, 46, 47), Total: -1, More: MoreNo})
	require.Equal(t, Retry, taken.Verdict)
	require.Empty(t, taken.Spans)
	w, _ = k.Next()
	require.Equal(t, Window{}, w)
	a := Answer{Rows: rowsAt(50, 49, 48, 60, 46, 47), Total: -1, More: MoreNo}
	require.Equal(t, []string{"60", "46", "47"}, a.Rows.(testRows).pick(k.Accept(w, a).Spans))
	reason, _ := k.Incomplete()
	require.Empty(t, reason)
}

// TestAListingThatShowsNothingReadBefore cannot replace an expired one: that it is at its end is not shown.
func TestAListingThatShowsNothingReadBefore(t *testing.T) {
	t.Parallel()
	for _, rows := range []testRows{rowsAt(50, 49, 48), rowsAt(50)} {
		k := tokenWalk(true)
		w, _ := k.Next()
		k.Accept(w, Answer{Rows: rows, Total: -1, More: MoreYes, Token: "a"})
		require.True(t, k.Restart())
		for n := 0; ; n++ {
			require.Less(t, n, 10)
			w, ok := k.Next()
			if !ok || k.Accept(w, Answer{Rows: testRows{}, Total: -1, More: MoreNo}).Verdict == Finish {
				break
			}
		}
		reason, _ := k.Incomplete()
		require.Contains(t, reason, "does not show what was read before")
	}
}

// TestAnAnswerWhoseTokenLeadsBack may show rows again. They do not count as further equal ones.
func TestAnAnswerWhoseTokenLeadsBack(t *testing.T) {
	t.Parallel()
	k := tokenWalk(true)
	same := testRows{{at: second(50), key: "a"}}
	w, _ := k.Next()
	require.Len(t, k.Accept(w, Answer{Rows: same, Total: -1, More: MoreYes, Token: "1"}).Spans, 1)
	w, _ = k.Next()
	require.Empty(t, k.Accept(w, Answer{Rows: same, Total: -1, More: MoreYes, Token: "1"}).Spans)
}

// TestFormerKeysAreForgotten: with the second that a cursor of an earlier release has keys of.
func TestFormerKeysAreForgotten(t *testing.T) {
	t.Parallel()
	k := tokenWalk(true)
	c, err := Seal(rawState(`{"s":"x","b":true,"f":"2026-03-01T00:00:50Z","o":1,"n":"a","t":-1}`), []byte("012345"))
	require.NoError(t, err)
	require.NoError(t, OpenWalk(c, "x", k))
	require.True(t, k.former.keys && k.former.uncounted)
	w, _ := k.Next()
	k.Accept(w, Answer{Rows: rowsAt(50), Total: -1, More: MoreYes, Token: "b"})
	require.True(t, k.former.keys && k.former.uncounted)
	w, _ = k.Next()
	k.Accept(w, Answer{Rows: rowsAt(49), Total: -1, More: MoreYes, Token: "c"})
	require.Equal(t, former{}, k.former)
}

// TestRefusedTokensAreBounded: a walk ends after some refusals in a row, and after any number with new rows between them.
func TestRefusedTokensAreBounded(t *testing.T) {
	t.Parallel()
	k := tokenWalk(true)
	for n := range 3 * maxRefused {
		w, _ := k.Next()
		k.Accept(w, Answer{Rows: rowsAt(1000-n, 999-n), Total: -1, More: MoreYes, Token: strconv.Itoa(n)})
		require.True(t, k.Replacing() == false && k.Restart() && k.Replacing())
	}
	for range maxRefused - 1 {
		require.True(t, k.Restart())
	}
	require.False(t, k.Restart())
	_, ok := k.Next()
	require.False(t, ok)
	reason, cause := k.Incomplete()
	require.Contains(t, reason, "refuses")
	require.Equal(t, CauseNone, cause)
}
