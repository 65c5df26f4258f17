package exact

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// poller polls by windows of a range that moves, by windows of the whole log, or by tokens.
func poller(kind int) Poller {
	return Poller{Lag: time.Minute, Lookback: 5 * time.Minute, Begin: func(since time.Time) Walk {
		switch kind {
		case 0:
			return NewListing(Options{Traits: Traits{MaxSize: 10, Granule: time.Second}, Range: Range{Since: since, Low: since}})
		case 1:
			return NewListing(Options{Traits: Traits{MaxSize: 10, SureTotal: true}, Range: Range{Since: since}})
		default:
			return NewTokenWalk(Options{Traits: Traits{Granule: time.Second}, Range: Range{Since: since, Low: since}})
		}
	}}
}

// someFollowing is a place with everything in it.
func someFollowing(n int) *Following {
	f := NewFollowing(poller(0), noon.Add(-time.Hour))
	f.End, f.Keep, f.Rising, f.Hint = noon, noon.Add(-5*time.Minute), true, 17
	l := f.Poll().(*Listing)
	l.Until, l.Started, l.Frontier, l.Order = noon.Add(10*time.Minute), true, noon.Add(time.Minute), NewestFirst
	for i := range n {
		d := digestOf(fmt.Sprint(i))
		f.recent[d] = noon.Add(time.Duration(i%600-300) * time.Second) // some are newer than the end
		if i%3 == 0 {
			l.keys.add(d)
		}
	}
	return f
}

func TestFollowStateSurvivesItsCursor(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 5, 1000} {
		want := someFollowing(n)
		c, err := want.Seal("scope")
		require.NoError(t, err)
		again, err := want.Seal("scope")
		require.NoError(t, err)
		require.Equal(t, c, again, "equal places give equal cursors")
		p := poller(0)
		p.Lag = time.Second
		got, err := OpenFollowing(c, "scope", p)
		require.NoError(t, err)
		require.Equal(t, want.recent, got.recent)
		require.Equal(t, want.place, got.place)
		a, b := want.poll.base(), got.poll.base()
		require.Equal(t, a.keys, b.keys)
		require.Equal(t, a.state, b.state)
		require.Equal(t, a.origin, b.origin)
		require.Equal(t, []any{a.lag, a.floor}, []any{b.lag, b.floor}, "the poll under way keeps its own lag")
		_, err = OpenFollowing(c, "another", p)
		require.ErrorIs(t, err, ErrMismatch)
	}
	f := NewFollowing(poller(0), noon)
	f.Poll()
	f.FinishPoll()
	require.Zero(t, f.Since, "between two polls, the cursor holds nothing of the last one")
	c, err := f.Seal("scope")
	require.NoError(t, err)
	got, err := OpenFollowing(c, "scope", poller(0))
	require.NoError(t, err)
	require.Equal(t, f.place, got.place)
	require.Nil(t, got.poll)
}

// TestFollowCursorsOfEarlierReleases: the names of the members stay, so that stored cursors can be read.
func TestFollowCursorsOfEarlierReleases(t *testing.T) {
	t.Parallel()
	c, err := Seal(rawState(`{"s":"scope","follow":{"b":"2026-03-01T11:00:00Z","u":"2026-03-01T12:00:00Z","p":{"s":"",`+
		`"u":"2026-03-01T12:10:00Z","k":4,"t":-1,"w":-1},"l":"2026-03-01T11:55:00Z","n":"2026-03-01T11:56:00Z","a":60000000000,"k":6,"o":true,"h":17}}`),
		[]byte("123456abcdef\x04"))
	require.NoError(t, err)
	f, err := OpenFollowing(c, "scope", poller(0))
	require.NoError(t, err)
	require.Equal(t, place{
		Start: noon.Add(-time.Hour), End: noon, Since: noon.Add(-5 * time.Minute), Keep: noon.Add(-4 * time.Minute), Rising: true, Hint: 17,
	}, f.place)
	require.Equal(t, recent{digest([]byte("abcdef")): noon.Add(-2 * time.Second)}, f.recent)
	l := f.Poll().(*Listing)
	require.Equal(t, digests{digest([]byte("123456")): {}}, l.keys)
	require.Equal(t, []any{noon.Add(10 * time.Minute), time.Minute, noon, 4}, []any{l.Until, l.lag, l.floor, l.End})
	require.False(t, f.PollOpen())
}

