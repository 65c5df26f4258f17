package exact

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// lateDisorder is a log whose order by time holds for many rows, and then no more.
func lateDisorder() testRows {
	ns := append(span(400, 101), 350, 20, 340, 10, 330)
	rows := rowsAt(append(ns, span(99, 30)...)...)
	for i := range rows {
		rows[i].key = "row " + strconv.Itoa(i) // several share a time by now
	}
	return rows
}

// readOn reads what is left of a walk, through its cursor.
func readOn(t *testing.T, walk, fresh Walk, answer func(Window) Answer) (keys []string, reason string) {
	t.Helper()
	cursor, err := SealWalk("scope", walk)
	require.NoError(t, err)
	require.NoError(t, OpenWalk(cursor, "scope", fresh))
	keys = readAll(t, fresh, answer, nil)
	reason, _ = fresh.Incomplete()
	return keys, reason
}

// TestOrderLostLate: if the order is lost after many rows, a listing reads all rows once. A cursor from then on may not hold what
// was read: a listing that goes on from it repeats nothing, and either reads the rest or says why it cannot.
func TestOrderLostLate(t *testing.T) {
	t.Parallel()
	log := lateDisorder()
	want := log.pick([]Span{{0, len(log)}})
	for name, begin := range map[string]func() Walk{
		"documented":   func() Walk { return NewListing(Options{Traits: Traits{MaxSize: 40, SureTotal: true}}) },
		"pages":        func() Walk { return NewListing(Options{Traits: Traits{MaxSize: 40, SureTotal: true, Paged: true}}) },
		"undocumented": func() Walk { return NewListing(Options{Traits: Traits{MaxSize: 40, Undocumented: true}}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			serve := func(w Window) Answer { return log.serve(w, name == "pages") }
			var read []string
			forgotten := 0
			walk := begin()
			for range 1000 {
				w, ok := walk.Next()
				require.True(t, ok)
				a := serve(w)
				taken := walk.Accept(w, a)
				read = append(read, a.Rows.(testRows).pick(taken.Spans)...)
				if taken.Verdict == Finish {
					break
				}
				rest, reason := readOn(t, walk, begin(), serve)
				all := slices.Sorted(slices.Values(append(slices.Clone(read), rest...)))
				require.Equal(t, len(all), len(slices.Compact(all)), "nothing comes twice")
				switch reason {
				case "":
					require.Len(t, all, len(want))
				case reasonForgotten:
					forgotten++
				default: // the order was lost only after the cursor
					require.Contains(t, reason, "which showed only after part of the log was read")
				}
			}
			require.ElementsMatch(t, want, read)
			reason, _ := walk.Incomplete()
			require.Empty(t, reason)
			require.Equal(t, name != "undocumented", forgotten > 0, "%d cursors could not hold all", forgotten)
		})
	}
}

// TestOrderLostLateByTokens is the same for a walk by tokens: its cursor goes on with the token, but not without it.
func TestOrderLostLateByTokens(t *testing.T) {
	t.Parallel()
	log := lateDisorder()
	want := log.pick([]Span{{0, len(log)}})
	for _, refuse := range []bool{false, true} {
		s := &tokenServer{log, 40, map[string]testRows{}}
		completed, forgotten := 0, 0
		var read []string
		walk := tokenWalk(true)
		for range 1000 {
			w, ok := walk.Next()
			require.True(t, ok)
			a := s.answer(w)
			taken := walk.Accept(w, *a)
			read = append(read, a.Rows.(testRows).pick(taken.Spans)...)
			if taken.Verdict == Finish {
				break
			}
			cursor, err := SealWalk("scope", walk)
			require.NoError(t, err)
			next := tokenWalk(true)
			require.NoError(t, OpenWalk(cursor, "scope", next))
			before := s.tokens
			if refuse {
				s.tokens = map[string]testRows{}
			}
			rest := (&tokenServer{log, 40, s.tokens}).read(t, next, func(int) {})
			s.tokens = before
			all := slices.Sorted(slices.Values(append(slices.Clone(read), rest...)))
			require.Equal(t, len(all), len(slices.Compact(slices.Clone(all))), "nothing comes twice")
			reason, _ := next.Incomplete()
			switch reason {
			case "":
				require.Len(t, all, len(want))
				completed++
			case reasonForgotten:
				forgotten++
			default: // the order was lost only after the cursor
				require.Contains(t, reason, "not in order of time")
			}
		}
		require.ElementsMatch(t, want, read)
		require.Equal(t, refuse, forgotten > 0, "%d cursors could not hold all", forgotten)
		require.Equal(t, !refuse, completed > 0, "%d cursors led to the end", completed)
	}
}

// TestRowsKnownByTheirHashes: a row that is met again is among the keys from then on, which a cursor holds.
func TestRowsKnownByTheirHashes(t *testing.T) {
	t.Parallel()
	c := newCore(Options{})
	d, h := digestOf("a"), HashOf("a")
	require.False(t, c.wasRead(d, h))
	c.earlier = map[Hash]struct{}{h: {}}
	require.Equal(t, 1, c.members())
	require.True(t, c.wasRead(d, h))
	require.Empty(t, c.earlier)
	require.True(t, c.keys.has(d))
	require.True(t, c.wasRead(d, h))
	require.False(t, c.wasRead(digestOf("b"), HashOf("b")))
	require.Equal(t, 1, c.members())
}
