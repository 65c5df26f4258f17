package exact

import "time"

// learnOrder finds out in which order the rows come, from the first answer that shows it. It reports whether an order that
// was read by does not hold: from now on the keys of all rows tell which were read.
func (c *core) learnOrder() (lost bool) {
	if c.traits.UserOrder {
		c.Order = Unordered
		return false
	}
	times := c.times[:0]
	for i := range c.got.Rows.Len() {
		times = append(times, c.got.Rows.Time(i))
	}
	c.times = times
	switch c.Order {
	case Unordered:
		return false
	case OrderUnknown:
		c.Order = OrderOf(times)
	default:
	}
	held := c.Order
	if !held.Holds(times) {
		c.Order = Unordered
	}
	return c.Order == Unordered && c.Started && c.loseOrder(held)
}

// loseOrder goes on without an order by time, which takes the keys of all rows so far. Without them the order is kept.
func (c *core) loseOrder(held Order) bool {
	if c.allKeys == nil {
		c.Order = held
		c.markIncomplete("the API's answers are not in order of time, which showed only after part of the log was read; records may be missing", CauseNone)
		return false
	}
	c.keys = setOf(c.allKeys)
	c.unbind()
	return true
}

// fixUntil gives a listing that was asked for without an upper bound one: what is added from now on is not its matter. It
// reports whether it did.
func (c *core) fixUntil() bool {
	if !c.Until.IsZero() {
		return false
	}
	c.Until = c.serverNow()
	return !c.Until.IsZero()
}

// serverNow is what the server's clock says, or the time of the newest row if that is later. A poll ends its lag before
// that, but not before the poll that came before.
func (c *core) serverNow() time.Time {
	var now time.Time
	if !c.got.Date.IsZero() {
		now = c.got.Date.Add(time.Second)
	}
	if c.lag > 0 && !now.IsZero() {
		return Latest(now.Add(-time.Second-c.lag), c.floor)
	}
	if now.IsZero() && c.Order != NewestFirst {
		return time.Time{} // without a clock, the newest row is known only where it comes first
	}
	for i := range c.got.Rows.Len() {
		now = Latest(now, c.got.Rows.Time(i).Add(1))
	}
	return now
}

// Latest is the later of two times.
func Latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
