package collectortest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// token is what the APIs accept.
const token = auditlogtest.Token

// pageRows is how many records the APIs give at once, so that there are many batches.
const pageRows = 20

// tenant is one source of the Collector: an API of a server.
type tenant struct {
	api      auditlogtest.API
	server   *auditlogtest.Server
	settings map[string]any
}

// logs are the logs that a Collector reads: all five APIs, and a second tenant of one.
type logs struct {
	t       *testing.T
	tenants map[string]tenant
	seed    atomic.Uint64
	growing atomic.Bool
}

// newLogs returns logs with some records each, of the last hours.
func newLogs(t *testing.T, seed uint64, records int) *logs {
	t.Helper()
	first, second := newServer(t), newServer(t)
	l := &logs{t: t, tenants: map[string]tenant{
		"waldur/prod":       newTenant(auditlogtest.Waldur, first, nil),
		"waldur/test":       newTenant(auditlogtest.Waldur, second, nil),
		"akinon/eu":         newTenant(auditlogtest.Akinon, first, nil),
		"thousandeyes/main": newTenant(auditlogtest.ThousandEyes, first, nil),
		"huawei_eds/shop": newTenant(auditlogtest.HuaweiEDS, first, map[string]any{
			"project_id": auditlogtest.ProjectID, "instance_id": auditlogtest.InstanceID, "connector_id": auditlogtest.ConnectorID,
		}),
		"elasticpath/store": newTenant(auditlogtest.ElasticPath, first, map[string]any{
			"resource_type": auditlogtest.ResourceType, "resource_id": auditlogtest.ResourceID,
		}),
	}}
	l.seed.Store(seed)
	now := time.Now()
	for _, one := range l.tenants {
		one.server.GenerateForBetween(one.api, now.Add(-20*time.Hour), now.Add(-time.Hour), l.seed.Add(1), records)
	}
	l.growWithRequests(first)
	l.growWithRequests(second)
	return l
}

// pause is how far apart records are that are added. Some APIs know whole seconds only, and fewer of these records than a page
// has may share one time.
const pause = 100 * time.Millisecond

// growWithRequests lets logs of a server grow while they are read.
func (l *logs) growWithRequests(server *auditlogtest.Server) {
	last := map[auditlogtest.API]time.Time{}
	server.BeforeRequest(func(api auditlogtest.API, _ int) {
		if l.growing.Load() && time.Since(last[api]) > pause {
			last[api] = time.Now()
			l.add(server, api)
		}
	})
}

func newServer(t *testing.T) *auditlogtest.Server {
	server := auditlogtest.NewServer(auditlogtest.WithQuirks("", auditlogtest.Quirks{PageCap: pageRows}))
	t.Cleanup(server.Close)
	return server
}

func newTenant(api auditlogtest.API, server *auditlogtest.Server, more map[string]any) tenant {
	settings := map[string]any{"endpoint": server.BaseURL(api), "token": "${env:COLLECTORTEST_TOKEN}"}
	maps.Copy(settings, more)
	return tenant{api: api, server: server, settings: settings}
}

// add adds a record of something that happened just now.
func (l *logs) add(server *auditlogtest.Server, api auditlogtest.API) {
	now := time.Now()
	server.GenerateForBetween(api, now.Add(-2*time.Second), now, l.seed.Add(1), 1)
}

// grow adds a few records to some logs, or to all.
func (l *logs) grow(names ...string) {
	for name, one := range l.tenants {
		for range 3 {
			if len(names) == 0 || slices.Contains(names, name) {
				l.add(one.server, one.api)
			}
		}
	}
}

// size returns how many records a log has.
func (l *logs) size(name string) int {
	one := l.tenants[name]
	switch one.api {
	case auditlogtest.Waldur:
		return len(one.server.DataAccessLogs())
	case auditlogtest.HuaweiEDS:
		return len(one.server.DataAssetLogs())
	case auditlogtest.Akinon:
		return len(one.server.AuditEvents())
	case auditlogtest.ElasticPath:
		return len(one.server.PersonalDataLogs())
	case auditlogtest.ThousandEyes:
	}
	return len(one.server.UserEvents())
}

// events returns what some logs have, or all, by log.record.uid. Each is read once more, by the library alone.
func (l *logs) events(names ...string) map[string]auditlogs.Event {
	l.t.Helper()
	events := map[string]auditlogs.Event{}
	want := 0
	for name, one := range l.tenants {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		want += l.size(name)
		client, err := auditlogs.NewClient(one.server.Options()...)
		require.NoError(l.t, err)
		for page, err := range sourceOf(client, one.api).Pages(context.WithoutCancel(l.t.Context()), "") {
			require.NoError(l.t, err)
			for _, e := range page.Items {
				events[string(e.API)+"/"+e.ID] = e
			}
		}
	}
	require.Len(l.t, events, want, "records of all logs have names of their own")
	return events
}

func sourceOf(c *auditlogs.Client, api auditlogtest.API) auditlogs.Source {
	switch api {
	case auditlogtest.Waldur:
		return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{})
	case auditlogtest.HuaweiEDS:
		return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID})
	case auditlogtest.Akinon:
		return c.AuditEvents.Source(auditlogs.AuditEventFilter{})
	case auditlogtest.ElasticPath:
		return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID})
	case auditlogtest.ThousandEyes:
	}
	return c.UserEvents.Source(auditlogs.UserEventFilter{})
}

// apiOf returns the API of a source, as log.record.uid names it.
func apiOf(source string) string {
	api, _, _ := strings.Cut(source, "/")
	return strings.ReplaceAll(api, "_", "-")
}
