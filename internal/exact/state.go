package exact

import (
	"time"
)

// state is what both walks remember between answers. It is written into cursors unchanged: fields may be added, but
// never renamed.
type state struct {
	frontier
	course
	outcome
}

// frontier describes what was read. Together with the order it decides whether a row is new; offsets do not matter.
type frontier struct {
	Until    time.Time `json:"u,omitzero"`   // later rows belong to no page; fixed by the first answer
	Slack    bool      `json:"sl,omitempty"` // Until is maxNewer after the server's time
	Started  bool      `json:"b,omitempty"`
	Frontier time.Time `json:"f,omitzero"` // the time of the last row read
	keys     digests   // the rows read at the frontier; a cursor contains them after its JSON

	Examined int `json:"q,omitempty"` // rows up to the last one read, including those of the caller's Offset
	Omit     int `json:"i,omitempty"` // rows of the caller's Offset that must still be left out
}

// outcome is how the listing ends.
type outcome struct {
	Reason string `json:"r,omitempty"` // why the listing cannot be complete; "" while it can
	Cause  Cause  `json:"e,omitempty"`
	Done   bool   `json:"d,omitempty"` // nothing is left except to report the reason
}

// Cause is the kind of a reason.
type Cause string

// A reason may have no kind.
const (
	CauseNone        Cause = ""
	CauseLoop        Cause = "loop"   // the API repeats itself
	CauseOffsetLimit Cause = "offset" // the API returns no record at so large an offset
)

// markIncomplete records why the listing cannot be complete. It keeps the first reason.
func (o *outcome) markIncomplete(reason string, cause Cause) {
	if o.Reason == "" {
		o.Reason, o.Cause = reason, cause
	}
}

// Incomplete returns why the listing cannot be complete. The reason is "" if it can.
func (o *outcome) Incomplete() (reason string, cause Cause) { return o.Reason, o.Cause }

// course is the direction of reading in both walks: the order, which is learned from the answers, and the bounds of the
// requests, which may follow the frontier.
type course struct {
	Low      time.Time `json:"l,omitzero"`
	High     time.Time `json:"h,omitzero"`
	Moved    bool      `json:"m,omitempty"` // a bound follows the frontier
	Order    Order     `json:"o,omitempty"`
	Shown    int       `json:"x,omitempty"`  // times that came in order, up to minShown
	Partial  bool      `json:"pa,omitempty"` // there is no order by time, and not all rows that were read are among the keys
	Matching int       `json:"t"`            // rows that match the whole listing, according to the API; -1 if it does not say

	Boundless bool `json:"nb,omitempty"` // the server refuses bounds
}

// minShown is how many times must have come in order before the order is relied on. Times without any order look
// ordered once in 20,000 listings.
const minShown = 8

// minShownUndocumented is the same for an API that does not document its order: it may be by arrival, and only nearly by
// time.
const minShownUndocumented = 64

// Total returns how many rows match according to the API, or -1 if it does not say.
func (c *course) Total() int { return c.Matching }

// follow moves a bound to the frontier, so that the server's listing begins there and changes before it cannot shift
// its rows. It reports whether the bound moved.
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
