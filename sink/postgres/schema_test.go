package postgres_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/stretchr/testify/require"
)

// Many processes that find no tables make them once, and all can use them.
func TestNewAtOnce(t *testing.T) {
	t.Parallel()
	for _, isolation := range []string{"read committed", "serializable"} {
		address := pgtest.Shared(t).Database(t)
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				_, err := postgres.New(t.Context(), newPool(t, address, setting("default_transaction_isolation", isolation)))
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		_, pool := open(t, address)
		var versions int
		require.NoError(t, pool.QueryRow(t.Context(), `SELECT count(*) FROM auditlogs.layout`).Scan(&versions))
		require.Equal(t, 1, versions)
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	_, pool := open(t, address)
	_, err := pool.Exec(t.Context(), `CREATE SCHEMA "there already"`)
	require.NoError(t, err)
	for i, name := range []string{"there already", "Audit", `with "quotes".and;dots`, "{places}", "$1", "Ж", "public", strings.Repeat("x", 63)} {
		for _, opts := range [][]postgres.Option{{postgres.WithSchema(name)}, {postgres.WithSchema(name), postgres.WithPartitions()}} {
			if len(opts) == 2 && i%2 == 0 { // one or the other in one schema
				continue
			}
			if len(opts) == 1 && i%2 == 1 {
				continue
			}
			s, _ := open(t, address, opts...)
			b := behind(deliver.Place{}, "a", someEvents(t, 0, 3)...)
			require.NoError(t, s.Commit(t.Context(), b), name)
			require.NoError(t, s.Commit(t.Context(), behind(b.To, "a")), name)
			again, _ := open(t, address, opts[0])
			at, err := again.Place(t.Context(), "a")
			require.NoError(t, err)
			require.EqualValues(t, 2, at.Seq)
		}
	}
}

func TestRefusedDatabases(t *testing.T) {
	t.Parallel()
	t.Run("a later release", func(t *testing.T) {
		t.Parallel()
		_, pool := fresh(t)
		_, err := pool.Exec(t.Context(), `UPDATE auditlogs.layout SET version = 2`)
		require.NoError(t, err)
		_, err = postgres.New(t.Context(), pool)
		require.ErrorIs(t, err, deliver.ErrRefused)
		require.ErrorContains(t, err, "version 2")
	})
	t.Run("no partitions", func(t *testing.T) {
		t.Parallel()
		s, pool := fresh(t)
		_, err := postgres.New(t.Context(), pool, postgres.WithPartitions())
		require.ErrorIs(t, err, deliver.ErrRefused)
		require.ErrorIs(t, s.AddPartitions(t.Context(), day, day.AddDate(0, 1, 0)), deliver.ErrRefused)
	})
	t.Run("another encoding", func(t *testing.T) {
		t.Parallel()
		address := pgtest.Shared(t).Database(t)
		_, err := newPool(t, address).Exec(t.Context(), `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
		require.NoError(t, err)
		at := strings.LastIndex(address, "=")
		_, err = postgres.New(t.Context(), newPool(t, address[:at]+"=latin"))
		require.ErrorIs(t, err, deliver.ErrRefused)
		require.ErrorContains(t, err, "UTF8")
	})
	t.Run("no right to create tables", func(t *testing.T) {
		t.Parallel()
		address := pgtest.Shared(t).Database(t)
		_, pool := open(t, address)
		writer(t, address, pool) // makes the user
		_, err := postgres.New(t.Context(), newPool(t, strings.Replace(address, "user=postgres", "user=hush_writer", 1)), postgres.WithSchema("other"))
		requireError(t, err, "42501", true)
	})
}
