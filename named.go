package auditlogs

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/auditlogs/auditlogs-go/internal/given"
)

// Named returns the same log under a name of the caller's. So the logs of two tenants of one API, whose sources have equal
// names, can be read by one [Merge] or [FollowAll]. The name is what Name returns and the [Event.Source] of every event, and
// Merge and FollowAll keep the place of the source under it. The cursors of Pages and of Follow are those of the source
// itself. If a source is named again, the last name counts.
//
// Merge reads a source made of several logs, such as that of AllConnectors, log by log under another name too. The events
// of all these logs have that name. A *SourceError about one of the logs has the name, ": " and the name of the log.
//
// Reading a nil source under a name is a *FilterError. Pages and events of the source are copied, not changed. Named sends
// nothing. The source that it returns costs what s costs, and is safe for concurrent use if s is.
func Named(name string, s Source) Source {
	if n, ok := s.(interface{ unnamed() Source }); ok {
		s = n.unnamed()
	}
	n := &namedSource{name: name, events: name, log: s}
	if whole, ok := s.(several); ok && !given.IsNil(s) {
		return &namedSeveral{n, whole}
	}
	return n
}

// namedSource is a source under another name.
type namedSource struct {
	name   string
	events string // the name of the source that events have; another one only for a log of a source made of several
	log    Source
}

// namedSeveral is a source made of several logs under another name.
type namedSeveral struct {
	*namedSource
	whole several
}

func (n *namedSource) Name() string { return n.name }

// unnamed returns the source as it was given.
func (n *namedSource) unnamed() Source { return n.log }

func (n *namedSource) Pages(ctx context.Context, from Cursor) iter.Seq2[*Page[Event], error] {
	return n.rename("Pages", func() iter.Seq2[*Page[Event], error] { return n.log.Pages(ctx, from) })
}

func (n *namedSource) Follow(ctx context.Context, from Cursor, o FollowOptions) iter.Seq2[*Page[Event], error] {
	return n.rename("Follow", func() iter.Seq2[*Page[Event], error] { return n.log.Follow(ctx, from, o) })
}

func (n *namedSeveral) parts(ctx context.Context) ([]Source, error) {
	parts, err := n.whole.parts(ctx)
	all := make([]Source, len(parts))
	for i, p := range parts {
		all[i] = &namedSource{name: n.nameOf(p.Name()), events: n.events, log: p}
	}
	return all, n.renameError(err)
}

// rename gives the events and the errors of a reading the name.
func (n *namedSource) rename(method string, read func() iter.Seq2[*Page[Event], error]) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		if _, ok := nameOf(n.log); !ok {
			yield(nil, &FilterError{Op: "Named." + method, Field: "source", Reason: "is nil"})
			return
		}
		for page, err := range read() {
			if !yield(n.renamePage(page), n.renameError(err)) {
				return
			}
		}
	}
}

func (n *namedSource) renamePage(page *Page[Event]) *Page[Event] {
	if page == nil {
		return nil
	}
	named := *page
	named.Items = slices.Clone(page.Items)
	for i := range named.Items {
		named.Items[i].Source = n.events
	}
	return &named
}

// renameError renames the sources that an error is about: it is one of them, or several that were joined.
func (n *namedSource) renameError(err error) error {
	switch e := err.(type) { //nolint:errorlint // only what the source itself yields
	case *SourceError:
		return &SourceError{n.nameOf(e.Source), e.Err}
	case interface{ Unwrap() []error }:
		all, some := slices.Clone(e.Unwrap()), false
		for i := range all {
			if one, ok := all[i].(*SourceError); ok { //nolint:errorlint // as above
				all[i], some = n.renameError(one), true
			}
		}
		if joined := errors.Join(all...); some && joined.Error() == err.Error() { // it is nothing but joined
			return joined
		}
	}
	return err
}

// nameOf returns the name of the whole source, or of one of the logs of which it is made.
func (n *namedSource) nameOf(source string) string {
	if source == n.log.Name() {
		return n.name
	}
	return n.name + ": " + source
}
