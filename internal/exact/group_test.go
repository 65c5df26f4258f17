package exact

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		seen, places int
		sure, steady bool
		again, same  bool // whether a pass came before, and met the same rows
		want         bool
	}{
		{name: "a steady total and as many rows as places", seen: 5, places: 5, sure: true, steady: true, want: true},
		{name: "a total that cannot be relied on", seen: 5, places: 5, steady: true},
		{name: "a total that moved", seen: 5, places: 5, sure: true},
		{name: "fewer rows than places", seen: 4, places: 5, sure: true, steady: true},
		{name: "more rows than places", seen: 6, places: 5, sure: true, steady: true},
		{name: "the same rows again", seen: 5, places: 5, again: true, same: true, want: true},
		{name: "the same rows again, but too few", seen: 4, places: 5, again: true, same: true},
		{name: "the same rows again, and more than places", seen: 6, places: 5, again: true, same: true, want: true},
		{name: "other rows than before", seen: 5, places: 5, again: true},
		{name: "nothing", sure: true, steady: true, want: true},
	} {
		meet := func(g *group) {
			for i := range c.seen {
				g.meet(digestOf(strconv.Itoa(i)), true)
			}
		}
		g := group{}
		g.begin(9)
		if c.again {
			if meet(&g); !c.same {
				g.meet(digestOf("another"), true)
			}
			g.again()
			g.begin(9)
		}
		g.Steady = c.steady
		meet(&g)
		require.Equal(t, c.want, g.whole(c.places, c.sure, false), c.name)
	}
}

func TestBeginForgetsThePass(t *testing.T) {
	t.Parallel()
	g := group{passKeys: digests{digestOf("a"): {}}, Met: fingerprint{1, 2}, Before: fingerprint{3, 4}, Total: 4, Passes: 2, passAnswers: 9}
	g.begin(7)
	require.Equal(t, group{passKeys: digests{}, Before: fingerprint{3, 4}, Steady: true, Total: 7, Passes: 2, union: digests{}, unionTotal: 7}, g)
	g.enter(8)
	require.Equal(t, group{passKeys: digests{}, Steady: true, Total: 8, union: digests{}, unionTotal: 8}, g)
}

// TestMeet: the fingerprint is of the rows that belong, each once and in whatever order.
func TestMeet(t *testing.T) {
	t.Parallel()
	a, b, other := digestOf("a"), digestOf("b"), digestOf("other")
	var g, h group
	g.meet(a, true)
	g.meet(b, true)
	h.meet(b, true)
	h.meet(other, false)
	h.meet(b, true)
	h.meet(a, true)
	require.Equal(t, g.Met, h.Met)
	require.Equal(t, 2, h.Met.N)
	require.Len(t, h.passKeys, 3)
}

func TestAnsweredTooOften(t *testing.T) {
	t.Parallel()
	g := group{passKeys: digests{digestOf("a"): {}}, passAnswers: maxAnswers + 1}
	require.False(t, g.answeredTooOften())
	g.passAnswers++
	require.True(t, g.answeredTooOften())
}

// TestAGroupLargerThanAPage is read whole, whether the totals can be relied on, or two equal passes must prove it.
func TestAGroupLargerThanAPage(t *testing.T) {
	t.Parallel()
	var log testRows
	want := []string{}
	for i := range 70 {
		row := testRow{at: second(100), key: strconv.Itoa(i)}
		switch {
		case i < 5:
			row.at = second(200 - i)
		case i >= 65:
			row.at = second(99 - i)
		}
		log, want = append(log, row), append(want, row.key)
	}
	requests := map[bool]int{}
	for _, sure := range []bool{true, false} {
		l := NewListing(Options{Traits: Traits{MaxSize: 20, SureTotal: sure}})
		got := readAll(t, l, func(w Window) Answer { requests[sure]++; return log.serve(w, false) }, nil)
		require.Equal(t, want, got)
	}
	require.Greater(t, requests[false], requests[true], "without totals to rely on, the group is read twice")
}

// TestAGroupThatIsNeverTheSame: where every pass meets other rows, the listing says that it may be incomplete.
func TestAGroupThatIsNeverTheSame(t *testing.T) {
	t.Parallel()
	var log testRows
	for i := range 60 {
		log = append(log, testRow{at: second(100), key: strconv.Itoa(i)})
	}
	l := NewListing(Options{Traits: Traits{MaxSize: 20}})
	for n := range 10_000 {
		w, ok := l.Next()
		if !ok {
			break
		}
		log[n%len(log)].key = "new " + strconv.Itoa(n) // one is deleted, and another one comes
		if l.Accept(w, log.serve(w, false)).Verdict == Finish {
			break
		}
	}
	reason, cause := l.Incomplete()
	require.Contains(t, reason, "more records share one time")
	require.Equal(t, CauseNone, cause)
	_, ok := l.Next()
	require.False(t, ok, "nothing is left but to say the reason")
}
