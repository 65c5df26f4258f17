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
	all      sync.WaitGroup
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

// follow begins to follow a source.
func (c *crowd) follow(ctx context.Context, i int, s Source, from Cursor) {
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

// left reports whether an arrival is the end of a source.
func (c *crowd) left(a arrival) bool {
	if a.page != nil || a.err != nil {
		return false
	}
	c.n--
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
