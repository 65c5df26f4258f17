package exact

// Continues reports whether an answer that was requested ahead of time can be used now: it continues from the frontier
// and has rows on both sides of it.
func (l *Listing) Continues(a Answer) bool {
	n := a.Rows.Len()
	if n == 0 || !l.Started || l.Blind || l.Order != NewestFirst && l.Order != OldestFirst {
		return false
	}
	first, last := a.Rows.Time(0), a.Rows.Time(n-1)
	return l.Order.relate(first, l.Frontier) == behind && l.Order.relate(last, l.Frontier) != behind
}

// CanForecast reports whether it makes sense to ask ahead: more rows follow the answer that was accepted last, in an
// order by time.
func (l *Listing) CanForecast() bool {
	return l.got.More != MoreNo && !l.Hiding && (l.Order == NewestFirst || l.Order == OldestFirst)
}

// Forecast guesses the windows that follow an answer if the list does not change.
type Forecast struct{ ghost Listing }

// Forecast begins after the answer that was accepted last, which was requested with the given window. It guesses
// windows in the listing of that answer, without the rows that were added since.
func (l *Listing) Forecast(w Window) *Forecast {
	f := &Forecast{Listing{pageSize: l.pageSize, keeps: l.keeps}}
	l.forecastFrom = l.got.Total
	g := &f.ghost
	g.traits, g.Started, g.ServerPage, g.Ties = l.traits, true, l.ServerPage, l.Ties
	g.Shown = g.evidence() // the windows go on by offset
	g.Low, g.High, g.Moved = w.Low, w.High, w.Moved
	g.End, g.LastTotal = max(l.endBefore, l.left), -1
	if g.traits.Granule > 0 && w.High.IsZero() {
		g.High = l.Until
	}
	if g.traits.SureTotal {
		g.LastTotal = l.got.Total
	}
	return f
}

// forecastSlack is how many rows a forecast goes back further than a plan, if the pages stay the same. The page before
// may end within a group of equal times, and the answer must show a row from before the group.
const forecastSlack = 6

// Next returns the window after the last one that was guessed. It reports false if none follows.
func (f *Forecast) Next() (Window, bool) {
	g := &f.ghost
	t := &g.traits
	if g.LastTotal >= 0 && g.End >= g.LastTotal || t.MaxSkip > 0 && g.End >= t.MaxSkip {
		return Window{}, false
	}
	g.GroupStart = g.End - 1
	w, take := g.plan()
	if t.Granule > 0 || !t.Paged {
		slack := max(0, min(forecastSlack, w.Skip, w.Limit-w.Size))
		w.Skip, w.Size = w.Skip-slack, w.Size+slack
	}
	w.Whole = t.Granule > 0 // so that pages end where they do without reading ahead
	g.End += take
	if t.Paged {
		page, size := w.Page()
		g.End = min(g.End+w.Room, (page+1)*size)
	}
	w.New = g.End - w.After
	return w, g.End > w.After
}
