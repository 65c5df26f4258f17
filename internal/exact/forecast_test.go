package exact

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestForecastsComeTrue: while nothing moves, the answers of the windows that were guessed go on from the frontier, bring
// every row once, and end where the log ends.
func TestForecastsComeTrue(t *testing.T) {
	t.Parallel()
	alone := rowsAt(span(1000, 801)...)
	grouped := slices.Clone(alone)
	for i := range grouped {
		grouped[i].at = alone[i/3*3].at // rows of one time, side by side
	}
	want := alone.pick([]Span{{0, len(alone)}})
	for name, traits := range map[string]Traits{
		"by offsets":            {MaxSize: 100, SureTotal: true},
		"by offsets to a limit": {MaxSize: 100, SureTotal: true, MaxSkip: 90},
		"by pages":              {MaxSize: 100, SureTotal: true, Paged: true},
		"by bounds":             {MaxSize: 100, SureTotal: true, Granule: time.Second},
		"by bounds and pages":   {MaxSize: 100, SureTotal: true, Granule: time.Second, Paged: true},
	} {
		log := grouped
		if traits.Paged && traits.Granule == 0 {
			log = alone // such pages cannot reach back before a group; a guess that begins within one is thrown away
		}
		l := NewListing(Options{Traits: traits, PageSize: 20})
		w, _ := l.Next()
		a := log.serve(w, traits.Paged)
		taken := l.Accept(w, a)
		got := a.Rows.(testRows).pick(taken.Spans)
		require.True(t, l.CanForecast(), name)
		f, guessed := l.Forecast(w), 0
		for {
			l.Next() // what would be asked for, were there no guess
			w, ok := f.Next()
			if !ok {
				break
			}
			require.LessOrEqual(t, w.Size, w.Limit, name)
			a := log.serve(w, traits.Paged)
			require.True(t, l.Continues(a), "%s: %+v", name, w)
			taken := l.Accept(w, a)
			require.Positive(t, taken.Fresh, "%s: %+v", name, w)
			got = append(got, a.Rows.(testRows).pick(taken.Spans)...)
			guessed++
		}
		require.Greater(t, guessed, 3, name)
		if traits.MaxSkip > 0 {
			require.Equal(t, want[:len(got)], got, name)
			continue
		}
		if len(got) < len(want) { // the guess ends with the listing it began in, whose bound then moved
			got = append(got, readAll(t, l, func(w Window) Answer { return log.serve(w, traits.Paged) }, nil)...)
		}
		require.Equal(t, want, got, name)
	}
}

// TestAForecastChangesNothing: what the walk asks for next is the same with and without one.
func TestAForecastChangesNothing(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(100, 1)...)
	l := NewListing(Options{Traits: Traits{MaxSize: 20, Granule: time.Second}})
	w, _ := l.Next()
	l.Accept(w, log.serve(w, false))
	before, _ := l.Next()
	f := l.Forecast(w)
	guess, ok := f.Next()
	require.True(t, ok)
	f.Next()
	after, _ := l.Next()
	require.Equal(t, before, after)
	require.Equal(t, []any{time.Time{}, l.Until, false}, []any{guess.Low, guess.High, guess.Moved}, "the listing that the answer came from, without what was added since")

	// Answers of that listing lead on, and so does what follows once no guess is left.
	a := log.serve(guess, false)
	require.True(t, l.Continues(a))
	got := l.Accept(guess, a).Fresh
	require.Positive(t, got)
	require.Len(t, readAll(t, l, func(w Window) Answer { return log.serve(w, false) }, nil), 100-20-got)
}

func TestCanForecast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows testRows
		more More
		want bool
	}{
		{"newest first", rowsAt(3, 2, 1), MoreYes, true},
		{"oldest first", rowsAt(1, 2, 3), MoreUnknown, true},
		{"nothing follows", rowsAt(3, 2, 1), MoreNo, false},
		{"in no order", rowsAt(3, 1, 2), MoreYes, false},
		{"of one time", rowsAt(3), MoreYes, false},
	} {
		l := NewListing(Options{Traits: Traits{MaxSize: 3}})
		w, _ := l.Next()
		l.Accept(w, Answer{Rows: c.rows, Asked: 3, Total: -1, More: c.more})
		require.Equal(t, c.want, l.CanForecast(), c.name)
	}
}

func TestCanForecastByToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows testRows
		more More
		want bool
	}{
		"newest first":    {rowsAt(3, 2, 1), MoreYes, true},
		"of one time":     {rowsAt(3), MoreYes, true},
		"nothing yet":     {nil, MoreYes, true},
		"nothing follows": {rowsAt(3, 2, 1), MoreNo, false},
		"in no order":     {rowsAt(3, 1, 2), MoreYes, false},
	} {
		k := NewTokenWalk(Options{Traits: Traits{Granule: time.Second}})
		w, _ := k.Next()
		k.Accept(w, Answer{Rows: c.rows, Total: -1, More: c.more, Token: "on"})
		require.Equal(t, c.want, k.CanForecast(), name)
		require.Nil(t, k.got.Rows, "a walk does not keep the rows of an answer: the caller may not want to")
	}
}

func TestContinues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		order Order
		rows  testRows
		want  bool
	}{
		{"a row before the frontier, and rows after it", NewestFirst, rowsAt(51, 50, 49), true},
		{"a row before the frontier, and some of it", NewestFirst, rowsAt(51, 50), true},
		{"only rows before the frontier", NewestFirst, rowsAt(52, 51), false},
		{"no row before the frontier", NewestFirst, rowsAt(50, 49), false},
		{"only rows after the frontier", NewestFirst, rowsAt(49, 48), false},
		{"oldest first", OldestFirst, rowsAt(49, 50, 51), true},
		{"oldest first, no row before the frontier", OldestFirst, rowsAt(50, 51), false},
		{"no rows", NewestFirst, rowsAt(), false},
		{"in no order", Unordered, rowsAt(51, 50, 49), false},
		{"in an order that is not known", OrderUnknown, rowsAt(51, 50, 49), false},
	} {
		l := NewListing(Options{})
		require.False(t, l.Continues(Answer{Rows: c.rows}), "%s: before the first row", c.name)
		l.Started, l.Frontier, l.Order = true, second(50), c.order
		require.Equal(t, c.want, l.Continues(Answer{Rows: c.rows}), c.name)
	}
}

// TestAForecastThatDidNotComeTrue: rows that came meanwhile shift what was asked for ahead of time; it is not taken, or
// brings only what is new.
func TestAForecastThatDidNotComeTrue(t *testing.T) {
	t.Parallel()
	for _, granule := range []time.Duration{0, time.Second} {
		for added := range 60 {
			log, want := rowsAt(span(100, 1)...), []string{}
			for _, row := range log {
				want = append(want, row.key)
			}
			l := NewListing(Options{Traits: Traits{MaxSize: 20, Granule: granule}})
			w, _ := l.Next()
			a := log.serve(w, false)
			got := a.Rows.(testRows).pick(l.Accept(w, a).Spans)
			l.Next()
			guess, ok := l.Forecast(w).Next()
			require.True(t, ok)
			log = append(rowsAt(span(100+added, 101)...)[:added], log...)
			if a := log.serve(guess, false); l.Continues(a) {
				got = append(got, a.Rows.(testRows).pick(l.Accept(guess, a).Spans)...)
			}
			got = append(got, readAll(t, l, func(w Window) Answer { return log.serve(w, false) }, nil)...)
			require.Equal(t, want, got, "%d added, granule %v", added, granule)
		}
	}
}

// TestForecastsOfAListThatIsCut: answers that were asked for ahead of time count on rows that an answer before them did not
// bring, because the server cut it. What the listing knows is what it read, not what was guessed.
func TestForecastsOfAListThatIsCut(t *testing.T) {
	t.Parallel()
	log := rowsAt(span(39, 1)...)
	want := log.pick([]Span{{0, len(log)}})
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 39))
		l := NewListing(Options{Traits: Traits{MaxSize: 999, Granule: time.Second, Undocumented: true}, PageSize: 5})
		cut := func(w Window) Answer {
			a := log.serve(w, false)
			a.More, a.Size = MoreUnknown, 0
			if r.IntN(2) == 0 {
				rows := a.Rows.(testRows)
				a.Rows = rows[:(len(rows)+1)/2]
			}
			return a
		}
		w, _ := l.Next()
		a := cut(w)
		got := a.Rows.(testRows).pick(l.Accept(w, a).Spans)
		for f := l.Forecast(w); ; {
			l.Next()
			w, ok := f.Next()
			if !ok {
				break
			}
			a := cut(w)
			if !l.Continues(a) {
				break
			}
			got = append(got, a.Rows.(testRows).pick(l.Accept(w, a).Spans)...)
		}
		got = append(got, readAll(t, l, cut, nil)...)
		require.Equal(t, want, got, "seed %d", seed)
		reason, _ := l.Incomplete()
		require.Empty(t, reason, "seed %d", seed)
	}
}
