package auditlogs

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

func TestWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		seen, places int
		sure, steady bool
		again, same  bool // whether a pass came before, and met the same rows
		want         bool
	}{
		{name: "a steady count and as many rows as places", seen: 5, places: 5, sure: true, steady: true, want: true},
		{name: "a count that cannot be relied on", seen: 5, places: 5, steady: true},
		{name: "a count that moved", seen: 5, places: 5, sure: true},
		{name: "fewer rows than places", seen: 4, places: 5, sure: true, steady: true},
		{name: "more rows than places", seen: 6, places: 5, sure: true, steady: true},
		{name: "the same rows again", seen: 5, places: 5, again: true, same: true, want: true},
		{name: "the same rows again, but too few", seen: 4, places: 5, again: true, same: true},
		{name: "the same rows again, and more than places", seen: 6, places: 5, again: true, same: true, want: true},
		{name: "other rows than before", seen: 5, places: 5, again: true},
		{name: "nothing", sure: true, steady: true, want: true},
	} {
		g := group{steady: c.steady}
		if c.again {
			g.count++
		}
		for i := range c.seen {
			g.meet(digestOf(strconv.Itoa(i)), true)
		}
		if c.same {
			g.before = g.set
		}
		require.Equal(t, c.want, g.whole(c.places, c.sure), c.name)
	}
}

func TestBeginForgetsThePass(t *testing.T) {
	t.Parallel()
	g := group{seen: digests{digestOf("a"): {}}, set: fingerprint{1, 2}, before: fingerprint{3, 4}, total: 4, count: 2, answers: 9}
	g.begin(7)
	require.Equal(t, group{seen: digests{}, before: fingerprint{3, 4}, steady: true, total: 7, count: 2}, g)
	g.enter(8)
	require.Equal(t, group{seen: digests{}, steady: true, total: 8}, g)
}

// TestPlansOverlap: a plan shows a row that is known, brings one that is not, and asks for no more than the API gives.
func TestPlansOverlap(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		tr := traits{maxSize: 1 + random.IntN(1000), paged: random.IntN(2) == 0}
		pageSize := random.IntN(tr.maxSize + 1)
		p := newPosition(bounds{}, 0)
		p.started = true
		p.start = random.IntN(5000)
		p.skip = p.start + 1 + random.IntN(1200)
		if random.IntN(2) == 0 {
			p.cap = 1 + random.IntN(tr.maxSize)
		}
		p.lost = random.IntN(4) == 0
		w, take := p.plan(tr, pageSize)
		require.True(t, w.skip >= 0 && w.skip <= p.skip, "%+v of %+v", w, p)
		require.Equal(t, p.skip, w.after)
		require.True(t, w.size > 0 && w.size <= tr.maxSize && w.size <= w.limit, "%+v", w)
		require.True(t, take > 0 && (pageSize == 0 || take <= pageSize), "takes %d of %d", take, pageSize)
		if p.cap != 1 && tr.maxSize > 1 {
			require.Less(t, w.skip, p.skip, "%+v shows nothing that is known", w)
		}
		if p.cap != 1 || !tr.paged {
			require.Greater(t, w.skip+w.size, p.skip, "%+v brings nothing", w)
		}
	}
}

func TestTheFirstPlanIsTheCallers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pageSize, offset, size int }{{0, 0, 300}, {1, 0, 1}, {7, 9, 7}, {300, 40, 300}, {999, 0, 300}} {
		w, take := newPosition(bounds{}, c.offset).plan(traits{maxSize: 300}, c.pageSize)
		require.Equal(t, c.size, w.size)
		require.Equal(t, c.size, take)
		require.Equal(t, c.offset, w.skip)
	}
	w, take := newPosition(bounds{low: second(1), high: second(2)}, 0).plan(traits{byToken: true}, 0)
	require.Equal(t, window{low: second(1), high: second(2)}, w)
	require.Zero(t, take)
}

func TestMove(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 0, 0, 30, 123_456_000, time.UTC)
	for _, c := range []struct {
		name      string
		order     order
		granule   time.Duration
		low, high time.Time
		wantLow   time.Time
		wantHigh  time.Time
		moved     bool
	}{
		{"newest first", newestFirst, time.Second, time.Time{}, time.Time{}, time.Time{}, second(31), true},
		{"milliseconds", newestFirst, time.Millisecond, time.Time{}, time.Time{}, time.Time{}, second(30).Add(124 * time.Millisecond), true},
		{"never back", newestFirst, time.Second, time.Time{}, second(31), time.Time{}, second(31), false},
		{"oldest first", oldestFirst, time.Second, time.Time{}, second(60), second(30), second(60), true},
		{"oldest first, never back", oldestFirst, time.Second, second(30), time.Time{}, second(30), time.Time{}, false},
		{"unordered", unordered, time.Second, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
		{"unknown", orderUnknown, time.Second, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
		{"cannot be moved", newestFirst, 0, time.Time{}, time.Time{}, time.Time{}, time.Time{}, false},
	} {
		p := newPosition(bounds{low: c.low, high: c.high}, 0)
		p.started, p.frontier, p.order, p.shown, p.skip, p.start = true, at, c.order, minShown, 40, 38
		p.keys.add(digestOf("a"))
		p.move(c.granule)
		require.Equal(t, []any{c.wantLow, c.wantHigh, c.moved}, []any{p.low, p.high, p.moved}, c.name)
		if c.moved {
			require.Equal(t, []int{0, 1}, []int{p.start, p.skip}, c.name)
		} else {
			require.Equal(t, []int{38, 40}, []int{p.start, p.skip}, c.name)
		}
	}
}

func TestInRangeAndPast(t *testing.T) {
	t.Parallel()
	p := newPosition(bounds{since: second(10), until: second(20)}, 0)
	p.order = newestFirst
	require.False(t, p.past(second(9)), "an order that is not sure")
	p.shown = minShown
	for at, in := range map[time.Time]bool{
		second(10).Add(-1): false, second(10): true, second(20).Add(-1): true, second(20): false, second(15): true,
	} {
		require.Equal(t, in, p.inRange(at), "%v", at)
	}
	for o, past := range map[order][2]bool{newestFirst: {true, false}, oldestFirst: {false, true}, unordered: {}, orderUnknown: {}} {
		p.order = o
		require.Equal(t, past, [2]bool{p.past(second(9)), p.past(second(20))})
		require.False(t, p.past(second(10)))
	}
	open := newPosition(bounds{}, 0)
	open.order = newestFirst
	require.True(t, open.inRange(second(1)))
	require.False(t, open.past(second(1)))
}

func TestTheFirstReasonIsKept(t *testing.T) {
	t.Parallel()
	p := newPosition(bounds{}, 0)
	p.spoil("one", ErrCursorLoop)
	p.spoil("two", ErrOffsetLimit)
	require.Equal(t, "one", p.reason)
	require.Equal(t, ErrCursorLoop, p.cause)
}
