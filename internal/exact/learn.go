package exact

import "time"

// learnOrder learns the order of the rows from the first answer that shows it. It reports whether an order in use turns
// out to be wrong: from then on, the keys of all rows show which rows were read.
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

// loseOrder continues without an order by time, for which it needs the keys of all rows so far. Without them it keeps
// the order.
func (c *core) loseOrder(held Order) bool {
	if c.inPlace {
		if c.all.forgotten {
			c.Partial = true
		} else {
			c.recall()
		}
		return true
	}
	if c.all.forgotten {
		c.Order = held
		c.markIncomplete("the API's answers are not in order of time, which showed only after part of the log was read; records may be missing", CauseNone)
		return false
	}
	c.recall()
	c.unbind()
	return true
}

// fixUntil sets an upper bound for a listing that was requested without one, so that rows added from now on do not
// belong to it. It reports whether it set one.
func (c *core) fixUntil() bool {
	if !c.Until.IsZero() {
		return false
	}
	c.Until = c.serverNow()
	return !c.Until.IsZero()
}

// maxNewer is how much newer than its own date the rows of an answer may be: the clocks that give the times of rows and the dates
// of answers differ. Only a row that is newer than the answer that shows it proves that they do.
const maxNewer = 5 * time.Minute

// serverNow returns the time of the server's clock, or of the newest row if that is later. Unless the newest row comes first,
// it may still be to come, and the clock is not trusted that much. For a poll, it returns the lag before the server's clock,
// but not earlier than the end of the previous poll.
func (c *core) serverNow() time.Time {
	var now time.Time
	if !c.got.Date.IsZero() {
		now = c.got.Date.Add(time.Second)
	}
	if c.lag > 0 && !now.IsZero() {
		return Latest(now.Add(-time.Second-c.lag), c.floor)
	}
	switch {
	case c.Order == NewestFirst:
	case now.IsZero():
		return now // without a clock, the newest row is known only if it comes first
	case c.Order != Unordered:
		c.Slack, now = true, now.Add(maxNewer)
	}
	for i := range c.got.Rows.Len() {
		now = Latest(now, c.got.Rows.Time(i).Add(1))
	}
	return now
}

// Latest returns the later of two times.
func Latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
