package auditlogs

import (
	"context"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// Source is one log as events, for [Merge] and [FollowAll]. Each service makes a source from a filter; you can also
// implement one with your own type. Sources of this package are immutable and safe for concurrent use, and making one
// sends nothing.
type Source interface {
	// Name distinguishes the source from others, in [Event.Source] and in cursors. It must stay the same as long as
	// cursors of [Merge] and [FollowAll] are kept. It may contain the ID of a resource. [Named] gives a source another one.
	Name() string
	// Pages lists the log from its beginning, or after the page whose Next is given. It has the same cost, promise and
	// errors as Pages of the service. Next is "" on the last page and on no other. An empty log has one page, without
	// events.
	Pages(ctx context.Context, from Cursor) iter.Seq2[*Page[Event], error]
	// Follow delivers new events as Follow of the service does: from now, from the filter's Since, or after the page
	// whose Next is given. Cursors of Pages and of Follow are not interchangeable. An error is the last, unless it is a
	// *SourceError: that is about one of several logs, and the others continue. The last page of each poll has CaughtUp; for
	// a source made of several logs, see [FollowAll]. A source that never sets it is never taken to be caught up.
	Follow(ctx context.Context, from Cursor, o FollowOptions) iter.Seq2[*Page[Event], error]
}

// Sources returns a source for each configured API that can be read without further parameters: Waldur, Akinon and
// ThousandEyes, in this order. If none of these is configured, there is no source, and Merge and FollowAll of nothing
// else are ErrNoSource. It sends nothing. For Huawei EDS and Elastic Path, use AllConnectors and SourceOf or, as for filters,
// the Source method of each service. Safe for concurrent use.
func (c *Client) Sources() []Source { return c.SourcesBetween(time.Time{}, time.Time{}) }

// SourcesBetween is Sources for a range of time, and has only what is configured, too. since is inclusive and until exclusive; a zero time leaves that side
// open. Sources that are followed must have no until. A cursor belongs to its range: store since and until together
// with it.
func (c *Client) SourcesBetween(since, until time.Time) []Source {
	var all []Source
	if c.conns[APIWaldur] != nil {
		all = append(all, c.DataAccessLogs.Source(DataAccessLogFilter{Since: since, Until: until}))
	}
	if c.conns[APIAkinon] != nil {
		all = append(all, c.AuditEvents.Source(AuditEventFilter{Since: since, Until: until}))
	}
	if c.conns[APIThousandEyes] != nil {
		all = append(all, c.UserEvents.Source(UserEventFilter{Since: since, Until: until}))
	}
	return all
}

// source is the log of one service as events.
type source[T eventful, F any] struct {
	name    string
	log     lister[T, F]
	filter  F
	options func(*F) *ListOptions
}

func newSource[T eventful, F any](name string, log lister[T, F], filter F, options func(*F) *ListOptions) Source {
	return &source[T, F]{name, log, filter, options}
}

// sourceName returns the name of a listing, with a digest of the values that it selects by, if there are any.
func sourceName(name string, selects ...string) string {
	for _, value := range selects {
		if value != "" {
			return name + " " + exact.ContentKey(selects...)[:8]
		}
	}
	return name
}

func (s *source[T, F]) Name() string { return s.name }

func (s *source[T, F]) Pages(ctx context.Context, from Cursor) iter.Seq2[*Page[Event], error] {
	return eventPages(s.name, s.log.pages(ctx, s.from(from)))
}

func (s *source[T, F]) Follow(ctx context.Context, from Cursor, o FollowOptions) iter.Seq2[*Page[Event], error] {
	return eventPages(s.name, s.log.follow(ctx, s.from(from), o))
}

// from returns the filter that continues from a cursor. It has no Offset then, because those rows were skipped before
// the cursor.
func (s *source[T, F]) from(c Cursor) F {
	f := s.filter
	o := s.options(&f)
	if o.Cursor = c; c != "" {
		o.Offset = 0
	}
	return f
}

// eventPages turns the records of pages into events.
func eventPages[T eventful](name string, pages iter.Seq2[*Page[T], error]) iter.Seq2[*Page[Event], error] {
	return func(yield func(*Page[Event], error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			events := make([]Event, len(page.Items))
			for i := range page.Items {
				events[i] = page.Items[i].AsEvent()
				events[i].Source = name
			}
			p := Page[Event]{
				Items: events, Next: page.Next, Total: page.Total, RateLimit: page.RateLimit, RequestID: page.RequestID, CaughtUp: page.CaughtUp,
			}
			if !yield(&p, nil) {
				return
			}
		}
	}
}
