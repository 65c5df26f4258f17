package auditlogs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// A connector that is not listed any more before its log was read to its end is an error whenever the reading is continued.
func TestAllConnectorsWithoutOne(t *testing.T) {
	t.Parallel()
	c := severalCases()[0]
	srv := severalServer(t)
	for _, log := range []string{"a", "b", "c"} {
		c.add(srv, log, 12, noon)
	}
	gone := func(id string) func(auditlogs.Connector) bool {
		return func(c auditlogs.Connector) bool { return c.ID == id }
	}
	client := clientOf(t, srv)
	source := c.source(client, listing{ListOptions: auditlogs.ListOptions{PageSize: 5}})
	for name, read := range map[string]func(auditlogs.Cursor) eventPages{
		"Pages":     func(from auditlogs.Cursor) eventPages { return source.Pages(t.Context(), from) },
		"MergeFrom": func(from auditlogs.Cursor) eventPages { return auditlogs.MergeFrom(t.Context(), from, source) },
	} {
		first := onePage(t, read(""))
		open := "b" // is read neither first nor last
		srv.DeleteConnectors(gone(open))
		for range 2 {
			events, next, errs := collectPages(read(first.Next))
			require.Len(t, errs, 1, name)
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, errs[0], &incomplete, name)
			var one *auditlogs.SourceError
			require.ErrorAs(t, errs[0], &one)
			require.Equal(t, source.Name(), one.Source)
			require.NotContains(t, errs[0].Error(), "b/")
			keys := keysOfEvents(append(slices.Clone(first.Items), events...))
			require.Subset(t, keys, c.keys(srv, client, "a", "c"), name)
			require.NotEmpty(t, next[len(next)-1])
		}
		srv.AddConnectors(auditlogs.Connector{ID: open})
		events, next, errs := collectPages(read(first.Next))
		require.Empty(t, errs)
		require.ElementsMatch(t, c.keys(srv, client, "a", "b", "c"), keysOfEvents(append(slices.Clone(first.Items), events...)), name)
		require.Empty(t, next[len(next)-1])

		deleted := false
		srv.BeforeRequest(func(_ auditlogtest.API, n int) { // after it was listed
			if last := srv.Requests(auditlogtest.HuaweiEDS); !deleted && strings.HasSuffix(last[len(last)-1].Path, "/audit-logs") {
				deleted = srv.DeleteConnectors(gone("a")) > 0
			}
		})
		_, next, errs = collectPages(read(""))
		require.Len(t, errs, 1, name)
		require.ErrorIs(t, errs[0], auditlogs.ErrNotFound)
		require.NotEmpty(t, next[len(next)-1])
		srv.BeforeRequest(nil)
		srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
		for _, id := range []string{"a", "b", "c"} {
			srv.AddConnectors(auditlogs.Connector{ID: id})
		}
	}
}

// Merged with other sources, the logs are one trail by time, resumed after every page or not.
func TestSeveralMerged(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		srv := severalServer(t)
		logs := []string{"a", "b", "c"}
		for i, log := range logs {
			c.add(srv, log, 25, noon.Add(time.Duration(7*i)*time.Second))
		}
		srv.AddUserEvents(auditlogs.UserEvent{Date: noon.Add(-3 * time.Second), Event: "Login."}, auditlogs.UserEvent{Date: noon.Add(time.Second), Event: "Logout."})
		sources := func() []auditlogs.Source {
			client := clientOf(t, srv)
			return []auditlogs.Source{client.UserEvents.Source(auditlogs.UserEventFilter{}), c.source(client, listing{ListOptions: auditlogs.ListOptions{PageSize: 6}}, logs...)}
		}
		events, next, errs := collectPages(auditlogs.Merge(t.Context(), sources()...))
		require.Empty(t, errs)
		require.Empty(t, next[len(next)-1])
		require.Len(t, events, 75+2)
		require.True(t, slices.IsSortedFunc(events, func(a, b auditlogs.Event) int { return b.Time.Compare(a.Time) }))
		require.Subset(t, keysOfEvents(events), c.keys(srv, clientOf(t, srv), logs...))

		var resumed []auditlogs.Event
		from := auditlogs.Cursor("")
		for n := 0; ; n++ {
			require.Less(t, n, 100)
			all := sources()
			slices.Reverse(all)
			page := onePage(t, auditlogs.MergeFrom(t.Context(), from, all...))
			resumed = append(resumed, page.Items...)
			if n == 2 && c.api == auditlogtest.HuaweiEDS {
				c.add(srv, "new", 9, noon)
			}
			if from = page.Next; from == "" {
				break
			}
		}
		want := keysOfEvents(events)
		if c.api == auditlogtest.HuaweiEDS {
			want = append(want, c.keys(srv, clientOf(t, srv), "new")...)
		}
		require.ElementsMatch(t, want, keysOfEvents(resumed))
	})
}

