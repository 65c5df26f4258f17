package duckdbtest

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

// The sources have batches of these sizes, none among them.
var sizes = map[string][]int{
	"ThousandEyes":      {5, 0, 300},
	"waldur 2026/01 =é": {0, 40},
	"":                  {2},
	"only empty ones":   {0, 0},
}

const (
	total  = 5 + 300 + 40 + 2
	oneDay = "time >= TIMESTAMP '2026-01-02' AND time < TIMESTAMP '2026-01-03'"
)

func TestParquet(t *testing.T) {
	t.Parallel()
	folder := stored(t, "a trail/of many", s3.WithParquet())
	db := open(t)
	table := fmt.Sprintf("read_parquet('%s/a trail/of many/log=*/*.parquet', hive_partitioning = true)", folder)

	require.Equal(t, map[string]string{
		"time": "TIMESTAMP WITH TIME ZONE", "api": "VARCHAR", "source": "VARCHAR", "id": "VARCHAR", "action": "VARCHAR", "actor_id": "VARCHAR",
		"actor_name": "VARCHAR", "actor_email": "VARCHAR", "actor_kind": "VARCHAR", "target_type": "VARCHAR", "target_id": "VARCHAR",
		"target_name": "VARCHAR", "source_ip": "VARCHAR", "outcome": "VARCHAR", "ordinal": "BIGINT", "event": "JSON", "log": "VARCHAR",
	}, columns(t, db, table))
	check(t, db, table)
	require.Equal(t, total, number(t, db, "SELECT count(*) FROM "+table+" WHERE (event->>'$.record.number')::INT >= 0"))
	require.Equal(t, 1, number(t, db, "SELECT count(*) FROM "+table+" WHERE time IS NULL AND actor_name IS NULL AND outcome IS NULL"))
	require.Equal(t, 12, number(t, db, "SELECT max(ordinal) FROM "+table))
}

func TestLines(t *testing.T) {
	t.Parallel()
	folder := stored(t, "")
	db := open(t)
	table := fmt.Sprintf("read_json('%s/log=*/*.jsonl.gz', hive_partitioning = true)", folder)
	check(t, db, table)
	require.Equal(t, total, number(t, db, "SELECT count(*) FROM "+table+" WHERE record.number >= 0"))

	named := fmt.Sprintf(`read_json('%s/log=*/*.jsonl.gz', hive_partitioning = true, format = 'newline_delimited',
		columns = {id: 'VARCHAR', time: 'TIMESTAMPTZ', actor: 'STRUCT(id VARCHAR, name VARCHAR)', source: 'VARCHAR', record: 'JSON'})`, folder)
	check(t, db, named)
	require.Equal(t, total, number(t, db, "SELECT count(*) FROM "+named+" WHERE (record->>'$.number')::INT >= 0"))
}

// check counts what was stored, by source, by event and by time.
func check(t *testing.T, db *sql.DB, table string) {
	t.Helper()
	require.Equal(t, total, number(t, db, "SELECT count(*) FROM "+table))
	require.Equal(t, total, number(t, db, "SELECT count(DISTINCT id) FROM "+table))
	require.Equal(t, 24, number(t, db, "SELECT count(*) FROM "+table+" WHERE log = 'ThousandEyes' AND "+oneDay))
	require.Equal(t, 40, number(t, db, "SELECT count(*) FROM "+table+" WHERE log = 'waldur 2026/01 =é'"))
	require.Equal(t, 2, number(t, db, "SELECT count(*) FROM "+table+" WHERE log IS NULL"))
	require.Equal(t, total, number(t, db, "SELECT count(*) FROM "+table+" WHERE source = 'made up'"))
}

// stored delivers to a bucket, and copies the bucket to a folder.
func stored(t *testing.T, prefix string, options ...s3.Option) (folder string) {
	t.Helper()
	server := s3server.Start(t)
	server.Bucket("audit")
	client := s3server.Client(server.URL)
	sink, err := s3.New(client, "audit", prefix, options...)
	require.NoError(t, err)
	for source, sizes := range sizes {
		var at deliver.Place
		for i, n := range sizes {
			to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(n), Cursor: auditlogs.Cursor(strings.Repeat("c", i*3000))}
			b := deliver.Batch{Source: source, From: at, To: to}
			for j := range n {
				b.Events = append(b.Events, someEvent(source, int(at.Count)+j))
			}
			require.NoError(t, sink.Commit(t.Context(), b))
			at = to
		}
	}
	return download(t, client)
}

// someEvent returns one of an event every hour, but for one of the source "" that has no time, as a record of ThousandEyes where the
// source is that.
func someEvent(source string, i int) auditlogs.Event {
	raw := fmt.Sprintf(`{"number":%d,"event":"Login","user":"Ann (ann@example.com)","date":"2026-01-01T00:00:00Z"}`, i)
	e := auditlogs.Event{API: "made-up", Raw: json.RawMessage(raw)}
	if source == "ThousandEyes" {
		e = auditlogs.UserEvent{Ordinal: min(i, 12), Raw: json.RawMessage(raw)}.AsEvent()
	}
	e.ID, e.Source, e.Time = fmt.Sprint(source, i), "made up", time.Date(2026, 1, 1, i, 0, 0, 1000, time.UTC)
	if source == "" && i == 1 {
		e.Time = time.Time{}
	} else {
		e.Actor.Name = "Ann"
	}
	return e
}

// download copies all of a bucket to a folder.
func download(t *testing.T, client *awss3.Client) string {
	t.Helper()
	folder := t.TempDir()
	pages := awss3.NewListObjectsV2Paginator(client, &awss3.ListObjectsV2Input{Bucket: new("audit")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, o := range page.Contents {
			object, err := client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: new("audit"), Key: o.Key})
			require.NoError(t, err)
			data, err := io.ReadAll(object.Body)
			require.NoError(t, err)
			require.NoError(t, object.Body.Close())
			path := filepath.Join(folder, filepath.FromSlash(*o.Key))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, data, 0o600))
		}
	}
	return folder
}

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "SET TimeZone = 'UTC'")
	require.NoError(t, err)
	return db
}

func number(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n), query)
	return n
}

// columns returns the type of each column.
func columns(t *testing.T, db *sql.DB, table string) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+table+")")
	require.NoError(t, err)
	all := make(map[string]string)
	for rows.Next() {
		var name, kind string
		require.NoError(t, rows.Scan(&name, &kind))
		all[name] = kind
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return all
}
