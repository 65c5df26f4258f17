package auditlogtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// timesOf returns the times of all records of a server, by service.
func timesOf(s *auditlogtest.Server) map[auditlogtest.API][]time.Time {
	times := map[auditlogtest.API][]time.Time{}
	for _, l := range s.DataAccessLogs() {
		times[auditlogtest.Waldur] = append(times[auditlogtest.Waldur], l.Timestamp)
	}
	for _, l := range s.DataAssetLogs() {
		times[auditlogtest.HuaweiEDS] = append(times[auditlogtest.HuaweiEDS], l.HappenedTime)
	}
	for _, e := range s.AuditEvents() {
		times[auditlogtest.Akinon] = append(times[auditlogtest.Akinon], e.Timestamp)
	}
	for _, l := range s.PersonalDataLogs() {
		times[auditlogtest.ElasticPath] = append(times[auditlogtest.ElasticPath], l.Time)
	}
	for _, e := range s.UserEvents() {
		times[auditlogtest.ThousandEyes] = append(times[auditlogtest.ThousandEyes], e.Date)
	}
	return times
}

func TestGenerateBetween(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.FixedZone("", 3600))
	for name, r := range map[string]struct{ since, until time.Time }{
		"a week":         {noon.AddDate(0, 0, -7), noon},
		"an hour":        {noon.Add(-time.Hour), noon},
		"two seconds":    {noon.Add(-2 * time.Second), noon},
		"a second":       {noon.Add(-time.Second), noon},
		"odd fractions":  {noon.Add(-3*time.Second + 3), noon.Add(-1)},
		"a hundred year": {noon.AddDate(-50, 0, 0), noon.AddDate(50, 0, 0)},
	} {
		srv := newServer(t)
		if name == "odd fractions" { // no whole second lies in between
			srv.GenerateBetween(r.since, r.since.Add(time.Second/2), 1, 100)
			require.Empty(t, timesOf(srv), name)
		}
		srv.GenerateBetween(r.since, r.until, 1, 500)
		all := timesOf(srv)
		require.Len(t, all, 5, name)
		for api, times := range all {
			require.Len(t, times, 100, name)
			for _, at := range times {
				require.False(t, at.Before(r.since) || !at.Before(r.until), "%s: %s: %v", name, api, at)
			}
		}
	}
	srv := newServer(t)
	srv.GenerateBetween(noon, noon, 1, 100)
	srv.GenerateBetween(noon, noon.Add(-time.Hour), 1, 100)
	require.Empty(t, timesOf(srv))
	srv.GenerateForBetween(auditlogtest.Akinon, noon.Add(-time.Hour), noon, 1, 7)
	require.Len(t, srv.AuditEvents(), 7)
	require.Len(t, timesOf(srv), 1)
}