// A cursor whose poll is null has none, as one without the member.
func TestFollowCursorWithoutAPoll(t *testing.T) {
	t.Parallel()
	for _, poll := range []string{"", `,"p":null`} {
		c, err := Seal(rawState(`{"s":"scope","follow":{"u":"2026-03-01T12:00:00Z"`+poll+`}}`), nil)
		require.NoError(t, err)
		f, err := OpenFollowing(c, "scope", poller(0))
		require.NoError(t, err)
		require.Nil(t, f.poll)
	}
}

func TestFollowCursorsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ place, rest string }{
		"more keys than there are":   {`{"u":"2026-03-01T12:00:00Z","k":6}`, "12345"},
		"a negative number of keys":  {`{"u":"2026-03-01T12:00:00Z","k":-1}`, ""},
		"a negative hint":            {`{"u":"2026-03-01T12:00:00Z","h":-1}`, ""},
		"no end":                     {`{}`, ""},
		"half a record":              {`{"u":"2026-03-01T12:00:00Z"}`, "123"},
		"a record without its age":   {`{"u":"2026-03-01T12:00:00Z"}`, "123456"},
		"a record with half its age": {`{"u":"2026-03-01T12:00:00Z"}`, "123456\x80"},
		"a poll that is refused":     {`{"u":"2026-03-01T12:00:00Z","p":{"s":"","t":-1,"k":-1}}`, ""},
		"a poll with half a key":     {`{"u":"2026-03-01T12:00:00Z","p":{"s":"","t":-1},"k":5}`, "12345"},
		"a poll that is none":        {`{"u":"2026-03-01T12:00:00Z","p":1}`, ""},
		"a list":                     {`[]`, ""},
	} {
		text, err := Seal(rawState(`{"s":"scope","follow":`+c.place+`}`), []byte(c.rest))
		require.NoError(t, err)
		_, err = OpenFollowing(text, "scope", poller(0))
		require.ErrorIs(t, err, ErrInvalid, name)
	}
	// Cursors of listings and of followed logs are not the same.
	listing, err := SealWalk("scope", NewListing(Options{}))
	require.NoError(t, err)
	_, err = OpenFollowing(listing, "scope", poller(0))
	require.Error(t, err)
	followed, err := someFollowing(3).Seal("scope")
	require.NoError(t, err)
	require.ErrorIs(t, OpenWalk(followed, "another", NewListing(Options{})), ErrMismatch)
}

func TestFollowCursorGrowsByTenBytesARecord(t *testing.T) {
	t.Parallel()
	small, large := someFollowing(0), someFollowing(3000)
	large.poll.base().keys = digests{}
	a, err := small.Seal("scope")
	require.NoError(t, err)
	b, err := large.Seal("scope")
	require.NoError(t, err)
	require.LessOrEqual(t, len(b)-len(a), 11*3000)
}

func TestRecentForgetsByTheSecond(t *testing.T) {
	t.Parallel()
	r := recent{digestOf("old"): noon.Add(-time.Second), digestOf("new"): noon}
	r.forget(noon.Add(999 * time.Millisecond))
	require.Equal(t, recent{digestOf("new"): noon}, r)
}

// FuzzFollowCursor: whatever a cursor holds, it is read or refused.
func FuzzFollowCursor(f *testing.F) {
	whole, err := someFollowing(4).Seal("scope")
	require.NoError(f, err)
	f.Add(whole, []byte(nil), []byte(nil))
	f.Add("al1.", []byte(`{"s":"scope","follow":{"u":"2026-03-01T12:00:00Z","k":6,"p":{"s":"","t":-1}}}`), []byte("123456abcdef\x04"))
	f.Add("", []byte(`{"s":"scope","follow":{"u":"2026-03-01T12:00:00Z","k":-1}}`), []byte("1234567"))
	f.Add("", []byte(`{"s":"scope","b":true,"l":"2026-03-01T12:00:00Z"}`), []byte{})
	f.Fuzz(func(t *testing.T, text string, state, rest []byte) {
		cursors := []string{text}
		if sealed, err := Seal(rawState(state), rest); err == nil {
			cursors = append(cursors, sealed)
		}
		p := poller(len(state) % 3)
		for _, c := range cursors {
			got, err := OpenFollowing(c, "scope", p)
			if err != nil {
				require.True(t, err == ErrInvalid || err == ErrMismatch, "%v", err)
				continue
			}
			again, err := got.Seal("scope")
			require.NoError(t, err)
			back, err := OpenFollowing(again, "scope", p)
			require.NoError(t, err)
			back.Poll().Next()
		}
	})
}

