package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// collector reads sources into a ledger.
type collector struct {
	*settings
	*ledger
	progress *progress

	mu      sync.Mutex
	failed  []string // sources
	stopped bool     // a source was not read to its end because of Ctrl-C
}

// run reads all sources, one after another. With -follow, which does not end, it reads all at once.
func (c *collector) run(ctx context.Context, sources []source) (code int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var following sync.WaitGroup
	for _, src := range sources {
		if c.follow {
			following.Go(func() { c.read(ctx, stop, src) })
		} else {
			c.read(ctx, stop, src)
		}
	}
	following.Wait()
	c.progress.summary()
	switch {
	case c.failure() != nil:
		return exitFailed, c.failure()
	case len(c.failed) > 0:
		return exitFailed, fmt.Errorf("%d of %d sources failed: %s", len(c.failed), len(sources), strings.Join(c.failed, ", "))
	case c.stopped:
		return exitInterrupted, errors.New("interrupted; " + c.outlook())
	}
	return exitDone, nil
}

func (c *collector) outlook() string {
	if c.path == "" {
		return "without -state, nothing can go on from here"
	}
	return "the same command goes on from here"
}

// read reads a source and reports what stops it. If this program's own files fail, it stops the other sources, too.
func (c *collector) read(ctx context.Context, stop func(), src source) {
	c.progress.begin(src)
	err := c.ranges(ctx, src)
	c.progress.end(src)
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failure() != nil:
		stop()
	case ctx.Err() != nil:
		c.stopped = true
	default:
		c.failed = append(c.failed, src.name)
		c.progress.say("%s failed: %v", src.name, err)
	}
}

// ranges finishes the range that an earlier run began, and continues to the end of this run's range.
func (c *collector) ranges(ctx context.Context, src source) error {
	at, known := c.place(src.name)
	if !known {
		at = c.first()
	}
	for {
		if at.Done && c.follow {
			at = place{Begin: at.Begin, Since: at.Until, Follow: true}
		}
		if at.Done && at.Until.Before(c.until) {
			at = place{Begin: at.Begin, Since: at.Until, Until: c.until}
		}
		if at.Done {
			return nil
		}
		behind, err := c.drain(ctx, src, at)
		if err != nil {
			return err
		}
		at = behind
	}
}

// drain reads a listing to its end, page by page, and returns the place after it.
func (c *collector) drain(ctx context.Context, src source, at place) (place, error) {
	for page, err := range c.listing(ctx, src, at) {
		if errors.Is(err, auditlogs.ErrCursorMismatch) {
			err = fmt.Errorf("the state belongs to another address or other flags: %w", err)
		}
		if err != nil {
			return at, err
		}
		at = at.next(page.next)
		if err := c.commit(src.name, page.lines, at); err != nil {
			return at, err
		}
		c.progress.page(src, page)
	}
	if !at.Done {
		return at, errors.New("the listing ended early")
	}
	return at, nil
}

func (c *collector) listing(ctx context.Context, src source, at place) iter.Seq2[batch, error] {
	if at.Follow {
		return src.follow(ctx, at)
	}
	return src.pages(ctx, at)
}
