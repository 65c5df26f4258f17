package auditlogs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// withoutSource are pages without the names of the sources of their events.
func withoutSource(t *testing.T, pages eventPages, name string) (all []auditlogs.Page[auditlogs.Event]) {
	t.Helper()
	for page, err := range pages {
		require.NoError(t, err)
		p := *page
		p.RequestID = ""
		p.Items = slices.Clone(p.Items)
		for i := range p.Items {
			require.Equal(t, name, p.Items[i].Source)
			p.Items[i].Source = ""
		}
		if all = append(all, p); p.CaughtUp {
			break
		}
	}
	return all
}

// Under a name, a source gives the same pages with the same cursors, and events with the name. The outermost name counts.
func TestNamedIsTheSameLog(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(20, time.Minute)
		own := sourceOf(r.api, r.client, r.by(6))
		o := auditlogs.FollowOptions{Interval: time.Hour}
		for _, named := range []auditlogs.Source{auditlogs.Named("tenant", own), auditlogs.Named("tenant", auditlogs.Named("inner", own))} {
			require.Equal(r, "tenant", named.Name())
			want := withoutSource(r.T, own.Pages(r.Context(), ""), own.Name())
			require.Equal(r, want, withoutSource(r.T, named.Pages(r.Context(), ""), "tenant"))
			require.Equal(r, want[1:], withoutSource(r.T, named.Pages(r.Context(), want[0].Next), "tenant"))

			events, _, errs := collectPages(auditlogs.Merge(r.Context(), named))
			require.Empty(r, errs)
			require.Len(r, events, 20)

			followed := withoutSource(r.T, named.Follow(r.Context(), "", o), "tenant")
			require.True(r, followed[len(followed)-1].CaughtUp)
			for p, err := range own.Follow(r.Context(), followed[0].Next, o) {
				require.NoError(r, err)
				require.NotNil(r, p)
				break
			}
		}
	})
}

// Two tenants of one API are two sources of one trail and of one following. Each goes on where it was.
func TestNamedTenants(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := len(r.fill(20, time.Minute))
		other := newRig(r.T, r.subject)
		want += len(other.fill(30, time.Minute))
		a, b := sourceOf(r.api, r.client, r.by(6)), sourceOf(r.api, other.client, r.by(6))
		var refused *auditlogs.FilterError
		require.ErrorAs(r, onlyError(r.T, auditlogs.Merge(r.Context(), a, b)), &refused)
		require.ErrorAs(r, onlyError(r.T, auditlogs.Merge(r.Context(), auditlogs.Named("a", a), auditlogs.Named("a", b))), &refused)

		read := map[string]int{}
		from := auditlogs.Cursor("")
		for n := 0; n == 0 || from != ""; n++ {
			require.Less(r, n, 100)
			page := onePage(r.T, auditlogs.MergeFrom(r.Context(), from, auditlogs.Named("a", a), auditlogs.Named("b", b)))
			for _, e := range page.Items {
				read[e.Source]++
			}
			from = page.Next
		}
		require.Equal(r, map[string]int{"a": 20, "b": want - 20}, read)
	})
}

// A source made of several is read log by log under a name too, and errors say which log of which tenant they are about.
func TestNamedSeveral(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		logs := []string{"log-a", "log-b", "log-c"}
		var sources []auditlogs.Source
		var wants []string
		proxies := map[string]*refusing{}
		for i, name := range []string{"one", "two"} {
			srv := severalServer(t)
			for k, log := range logs {
				c.add(srv, log, 12, noon.Add(time.Duration(7*k+i)*time.Second))
				for _, id := range c.ids(srv, log) {
					wants = append(wants, name+"|"+id)
				}
			}
			proxies[name] = newRefusing(srv.Handler())
			whole := c.source(clientThrough(t, proxies[name]), listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}, logs...)
			sources = append(sources, auditlogs.Named(name, auditlogs.Named("inner", whole)))
		}
		var resumed []auditlogs.Event
		from := auditlogs.Cursor("")
		for n := 0; n == 0 || from != ""; n++ {
			require.Less(t, n, 100)
			page := onePage(t, auditlogs.MergeFrom(t.Context(), from, sources...))
			resumed, from = append(resumed, page.Items...), page.Next
		}
		require.ElementsMatch(t, wants, keysOfEvents(resumed))
		require.True(t, slices.IsSortedFunc(resumed, func(a, b auditlogs.Event) int { return b.Time.Compare(a.Time) }))

		part := c.single(clientThrough(t, proxies["two"]), listing{}, "log-b").Name()
		proxies["two"].refuse(403, "log-b")
		for name, pages := range map[string]eventPages{
			"Merge": auditlogs.Merge(t.Context(), sources...), "Pages": sources[1].Pages(t.Context(), ""),
			"Follow":    sources[1].Follow(t.Context(), "", auditlogs.FollowOptions{}),
			"FollowAll": auditlogs.FollowAll(t.Context(), "", auditlogs.FollowOptions{}, sources...),
		} {
			err := firstError(pages)
			require.ErrorIs(t, err, auditlogs.ErrForbidden, name)
			var one *auditlogs.SourceError
			require.ErrorAs(t, err, &one)
			require.Equal(t, "two: "+part, one.Source, name)
			require.NotContains(t, err.Error(), "log-b")
		}
	})
}

