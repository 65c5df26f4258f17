package auditlogs_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// TestAllKeepsNoRecordFromBeingKept: All uses the memory of its pages again. What was kept of them stays as it came.
func TestAllKeepsNoRecordFromBeingKept(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	for _, api := range []auditlogtest.API{auditlogtest.Waldur, auditlogtest.HuaweiEDS, auditlogtest.Akinon, auditlogtest.ElasticPath, auditlogtest.ThousandEyes} {
		srv.GenerateFor(api, 7, 700)
	}
	c, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	for _, ahead := range []int{0, 3} {
		for _, size := range fewer([]int{100, 20, 0}) {
			o := auditlogs.ListOptions{PageSize: size, Prefetch: ahead}
			t.Run(fmt.Sprintf("pages of %d, %d read ahead", size, ahead), func(t *testing.T) {
				t.Parallel()
				ctx := t.Context()
				waldur := auditlogs.DataAccessLogFilter{ListOptions: o}
				sameRecords(t, c.DataAccessLogs.All(ctx, waldur), c.DataAccessLogs.Pages(ctx, waldur))
				eds := auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID, ListOptions: o}
				sameRecords(t, c.DataAssetLogs.All(ctx, eds), c.DataAssetLogs.Pages(ctx, eds))
				akinon := auditlogs.AuditEventFilter{ListOptions: o}
				sameRecords(t, c.AuditEvents.All(ctx, akinon), c.AuditEvents.Pages(ctx, akinon))
				elasticPath := auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, ListOptions: o}
				sameRecords(t, c.PersonalDataLogs.All(ctx, elasticPath), c.PersonalDataLogs.Pages(ctx, elasticPath))
				thousandEyes := auditlogs.UserEventFilter{ListOptions: o}
				sameRecords(t, c.UserEvents.All(ctx, thousandEyes), c.UserEvents.Pages(ctx, thousandEyes))
			})
		}
	}
}

// sameRecords keeps all records, and compares them in the end.
func sameRecords[T any](t *testing.T, all iter.Seq2[T, error], pages iter.Seq2[*auditlogs.Page[T], error]) {
	t.Helper()
	var kept, want []T
	for record, err := range all {
		require.NoError(t, err)
		kept = append(kept, record)
	}
	for page, err := range pages {
		require.NoError(t, err)
		want = append(want, page.Items...)
	}
	require.Greater(t, len(want), 600)
	require.Equal(t, want, kept)
}

// TestAllSendsTheRequestsOfPages: an answer that makes two pages is kept until both were read.
func TestAllSendsTheRequestsOfPages(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			srv := auditlogtest.NewServer()
			defer srv.Close()
			srv.GenerateFor(s.api, 7, 700)
			c := clientOf(t, srv)
			l := listing{ListOptions: auditlogs.ListOptions{PageSize: 20}}
			for _, err := range s.pages(t.Context(), c, l) {
				require.NoError(t, err)
			}
			ofPages := len(srv.Requests(s.api))
			for _, err := range s.all(t.Context(), c, l) {
				require.NoError(t, err)
			}
			require.Equal(t, 2*ofPages, len(srv.Requests(s.api)))
		})
	}
}
