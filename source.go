package auditlogs

import (
	"context"
	"iter"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// Source is one log as events: what [Merge] and [FollowAll] read. Each service makes one of a filter, and a type of one's
// own can be read beside them. Sources of this package are immutable and safe for concurrent use; making one sends nothing.
type Source interface {
	// Name tells the source from others, in [Event.Source] and in cursors. It must stay the same for as long as cursors of
	// the source are kept. It may hold the id of a resource.
	Name() string
	// Pages lists the log from its beginning or from the Next of an earlier page on, as the service's Pages does: with the
	// same cost, promise and errors. Next is "" on the last page and on no other.
	Pages(ctx context.Context, from Cursor) iter.Seq2[*Page[Event], error]
	// Follow delivers new events from now, the filter's Since or the Next of an earlier page on, as the service's Follow
	// does. Cursors of Pages and of Follow are not the same.
	Follow(ctx context.Context, from Cursor, o FollowOptions) iter.Seq2[*Page[Event], error]
}

// Sources gives a source for each configured API that can be read without further parameters: Waldur, Akinon and
// ThousandEyes, in this order. It sends nothing. For Huawei EDS and Elastic Path, and for filters, see the Source method of
// each service. Safe for concurrent use.
func (c *Client) Sources() []Source { return c.SourcesBetween(time.Time{}, time.Time{}) }

// SourcesBetween is Sources of a range of time: since is the first instant asked for, until the first one no longer; a zero
// one leaves that side open. Sources that are followed must have no until. A cursor belongs to its range: keep since and
// until beside it.
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

// source is the log of one service.
type source[T eventful, F any] struct {
	name    string
	log     lister[T, F]
	filter  F
	options func(*F) *ListOptions
}

func newSource[T eventful, F any](name string, log lister[T, F], filter F, options func(*F) *ListOptions) Source {
	return &source[T, F]{name, log, filter, options}
}

// sourceName is the name of a listing, with a digest of what it selects by, if anything.
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

// from is the filter that goes on from a cursor; the rows of an Offset were left out before it.
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
			p := &Page[Event]{Items: events, Next: page.Next, Total: page.Total, RateLimit: page.RateLimit, RequestID: page.RequestID}
			if !yield(p, nil) {
				return
			}
		}
	}
}
