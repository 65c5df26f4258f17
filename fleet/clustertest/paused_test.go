package clustertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/stretchr/testify/require"
)

// stopAt is the request of a worker at which it is stopped, with a page of the log on its way.
const stopAt = 10

// testPaused stops a worker while it reads a log, lets another one read the log to its end, and wakes the first one up: it wants
// to commit a page that is in the stream. Without the fence, it does.
func testPaused(t *testing.T, c *cluster, account string) {
	nc := c.connect(account)
	since := time.Now().Add(-history).Truncate(time.Second)
	tenants := madeup.New(1, since)
	defer tenants.Close()
	tenants[0].Add(since, since.Add(history/2), 5000)
	eventually(t, "Add", func(ctx context.Context) error { return fleet.Add(ctx, nc, tenants.Specs()...) })

	// One slot: further ones would ask for tasks, and be given this one again, until the server has given their requests up.
	o := order{Account: account, Addresses: c.addresses(), Unfenced: account == "unfenced", Turn: time.Minute, Parallel: 1}
	var first *process
	var started, stopped sync.WaitGroup
	started.Add(1)
	stopped.Add(1)
	tenants[0].Server.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n == stopAt {
			started.Wait()
			first.stop()
			stopped.Done()
		}
	})
	turns := make(chan report, 1000)
	p, _, err := startWorker(o, folder(t)+"/first.log", func(r report) { turns <- r })
	require.NoError(t, err)
	first = p
	defer first.kill()
	started.Done()
	stopped.Wait()
	second, _, err := startWorker(o, folder(t)+"/second.log", func(report) {})
	require.NoError(t, err)
	defer second.kill()
	awaitCaughtUp(t, nc, len(tenants))
	before := compare(t, tenants, nc)
	require.True(t, before.Whole(), before)

	first.wake()
	var turn report
	select {
	case turn = <-turns:
	case <-time.After(limit):
		t.Fatal("the worker that was woken up does not end its turn")
	}
	second.kill()
	first.kill()
	after := compare(t, tenants, nc)
	if o.Unfenced {
		require.Positive(t, after.Repeated, "without the fence, nothing was repeated: the other tests could not have failed")
		t.Logf("without the fence: %s", after)
		return
	}
	require.True(t, turn.Moved, turn)
	require.True(t, after.Whole(), after)
}
