package exact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// answerTo is what the server says to a window. ok is false where it refuses a token or a bound.
func (w *world) answerTo(ask Window) (a Answer, ok bool) {
	w.requests++
	w.change()
	if w.visible == nil {
		w.begin()
	}
	switch w.api {
	case "waldur":
		return w.pages(ask, ask.Low.Add(-24*time.Hour), high(ask.High, 24*time.Hour)), true
	case "akinon":
		return w.pages(ask, ask.Low.Truncate(time.Millisecond), high(ceil(ask.High, time.Millisecond), -w.shift)), true
	case "huawei":
		if w.refuses > 0 && w.requests >= w.refuses && !(ask.Low.IsZero() && ask.High.IsZero()) {
			return Answer{Rows: &slice{}}, false
		}
		return w.offsets(ask, ask.Low.Truncate(time.Second), high(ceil(ask.High, time.Second), time.Second-w.shift)), true
	case "elasticpath":
		return w.offsets(ask, time.Time{}, time.Time{}), true
	default:
		return w.byToken(ask)
	}
}

// begin notes what must come: what is visible now, in the range.
func (w *world) begin() {
	w.visible, w.skipped = map[int]bool{}, map[int]bool{}
	until := w.opts.Until
	if until.IsZero() {
		until = w.now.Add(time.Second)
	}
	old := map[int]bool{}
	for _, r := range w.history[0] {
		old[r.id] = true
	}
	left := w.opts.Offset
	for _, r := range w.list(time.Time{}, time.Time{}) {
		switch {
		case r.hidden || r.at.Before(w.opts.Since) || !r.at.Before(until) || w.replica > 0 && !old[r.id]:
		case left > 0:
			left--
			w.skipped[r.id] = true
		default:
			w.visible[r.id] = true
		}
	}
}

func high(t time.Time, more time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(more)
}

func ceil(t time.Time, to time.Duration) time.Time {
	if c := t.Truncate(to); c.Before(t) {
		return c.Add(to)
	}
	return t
}

// count is how many rows a server counts, which may be before it reads them, and those rows.
func (w *world) count(low, high time.Time) (int, []row) {
	if w.rand.IntN(100) < w.replica {
		list := w.listOf(w.history[w.rand.IntN(len(w.history))], low, high)
		return len(list) + w.surplus, list
	}
	n := len(w.list(low, high))
	if w.race > 0 && w.rand.IntN(3) == 0 {
		w.race--
		w.change()
	}
	return n + w.surplus, w.list(low, high)
}

// show is what an answer shows of the rows that belong on its page.
func (w *world) show(page []row) *slice {
	s := &slice{nameless: w.nameless}
	for _, r := range page {
		if !r.hidden {
			s.rows = append(s.rows, r)
		}
	}
	if len(s.rows) > 1 && w.rand.IntN(100) < w.cuts {
		s.rows = s.rows[:1+w.rand.IntN(len(s.rows)-1)]
	}
	return s
}

