package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever ended a context hears that, even where database/sql says only that the transaction is over.
func TestFailureOfAnEndedContext(t *testing.T) {
	t.Parallel()
	require.NotErrorIs(t, failure(t.Context(), sql.ErrTxDone), context.Canceled)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := failure(ended, sql.ErrTxDone)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, sql.ErrTxDone)
}

// A file that somebody reads in another mode is not put into WAL mode before that has ended.
func TestUseWALWaits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.db")
	db, err := pool(path, strings.Replace(writing, "busy_timeout(10000)", "busy_timeout(0)", 1))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), `CREATE TABLE program (id); INSERT INTO program VALUES (1)`)
	require.NoError(t, err)
	rows, err := db.QueryContext(t.Context(), `SELECT id FROM program`)
	require.NoError(t, err)
	require.True(t, rows.Next())
	_, err = db.ExecContext(t.Context(), `PRAGMA journal_mode = WAL`)
	require.True(t, busy(err), "%v", err)

	done, begun := make(chan error), make(chan struct{})
	go func() {
		close(begun)
		done <- useWAL(t.Context(), db)
	}()
	<-begun
	require.NoError(t, rows.Close())
	require.NoError(t, rows.Err())
	require.NoError(t, <-done)
}
