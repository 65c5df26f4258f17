package postgres_test

import (
	"fmt"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// What is committed, or deleted, while somebody reads, does not change what is read.
func TestEventsAreASnapshot(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t)
	first := behind(deliver.Place{}, "a", someEvents(t, 0, 1700)...)
	require.NoError(t, s.Commit(t.Context(), first))
	n := 0
	for e, err := range s.Events(t.Context(), "a") {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("e", n), e.ID)
		if n == 0 {
			require.NoError(t, s.Commit(t.Context(), behind(first.To, "a", someEvents(t, 1700, 10)...)))
			_, err := pool.Exec(t.Context(), `DELETE FROM auditlogs.events WHERE seq = 1 AND pos > 1000`)
			require.NoError(t, err)
		}
		n++
	}
	require.Equal(t, 1700, n)
}

// A reader that stops early gives its connection back, and one that is used while reading is another.
func TestEventsStopped(t *testing.T) {
	t.Parallel()
	pool := newPool(t, pgtest.Shared(t).Database(t), func(c *pgxpool.Config) { c.MaxConns = 1 })
	s, err := postgres.New(t.Context(), pool)
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "a", someEvents(t, 0, 600)...)))
	for _, stop := range []int{1, 500, 501, 600} {
		n := 0
		for _, err := range s.Events(t.Context(), "a") {
			require.NoError(t, err)
			if n++; n == stop {
				break
			}
		}
		require.Equal(t, stop, n)
		require.EqualValues(t, 1, pool.Stat().IdleConns())
	}
	require.EqualValues(t, 1, pool.Stat().NewConnsCount(), "none had to be thrown away")
}

// An event that somebody has spoiled is an error, after those before it.
func TestEventsSpoiled(t *testing.T) {
	t.Parallel()
	s, pool := fresh(t)
	require.NoError(t, s.Commit(t.Context(), behind(deliver.Place{}, "a", someEvents(t, 0, 5)...)))
	_, err := pool.Exec(t.Context(), `UPDATE auditlogs.events SET event = '{"v":9,"id":"hush"}' WHERE pos = 4`)
	require.NoError(t, err)
	n := 0
	for _, err = range s.Events(t.Context(), "a") {
		n++
	}
	require.Equal(t, 4, n)
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.ErrorContains(t, err, "event 4 of batch 1")
	requireDiscreet(t, err)
}