// followedLog is a log that is followed, of rows that become visible at a time.
type followedLog struct {
	now    time.Time
	rising bool
	rows   testRows
	seen   []time.Time // when each row becomes visible
	tokens tokenServer
}

func (s *followedLog) add(at, visible time.Time) {
	s.rows = append(s.rows, testRow{at: at, key: strconv.Itoa(len(s.rows))})
	s.seen = append(s.seen, visible)
}

func (s *followedLog) answer(w Window, byToken bool) Answer {
	var shown testRows
	for i, row := range s.rows {
		if !s.seen[i].After(s.now) {
			shown = append(shown, row)
		}
	}
	slices.SortStableFunc(shown, func(a, b testRow) int {
		if s.rising {
			return a.at.Compare(b.at)
		}
		return b.at.Compare(a.at)
	})
	var a Answer
	if s.tokens.rows = shown; byToken {
		a = *s.tokens.answer(w)
	} else {
		a = shown.serve(w, false)
	}
	a.Date = s.now
	return a
}

// TestLateRecords: a record that becomes visible within lag and lookback is delivered once, and not before the lag has
// passed; whatever kind of API the log is of, and wherever the place is written and read, in the middle of a poll too.
func TestLateRecords(t *testing.T) {
	t.Parallel()
	for kind, name := range []string{"by a range", "the whole log", "by tokens"} {
		for _, rising := range []bool{false, true} {
			for _, restore := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, oldest first %v, restored %v", name, rising, restore), func(t *testing.T) {
					t.Parallel()
					s := &followedLog{now: noon, rising: rising, tokens: tokenServer{size: 8, tokens: map[string]testRows{}}}
					for i := range 30 {
						s.add(noon.Add(time.Duration(i-40)*time.Minute), noon) // before the log is followed
					}
					before := len(s.rows)
					for i := range 240 { // one comes every ten seconds, every fifth up to six minutes late
						at := noon.Add(time.Duration(i*10) * time.Second)
						visible := at
						if i%5 == 0 {
							visible = at.Add(time.Duration(i%37) * 10 * time.Second)
						}
						s.add(at, visible)
					}
					delivered := map[string]int{}
					f := NewFollowing(poller(kind), noon)
					for range 60 {
						s.now = s.now.Add(time.Minute)
						f = poll(t, f, s, kind == 2, restore, delivered)
						for i := range s.rows[before:] {
							require.True(t, delivered[s.rows[before+i].key] == 0 || !s.rows[before+i].at.After(s.now.Add(-f.Lag)), "before the lag has passed")
						}
					}
					for i := range s.rows {
						want := 1
						if i < before {
							want = 0
						}
						require.Equal(t, want, delivered[s.rows[i].key], "record %d of %d, at %v", i, before, s.rows[i].at)
					}
					require.Less(t, len(f.recent), 70, "what no poll reads again is forgotten")
				})
			}
		}
	}
}

