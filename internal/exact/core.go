package exact

import "time"

// maxKeys bounds the keys that a walk remembers, and so its memory.
const maxKeys = 200_000

// core is the part that both walks share: the state, and the distinction between new rows and rows already read.
type core struct {
	state
	traits Traits
	origin Range // as the listing began

	lag   time.Duration // a poll ends this long before the server's now,
	floor time.Time     // and not before the poll that came before it

	all     everything        // that was read
	earlier map[Hash]struct{} // rows that were read before the order was lost, and are not among the keys; else nil
	pending pending
	times   []time.Time // of the answer's rows; kept only to reuse its memory
	inPlace bool        // an order that is lost now is replaced by the server's own, from where the reading is
	tooNew  bool        // the row that is being read may have been added since the listing began
	past    int         // rows past the range that came in a row
	widened int         // how often the moved bound was widened because its answer proved nothing

	answer
}

// answer is the answer that is being read, and what its rows have shown so far.
type answer struct {
	ask   Window
	got   Answer
	spans []Span

	first         bool // no answer came before
	sawGroupStart bool // it shows where the frontier's group begins, or nothing can lie before it
	sawGroup      bool // it shows a row of the frontier's group
	entered       bool // the frontier's group begins in it
	fresh         int  // rows that were new, in the range or not
}

func newCore(o Options) core {
	return core{
		state: state{
			frontier: frontier{Until: o.Until, keys: digests{}},
			course:   course{Low: o.Low, High: o.High, Matching: -1},
		},
		traits: o.Traits, origin: o.Range,
	}
}

func (c *core) base() *core { return c }

// begin starts to read an answer.
func (c *core) begin(w Window, a Answer) {
	c.answer = answer{ask: w, got: a, spans: c.spans[:0], first: !c.Started}
	if !c.Moved && (a.Total >= 0 || c.first) {
		c.Matching = a.Total
	}
	if c.Low.IsZero() && !a.Low.IsZero() {
		c.Low = a.Low
	}
}

// end finishes an answer.
func (c *core) end(v Verdict) Taken {
	if v == Finish && c.Reason != "" {
		c.Done = true
	}
	c.got.Rows = nil // the caller may not want to keep them
	return Taken{Spans: c.spans, Fresh: c.fresh, Verdict: v}
}

// giveUp ends the walk before the next request.
func (c *core) giveUp(reason string, cause Cause) {
	c.markIncomplete(reason, cause)
	c.Done = true
}

// relationOf returns how a time relates to the frontier. Before the first row, every time is ahead.
func (c *core) relationOf(t time.Time) relation {
	if !c.Started {
		return ahead
	}
	return c.Order.relate(t, c.Frontier)
}

// enter makes a row that is ahead the new frontier.
func (c *core) enter(t time.Time) {
	c.Started, c.Frontier = true, t
	c.Shown = min(c.Shown+1, c.evidence())
	c.keys = c.keys.emptied()
	c.pending.reset()
	c.sawGroupStart, c.sawGroup, c.entered = true, true, true
}

// take reads row i, which is new.
func (c *core) take(i int, t time.Time, h Hash) {
	c.fresh++
	c.Examined++
	if c.past++; !c.beyond(t) {
		c.past = 0
	}
	c.remember(i, h)
	switch {
	case !c.inRange(t) || c.tooNew:
	case c.Omit > 0:
		c.Omit--
	default:
		c.deliver(i)
	}
}

// deliver adds row i to the rows to deliver.
func (c *core) deliver(i int) {
	if n := len(c.spans); n > 0 && c.spans[n-1].To == i {
		c.spans[n-1].To++
		return
	}
	c.spans = append(c.spans, Span{i, i + 1})
}

// inRange reports whether a row belongs to the listing. A row without a time does, because the API returned it for this
// range.
func (c *core) inRange(t time.Time) bool {
	return t.IsZero() || !t.Before(c.origin.Since) && (c.Until.IsZero() || t.Before(c.Until))
}

// pastRange reports whether no row after a row of time t can belong to the listing.
func (c *core) pastRange(t time.Time) bool {
	switch {
	case !c.ordered() || c.traits.Undocumented && c.traits.Granule > 0: // the API leaves out such rows itself
		return false
	case c.traits.Undocumented && c.past < leastPast && !c.pastForGood():
		return false
	default:
		return c.beyond(t)
	}
}

// beyond reports whether a row of time t comes after the range.
func (c *core) beyond(t time.Time) bool {
	switch c.Order {
	case NewestFirst:
		return t.Before(c.origin.Since) && !t.IsZero()
	case OldestFirst:
		return !c.Until.IsZero() && !t.Before(c.Until)
	default:
		return false
	}
}

// leastPast is how many rows past the range must come in a row to end the listing, if no document promises an order by time.
const leastPast = 8

// pastForGood reports whether the answer ends with enough rows from before the range.
func (c *core) pastForGood() bool {
	rows := c.got.Rows
	n := rows.Len()
	if n < leastPast {
		return false
	}
	for i := n - leastPast; i < n; i++ {
		if !c.beyond(rows.Time(i)) {
			return false
		}
	}
	return true
}

// tooMany reports whether the frontier's group has more rows than can be remembered.
func (c *core) tooMany() bool {
	if c.members() <= maxKeys {
		return false
	}
	c.markIncomplete("too many records share one time, or come in no order by time, to remember them all", CauseNone)
	return true
}

// overlaps reports whether the answer shows a row that was read before.
func (c *core) overlaps() bool {
	rows := c.got.Rows
	for i := range rows.Len() {
		switch c.Order.relate(rows.Time(i), c.Frontier) {
		case behind:
			return true
		case level:
			if c.keys.has(digestOf(rows.Key(i))) {
				return true
			}
		case ahead:
			return false
		}
	}
	return false
}

// unbind makes the next window cover the listing's whole range again.
func (c *core) unbind() { c.Low, c.High, c.Moved = c.origin.Low, c.origin.High, false }

// maxWidened is how often a bound is widened before the listing's own bound is used again.
const maxWidened = 4

// widen moves the bound away from the frontier, each time further, until an answer shows a row that was read before.
// Only then is it certain that the server understood the bound as intended. widen reports whether a bound still follows
// the frontier.
func (c *core) widen() bool {
	c.widened++
	granule := c.traits.Granule
	for range c.widened {
		granule *= 60
	}
	c.unbind()
	return c.widened <= maxWidened && c.canFollow() && c.follow(c.Frontier, granule)
}

// ordered reports whether the order is certain enough to leave rows unread because of it.
func (c *core) ordered() bool { return c.Shown >= c.evidence() }

// evidence returns how many times must have come in order before the order is relied on.
func (c *core) evidence() int {
	if c.traits.Undocumented {
		return minShownUndocumented
	}
	return minShown
}

// canFollow reports whether a bound can follow the frontier.
func (c *core) canFollow() bool {
	return c.traits.Granule > 0 && c.Started && !c.Frontier.IsZero() && c.ordered()
}
