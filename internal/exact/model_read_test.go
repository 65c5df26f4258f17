package exact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readWorld reads one world to its end.
func readWorld(t *testing.T, api, name string, disturb func(*world), seed uint64) *world {
	t.Helper()
	w := newWorld(api, name, disturb, seed)
	walk := w.walk()
	var queue []Window // asked for ahead
	var rest *Answer   // of an answer that was more than a page
	var whose Window
	for n := 0; ; n++ {
		if *survey && n == 500 {
			w.faults = 1000
			return w
		}
		require.Less(t, n, 3000, "seed %d does not end", seed)
		ask, ok := walk.Next()
		if !ok {
			break
		}
		var used Window
		var a Answer
		if rest != nil && walk.(*Listing).Continues(*rest) {
			used, a, ok = whose, *rest, true
		} else {
			used, a, ok = w.ask(walk, ask, &queue)
		}
		rest = nil
		if !ok {
			w.refused(walk)
			w.former = false
			continue
		}
		if w.rand.IntN(100) < w.lose {
			continue // the answer did not arrive
		}
		taken := walk.Accept(used, a)
		w.deliver(sliceOf(a.Rows), taken.Spans)
		if taken.Verdict == Finish {
			break
		}
		if w.rand.IntN(100) < w.resume {
			walk = w.reopen(t, walk)
		} else if listing, ok := walk.(*Listing); ok {
			rest, whose = restOf(listing, a), used
		}
		if listing, ok := walk.(*Listing); ok && w.ahead > 0 && taken.Verdict == Proceed && len(queue) == 0 && listing.CanForecast() {
			queue = w.forecast(listing, used)
		}
	}
	w.reason, _ = walk.Incomplete()
	w.judge(t, seed)
	return w
}

// restOf returns what is left of an answer, as the callers of a listing keep it.
func restOf(l *Listing, a Answer) *Answer {
	from, ok := l.Rest()
	if !ok {
		return nil
	}
	s := *sliceOf(a.Rows)
	s.rows = s.rows[from:]
	a.Rows, a.Skip, a.Asked = &s, a.Skip+from, a.Asked-from
	return &a
}

// refused tells a walk what the server refuses: its token, or its bounds.
func (w *world) refused(walk Walk) {
	if listing, ok := walk.(*Listing); ok {
		listing.WithoutBounds()
		return
	}
	walk.(*TokenWalk).Restart()
}

func (w *world) walk() Walk {
	if w.api == "thousandeyes" {
		return NewTokenWalk(w.opts)
	}
	l := NewListing(w.opts)
	if w.opts.PageSize%2 == 0 {
		l.KeepAnswers()
	}
	return l
}

// ask asks for a window, or takes an answer that was asked for ahead of time.
func (w *world) ask(walk Walk, ask Window, queue *[]Window) (Window, Answer, bool) {
	if q := *queue; len(q) > 0 {
		*queue = q[1:]
		a, _ := w.answerTo(q[0])
		if walk.(*Listing).Continues(a) {
			return q[0], a, true
		}
		*queue = nil
	}
	a, ok := w.answerTo(ask)
	return ask, a, ok
}

func (w *world) forecast(l *Listing, after Window) (queue []Window) {
	f := l.Forecast(after)
	for range w.ahead {
		next, ok := f.Next()
		if !ok {
			break
		}
		queue = append(queue, next)
	}
	return queue
}

// reopen goes on from the walk's cursor, as another process would.
func (w *world) reopen(t *testing.T, walk Walk) Walk {
	t.Helper()
	cursor, err := SealWalk("scope", walk)
	if w.former {
		cursor, err = w.formerCursor(walk.(*TokenWalk))
	}
	require.NoError(t, err)
	again := w.walk()
	require.NoError(t, OpenWalk(cursor, "scope", again))
	return again
}

// formerCursor is what an earlier release would have written: its keys only, and nothing of the server's listing. Later
// cursors are of this release.
func (w *world) formerCursor(k *TokenWalk) (string, error) {
	w.former = false
	var rows []row
	for _, r := range w.shown {
		if r.at.Equal(k.Frontier) || k.Order == Unordered {
			rows = append(rows, r)
		}
	}
	keys, counts := digests{}, map[string]int{}
	s := formerSlice{slice{rows: rows}}
	for i := range rows {
		first := s.Former(i, 0)
		keys.add(digestOf(s.Former(i, counts[first])))
		counts[first]++
	}
	delivered := map[string]int{} // by other keys than those that follow
	for key, n := range w.contents {
		plain, number, _ := strings.Cut(key, "#")
		delivered[plain+"#former "+number] = n
	}
	w.contents = delivered
	return Seal(savedTokenWalk{Scope: "scope", state: k.state, Token: k.token}, keys.bytes())
}

func (w *world) deliver(s *slice, spans []Span) {
	for _, span := range spans {
		for i := span.From; i < span.To; i++ {
			r := s.rows[i]
			if r.at.Before(w.opts.Since) || !w.opts.Until.IsZero() && !r.at.Before(w.opts.Until) {
				w.outside = append(w.outside, r)
			}
			w.delivered[r.id]++
			w.contents[s.Key(i)]++
		}
	}
}

// judge holds what was delivered against the promise.
func (w *world) judge(t *testing.T, seed uint64) {
	t.Helper()
	var faults []string
	if w.traits.Numbered {
		faults = w.judgeNumbered()
	} else {
		for id, n := range w.delivered {
			if n > 1 {
				faults = append(faults, fmt.Sprintf("row %d came %d times", id, n))
			}
		}
		for id := range w.visible {
			if w.delivered[id] == 0 {
				w.missing++
			}
			if w.delivered[id] == 0 && w.reason == "" {
				faults = append(faults, fmt.Sprintf("row %d did not come", id))
			}
		}
		for id := range w.skipped {
			if w.delivered[id] > 0 {
				faults = append(faults, fmt.Sprintf("row %d came, and was to be left out", id))
			}
		}
	}
	for _, r := range w.outside {
		faults = append(faults, fmt.Sprintf("row %d came, and is not in the range", r.id))
	}
	w.faults, w.faultText = len(faults), strings.Join(faults, "; ")
	if *survey {
		return
	}
	require.Empty(t, strings.Join(faults, "\n"), "seed %d, %d rows, reason %q", seed, len(w.rows), w.reason)
}

// judgeNumbered counts: of equal events it cannot be said which one came.
func (w *world) judgeNumbered() (faults []string) {
	for key, n := range w.contents {
		if n > 1 {
			faults = append(faults, fmt.Sprintf("%s came %d times", key, n))
		}
	}
	must, exist, came := map[string]int{}, map[string]int{}, map[string]int{}
	for _, r := range w.rows {
		exist[r.key]++
		if w.visible[r.id] {
			must[r.key]++
		}
	}
	for key, n := range w.contents {
		plain, _, _ := strings.Cut(key, "#")
		came[plain] += n
	}
	for key, n := range came {
		if w.cycle > 0 && n <= exist[key]+(maxEqualPages+1)*w.serverMax {
			continue // of a page of equal rows it cannot be said whether it came again
		}
		if n > exist[key] {
			faults = append(faults, fmt.Sprintf("%q came %d times of %d", key, n, exist[key]))
		}
	}
	if w.cycle > 0 && w.reason == "" {
		faults = append(faults, "a listing without end ended")
	}
	for key, n := range must {
		w.missing += max(0, n-came[key])
		if came[key] < n && w.reason == "" {
			faults = append(faults, fmt.Sprintf("%q came %d times of %d", key, came[key], n))
		}
	}
	return faults
}
