package auditlogs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func TestSourcesOfConfiguredAPIs(t *testing.T) {
	t.Parallel()
	names := func(sources []auditlogs.Source) (all []string) {
		for _, s := range sources {
			all = append(all, s.Name())
		}
		return all
	}
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	require.Equal(t, []string{"waldur", "akinon", "thousandeyes"}, names(client.Sources()))
	require.Equal(t, []string{"waldur", "akinon", "thousandeyes"}, names(client.SourcesBetween(noon, noon.Add(1))))

	client, err = auditlogs.NewClient(auditlogs.WithAkinon(srv.BaseURL(auditlogtest.Akinon), auditlogs.StaticToken("token")))
	require.NoError(t, err)
	require.Equal(t, []string{"akinon"}, names(client.Sources()))
	client, err = auditlogs.NewClient()
	require.NoError(t, err)
	require.Empty(t, client.Sources())
}

// Names are the same for the same filter, and differ between filters that select by more than time.
func TestSourceNames(t *testing.T) {
	t.Parallel()
	c, err := auditlogs.NewClient()
	require.NoError(t, err)
	plain := []auditlogs.Source{
		c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: noon, ListOptions: auditlogs.ListOptions{PageSize: 3, Cursor: "x"}}),
		c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c", Until: noon}),
		c.AuditEvents.Source(auditlogs.AuditEventFilter{Until: noon}),
		c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{ResourceType: "customer", ResourceID: "1"}),
		c.UserEvents.Source(auditlogs.UserEventFilter{Window: time.Hour}),
	}
	for i, want := range []string{"waldur", "huawei-eds i/c", "akinon", "elasticpath customer:1", "thousandeyes"} {
		require.Equal(t, want, plain[i].Name())
	}
	selecting := func() []auditlogs.Source {
		return []auditlogs.Source{
			c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Query: "alice"}),
			c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{UserUUID: "alice"}),
			c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{AccessorUUID: "alice"}),
			c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{AccessorType: "alice"}),
			c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c", UserKeywords: "alice"}),
			c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c", ConnectorKeywords: "alice"}),
			c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c", Action: "alice"}),
			c.AuditEvents.Source(auditlogs.AuditEventFilter{User: 1}),
			c.AuditEvents.Source(auditlogs.AuditEventFilter{ObjectID: 1}),
			c.AuditEvents.Source(auditlogs.AuditEventFilter{ContentType: 1}),
			c.UserEvents.Source(auditlogs.UserEventFilter{AccountGroupID: "alice"}),
			c.UserEvents.Source(auditlogs.UserEventFilter{AllPermittedAccountGroups: true}),
		}
	}
	seen := map[string]bool{}
	for _, s := range plain {
		seen[s.Name()] = true
	}
	again := selecting()
	for i, s := range selecting() {
		require.False(t, seen[s.Name()], s.Name())
		seen[s.Name()] = true
		require.Equal(t, s.Name(), again[i].Name())
		require.NotContains(t, s.Name(), "alice")
	}
}

// A source gives what its service gives, page by page, and goes on from each; the filter stays as it was.
func TestSourceReadsAsItsService(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(20, time.Minute)
		l := r.by(6)
		if r.api != auditlogtest.ThousandEyes {
			l.Offset = 3
		}
		want, keys, err := r.readPages(l)
		require.NoError(r, err)
		source := sourceOf(r.api, r.client, l)
		events, next, errs := collectPages(source.Pages(r.Context(), ""))
		require.Empty(r, errs)
		require.Len(r, next, len(want))
		read := 0
		for i, p := range want {
			require.Equal(r, p.next, next[i])
			for n, e := range events[read : read+len(p.keys)] {
				require.Equal(r, p.keys[n], e.ID)
				require.Equal(r, p.times[n], e.Time)
				require.Equal(r, source.Name(), e.Source)
				require.Equal(r, r.api, e.API)
			}
			read += len(p.keys)
			if p.next != "" {
				rest, _, errs := collectPages(source.Pages(r.Context(), p.next))
				require.Empty(r, errs)
				require.Len(r, rest, len(keys)-read)
			}
		}
		for p, err := range source.Pages(r.Context(), "") {
			require.NoError(r, err)
			require.Equal(r, want[0].total, p.Total)
			break
		}
	})
}

func TestSourceOfAChangedFilter(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.Waldur))
	want := r.fill(5, time.Minute)
	order := []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestampDesc}
	source := r.client.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Order: order})
	order[0] = auditlogs.OrderTimestamp
	events, _, errs := collectPages(source.Pages(r.Context(), ""))
	require.Empty(t, errs)
	require.Equal(t, want[0], events[0].ID)
}
