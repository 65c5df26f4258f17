package collect

import (
	"context"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

type tmpNamed struct {
	auditlogs.Source
	name string
}

func named(name string, s auditlogs.Source) auditlogs.Source { return tmpNamed{s, name} }

func (n tmpNamed) Name() string { return n.name }

func (n tmpNamed) Pages(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return n.rename(n.Source.Pages(ctx, from))
}

func (n tmpNamed) Follow(ctx context.Context, from auditlogs.Cursor, o auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return n.rename(n.Source.Follow(ctx, from, o))
}

func (n tmpNamed) rename(pages iter.Seq2[*auditlogs.Page[auditlogs.Event], error]) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for p, err := range pages {
			if p != nil {
				for i := range p.Items {
					p.Items[i].Source = n.name
				}
			}
			if !yield(p, err) {
				return
			}
		}
	}
}
