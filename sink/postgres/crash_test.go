package postgres_test

import (
	"fmt"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

func TestKill(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t)
	address := server.Database(t)
	_, err := openAddress(address)
	require.NoError(t, err)
	delivertest.Kill(t, delivertest.Store{
		Address: address,
		Open:    func(address string) (deliver.Sink, error) { return openAddress(address) },
		Outage: func(t *testing.T) func() {
			require.NoError(t, server.Crash())
			return func() { require.NoError(t, server.Start()) }
		},
	})
}

// What was committed is there after a crash of the server, also where it does not wait for the disk by default.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, synchronous := range []string{"on", "off"} {
		t.Run("synchronous_commit "+synchronous, func(t *testing.T) {
			t.Parallel()
			server := pgtest.Own(t)
			address := server.Database(t)
			var at deliver.Place
			for crash := range 3 {
				pool := newPool(t, address, setting("synchronous_commit", synchronous))
				s, err := postgres.New(t.Context(), pool)
				require.NoError(t, err)
				for range 5 {
					b := behind(at, "shop", someEvents(t, int(at.Count), 10)...)
					require.NoError(t, s.Commit(t.Context(), b))
					at = b.To
				}
				require.NoError(t, server.Crash())
				require.NoError(t, server.Start())
				requireStored(t, address, "shop", at)
				require.EqualValues(t, 50*(crash+1), at.Count)
			}
		})
	}
}

// A commit waits for the disk where it would not, and for other servers where it would.
func TestSynchronousCommit(t *testing.T) {
	t.Parallel()
	address := pgtest.Shared(t).Database(t)
	_, pool := open(t, address)
	_, err := pool.Exec(t.Context(), `CREATE TABLE seen (source text, setting text);
		CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO public.seen VALUES (NEW.source, current_setting('synchronous_commit')); RETURN NEW;
		END $$;
		CREATE TRIGGER see AFTER INSERT ON auditlogs.events FOR EACH ROW EXECUTE FUNCTION see()`)
	require.NoError(t, err)
	for had, want := range map[string]string{"off": "on", "local": "on", "on": "on", "remote_write": "remote_write", "remote_apply": "remote_apply"} {
		own := newPool(t, address, setting("synchronous_commit", had), func(c *pgxpool.Config) { c.MaxConns = 1 })
		s, err := postgres.New(t.Context(), own)
		require.NoError(t, err)
		first := behind(deliver.Place{}, had, someEvents(t, 0, 1)...)
		require.NoError(t, s.Commit(t.Context(), first))
		require.NoError(t, s.Commit(t.Context(), behind(first.To, had, someEvents(t, 1, 1)...)))
		rows, err := pool.Query(t.Context(), `SELECT setting FROM seen WHERE source = $1`, had)
		require.NoError(t, err)
		seen, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		require.Equal(t, []string{want, want}, seen)
		var left string
		require.NoError(t, own.QueryRow(t.Context(), `SHOW synchronous_commit`).Scan(&left))
		require.Equal(t, had, left, "the session is as it was")
	}
}

// requireStored requires that a source is at a place, and that its events are those of someEvents.
func requireStored(t *testing.T, address, source string, want deliver.Place) {
	t.Helper()
	s, _ := open(t, address)
	at, err := s.Place(t.Context(), source)
	require.NoError(t, err)
	require.True(t, at.Same(want), "%+v, want %+v", at, want)
	n := 0
	for e, err := range s.Events(t.Context(), source) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("e", n), e.ID)
		n++
	}
	require.EqualValues(t, want.Count, n)
}
