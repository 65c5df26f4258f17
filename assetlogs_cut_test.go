package auditlogs_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// A server of EDS that says no total and cuts some of its pages: a short page is not taken for the last one. The listing is whole,
// or says that it is not. Of a server that cuts all of them, that holds for long logs; for others, see the known gaps in
// docs/guarantees.md.
func TestDataAssetLogsCutWithoutTotal(t *testing.T) {
	t.Parallel()
	for _, total := range []auditlogtest.Total{auditlogtest.TotalMissing, auditlogtest.TotalZero} {
		for _, every := range []int{1, 2, 3} {
			for _, pages := range []bool{false, true} {
				q := auditlogtest.Quirks{ShortPages: every, Total: total, OffsetPages: pages}
				t.Run(fmt.Sprintf("total %d, each %d. cut, pages %v", total, every, pages), func(t *testing.T) {
					t.Parallel()
					logs := []int{1, 2, 3, 4, 5, 7, 12, 30, 63, 64, 65, 138, 700, 1100, 2500}
					if every == 1 {
						logs = logs[slices.Index(logs, 700):]
					}
					for _, rows := range logs {
						for before := range every {
							requireWholeOrSaid(t, q, rows, before)
						}
					}
				})
			}
		}
	}
}

// requireWholeOrSaid lists a log of so many rows after some other requests, so that other pages are cut.
func requireWholeOrSaid(t *testing.T, q auditlogtest.Quirks, rows, before int) {
	t.Helper()
	end := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(func() time.Time { return end }),
		auditlogtest.WithQuirks(auditlogtest.HuaweiEDS, q))
	defer srv.Close()
	srv.GenerateForBetween(auditlogtest.HuaweiEDS, end.AddDate(0, 0, -7), end, 1, rows)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	filter := auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID}
	for range before {
		_, err := client.DataAssetLogs.List(t.Context(), filter)
		require.NoError(t, err)
	}
	filter.Since = end.AddDate(0, 0, -7)
	n := 0
	for _, err = range client.DataAssetLogs.All(t.Context(), filter) {
		if err == nil {
			n++
		}
	}
	var incomplete *auditlogs.IncompleteError
	if !errors.As(err, &incomplete) {
		require.NoError(t, err)
		require.Equal(t, rows, n, "%d requests before", before)
	}
}