// A search that fails is one error of the source; the others are merged, and what was read is not read again.
func TestMergeWithoutTheListOfConnectors(t *testing.T) {
	t.Parallel()
	c := severalCases()[0]
	srv := severalServer(t)
	c.add(srv, "log-a", 12, noon)
	c.add(srv, "log-b", 12, noon)
	srv.AddConnectorLogs("log-c")
	proxy := newRefusing(srv.Handler())
	client := clientThrough(t, proxy)
	l := listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}
	sources := []auditlogs.Source{c.source(client, l), c.single(client, l, "log-c")}
	srv.AddConnectors(auditlogs.Connector{ID: "log-c"})
	srv.AddConnectorLogs("log-c", auditlogs.DataAssetLog{HappenedTime: noon})
	want := c.keys(srv, client, "log-a", "log-b", "log-c", "log-c") // given by both sources

	first := onePage(t, auditlogs.Merge(t.Context(), sources...))
	for _, from := range []auditlogs.Cursor{"", first.Next} {
		proxy.refuse(403, "type=ADMIN")
		events, next, errs := collectPages(auditlogs.MergeFrom(t.Context(), from, sources...))
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], auditlogs.ErrForbidden)
		var one *auditlogs.SourceError
		require.ErrorAs(t, errs[0], &one)
		require.Equal(t, sources[0].Name(), one.Source)
		proxy.refuse(0)
		if len(next) > 0 {
			from = next[len(next)-1]
		}
		require.True(t, from != "" || len(events) == 0)
		rest, next, errs := collectPages(auditlogs.MergeFrom(t.Context(), from, sources...))
		require.Empty(t, errs)
		require.Empty(t, next[len(next)-1])
		all := append(events, rest...)
		if len(all) < len(want) {
			all = append(slices.Clone(first.Items), all...)
		}
		require.ElementsMatch(t, want, keysOfEvents(all))
	}
}

// A list of connectors that is not known to be complete is an error at the end: what it names is read, and the last page does
// not look like the end.
func TestAllConnectorsOfAnIncompleteList(t *testing.T) {
	t.Parallel()
	c := severalCases()[0]
	srv := severalServer(t, auditlogtest.WithQuirks(auditlogtest.HuaweiEDS, auditlogtest.Quirks{PageCap: 10}))
	logs := func() {
		srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
		for i := range 25 {
			c.add(srv, fmt.Sprint("log-", i), 1-len(c.ids(srv, fmt.Sprint("log-", i))), noon)
		}
	}
	client := clientOf(t, srv)
	source := c.source(client, listing{})
	for name, read := range map[string]func(auditlogs.Cursor) eventPages{
		"Pages":     func(from auditlogs.Cursor) eventPages { return source.Pages(t.Context(), from) },
		"MergeFrom": func(from auditlogs.Cursor) eventPages { return auditlogs.MergeFrom(t.Context(), from, source) },
	} {
		logs()
		srv.AddConnectors(auditlogs.Connector{ID: "log-0"}) // is listed twice, on two pages
		events, next, errs := collectPages(read(""))
		require.Len(t, errs, 1, name)
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(t, errs[0], &incomplete)
		require.Equal(t, "Connectors.List", incomplete.Op)
		require.Len(t, events, 25)
		from := next[len(next)-1]
		require.NotEmpty(t, from)

		logs()
		events, next, errs = collectPages(read(from))
		require.Empty(t, events)
		require.Empty(t, errs)
		require.Equal(t, []auditlogs.Cursor{""}, next)
	}
}
