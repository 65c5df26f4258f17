package sqlite

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// requirePassing requires an error of SQLite after which trying again may be of use.
func requirePassing(t *testing.T, err error, code int) {
	t.Helper()
	var failed *sqlite.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, code, primary(failed))
	for _, lasting := range []error{deliver.ErrRefused, deliver.ErrMoved, deliver.ErrInvalidBatch} {
		require.NotErrorIs(t, err, lasting)
	}
}

func set(t *testing.T, s *Sink, pragma string) {
	t.Helper()
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA "+pragma)
	require.NoError(t, err)
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 1000)
	first := next("log", deliver.Place{}, events[:10]...)
	require.NoError(t, s.Commit(t.Context(), first))
	set(t, s, "max_page_count = 20")
	second := next("log", first.To, events...)
	for range 3 {
		requirePassing(t, s.Commit(t.Context(), second), lib.SQLITE_FULL)
		require.True(t, place(t, s, "log").Same(first.To))
		require.Len(t, stored(t, s, "log"), 10)
	}
	set(t, s, "max_page_count = 1000000") // somebody made room
	require.NoError(t, s.Commit(t.Context(), second))
	require.Len(t, stored(t, s, "log"), 1010)
}

func TestAnotherWriter(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	first := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
	require.NoError(t, s.Commit(t.Context(), first))
	other := openSink(t, s.path)
	tx, err := other.writer.BeginTx(t.Context(), nil)
	require.NoError(t, err)

	require.Equal(t, asStored(t, first.Events...), stored(t, s, "log")) // reading waits for nobody
	third, err := Open(t.Context(), s.path)                             // nor does opening
	require.NoError(t, err)
	require.NoError(t, third.Close())

	second := next("log", first.To, auditlogs.Event{ID: "2"})
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() { waited <- s.Commit(ctx, second) }()
	cancel()
	require.ErrorIs(t, <-waited, context.Canceled)

	set(t, s, "busy_timeout = 0")
	requirePassing(t, s.Commit(t.Context(), second), lib.SQLITE_BUSY)
	require.NoError(t, tx.Rollback())
	require.NoError(t, s.Commit(t.Context(), second))
	require.Len(t, stored(t, s, "log"), 2)
}

// SQLite would go on in a file that nobody can find.
func TestFileThatWasReplaced(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(path string) error{
		"deleted": os.Remove,
		"renamed": func(path string) error { return os.Rename(path, path+".old") },
		"another": func(path string) error {
			if err := os.Rename(path, path+".old"); err != nil {
				return err
			}
			return os.WriteFile(path, nil, 0o600)
		},
	} {
		s := newSink(t)
		b := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
		require.NoError(t, s.Commit(t.Context(), b), name)
		require.NoError(t, replace(s.path), name)
		require.ErrorIs(t, s.Commit(t.Context(), next("log", b.To)), deliver.ErrRefused, name)
		_, err := s.Place(t.Context(), "log")
		require.ErrorIs(t, err, deliver.ErrRefused, name)
		_, err = auditlogs.Collect(s.Events(t.Context(), "log"), 1)
		require.ErrorIs(t, err, deliver.ErrRefused, name)
	}
}

// Tables that somebody changed by hand so that a place and what it stands for no longer fit.
func TestTablesThatContradictThemselves(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a place put back":      `UPDATE auditlogs_places SET seq = 0, cursor = '', count = 0`,
		"a place without time":  `UPDATE auditlogs_places SET updated = 'yesterday'`,
		"a place without a row": `PRAGMA foreign_keys = OFF; DELETE FROM auditlogs_places`,
		"no tables":             `DROP TABLE auditlogs_events`,
	} {
		s := newSink(t)
		b := next("log", deliver.Place{}, auditlogs.Event{ID: "1"})
		require.NoError(t, s.Commit(t.Context(), b), name)
		_, err := s.writer.ExecContext(t.Context(), change)
		require.NoError(t, err, name)
		from := deliver.Place{}
		if name == "a place without time" || name == "no tables" {
			from = b.To
		}
		require.ErrorIs(t, s.Commit(t.Context(), next("log", from, auditlogs.Event{ID: "2"})), deliver.ErrRefused, name)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	s, events := newSink(t), realEvents(t, 1000)
	b := next("log", deliver.Place{}, events...)
	require.NoError(t, s.Commit(t.Context(), b))
	n := 0
	for _, err := range s.Events(t.Context(), "log") {
		require.NoError(t, err)
		if n++; n == 1 {
			require.NoError(t, s.Close())
			require.NoError(t, s.Close())
		}
	}
	require.Equal(t, len(events), n)
	require.ErrorIs(t, s.Commit(t.Context(), next("log", b.To)), deliver.ErrRefused)
	_, err := s.Place(t.Context(), "log")
	require.ErrorIs(t, err, deliver.ErrRefused)
	_, err = auditlogs.Collect(s.Events(t.Context(), "log"), math.MaxInt)
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.NoFileExists(t, s.path+"-wal")
}
