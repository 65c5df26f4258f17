package auditlogs

import (
	"sync"
	"time"
)

const (
	// clockProof is how many polls in a row must show another time before it is believed that the server's clock was set,
	// or that it was wrong before.
	clockProof = 30
	// clockSlack is by how much the clocks of several servers may differ without being doubted.
	clockSlack = 10 * time.Second
	// clockDrift is the part of the time, as a divisor, by which a clock may run too fast without being doubted: 3 %.
	clockDrift = 33
)

// serverClock decides which times in the answers of a server are believed. It compares each with what earlier answers
// said and with the time that has passed since, by the local monotonic clock. What the local clock shows does not
// matter. A time that is ahead of the others could make Follow skip records, so the earliest time counts until
// clockProof polls have shown the later one, and none an earlier one. An answer that is behind the others holds only for
// itself, because it may be an old copy.
type serverClock struct {
	start    time.Time     // local
	interval time.Duration // between polls: answers that come closer together count as one

	mu       sync.Mutex // answers that are read ahead come at the same time
	known    bool
	believed reading
	proof    tally // polls that confirmed it
	ahead    tally // polls in a row that were ahead of it
	behind   tally // polls in a row that were behind it
	stale    time.Time
	setBack  bool // believed became earlier; see takeSetBack
}

// reading is what an answer says about the server's clock: what it showed when the serverClock was started. All answers
// of a clock that runs evenly say the same.
type reading struct {
	earliest, latest time.Time     // because answers take time, and dates have whole seconds
	at               time.Duration // since the start
}

// tally counts polls.
type tally struct {
	n     int
	last  time.Duration // when the last one was counted
	least reading       // the earliest
}

func (t *tally) add(r reading, interval time.Duration) {
	if t.n == 0 || r.earliest.Before(t.least.earliest) {
		t.least = r
	}
	if t.n == 0 || r.at-t.last >= interval {
		t.n++
		t.last = r.at
	}
}

func newServerClock(interval time.Duration) *serverClock {
	return &serverClock{start: time.Now(), interval: interval}
}

// elapsed returns the time since the start.
func (c *serverClock) elapsed() time.Duration { return time.Since(c.start) }

// expect makes answers that are earlier than a time count as behind it, until the clock is known better.
func (c *serverClock) expect(notBefore time.Time) {
	c.known, c.believed = true, reading{earliest: notBefore, latest: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// read returns the time to believe for an answer with a date that has just come, to a request that was sent at a local
// time. It is never later than the date.
func (c *serverClock) read(date, sent time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.elapsed()
	r := reading{earliest: date.Add(-now), latest: date.Add(time.Second - sent.Sub(c.start)), at: now}
	if !c.known {
		c.known, c.believed = true, r
	}
	slack := clockSlack + (now-c.believed.at)/clockDrift
	switch {
	case r.earliest.After(c.believed.latest.Add(slack)):
		c.readAhead(r)
		if careful := c.believed.earliest.Add(now); careful.Before(date) {
			return careful
		}
	case r.latest.Before(c.believed.earliest.Add(-slack)):
		c.readBehind(r, date)
	default:
		c.ahead, c.behind = tally{}, tally{}
		c.believed = r
		c.proof.add(r, c.interval)
	}
	return date
}

// readAhead takes note of an answer that is ahead of what is believed.
func (c *serverClock) readAhead(r reading) {
	c.behind = tally{}
	if c.ahead.add(r, c.interval); c.ahead.n >= clockProof {
		c.believed, c.ahead = c.ahead.least, tally{}
	}
}

// readBehind takes note of an answer that is behind what is believed. What is hardly proved gives way at once. A copy
// that shows the same date again says nothing about a clock.
func (c *serverClock) readBehind(r reading, date time.Time) {
	if date.Equal(c.stale) {
		return
	}
	c.stale, c.ahead = date, tally{}
	if c.behind.add(r, c.interval); c.behind.n >= clockProof || c.proof.n < clockProof {
		c.believed, c.proof, c.behind, c.setBack = r, tally{}, tally{}, true
	}
}

// at returns what the server's clock showed at a time since the start.
func (c *serverClock) at(elapsed time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.believed.earliest.Add(elapsed)
}

// takeSetBack reports whether an answer made earlier what is believed, since the last call.
func (c *serverClock) takeSetBack() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	setBack := c.setBack
	c.setBack = false
	return setBack
}
