package ocsf_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// apiLog is the log of one API, for tests that are the same for all five.
type apiLog struct {
	api    auditlogs.API
	server auditlogtest.API
	source func(c *auditlogs.Client) auditlogs.Source
}

func logs() []apiLog {
	return []apiLog{
		{auditlogs.APIWaldur, auditlogtest.Waldur, func(c *auditlogs.Client) auditlogs.Source {
			return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{})
		}},
		{auditlogs.APIHuaweiEDS, auditlogtest.HuaweiEDS, func(c *auditlogs.Client) auditlogs.Source {
			return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID})
		}},
		{auditlogs.APIAkinon, auditlogtest.Akinon, func(c *auditlogs.Client) auditlogs.Source {
			return c.AuditEvents.Source(auditlogs.AuditEventFilter{})
		}},
		{auditlogs.APIElasticPath, auditlogtest.ElasticPath, func(c *auditlogs.Client) auditlogs.Source {
			return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID})
		}},
		{auditlogs.APIThousandEyes, auditlogtest.ThousandEyes, func(c *auditlogs.Client) auditlogs.Source {
			return c.UserEvents.Source(auditlogs.UserEventFilter{})
		}},
	}
}

// generated reads n events of a log with a client, over HTTP.
func generated(t testing.TB, l apiLog, n int) []auditlogs.Event {
	t.Helper()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(l.server, 1, n)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	var events []auditlogs.Event
	for page, err := range l.source(client).Pages(t.Context(), "") {
		require.NoError(t, err)
		events = append(events, page.Items...)
	}
	require.Len(t, events, n)
	return events
}