// pages answers as Django does: by page number and size, with a count that comes before the rows.
func (w *world) pages(ask Window, low, high time.Time) Answer {
	page, size := ask.Page()
	given := min(size, w.serverMax)
	total, list := w.count(low, high)
	if ask.Reverse {
		page, size, given = 0, ask.Size, min(ask.Size, w.serverMax)
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	list = list[:min(len(list), max(total, 0))] // the last page ends where the counted rows end
	if page > 0 && page*given >= total {
		return Answer{Rows: &slice{}, Skip: page * size, Asked: size, Total: -1, More: MoreNo}
	}
	rows := list[min(len(list), page*given):min(len(list), (page+1)*given)]
	shown := w.show(rows)
	a := Answer{Rows: shown, Skip: page * size, Asked: size, Total: total, Date: w.now}
	if w.mute {
		a.Total = -1
		return a
	}
	next := (page+1)*given < total
	a.More = MoreIf(next || total > a.Skip+len(shown.rows))
	if w.links { // which tell the number of the last page, and so how long pages are
		w.learnFromLinks(&a, page, size, next, (total+given-1)/given)
	}
	return a
}

func (w *world) learnFromLinks(a *Answer, page, size int, next bool, pages int) {
	n := a.Rows.Len()
	fits := func(n int) bool { return (a.Total+n-1)/n == pages }
	if pages < 2 || n == 0 {
		return
	}
	cut := n < size && next && fits(n)
	switch {
	case fits(size) && !cut && n <= a.Total-page*size:
		a.Size = size
	case !fits(size) && cut:
		a.Size, a.Skip = n, page*n
	}
}

// offsets answers by the index of the first row.
func (w *world) offsets(ask Window, low, high time.Time) Answer {
	total, list := w.count(low, high)
	size := min(ask.Size, w.serverMax)
	rows := w.show(list[min(len(list), ask.Skip):min(len(list), ask.Skip+size)])
	a := Answer{Rows: rows, Skip: ask.Skip, Asked: ask.Size, Total: -1, Date: w.now}
	if w.api == "huawei" && w.counts {
		a.Total = total
	}
	if w.api == "elasticpath" && !w.mute {
		if a.Total = total; total >= ask.Skip+len(rows.rows) {
			a.More = MoreIf(total > ask.Skip+len(rows.rows))
		}
	}
	return a
}

// byToken answers as ThousandEyes does: each listing of the server's is one of its own, that goes on right after its last
// row.
func (w *world) byToken(ask Window) (Answer, bool) {
	t := token{low: ask.Low, high: ask.High, born: w.requests, ties: w.rand.Uint64() | 1}
	if ask.Token != "" {
		t = w.tokens[ask.Token]
		if w.expire < 0 || w.expire > 0 && w.requests-t.born > w.rand.IntN(w.expire+2) {
			return Answer{}, false
		}
	}
	list := w.rest(t)
	a := Answer{Total: -1, Date: w.now, More: MoreNo}
	n := min(len(list), w.serverMax)
	switch {
	case len(list) > 0 && w.rand.IntN(100) < w.empty:
		n = 0
	case n > 1 && w.torn:
		n = 1 + w.rand.IntN(n)
	}
	t.pages++
	if n > 0 {
		t.after = list[n-1]
	}
	if again := w.cycle > 0 && t.pages%w.cycle == 0; again || n < len(list) || w.cycle > 0 {
		if again {
			t.after = row{}
		}
		a.Token, a.More, t.born = fmt.Sprint("t", w.requests), MoreYes, w.requests
		w.tokens[a.Token] = t
		if w.rand.IntN(100) < w.lost {
			a.Token = ""
		}
	}
	a.Rows = &formerSlice{slice{rows: list[:n]}}
	w.shown = append(w.shown, list[:n]...)
	return a, true
}

// rest is what the server's listing shows from a token on.
func (w *world) rest(t token) []row {
	to := high(ceil(t.high, time.Second), time.Second)
	if w.endless {
		to = time.Time{}
	}
	list := w.list(t.low.Truncate(time.Second), to)
	for i := 0; w.unstable && i < len(list); { // ties differ between listings, not within one
		end := i + 1
		for ; end < len(list) && list[end].at.Equal(list[i].at); end++ {
		}
		slices.SortFunc(list[i:end], func(a, b row) int { return cmp.Compare(uint64(a.id)*t.ties, uint64(b.id)*t.ties) })
		i = end
	}
	if t.after.id > 0 {
		list = list[slices.IndexFunc(list, func(r row) bool { return r.id == t.after.id })+1:]
	}
	return list
}

// slice is rows as the engine sees them.
type slice struct {
	rows     []row
	ordinal  map[int]int
	nameless bool // only rows without an identity of their own are numbered
}

func (s *slice) Len() int             { return len(s.rows) }
func (s *slice) Time(i int) time.Time { return s.rows[i].at }
func (s *slice) Key(i int) string {
	if n := s.ordinal[i]; n > 0 {
		return fmt.Sprint(s.rows[i].key, "#", n)
	}
	return s.rows[i].key
}
func (s *slice) Hash(i int) Hash { return HashOf(s.Key(i)) }
func (s *slice) Number(i, n int) {
	if s.nameless && strings.HasPrefix(s.rows[i].key, "r") {
		return
	}
	if s.ordinal == nil {
		s.ordinal = map[int]int{}
	}
	s.ordinal[i] = n
}

// sliceOf is the slice behind rows.
func sliceOf(rows Rows) *slice {
	if s, ok := rows.(*formerSlice); ok {
		return &s.slice
	}
	return rows.(*slice)
}

// formerSlice is rows whose keys an earlier release made in another way: of two rows that are equal now, one in three was
// another one then.
type formerSlice struct{ slice }

func (s *formerSlice) Former(i, n int) string {
	return fmt.Sprint("former ", s.rows[i].key, s.rows[i].id%3 == 0, "#", n)
}
