package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Cursors belong to a way of reading, a server, an instance or resources, a range, and what the filter selects.
func TestSeveralCursors(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		srv := severalServer(t)
		for _, log := range []string{"a", "b"} {
			c.add(srv, log, 30, noon)
		}
		client := clientOf(t, srv)
		l := listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}
		source := c.source(client, l, "a", "b")
		pages := onePage(t, source.Pages(t.Context(), "")).Next
		follow := onePage(t, source.Follow(t.Context(), "", quickFollow)).Next
		merged := onePage(t, auditlogs.Merge(t.Context(), source)).Next
		single := onePage(t, c.single(client, l, "a").Pages(t.Context(), "")).Next

		others := map[string]auditlogs.Source{
			"a range": c.source(client, listing{since: noon.Add(-time.Hour)}, "a", "b"), "an end": c.source(client, listing{until: noon.Add(time.Hour)}, "a", "b"),
			"another client": c.source(clientThrough(t, srv.Handler()), l, "a", "b"),
		}
		if c.api == auditlogtest.ElasticPath {
			others["resources"] = c.source(client, l, "a")
		} else {
			others["an instance"] = client.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: "other"})
			others["an action"] = client.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Action: "VIEW"})
		}
		sent := len(srv.Requests(c.api))
		for name, other := range others {
			require.ErrorIs(t, onlyError(t, other.Pages(t.Context(), pages)), auditlogs.ErrCursorMismatch, name)
			if name != "an end" {
				require.ErrorIs(t, onlyError(t, other.Follow(t.Context(), follow, quickFollow)), auditlogs.ErrCursorMismatch, name)
			}
		}
		for name, from := range map[string]auditlogs.Cursor{"follow": follow, "merged": merged, "single": single} {
			require.ErrorIs(t, onlyError(t, source.Pages(t.Context(), from)), auditlogs.ErrCursorMismatch, name)
		}
		for name, from := range map[string]auditlogs.Cursor{"pages": pages, "merged": merged, "single": single} {
			require.ErrorIs(t, onlyError(t, source.Follow(t.Context(), from, quickFollow)), auditlogs.ErrCursorMismatch, name)
		}
		require.ErrorIs(t, onlyError(t, auditlogs.MergeFrom(t.Context(), pages, source)), auditlogs.ErrCursorMismatch)
		require.ErrorIs(t, onlyError(t, auditlogs.FollowAll(t.Context(), pages, quickFollow, source)), auditlogs.ErrCursorMismatch)
		require.ErrorIs(t, onlyError(t, c.single(client, l, "a").Pages(t.Context(), pages)), auditlogs.ErrCursorMismatch)
		for _, damaged := range []auditlogs.Cursor{"x", pages + "A", pages[:len(pages)-2]} {
			require.ErrorIs(t, onlyError(t, source.Pages(t.Context(), damaged)), auditlogs.ErrInvalidCursor)
			require.ErrorIs(t, onlyError(t, source.Follow(t.Context(), damaged, quickFollow)), auditlogs.ErrInvalidCursor)
		}
		require.Equal(t, sent, len(srv.Requests(c.api)), "nothing is sent")

		// Other sizes of pages, and another order of the resources, are the same listing.
		page := onePage(t, c.source(client, listing{ListOptions: auditlogs.ListOptions{Prefetch: 1}}, "b", "a").Pages(t.Context(), pages))
		require.NotEmpty(t, page.Items)
	})
}