// poll makes one poll, and gives the place after it.
func poll(t *testing.T, f *Following, s *followedLog, byToken, restore bool, delivered map[string]int) *Following {
	t.Helper()
	for first := true; ; first = false {
		w, ok := f.Poll().Next()
		require.True(t, ok)
		require.Equal(t, first, f.PollOpen())
		a := s.answer(w, byToken)
		taken := f.Poll().Accept(w, a)
		rows := a.Rows.(testRows)
		for _, span := range taken.Spans {
			for i := span.From; i < span.To; i++ {
				known := f.Known(rows.Key(i))
				fresh := f.Meet(rows.Key(i), rows.Time(i))
				require.Equal(t, fresh, !known)
				if fresh {
					delivered[rows.Key(i)]++
				}
			}
		}
		if taken.Verdict == Finish {
			f.FinishPoll()
		}
		if restore {
			c, err := f.Seal("scope")
			require.NoError(t, err)
			f, err = OpenFollowing(c, "scope", f.Poller)
			require.NoError(t, err)
		}
		if taken.Verdict == Finish {
			reason, _ := f.Poll().Incomplete()
			require.Empty(t, reason)
			return f
		}
	}
}

func TestWhereToBegin(t *testing.T) {
	t.Parallel()
	f := NewFollowing(poller(0), time.Time{})
	require.False(t, f.Begun())
	f.BeginAt(noon)
	require.True(t, f.Begun())
	require.False(t, f.PollOpen())
	l := f.Poll().(*Listing)
	require.Same(t, l, f.Poll(), "until the poll is finished")
	require.True(t, f.PollOpen())
	require.Equal(t, noon, f.Since, "not before what was asked for, whatever the lookback")
	require.Equal(t, Range{Since: noon, Low: noon}, l.origin)
	w, _ := l.Next()
	l.Accept(w, Answer{Rows: rowsAt(), Total: 0, More: MoreNo, Date: noon.Add(time.Hour)})
	require.False(t, f.PollOpen())
	f.FinishPoll()
	require.Equal(t, noon.Add(59*time.Minute), f.End, "the lag before the server's now")
	f.Poll()
	require.Equal(t, noon.Add(54*time.Minute), f.Since, "the lookback before that")

	// A poll without an answer, and one by a clock that was put back, do not move the place back.
	f.FinishPoll()
	require.Equal(t, noon.Add(59*time.Minute), f.End)
	w, _ = f.Poll().Next()
	f.Poll().Accept(w, Answer{Rows: rowsAt(), Total: 0, More: MoreNo, Date: noon})
	f.FinishPoll()
	require.Equal(t, noon.Add(59*time.Minute), f.End)
	require.Equal(t, noon.Add(54*time.Minute), f.Start)
}

// TestRecordsWithoutATime are remembered for as long as polls show them.
func TestRecordsWithoutATime(t *testing.T) {
	t.Parallel()
	f := NewFollowing(poller(1), noon)
	now := noon
	meet := func(keys ...string) (fresh []string) {
		now = now.Add(time.Hour)
		w, _ := f.Poll().Next()
		f.Poll().Accept(w, Answer{Rows: rowsAt(), Total: 0, More: MoreNo, Date: now})
		for _, key := range keys {
			if f.Meet(key, time.Time{}) {
				fresh = append(fresh, key)
			}
		}
		f.FinishPoll()
		return fresh
	}
	require.Equal(t, []string{"a", "b"}, meet("a", "b"))
	require.Equal(t, []string{"c"}, meet("b", "c"))
	require.Empty(t, meet("b", "c"))
	require.Equal(t, []string{"a"}, meet("a", "b"))
	require.False(t, f.Known("c"))
	require.True(t, f.Known("b"))
}

// TestWhereNewRowsBegin: where the API lists the oldest first and has no range, a poll looks about where the last one ended.
func TestWhereNewRowsBegin(t *testing.T) {
	t.Parallel()
	s := &followedLog{now: noon, rising: true}
	for i := range 1000 {
		s.add(noon.Add(time.Duration(i-1000)*time.Minute), noon)
	}
	f := NewFollowing(poller(1), noon.Add(-2000*time.Minute))
	delivered := map[string]int{}
	f = poll(t, f, s, false, false, delivered)
	require.Len(t, delivered, 999, "but for the last one, within the lag")
	require.True(t, f.Rising)
	w, _ := f.Poll().Next()
	require.Greater(t, w.Skip, 950)
	s.now = s.now.Add(10 * time.Minute)
	poll(t, f, s, false, false, delivered)
	require.Len(t, delivered, 1000)
	for key, n := range delivered {
		require.Equal(t, 1, n, key)
	}
}
