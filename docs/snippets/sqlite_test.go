package snippets

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// now is the servers' time, after all made-up records.
var now = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// newServer has records of three APIs on short pages, and a client of them that tries once.
func newServer(t *testing.T, records int) (*auditlogtest.Server, *auditlogs.Client) {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	t.Cleanup(srv.Close)
	srv.Generate(1, records)
	srv.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	client, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))...)
	require.NoError(t, err)
	return srv, client
}

// expected are the ids of a log as it is now, sorted.
func expected(t *testing.T, sources ...auditlogs.Source) (ids []string) {
	t.Helper()
	for _, source := range sources {
		for e, err := range auditlogs.Items(source.Pages(t.Context(), "")) {
			require.NoError(t, err)
			ids = append(ids, string(e.API)+"/"+e.ID)
		}
	}
	slices.Sort(ids)
	require.NotEmpty(t, ids)
	require.Equal(t, ids, slices.Compact(slices.Clone(ids)))
	return ids
}

// open opens the database as a program does when it starts.
func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.ExecContext(t.Context(), schema)
	require.NoError(t, err)
	return db
}

// stored are the ids in the database, sorted.
func stored(t *testing.T, db *sql.DB) (ids []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT api || '/' || id FROM events ORDER BY 1`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

// Whatever fails between two pages or within one, and although rows are added meanwhile, every row is stored once: the
// primary key would refuse a second one.
func TestSQLiteExactlyOnce(t *testing.T) {
	t.Parallel()
	crashes := map[string]func(srv *auditlogtest.Server, db *sql.DB) error{
		"between pages": func(srv *auditlogtest.Server, _ *sql.DB) error {
			srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 500, After: 2})
			return nil
		},
		"between rows and cursor": func(_ *auditlogtest.Server, db *sql.DB) error {
			_, err := db.Exec(`CREATE TEMP TABLE countdown AS SELECT 2 AS n;
				CREATE TEMP TRIGGER crash AFTER INSERT ON main.progress BEGIN UPDATE countdown SET n = n - 1; END;
				CREATE TEMP TRIGGER again AFTER UPDATE ON main.progress BEGIN
					UPDATE countdown SET n = n - 1;
					SELECT RAISE(ABORT, 'crash') FROM countdown WHERE n < 0;
				END;`)
			return err
		},
	}
	for name, crash := range crashes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := newServer(t, 1000)
			path := filepath.Join(t.TempDir(), "events.db")
			source := client.AuditEvents.Source(auditlogs.AuditEventFilter{Until: now})
			want := expected(t, source)
			runs := 1
			for ; ; runs++ {
				db := open(t, path)
				db.SetMaxOpenConns(1) // temporary triggers belong to a connection
				require.NoError(t, crash(srv, db))
				if run(t.Context(), db, source) == nil {
					break
				}
				require.NoError(t, db.Close())
				srv.ClearFaults()
				srv.AddAuditEvents(auditlogs.AuditEvent{Timestamp: now.Add(time.Second)})
				require.Less(t, runs, 50)
			}
			require.Greater(t, runs, 3)
			require.Equal(t, want, stored(t, open(t, path)))
		})
	}
}

func run(ctx context.Context, db *sql.DB, source auditlogs.Source) error {
	cursor, err := lastCursor(ctx, db, source.Name())
	if err != nil {
		return err
	}
	return storePages(ctx, db, source.Name(), source.Pages(ctx, cursor))
}

// Following, the program crashes again and again while rows appear late, and nothing is missed or comes twice.
func TestSQLiteFollow(t *testing.T) {
	t.Parallel()
	srv, client := newServer(t, 500)
	path := filepath.Join(t.TempDir(), "events.db")
	source := client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: now.AddDate(-1, 0, 0)})
	for range 8 {
		db := open(t, path)
		cursor, err := lastCursor(t.Context(), db, source.Name())
		require.NoError(t, err)
		pages := source.Follow(t.Context(), cursor, auditlogs.FollowOptions{Interval: time.Millisecond})
		require.ErrorIs(t, storePages(t.Context(), db, source.Name(), crashing(pages, 3)), errCrash)
		require.NoError(t, db.Close())
		srv.AddAuditEvents(auditlogs.AuditEvent{Timestamp: now.Add(-2 * time.Minute)})
	}
	db := open(t, path)
	require.Len(t, stored(t, db), 100+7, "all but the last row")
	cursor, err := lastCursor(t.Context(), db, source.Name())
	require.NoError(t, err)
	pages := source.Follow(t.Context(), cursor, auditlogs.FollowOptions{Interval: time.Millisecond})
	require.ErrorIs(t, storePages(t.Context(), db, source.Name(), crashing(pages, 1)), errCrash)
	require.Equal(t, expected(t, source), stored(t, db))
}

var errCrash = errors.New("crash")

// crashing fails after some pages.
func crashing(pages iter.Seq2[*auditlogs.Page[auditlogs.Event], error], after int) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for page, err := range pages {
			if after == 0 {
				yield(nil, errCrash)
				return
			}
			after--
			if !yield(page, err) {
				return
			}
		}
	}
}
