package postgres_test

import (
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// mode returns a change of a pool to a mode of executing queries.
func mode(m pgx.QueryExecMode) func(*pgxpool.Config) {
	return func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = m }
}

// setting returns a change of a pool to a setting of its sessions.
func setting(name, value string) func(*pgxpool.Config) {
	return func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams[name] = value }
}

func TestSink(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name        string
		partitioned bool
		pool        []func(*pgxpool.Config)
	}{
		{name: "as it comes"},
		{name: "simple protocol, partitioned", partitioned: true, pool: []func(*pgxpool.Config){mode(pgx.QueryExecModeSimpleProtocol)}},
		{name: "serializable by default", pool: []func(*pgxpool.Config){setting("default_transaction_isolation", "serializable")}},
		{name: "partitioned", partitioned: true},
		{name: "without prepared statements", pool: []func(*pgxpool.Config){mode(pgx.QueryExecModeExec)}},
		{name: "descriptions only", pool: []func(*pgxpool.Config){mode(pgx.QueryExecModeCacheDescribe)}},
		{name: "simple protocol", pool: []func(*pgxpool.Config){mode(pgx.QueryExecModeSimpleProtocol)}},
		{name: "repeatable read by default", pool: []func(*pgxpool.Config){setting("default_transaction_isolation", "repeatable read")}},
		{name: "one connection", pool: []func(*pgxpool.Config){func(c *pgxpool.Config) { c.MaxConns = 1 }}},
	}
	if testing.Short() {
		cases = cases[:3]
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.Shared(t).Database(t)
			delivertest.Run(t, func(t *testing.T) deliver.Sink {
				var opts []postgres.Option
				if c.partitioned {
					opts = append(opts, postgres.WithPartitions())
				}
				pool := newPool(t, address, c.pool...)
				s, err := postgres.New(t.Context(), pool, opts...)
				require.NoError(t, err)
				if c.partitioned {
					require.NoError(t, s.AddPartitions(t.Context(), noon.AddDate(0, -1, 0), noon.AddDate(0, 1, 0)))
				}
				return &ownSink{s, pool}
			})
		})
	}
}

// noon is when the events of delivertest happen.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// What SQL sees of an event is what the event says.
func TestColumns(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t)
	user := auditlogs.Event{
		ID: "e1", Time: day, API: auditlogs.APIThousandEyes, Source: "user events", Action: "Login\x00\xff", Actor: auditlogs.Actor{ID: "1", Name: "Ada", Email: "ada@example.com", Kind: "user"},
		Target: auditlogs.Target{Type: "test", ID: "9", Name: "ping"}, SourceIP: "192.0.2.7", Outcome: auditlogs.OutcomeFailure, Record: auditlogs.UserEvent{Date: day, Event: "Login", Ordinal: 2},
	}
	require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "window", user, auditlogs.Event{})))

	rows, err := pool.Query(t.Context(), `SELECT to_jsonb(e) - 'event' FROM auditlogs.events e WHERE source = 'window' ORDER BY seq, pos`)
	require.NoError(t, err)
	got, err := pgx.CollectRows(rows, pgx.RowTo[map[string]any])
	require.NoError(t, err)
	require.Len(t, got, 2)
	at, err := time.Parse(time.RFC3339, got[0]["time"].(string))
	require.NoError(t, err)
	require.True(t, at.Equal(day.Truncate(time.Microsecond)), at)
	delete(got[0], "time")
	require.Equal(t, map[string]any{
		"source": "window", "seq": 1.0, "pos": 1.0, "api": "thousandeyes", "event_source": "user events", "id": "e1", "action": "Login\uFFFD\uFFFD",
		"actor_id": "1", "actor_name": "Ada", "actor_email": "ada@example.com", "actor_kind": "user", "target_type": "test", "target_id": "9", "target_name": "ping",
		"source_ip": "192.0.2.7", "outcome": "failure", "ordinal": 2.0,
	}, got[0])
	for name, value := range got[1] {
		switch name {
		case "source", "seq", "pos":
			require.NotNil(t, value, name)
		default:
			require.Nil(t, value, name)
		}
	}
	var text string
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT event FROM auditlogs.events WHERE id = 'e1'`).Scan(&text))
	want, err := user.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

func TestPlaceIsUpdatedInUTC(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t)
	var before, after time.Time
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT clock_timestamp()`).Scan(&before))
	require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "a")))
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT clock_timestamp()`).Scan(&after))
	at, err := s.Place(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, time.UTC, at.Updated.Location())
	require.False(t, at.Updated.Before(before) || at.Updated.After(after), at.Updated)
}

// Cursors and places that no source of this project has, but another might.
func TestOddPlaces(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	b := behind(deliver.Place{}, "odd")
	b.To.Cursor, b.To.Done = "\x00\xff'\\", true
	require.NoError(t, s.Commit(t.Context(), b))
	at, err := s.Place(t.Context(), "odd")
	require.NoError(t, err)
	require.True(t, at.Same(b.To), at)
	for _, from := range []deliver.Place{
		{Cursor: "x"}, {Done: true}, {Count: 1}, {Seq: 1 << 63}, {Seq: 1<<63 - 1}, {Seq: 1, Count: 1<<64 - 1, Cursor: b.To.Cursor, Done: true},
		{Seq: 1, Cursor: b.To.Cursor}, {Seq: 1, Done: true}, {Seq: 2, Cursor: b.To.Cursor, Done: true}, {Seq: 1, Count: 1, Cursor: b.To.Cursor, Done: true},
	} {
		for _, source := range []string{"odd", "never seen"} {
			require.ErrorIs(t, s.Commit(t.Context(), behind(from, source)), deliver.ErrMoved, fmt.Sprint(source, from))
		}
	}
}
