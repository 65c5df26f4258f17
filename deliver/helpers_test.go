package deliver_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

// log is the log of one API, for tests that are the same for all five.
type log struct {
	api    auditlogtest.API
	source func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source
	add    func(srv *auditlogtest.Server, at time.Time, id string)
	keys   func(srv *auditlogtest.Server) []string
}

func keysOf[T interface{ Key() string }](records []T) (keys []string) {
	for _, r := range records {
		keys = append(keys, r.Key())
	}
	return keys
}

// numbered returns user events with their ordinals, which only those that equal another one have.
func numbered(events []auditlogs.UserEvent) []auditlogs.UserEvent {
	seen := map[string]int{}
	for i := range events {
		key := events[i].Key()
		events[i].Ordinal = seen[key]
		seen[key]++
	}
	return events
}

func logs() []log {
	return []log{
		{
			api: auditlogtest.Waldur,
			source: func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source {
				return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: since, Until: until, ListOptions: auditlogs.ListOptions{PageSize: size}})
			},
			add: func(srv *auditlogtest.Server, at time.Time, id string) {
				srv.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: id, Timestamp: at})
			},
			keys: func(srv *auditlogtest.Server) []string { return keysOf(srv.DataAccessLogs()) },
		},
		{
			api: auditlogtest.HuaweiEDS,
			source: func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source {
				return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{
					InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID,
					Since: since, Until: until, ListOptions: auditlogs.ListOptions{PageSize: size},
				})
			},
			add: func(srv *auditlogtest.Server, at time.Time, id string) {
				srv.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: id, HappenedTime: at, Action: auditlogs.DataAssetView})
			},
			keys: func(srv *auditlogtest.Server) []string { return keysOf(srv.DataAssetLogs()) },
		},
		{
			api: auditlogtest.Akinon,
			source: func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source {
				return c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since, Until: until, ListOptions: auditlogs.ListOptions{PageSize: size}})
			},
			add: func(srv *auditlogtest.Server, at time.Time, id string) {
				srv.AddAuditEvents(auditlogs.AuditEvent{UUID: id, Timestamp: at})
			},
			keys: func(srv *auditlogtest.Server) []string { return keysOf(srv.AuditEvents()) },
		},
		{
			api: auditlogtest.ElasticPath,
			source: func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source {
				return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
					ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
					Since: since, Until: until, ListOptions: auditlogs.ListOptions{PageSize: size},
				})
			},
			add: func(srv *auditlogtest.Server, at time.Time, id string) {
				srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{
					ID: id, Time: at, EventType: "update", ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
				})
			},
			keys: func(srv *auditlogtest.Server) []string { return keysOf(srv.PersonalDataLogs()) },
		},
		{
			api: auditlogtest.ThousandEyes,
			source: func(c *auditlogs.Client, since, until time.Time, size int) auditlogs.Source {
				return c.UserEvents.Source(auditlogs.UserEventFilter{Since: since, Until: until, ListOptions: auditlogs.ListOptions{PageSize: size}})
			},
			add: func(srv *auditlogtest.Server, at time.Time, id string) {
				srv.AddUserEvents(auditlogs.UserEvent{Date: at, Event: "Login", UserID: id})
			},
			keys: func(srv *auditlogtest.Server) []string { return keysOf(numbered(srv.UserEvents())) },
		},
	}
}

// forLogs runs a test for the log of each API.
func forLogs(t *testing.T, test func(t *testing.T, l log)) {
	t.Helper()
	for _, l := range logs() {
		t.Run(string(l.api), func(t *testing.T) {
			t.Parallel()
			test(t, l)
		})
	}
}

// serve starts a server with n made-up records of each API.
func serve(t *testing.T, n int) (*auditlogtest.Server, *auditlogs.Client) {
	t.Helper()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	for _, l := range logs() {
		srv.GenerateForBetween(l.api, noon.Add(-240*time.Hour), noon, 1, n)
	}
	return srv, clientOf(t, srv)
}

func clientOf(t *testing.T, srv *auditlogtest.Server) *auditlogs.Client {
	t.Helper()
	count := auditlogs.Hooks{OnRequest: func(context.Context, auditlogs.RequestInfo) { sent(srv).Add(1) }}
	client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHooks(count))...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// counters count requests where they are sent: one that is cancelled may arrive at the server later.
var counters sync.Map

func sent(srv *auditlogtest.Server) *atomic.Int64 {
	n, _ := counters.LoadOrStore(srv, new(atomic.Int64))
	return n.(*atomic.Int64)
}

// noon is after everything that happened in the made-up logs.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// memory is a sink that holds what it is given, and fails as told.
type memory struct {
	mu     sync.Mutex
	places map[string]deliver.Place
	events map[string][]auditlogs.Event
	// before and after are called around a commit; an error is that of the commit, before it or after it was stored.
	before, after func(ctx context.Context, b deliver.Batch) error
	asked         func(source string) error // called by Place
	commits       int
}

func newMemory() *memory {
	return &memory{places: map[string]deliver.Place{}, events: map[string][]auditlogs.Event{}}
}

func (m *memory) Place(_ context.Context, source string) (deliver.Place, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked != nil {
		if err := m.asked(source); err != nil {
			return deliver.Place{}, err
		}
	}
	return m.places[source], nil
}

func (m *memory) Commit(ctx context.Context, b deliver.Batch) error {
	if m.before != nil {
		if err := m.before(ctx, b); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := b.Check(m.places[b.Source]); err != nil {
		return err
	}
	b.To.Updated = time.Now().UTC()
	m.places[b.Source] = b.To
	m.events[b.Source] = append(m.events[b.Source], b.Events...)
	m.commits++
	if m.after != nil {
		return m.after(ctx, b)
	}
	return nil
}

func (m *memory) Events(_ context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.events[source]
	return func(yield func(auditlogs.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// keys are those of all events that the sink holds, of some sources or of all.
func (m *memory) keys(sources ...string) (keys []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(sources) == 0 {
		for source := range m.events {
			sources = append(sources, source)
		}
	}
	for _, source := range sources {
		for _, e := range m.events[source] {
			keys = append(keys, e.ID)
		}
	}
	return keys
}

func (m *memory) place(source string) deliver.Place {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.places[source]
}

var errBroken = errors.New("the sink is broken")

// pages is a source of the caller's own.
type pages struct {
	name   string
	list   func(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error]
	follow func(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error]
}

func (p *pages) Name() string { return p.name }

func (p *pages) Pages(ctx context.Context, from auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return p.list(ctx, from)
}

func (p *pages) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return p.follow(ctx, from)
}

func TestMemoryIsASink(t *testing.T) {
	t.Parallel()
	all := map[*testing.T]*memory{}
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		t.Helper()
		if all[t] == nil {
			all[t] = newMemory()
		}
		return all[t]
	})
}
