package postgres_test

import (
	"fmt"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
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
	for _, synchronous := range []string{"on", "off", "local"} {
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
					b := behind(at, "shop", someEvents(t, int(at.Count), 10)...) //nolint:gosec // small
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
