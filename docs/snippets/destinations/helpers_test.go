package destinations

import (
	"context"
	"database/sql"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/receipt"
)

var (
	since = time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
	until = since.AddDate(0, 0, 9)
)

// world is logs of all APIs, and a file that has their events once.
type world struct {
	sources []auditlogs.Source
	path    string // of the file
	store   *deliver.File
}

func newWorld(t *testing.T, records int) world {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return until.AddDate(0, 1, 0) }))
	t.Cleanup(srv.Close)
	srv.GenerateBetween(since, until, 7, records)
	twice := srv.UserEvents()[0]
	twice.Raw = nil // the server writes its own
	srv.AddUserEvents(twice, twice)
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)

	w := world{path: filepath.Join(t.TempDir(), "audit.jsonl"), sources: append(client.SourcesBetween(since, until),
		client.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Since: since, Until: until}),
		client.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
			ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, Since: since, Until: until,
		}))}
	w.store, err = deliver.OpenFile(w.path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	for _, source := range w.sources {
		require.NoError(t, deliver.List(t.Context(), w.store, source, deliver.Options{}))
	}
	return w
}

// events are those of all sources in the store.
func (w world) events(ctx context.Context) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		for _, source := range w.sources {
			for e, err := range w.store.Events(ctx, source.Name()) {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// uids are the keys of all events in the store.
func (w world) uids(t *testing.T) map[string]bool {
	t.Helper()
	uids := map[string]bool{}
	for e, err := range w.events(t.Context()) {
		require.NoError(t, err)
		uids[string(e.API)+"/"+e.ID] = true
	}
	return uids
}

// requireProof compares what a destination kept, by key, with the logs themselves.
func (w world) requireProof(t *testing.T, kept map[string]string) {
	t.Helper()
	var records uint64
	for _, source := range w.sources {
		log, err := receipt.Take(t.Context(), source, since, until)
		require.NoError(t, err)
		there, err := receipt.From(func(yield func(auditlogs.Event, error) bool) {
			for uid, rawData := range kept {
				if strings.HasPrefix(uid, log.API+"/") && !yield(eventOf(uid, rawData)) {
					return
				}
			}
		}, since, until)
		require.NoError(t, err)
		require.True(t, log.Compare(there).Equal(), "%s: %s", source.Name(), log.Compare(there))
		records += log.Count
	}
	require.Len(t, kept, int(records))
	require.Greater(t, records, uint64(100))
}

// someEvent is one of Waldur whose record is any JSON.
func someEvent(id string, at time.Time, raw string) auditlogs.Event {
	return auditlogs.Event{API: auditlogs.APIWaldur, ID: id, Time: at, Record: auditlogs.DataAccessLog{UUID: id}, Raw: []byte(raw)}
}

func openDuckDB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "SET TimeZone = 'UTC'")
	require.NoError(t, err)
	return db
}

// query returns rows of texts; "" is also NULL.
func query(t *testing.T, db *sql.DB, text string) (all [][]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	require.NoError(t, err, text)
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, into, row := make([]sql.NullString, len(columns)), make([]any, len(columns)), make([]string, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...), text)
		for i, value := range values {
			row[i] = value.String
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return all
}
