package fleet

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type page = auditlogs.Page[auditlogs.Event]

// caughtUp notes whether a source has caught up: with Options.Quiet, not every turn commits. A turn may follow it twice.
type caughtUp struct {
	auditlogs.Source
	up atomic.Bool
}

func (c *caughtUp) Follow(ctx context.Context, from auditlogs.Cursor, o auditlogs.FollowOptions) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		c.up.Store(false)
		for p, err := range c.Source.Follow(ctx, from, o) {
			if !yield(p, err) {
				return
			}
			// It was taken, so all before it is committed. One with events has caught up once it is committed itself.
			if p != nil && p.CaughtUp && len(p.Items) == 0 {
				c.up.Store(true)
			}
		}
	}
}

// within returns the source of a window that refuses events of another time, which come where an Opener forgets Since or Until:
// every window would have the whole log.
func within(source auditlogs.Source, s Spec) auditlogs.Source { return &window{source, s} }

type window struct {
	auditlogs.Source
	spec Spec
}

func (w *window) Pages(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		for p, err := range w.Source.Pages(ctx, from) {
			if err == nil {
				err = w.check(p)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (w *window) check(p *page) error {
	for _, e := range p.Items {
		if e.Time.Before(w.spec.Since) || !e.Time.Before(w.spec.Until) {
			return fmt.Errorf("an event of %s is outside the range: the Opener must filter by Since and Until of the spec", e.Time.UTC())
		}
	}
	return nil
}

// Scope returns what the source says of itself, so that a range that is read is recognised.
func (w *window) Scope() string {
	if s, ok := w.Source.(interface{ Scope() string }); ok {
		return s.Scope()
	}
	return ""
}
