package receipt_test

import (
	"encoding/json"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// The window of most tests: three days.
var (
	since = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	until = since.AddDate(0, 0, 3)
)

// service is one of the five, with what tests do to its log.
type service struct {
	api    auditlogtest.API
	source func(c *auditlogs.Client, since, until time.Time, o auditlogs.ListOptions) auditlogs.Source
	add    func(srv *auditlogtest.Server, at time.Time)
	// remove deletes a record of the second day; change does too, and stores it again with another content.
	remove, change func(t *testing.T, srv *auditlogtest.Server)
}

// newService makes a service of what its records are and where a server has them.
func newService[T interface{ AsEvent() auditlogs.Event }](
	api auditlogtest.API,
	source func(*auditlogs.Client, time.Time, time.Time, auditlogs.ListOptions) auditlogs.Source,
	store func(*auditlogtest.Server, ...T), del func(*auditlogtest.Server, func(T) bool) int,
	at func(time.Time) T, other func(*T),
) service {
	removed := func(t *testing.T, srv *auditlogtest.Server) (one T) {
		t.Helper()
		found := false
		n := del(srv, func(r T) bool {
			if when := r.AsEvent().Time; found || when.Before(since.AddDate(0, 0, 1)) || !when.Before(since.AddDate(0, 0, 2)) {
				return false
			}
			one, found = r, true
			return true
		})
		require.Equal(t, 1, n)
		return one
	}
	return service{
		api: api, source: source,
		add:    func(srv *auditlogtest.Server, when time.Time) { store(srv, at(when)) },
		remove: func(t *testing.T, srv *auditlogtest.Server) { removed(t, srv) },
		change: func(t *testing.T, srv *auditlogtest.Server) {
			r := removed(t, srv)
			other(&r)
			store(srv, r)
		},
	}
}

func services() []service {
	type (
		client = auditlogs.Client
		list   = auditlogs.ListOptions
		source = auditlogs.Source
	)
	return []service{
		newService(auditlogtest.Waldur,
			func(c *client, since, until time.Time, o list) source {
				return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: since, Until: until, ListOptions: o})
			},
			(*auditlogtest.Server).AddDataAccessLogs, (*auditlogtest.Server).DeleteDataAccessLogs,
			func(at time.Time) auditlogs.DataAccessLog { return auditlogs.DataAccessLog{Timestamp: at} },
			func(r *auditlogs.DataAccessLog) { r.IPAddress, r.Raw = "203.0.113.99", nil }),
		newService(auditlogtest.HuaweiEDS,
			func(c *client, since, until time.Time, o list) source {
				return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{
					InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID, Since: since, Until: until, ListOptions: o,
				})
			},
			(*auditlogtest.Server).AddDataAssetLogs, (*auditlogtest.Server).DeleteDataAssetLogs,
			func(at time.Time) auditlogs.DataAssetLog { return auditlogs.DataAssetLog{HappenedTime: at} },
			func(r *auditlogs.DataAssetLog) { r.ResourceName, r.Raw = "another", nil }),
		newService(auditlogtest.Akinon,
			func(c *client, since, until time.Time, o list) source {
				return c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since, Until: until, ListOptions: o})
			},
			(*auditlogtest.Server).AddAuditEvents, (*auditlogtest.Server).DeleteAuditEvents,
			func(at time.Time) auditlogs.AuditEvent { return auditlogs.AuditEvent{Timestamp: at} },
			func(r *auditlogs.AuditEvent) { r.URL, r.Raw = "/another", nil }),
		newService(auditlogtest.ElasticPath,
			func(c *client, since, until time.Time, o list) source {
				return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
					ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, Since: since, Until: until, ListOptions: o,
				})
			},
			(*auditlogtest.Server).AddPersonalDataLogs, (*auditlogtest.Server).DeletePersonalDataLogs,
			func(at time.Time) auditlogs.PersonalDataLog { return auditlogs.PersonalDataLog{Time: at} },
			func(r *auditlogs.PersonalDataLog) { r.EventType, r.Raw = "another", nil }),
		newService(auditlogtest.ThousandEyes,
			func(c *client, since, until time.Time, o list) source {
				return c.UserEvents.Source(auditlogs.UserEventFilter{Since: since, Until: until, ListOptions: o})
			},
			(*auditlogtest.Server).AddUserEvents, (*auditlogtest.Server).DeleteUserEvents,
			func(at time.Time) auditlogs.UserEvent { return auditlogs.UserEvent{Date: at, Event: "added"} },
			func(r *auditlogs.UserEvent) { r.User, r.Raw = "Another Name (another@example.org)", nil }),
	}
}

// newLog starts a server with 200 records of one service in the window.
func newLog(t *testing.T, api auditlogtest.API, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks("", q))
	t.Cleanup(srv.Close)
	srv.GenerateForBetween(api, since, until, 7, 200)
	return srv
}

func newClient(t *testing.T, srv *auditlogtest.Server) *auditlogs.Client {
	t.Helper()
	once := auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})
	c, err := auditlogs.NewClient(append(srv.Options(), once)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// take takes the receipt of the window, without what depends on the clock.
func take(t *testing.T, s service, srv *auditlogtest.Server, o auditlogs.ListOptions) receipt.Receipt {
	t.Helper()
	r, err := receipt.Take(t.Context(), s.source(newClient(t, srv), since, until, o), since, until)
	require.NoError(t, err)
	return timeless(r)
}

func timeless(r receipt.Receipt) receipt.Receipt {
	r.ReadAt = time.Time{}
	return r
}

// each ranges over events.
func each(events ...auditlogs.Event) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// stored writes events as a store does and reads them in an order of its own.
func stored(t *testing.T, events []auditlogs.Event) []auditlogs.Event {
	t.Helper()
	again := make([]auditlogs.Event, len(events))
	for i, to := range rand.New(rand.NewPCG(1, 2)).Perm(len(events)) {
		text, err := json.Marshal(events[i])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &again[to]))
	}
	return again
}

// of returns the receipt of events, without what depends on the clock.
func of(t *testing.T, events ...auditlogs.Event) receipt.Receipt {
	t.Helper()
	r, err := receipt.From(each(events...), time.Time{}, time.Time{})
	require.NoError(t, err)
	return timeless(r)
}
