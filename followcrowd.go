package auditlogs

import (
	"context"
	"sync"
)

// crowd follows several sources at once, each in a goroutine of its own that holds one page until it is taken.
type crowd struct {
	options  FollowOptions
	arrivals chan arrival
	n        int // sources that have not ended
	members  []member
	all      sync.WaitGroup
}

// member is what is known of a source within a round, which lasts until all are caught up.
type member struct {
	caughtUp bool // it has ended a poll in this round
	settled  bool // what it gave last was the end of a poll, or an error
	gone     bool // it ended, settled
}

// arrival is a page or an error of a source or, if it has neither, the end of the source.
type arrival struct {
	source int
	page   *Page[Event]
	err    error
}

func newCrowd(o FollowOptions) *crowd { return &crowd{options: o, arrivals: make(chan arrival)} }

// start returns a context for the sources, and what stops and awaits them all.
func (c *crowd) start(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func() {
		cancel()
		c.all.Wait()
	}
}

// follow begins to follow a source. Its arrivals have the number of sources followed before.
func (c *crowd) follow(ctx context.Context, s Source, from Cursor) {
	i := len(c.members)
	c.members = append(c.members, member{})
	c.n++
	c.all.Go(func() {
		defer c.send(ctx, arrival{source: i})
		for page, err := range s.Follow(ctx, from, c.options) {
			if page == nil && err == nil || !c.send(ctx, arrival{i, page, err}) || endsSource(err) {
				return
			}
		}
	})
}

// send passes on what a source gave, and reports whether the range goes on.
func (c *crowd) send(ctx context.Context, a arrival) bool {
	select {
	case c.arrivals <- a:
		return true
	case <-ctx.Done():
		return false
	}
}

// note records an arrival, and reports whether it is the end of a source. A source that ends without an error, and not at
// the end of a poll, has not shown that it is caught up, and is waited for in vain.
func (c *crowd) note(a arrival) (left bool) {
	m := &c.members[a.source]
	switch {
	case a.err != nil:
		m.settled = true
	case a.page != nil:
		m.settled = a.page.CaughtUp
		m.caughtUp = m.caughtUp || m.settled
	default:
		m.gone = m.settled
		c.n--
		return true
	}
	return false
}

// caughtUp reports whether all are caught up, and begins the next round if so: each source has ended a poll in this round,
// except for those that ended. At least one has; but if there was none at all, nothing is left to be read.
func (c *crowd) caughtUp() bool {
	some := len(c.members) == 0
	for _, m := range c.members {
		if !m.caughtUp && !m.gone {
			return false
		}
		some = some || m.caughtUp
	}
	if some {
		for i := range c.members {
			c.members[i].caughtUp = false
		}
	}
	return some
}

// allGone reports whether every source has ended, with an error or at the end of a poll.
func (c *crowd) allGone() bool {
	for _, m := range c.members {
		if !m.gone {
			return false
		}
	}
	return true
}

// endsSource reports whether an error is the last that a source yields. That of one of several logs is not.
func endsSource(err error) bool {
	_, one := err.(*SourceError) //nolint:errorlint // only what the source itself yields
	return err != nil && !one
}

// sourceError names the source of an error, unless the error does so already.
func sourceError(name string, err error) *SourceError {
	if one, ok := err.(*SourceError); ok { //nolint:errorlint // only what the source itself yields
		return one
	}
	return &SourceError{name, err}
}
