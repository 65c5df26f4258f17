package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// requireError requires an error of the server, which is a refusal or not, and says nothing that is nobody's business.
func requireError(t *testing.T, err error, code string, refused bool) {
	t.Helper()
	var e *postgres.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, err)
	require.Equal(t, refused, errors.Is(err, deliver.ErrRefused), err)
	requireDiscreet(t, err)
}

// secret is part of each name and value that a message must not hold.
const secret = "hush"

// requireDiscreet requires that no message in the chain of an error holds the secret, or where the server is.
func requireDiscreet(t *testing.T, err error) {
	t.Helper()
	require.NotContains(t, err.Error(), secret)
	require.NotContains(t, err.Error(), "/tmp/")
	switch u := err.(type) { //nolint:errorlint // the chain itself
	case interface{ Unwrap() error }:
		if u.Unwrap() != nil {
			requireDiscreet(t, u.Unwrap())
		}
	case interface{ Unwrap() []error }:
		for _, err := range u.Unwrap() {
			requireDiscreet(t, err)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		spoil   string // what is done to the database before a commit of hush_writer
		code    string
		refused bool
	}{
		{"no right to write", `REVOKE INSERT ON auditlogs.events FROM hush_writer`, "42501", true},
		{"no right to use the schema", `REVOKE ALL ON SCHEMA auditlogs FROM hush_writer`, "42501", true},
		{"no table of places", `DROP TABLE auditlogs.places`, "42P01", true},
		{"no table of events", `DROP TABLE auditlogs.events`, "42P01", true},
		{"no schema", `DROP SCHEMA auditlogs CASCADE`, "42P01", true},
		{"no column", `ALTER TABLE auditlogs.events DROP COLUMN actor_name`, "42703", true},
		{"a constraint of somebody", `CREATE UNIQUE INDEX hush ON auditlogs.events (event_source) WHERE id > 'e0'`, "23505", true},
		{"events without a place", `DELETE FROM auditlogs.places`, "23505", true},
		{"deadlock", failing("40P01"), "40P01", false},
		{"serialization failure", failing("40001"), "40001", false},
		{"full disk", failing("53100"), "53100", false},
		{"read-only server", failing("25006"), "25006", false},
		{"anything", failing("XX000"), "XX000", false},
		{"a partition came up", failing("23514"), "23514", false},
		{"a pooler without prepared statements", failing("42P05"), "42P05", false},
		{"canceled", failing("57014"), "57014", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.Shared(t).Database(t)
			admin, adminPool := open(t, address)
			first := behind(deliver.Place{}, secret, someEvents(t, 0, 1)...)
			require.NoError(t, admin.Commit(t.Context(), first))
			s := writer(t, address, adminPool)
			require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "works", someEvents(t, 0, 1)...)))
			_, err := adminPool.Exec(t.Context(), c.spoil)
			require.NoError(t, err)
			next := first
			if !strings.Contains(c.spoil, "DELETE") {
				next = behind(first.To, secret, someEvents(t, 1, 2)...)
			}
			requireError(t, s.Commit(t.Context(), next), c.code, c.refused)
		})
	}
}

// failing makes each insert of an event fail with an SQLSTATE.
func failing(code string) string {
	return `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		RAISE EXCEPTION 'hush' USING ERRCODE = '` + code + `', DETAIL = 'hush', HINT = 'hush', TABLE = 'hush'; END $$;
		CREATE TRIGGER fail BEFORE INSERT ON auditlogs.events FOR EACH ROW EXECUTE FUNCTION fail()`
}

// writer returns a sink of a user who has the rights that README.md asks for, and no others.
func writer(t *testing.T, address string, admin *pgxpool.Pool, change ...func(*pgxpool.Config)) *postgres.Sink {
	t.Helper()
	_, err := admin.Exec(t.Context(), `DO $$ BEGIN
			PERFORM pg_advisory_xact_lock(1); -- users are of all databases
			IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hush_writer') THEN CREATE ROLE hush_writer LOGIN; END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
		GRANT USAGE ON SCHEMA auditlogs TO hush_writer;
		GRANT SELECT ON auditlogs.layout TO hush_writer;
		GRANT SELECT, INSERT, UPDATE ON auditlogs.places TO hush_writer;
		GRANT INSERT ON auditlogs.events TO hush_writer`)
	require.NoError(t, err)
	pool := newPool(t, strings.Replace(address, "user=postgres", "user=hush_writer", 1), change...)
	s, err := postgres.New(t.Context(), pool)
	require.NoError(t, err)
	return s
}

// The server ends a session, or takes no more of them: passing, and the next try succeeds.
func TestPassingErrors(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	_, admin := open(t, address)
	s := writer(t, address, admin, func(c *pgxpool.Config) { c.MaxConns = 1 })
	const terminate = `SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE usename = 'hush_writer' AND datname = current_database()`
	_, err := admin.Exec(t.Context(), terminate)
	require.NoError(t, err)
	_, err = s.Place(t.Context(), "a")
	requirePassing(t, err)

	_, err = admin.Exec(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$`)
	require.NoError(t, err)
	_, err = s.Place(t.Context(), "a")
	requireError(t, err, "53300", false)
	_, err = admin.Exec(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database()); END $$`)
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "a")))
}

func requirePassing(t *testing.T, err error) {
	t.Helper()
	var e *postgres.Error
	require.ErrorAs(t, err, &e)
	require.NotErrorIs(t, err, deliver.ErrRefused)
	requireDiscreet(t, err)
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	_, err := postgres.New(t.Context(), newPool(t, address+"hush"))
	requireError(t, err, "3D000", true)
	_, err = postgres.New(t.Context(), newPool(t, strings.Replace(address, "user=postgres", "user=hush", 1)))
	requireError(t, err, "28000", true)
	_, err = postgres.New(t.Context(), newPool(t, "host=/tmp/hush user=hush password=hush dbname=hush"))
	requirePassing(t, err)
	_, err = postgres.New(t.Context(), newPool(t, "host=127.0.0.1 port=1 user=hush password=hush dbname=hush"))
	requirePassing(t, err)
}

func TestContextErrors(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for ctx, want := range map[context.Context]error{canceled: context.Canceled, expired: context.DeadlineExceeded} {
		err := s.Commit(ctx, behind(deliver.Place{}, "a"))
		require.ErrorIs(t, err, want)
		require.NotErrorIs(t, err, deliver.ErrMoved)
		_, err = s.Place(ctx, "a")
		require.ErrorIs(t, err, want)
		for _, err := range s.Events(ctx, "a") {
			require.ErrorIs(t, err, want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	pool := newPool(t, "host=/tmp/hush")
	for _, name := range []string{"", strings.Repeat("x", 64), "a\x00b", "\xff"} {
		_, err := postgres.New(t.Context(), pool, postgres.WithSchema(name))
		require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
	}
	_, err := postgres.New(t.Context(), nil)
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
}

// An event that has no JSON is refused for good, and its batch with it.
func TestUnwritableEvent(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	events := someEvents(t, 0, 200)
	events[150].Record = make(chan string)
	require.ErrorIs(t, s.Commit(t.Context(), behind(deliver.Place{}, "a", events...)), deliver.ErrRefused)
	at, err := s.Place(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, deliver.Place{}, at)
}
