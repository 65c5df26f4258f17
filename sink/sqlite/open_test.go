package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

func TestPathsAreTakenLiterally(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"plain", "with blank", "a?mode=memory", "a?vfs=none", "100%", "%41", "%00", "a#b", "a&b=c", "a;b", "é日本", ":memory:", "file:x", "+", "'\"", "a\\b", "?", "#", "*[x]",
	} {
		path := filepath.Join(t.TempDir(), name)
		s := openSink(t, path)
		require.NoError(t, s.Commit(t.Context(), next("log", deliver.Place{}, auditlogs.Event{ID: name})), name)
		require.NoError(t, s.Close())
		files, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, files, 1, name)
		require.Equal(t, name, files[0].Name())
		require.Len(t, stored(t, openSink(t, path), "log"), 1, name)
	}
}

func TestPathIsKeptWhenTheFolderChanges(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := Open(t.Context(), "audit.db")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, s.Commit(t.Context(), next("log", deliver.Place{})))
	require.NoError(t, s.Close())
	require.NoFileExists(t, "audit.db")
}

func TestURIOfWindows(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(uri("C:/audit logs/a?b.db"))
	require.NoError(t, err)
	require.Equal(t, "/C:/audit logs/a?b.db", u.Path)
	require.Empty(t, u.Host)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "text"), []byte(strings.Repeat("no database\n", 100)), 0o600))
	for name, path := range map[string]string{
		"no path":   "",
		"zero byte": "a\x00b",
		"a folder":  folder,
		"no folder": filepath.Join(folder, "none", "audit.db"),
		"a text":    filepath.Join(folder, "text"),
	} {
		_, err := Open(t.Context(), path)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
		require.NotContains(t, err.Error(), "\n", name)
	}
	require.NoDirExists(t, filepath.Join(folder, "none"))

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ended, filepath.Join(folder, "audit.db"))
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, deliver.ErrRefused)
}

// database makes a database that holds what a program has in it.
func database(t *testing.T, statements string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "program.db")
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), statements)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return path
}

func TestOpenInADatabaseOfAProgram(t *testing.T) {
	t.Parallel()
	events := realEvents(t, 30)
	for name, statements := range map[string]string{
		"tables":   `CREATE TABLE events (id); INSERT INTO events VALUES (7); CREATE TABLE schema (version); PRAGMA user_version = 42; PRAGMA application_id = 43`,
		"WAL":      `PRAGMA journal_mode = WAL; CREATE TABLE events (id); INSERT INTO events VALUES (7); PRAGMA user_version = 42`,
		"UTF-16":   `PRAGMA encoding = 'UTF-16le'; CREATE TABLE events (id); INSERT INTO events VALUES (7); PRAGMA user_version = 42`,
		"big page": `PRAGMA page_size = 65536; CREATE TABLE events (id); INSERT INTO events VALUES (7); PRAGMA user_version = 42`,
	} {
		s := openSink(t, database(t, statements))
		b := next("log é", deliver.Place{}, events...)
		require.NoError(t, s.Commit(t.Context(), b), name)
		require.True(t, place(t, s, "log é").Same(b.To), name)
		require.Equal(t, asStored(t, events...), stored(t, s, "log é"), name)
		var id, version int
		require.NoError(t, s.DB().QueryRowContext(t.Context(), `SELECT id FROM events`).Scan(&id))
		require.NoError(t, s.DB().QueryRowContext(t.Context(), `PRAGMA user_version`).Scan(&version))
		require.Equal(t, []int{7, 42}, []int{id, version}, name)
	}
}

func TestOpenRefusesForeignTables(t *testing.T) {
	t.Parallel()
	for name, statements := range map[string]string{
		"a view's name":    `CREATE TABLE auditlogs (id)`,
		"a table's name":   `CREATE TABLE auditlogs_events (id)`,
		"no such version":  `CREATE TABLE auditlogs_schema (id)`,
		"a later release":  `CREATE TABLE auditlogs_schema (version); INSERT INTO auditlogs_schema VALUES (2)`,
		"no tables behind": `CREATE TABLE auditlogs_schema (version); INSERT INTO auditlogs_schema VALUES (1)`,
	} {
		path := database(t, statements)
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = Open(t.Context(), path)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(before, after), name) // it was left as it is
	}
}

// A release that has changed the tables while this one has them open makes this one stop.
func TestTablesOfALaterReleaseAreLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	b := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
	require.NoError(t, s.Commit(t.Context(), b))
	require.NoError(t, migrate(t.Context(), s.writer, append(migrations, `ALTER TABLE auditlogs_events ADD COLUMN colour TEXT`)))
	require.ErrorIs(t, s.Commit(t.Context(), next("log", b.To)), deliver.ErrRefused)
	_, err := s.Place(t.Context(), "log")
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.Len(t, stored(t, s, "log"), 1)
	_, err = Open(t.Context(), s.path)
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.ErrorContains(t, err, "version 2")
}

func TestMigrateGoesOnWhereItIs(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	steps := append(migrations, `CREATE TABLE second (id)`, `CREATE TABLE third (id)`)
	require.NoError(t, migrate(t.Context(), s.writer, steps[:2]))
	require.Error(t, migrate(t.Context(), s.writer, append(steps[:3:3], `CREATE TABLE fourth (id); no statement`)))
	version, err := tablesVersion(t.Context(), s.writer)
	require.NoError(t, err)
	require.Equal(t, 2, version) // all or nothing
	require.NoError(t, migrate(t.Context(), s.writer, steps))
	_, err = s.writer.ExecContext(t.Context(), `INSERT INTO second SELECT * FROM third`)
	require.NoError(t, err)
	var rows int
	require.NoError(t, s.DB().QueryRowContext(t.Context(), `SELECT count(*) FROM auditlogs_schema WHERE version = 3`).Scan(&rows))
	require.Equal(t, 1, rows)
}

// All who open a file that is not there yet at the same time have it then.
func TestOpenAtTheSameTime(t *testing.T) {
	t.Parallel()
	for range 10 {
		path := filepath.Join(t.TempDir(), "audit.db")
		sinks, errs := make([]*Sink, 8), make([]error, 8)
		var wg sync.WaitGroup
		for i := range sinks {
			wg.Go(func() { sinks[i], errs[i] = Open(t.Context(), path) })
		}
		wg.Wait()
		for i, s := range sinks {
			require.NoError(t, errs[i])
			require.NoError(t, s.Close())
		}
	}
}

// What makes a commit safe from a loss of power, and a reading from waiting, holds for every connection.
func TestSettings(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	for name, db := range map[string]*sql.DB{"writer": s.writer, "readers": s.readers} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "fullfsync": "1", "checkpoint_fullfsync": "1", "foreign_keys": "1", "busy_timeout": "10000",
		} {
			var got string
			require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			require.Equal(t, want, got, "%s of %s", pragma, name)
		}
	}
	tx, err := s.writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	other := openSink(t, s.path)
	_, err = other.writer.ExecContext(t.Context(), `PRAGMA busy_timeout = 0`)
	require.NoError(t, err)
	_, err = other.writer.BeginTx(t.Context(), nil)
	require.True(t, busy(err), "%v", err) // BEGIN IMMEDIATE
	require.NoError(t, tx.Rollback())
}
