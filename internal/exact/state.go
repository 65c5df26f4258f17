package exact

import (
	"time"
)

// state is what both walks remember between answers. It is written into cursors as it stands: members are added, and never
// renamed.
type state struct {
	frontier
	course
	outcome
}

// frontier is what was read. Together with the order it decides whether a row is new; no offset is asked.
type frontier struct {
	Until    time.Time `json:"u,omitzero"` // what is later belongs to no page; fixed by the first answer
	Started  bool      `json:"b,omitempty"`
	Frontier time.Time `json:"f,omitzero"` // the time of the last row read
	keys     digests   // the rows read at the frontier; a cursor holds them behind its JSON

	Examined int `json:"q,omitempty"` // rows up to the last one read, those of the caller's Offset included
	Omit     int `json:"i,omitempty"` // rows of the caller's Offset that are still to be left out
}

// outcome is how the listing ends.
type outcome struct {
	Reason string `json:"r,omitempty"` // why it cannot be complete; "" while it can
	Cause  Cause  `json:"e,omitempty"`
	Done   bool   `json:"d,omitempty"` // nothing is left but to say the reason
}

// Cause is the kind of a reason.
type Cause string

// A reason may have no kind.
const (
	CauseNone        Cause = ""
	CauseLoop        Cause = "loop"   // the API repeats itself
	CauseOffsetLimit Cause = "offset" // the API gives no record that far down
)

// markIncomplete notes why the listing cannot be complete. The first reason is kept.
func (o *outcome) markIncomplete(reason string, cause Cause) {
	if o.Reason == "" {
		o.Reason, o.Cause = reason, cause
	}
}

// Incomplete says why the listing cannot be complete; the reason is "" where it can.
func (o *outcome) Incomplete() (reason string, cause Cause) { return o.Reason, o.Cause }

// course is the direction of reading, in both walks: the order, which is learned from the answers, and the bounds that the
// server is asked for, which may follow the frontier.
type course struct {
	Low      time.Time `json:"l,omitzero"`
	High     time.Time `json:"h,omitzero"`
	Moved    bool      `json:"m,omitempty"` // a bound follows the frontier
	Order    Order     `json:"o,omitempty"`
	Shown    int       `json:"x,omitempty"` // times that came in order, up to minShown
	Matching int       `json:"t"`           // that the API says match the whole listing; -1 where it does not say
}

// minShown is how many times must have come in order before anything is built on it. Times in no order at all come so once
// in 20,000 listings.
const minShown = 8

// ordered reports whether the order is sure enough to leave rows unread because of it.
func (c *course) ordered() bool { return c.Shown >= minShown }

// Total is how many rows the API says match; -1 where it does not say.
func (c *course) Total() int { return c.Matching }

// follow moves a bound to the frontier, so that the server's listing begins there and nothing that happens before it can
// shift its rows. It reports whether the bound moved.
func (c *course) follow(frontier time.Time, granule time.Duration) bool {
	bound := frontier.Truncate(granule)
	switch {
	case c.Order == NewestFirst && (c.High.IsZero() || bound.Add(granule).Before(c.High)):
		c.High = bound.Add(granule)
	case c.Order == OldestFirst && bound.After(c.Low):
		c.Low = bound
	default:
		return false
	}
	c.Moved = true
	return true
}
