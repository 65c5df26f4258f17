package fleet_test

import (
	"context"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
)

type page = auditlogs.Page[auditlogs.Event]

// noOpener opens nothing.
func noOpener(context.Context, fleet.Spec) (auditlogs.Source, error) { panic("nothing is to be read") }

// source is a log that a test makes up.
type source struct {
	name   string
	pages  func(ctx context.Context, from auditlogs.Cursor, yield func(*page, error) bool)
	follow func(ctx context.Context, from auditlogs.Cursor, yield func(*page, error) bool)
}

func (s *source) Name() string { return s.name }

func (s *source) Pages(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) { s.pages(ctx, from, yield) }
}

func (s *source) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) { s.follow(ctx, from, yield) }
}

// given is a log of pages.
func given(name string, pages ...*page) *source {
	give := func(_ context.Context, _ auditlogs.Cursor, yield func(*page, error) bool) {
		for _, p := range pages {
			if !yield(p, nil) {
				return
			}
		}
	}
	return &source{name: name, pages: give, follow: give}
}