func TestSeveralBadInput(t *testing.T) {
	t.Parallel()
	srv := severalServer(t)
	client := clientOf(t, srv)
	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	good := auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID}
	set := func(change func(*auditlogs.DataAssetLogFilter)) auditlogs.Source {
		f := good
		change(&f)
		return client.DataAssetLogs.AllConnectors(f)
	}
	type resource = auditlogs.RelatedDataEntry
	type personal = auditlogs.PersonalDataLogFilter
	one := resource{ResourceType: "customer", ResourceID: "1"}
	for name, tc := range map[string]struct {
		source auditlogs.Source
		field  string
	}{
		"a connector":       {set(func(f *auditlogs.DataAssetLogFilter) { f.ConnectorID = "c" }), "ConnectorID"},
		"no instance":       {set(func(f *auditlogs.DataAssetLogFilter) { f.InstanceID = "" }), "InstanceID"},
		"an offset":         {set(func(f *auditlogs.DataAssetLogFilter) { f.Offset = 1 }), "Offset"},
		"an odd action":     {set(func(f *auditlogs.DataAssetLogFilter) { f.Action = "a b" }), "Action"},
		"a bad range":       {set(func(f *auditlogs.DataAssetLogFilter) { f.Since, f.Until = noon, noon }), "Since"},
		"a resource type":   {client.PersonalDataLogs.SourceOf(personal{ResourceType: "customer"}, one), "ResourceType"},
		"a resource ID":     {client.PersonalDataLogs.SourceOf(personal{ResourceID: "1"}, one), "ResourceID"},
		"rows to skip":      {client.PersonalDataLogs.SourceOf(personal{ListOptions: auditlogs.ListOptions{Offset: 1}}, one), "Offset"},
		"large pages":       {client.PersonalDataLogs.SourceOf(personal{ListOptions: auditlogs.ListOptions{PageSize: 101}}, one), "PageSize"},
		"an odd resource":   {client.PersonalDataLogs.SourceOf(personal{}, one, one, resource{ResourceType: "customer", ResourceID: "two words"}), "resources[2].ResourceID"},
		"an empty resource": {client.PersonalDataLogs.SourceOf(personal{}, resource{}), "resources[0].ResourceType"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, pages := range []eventPages{tc.source.Pages(t.Context(), ""), tc.source.Follow(t.Context(), "", quickFollow)} {
				err := onlyError(t, pages)
				require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
				require.Contains(t, err.Error(), tc.field)
			}
			require.ErrorIs(t, onlyError2(auditlogs.Merge(t.Context(), tc.source)), auditlogs.ErrInvalidFilter)
			require.ErrorIs(t, onlyError2(auditlogs.FollowAll(t.Context(), "", quickFollow, tc.source)), auditlogs.ErrInvalidFilter)
		})
	}
	ended := set(func(f *auditlogs.DataAssetLogFilter) { f.Until = noon })
	require.ErrorIs(t, onlyError(t, ended.Follow(t.Context(), "", quickFollow)), auditlogs.ErrInvalidFilter)
	err = onlyError(t, client.DataAssetLogs.AllConnectors(good).Follow(t.Context(), "", auditlogs.FollowOptions{Lag: -1}))
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	for _, source := range []auditlogs.Source{none.DataAssetLogs.AllConnectors(good), none.PersonalDataLogs.SourceOf(personal{}, one)} {
		require.ErrorIs(t, onlyError(t, source.Pages(t.Context(), "")), auditlogs.ErrNotConfigured)
		require.ErrorIs(t, onlyError(t, source.Follow(t.Context(), "", quickFollow)), auditlogs.ErrNotConfigured)
		require.ErrorIs(t, onlyError2(auditlogs.Merge(t.Context(), source)), auditlogs.ErrNotConfigured)
	}
	empty := client.PersonalDataLogs.SourceOf(personal{})
	require.ErrorIs(t, onlyError(t, empty.Pages(t.Context(), "")), auditlogs.ErrNoSource)
	require.ErrorIs(t, onlyError(t, empty.Follow(t.Context(), "", quickFollow)), auditlogs.ErrNoSource)
	require.ErrorIs(t, onlyError2(auditlogs.Merge(t.Context(), empty)), auditlogs.ErrNoSource)
	require.Zero(t, requestsTo(srv))
}

// onlyError2 is the first error of a reading.
func onlyError2(pages eventPages) error {
	for _, err := range pages {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestSeveralNames(t *testing.T) {
	t.Parallel()
	client, err := auditlogs.NewClient()
	require.NoError(t, err)
	all := func(f auditlogs.DataAssetLogFilter) string { return client.DataAssetLogs.AllConnectors(f).Name() }
	require.Equal(t, "huawei-eds i", all(auditlogs.DataAssetLogFilter{InstanceID: "i", Since: noon, ListOptions: auditlogs.ListOptions{PageSize: 1}}))
	selecting := all(auditlogs.DataAssetLogFilter{InstanceID: "i", UserKeywords: "alice"})
	require.Regexp(t, `^huawei-eds i [0-9a-f]{8}$`, selecting)
	require.NotEqual(t, selecting, all(auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorKeywords: "alice"}))

	of := func(ids ...string) string {
		var resources []auditlogs.RelatedDataEntry
		for _, id := range ids {
			resources = append(resources, auditlogs.RelatedDataEntry{ResourceType: "customer", ResourceID: id})
		}
		return client.PersonalDataLogs.SourceOf(auditlogs.PersonalDataLogFilter{Since: noon}, resources...).Name()
	}
	require.Regexp(t, `^elasticpath [0-9a-f]{16}$`, of("alice", "bob"))
	require.Equal(t, of("alice", "bob"), of("bob", "alice", "bob"))
	require.NotEqual(t, of("alice", "bob"), of("alice"))
}

// Nothing is sent before the range, and break stops at once.
func TestSeveralIsLazy(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		synctest.Test(t, func(t *testing.T) {
			srv := auditlogtest.NewServer(auditlogtest.InMemory())
			defer srv.Close()
			srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
			for i := range 3 {
				c.add(srv, fmt.Sprint(i), 30, time.Now().Add(-time.Hour))
			}
			source := c.source(clientOf(t, srv), listing{ListOptions: auditlogs.ListOptions{Prefetch: 3, PageSize: 5}}, "0", "1", "2")
			readings := []eventPages{
				source.Pages(t.Context(), ""), source.Follow(t.Context(), "", quickFollow), auditlogs.Merge(t.Context(), source),
				auditlogs.FollowAll(t.Context(), "", quickFollow, source),
			}
			require.Zero(t, requestsTo(srv))
			for _, pages := range readings {
				for _, err := range pages {
					require.NoError(t, err)
					break
				}
				synctest.Wait() // for requests that are on their way
				sent := requestsTo(srv)
				require.NotZero(t, sent)
				time.Sleep(time.Hour)
				require.Equal(t, sent, requestsTo(srv), "break stops at once")
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			for _, read := range []func() eventPages{
				func() eventPages { return source.Pages(ctx, "") },
				func() eventPages { return source.Follow(ctx, "", quickFollow) },
			} {
				var last error
				for _, err := range read() {
					cancel(errors.New("enough"))
					last = err
				}
				require.ErrorIs(t, last, context.Canceled)
				require.ErrorContains(t, last, "enough")
				var one *auditlogs.SourceError
				require.False(t, errors.As(last, &one))
			}
		})
	})
}