// firstError is the first error of a reading.
func firstError(pages eventPages) error {
	for _, err := range pages {
		if err != nil {
			return err
		}
	}
	return nil
}

// What concerns the source as a whole has the name alone.
func TestNamedSeveralAsAWhole(t *testing.T) {
	t.Parallel()
	c := severalCases()[0]
	srv := severalServer(t)
	c.add(srv, "a", 12, noon)
	c.add(srv, "b", 12, noon)
	whole := auditlogs.Named("tenant", c.source(clientOf(t, srv), listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}))
	for name, read := range map[string]func(auditlogs.Cursor) eventPages{
		"Pages":     func(from auditlogs.Cursor) eventPages { return whole.Pages(t.Context(), from) },
		"MergeFrom": func(from auditlogs.Cursor) eventPages { return auditlogs.MergeFrom(t.Context(), from, whole) },
	} {
		first := onePage(t, read(""))
		srv.DeleteConnectors(func(c auditlogs.Connector) bool { return c.ID == "b" })
		err := firstError(read(first.Next))
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(t, err, &incomplete)
		var one *auditlogs.SourceError
		require.ErrorAs(t, err, &one)
		require.Equal(t, "tenant", one.Source, name)
		srv.AddConnectors(auditlogs.Connector{ID: "b"})
	}
}

// fixed is a source of one's own that gives the same page again and again, or an error.
type fixed struct {
	auditlogs.Source
	page *auditlogs.Page[auditlogs.Event]
	err  error
}

func (*fixed) Name() string { return "fixed" }

func (f *fixed) Pages(context.Context, auditlogs.Cursor) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) { yield(f.page, f.err) }
}

func (f *fixed) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) eventPages {
	return f.Pages(ctx, from)
}

// A page of a source of one's own is copied with all that it has. Errors stay what they are, but for the names in them.
func TestNamedChangesOnlyNames(t *testing.T) {
	t.Parallel()
	page := auditlogs.Page[auditlogs.Event]{
		Items: []auditlogs.Event{{ID: "1", Source: "fixed"}, {ID: "2", Source: "another"}}, Next: "next", Total: 7,
		RateLimit: auditlogs.RateLimit{Limit: 1, Remaining: 2, Reset: noon}, RequestID: "id", CaughtUp: true,
	}
	requireAllSet(t, page)
	own := &fixed{page: &page}
	for _, pages := range []eventPages{
		auditlogs.Named("name", own).Pages(t.Context(), ""), auditlogs.Named("name", own).Follow(t.Context(), "", auditlogs.FollowOptions{}),
	} {
		got := *onePage(t, pages)
		require.Equal(t, []auditlogs.Event{{ID: "1", Source: "name"}, {ID: "2", Source: "name"}}, got.Items)
		require.Equal(t, []auditlogs.Event{{ID: "1", Source: "fixed"}, {ID: "2", Source: "another"}}, page.Items, "the source's own")
		got.Items = page.Items
		require.Equal(t, page, got)
	}

	fault := func(source string) error { return &auditlogs.SourceError{Source: source, Err: auditlogs.ErrServer} }
	plain := errors.New("plain")
	for _, test := range []struct{ given, want error }{
		{plain, plain},
		{fault("fixed"), fault("name")},
		{fault("part"), fault("name: part")},
		{errors.Join(fault("fixed"), plain, fault("part")), errors.Join(fault("name"), plain, fault("name: part"))},
		{errors.Join(plain, plain), errors.Join(plain, plain)},
	} {
		require.Equal(t, test.want, firstError(auditlogs.Named("name", &fixed{err: test.given}).Pages(t.Context(), "")))
	}
	own.page = nil
	for page, err := range auditlogs.Named("name", own).Pages(t.Context(), "") {
		require.Nil(t, page)
		require.NoError(t, err)
	}
}

// A name makes no source of nothing: reading it is an error, by itself and among others.
func TestNamedNil(t *testing.T) {
	t.Parallel()
	for kind, bad := range map[string]auditlogs.Source{
		"nil": nil, "nil pointer": (*scripted)(nil), "nil embedded": hollow{}, "named nil": auditlogs.Named("other", nil),
	} {
		named := auditlogs.Named("name", bad)
		require.Equal(t, "name", named.Name())
		var refused *auditlogs.FilterError
		for _, read := range manySources {
			require.ErrorAs(t, onlyError(t, read(t.Context(), "", named)), &refused, kind)
			require.Equal(t, "sources", refused.Field)
			require.ErrorAs(t, onlyError(t, read(t.Context(), "", auditlogs.Named("outer", hollow{named}))), &refused, kind)
		}
		require.ErrorAs(t, onlyError(t, named.Pages(t.Context(), "")), &refused)
		require.ErrorAs(t, onlyError(t, named.Follow(t.Context(), "", auditlogs.FollowOptions{})), &refused)
		require.True(t, strings.HasPrefix(refused.Op, "Named."))
	}
	var none auditlogs.DataAssetLogsService
	named := auditlogs.Named("name", none.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID}))
	require.ErrorIs(t, onlyError(t, named.Pages(t.Context(), "")), auditlogs.ErrNotConfigured)
}
