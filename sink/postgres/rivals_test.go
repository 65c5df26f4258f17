package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/postgres"
	"github.com/auditlogs/auditlogs-go/sink/postgres/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Of many who commit behind one place, on connections of their own, one does and all others have ErrMoved: they wait, and
// none fails in another way, whatever isolation is the default.
func TestRivals(t *testing.T) {
	t.Parallel()
	const rivals = 40
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	for _, isolation := range []string{"read committed", "repeatable read", "serializable"} {
		t.Run(isolation, func(t *testing.T) {
			t.Parallel()
			address := pgtest.Shared(t).Database(t)
			pool := newPool(t, address, setting("default_transaction_isolation", isolation), func(c *pgxpool.Config) { c.MaxConns = rivals / 2 })
			s, err := postgres.New(t.Context(), pool)
			require.NoError(t, err)
			var at deliver.Place
			for round := range rounds {
				winners := make(chan deliver.Batch, rivals)
				var all sync.WaitGroup
				for i := range rivals {
					b := behind(at, "shop", someEvents(t, int(at.Count), 1+i%3)...)
					b.To.Cursor += auditlogs.Cursor(fmt.Sprint(" by ", i))
					b.To.Done = i%2 == 0
					all.Go(func() {
						switch err := s.Commit(t.Context(), b); {
						case err == nil:
							winners <- b
						case !errors.Is(err, deliver.ErrMoved):
							t.Errorf("round %d: %v", round, err)
						}
					})
				}
				all.Wait()
				require.Len(t, winners, 1)
				at = (<-winners).To
			}
			requireStored(t, address, "shop", at)
		})
	}
}

// A process that was paused in the midst of a commit keeps nobody waiting, and stores nothing when it wakes up.
func TestPausedWriter(t *testing.T) {
	t.Parallel()
	for _, m := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			address := pgtest.Shared(t).Database(t)
			p := &pausing{paused: make(chan struct{}), wake: make(chan struct{})}
			slow, err := postgres.New(t.Context(), newPool(t, address, mode(m), func(c *pgxpool.Config) { c.ConnConfig.DialFunc = p.dial }))
			require.NoError(t, err)
			rival, _ := open(t, address)
			first := behind(deliver.Place{}, "shop", someEvents(t, 0, 100)...)
			require.NoError(t, slow.Commit(t.Context(), first))

			wake := sync.OnceFunc(func() { close(p.wake) })
			t.Cleanup(wake)
			lost := make(chan error, 1)
			p.armed.Store(true)
			go func() {
				lost <- slow.Commit(context.WithoutCancel(t.Context()), behind(first.To, "shop", someEvents(t, 5000, 2000)...))
			}()
			<-p.paused
			second := behind(first.To, "shop", someEvents(t, 100, 100)...)
			require.NoError(t, rival.Commit(t.Context(), second))
			wake()
			require.ErrorIs(t, <-lost, deliver.ErrMoved)
			requireStored(t, address, "shop", second.To)
		})
	}
}

// pausing makes connections that stop after half of a large message, once armed, until they are woken up.
type pausing struct {
	armed        atomic.Bool
	paused, wake chan struct{}
}

func (p *pausing) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return &pausingConn{c, p}, err
}

type pausingConn struct {
	net.Conn
	*pausing
}

func (c *pausingConn) Write(b []byte) (int, error) {
	if len(b) < 100_000 || !c.armed.CompareAndSwap(true, false) {
		return c.Conn.Write(b)
	}
	n, err := c.Conn.Write(b[:len(b)/2])
	if err != nil {
		return n, err
	}
	close(c.paused)
	<-c.wake
	m, err := c.Conn.Write(b[n:])
	return n + m, err
}

// The first commit of a source, by many at once.
func TestRivalsForTheFirstPlace(t *testing.T) {
	t.Parallel()
	s, _ := fresh(t)
	for round := range 10 {
		source := fmt.Sprint("source ", round)
		var stored atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				switch err := s.Commit(t.Context(), behind(deliver.Place{}, source, someEvents(t, 0, 2)...)); {
				case err == nil:
					stored.Add(1)
				case !errors.Is(err, deliver.ErrMoved):
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, stored.Load())
	}
}
