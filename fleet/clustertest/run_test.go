package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// Logs of tenants have most of their records when the fleet is told of them, and others appear while it reads: history is how far
// the former reach back, and recent the latter, which is less than workers read again.
const (
	history = 200 * time.Hour
	recent  = 3 * time.Minute
)

// growth is logs that grow while they are read.
type growth struct {
	t       *testing.T
	rand    *rand.Rand
	nc      *nats.Conn
	tenants madeup.Tenants
	known   int // tenants that the fleet has been told of
	each    int // records of the history of one
	since   time.Time
	*figures
}

func newGrowth(t *testing.T, a amounts, random *rand.Rand, nc *nats.Conn, f *figures) *growth {
	t.Helper()
	n := a.tenants
	if n == 0 {
		n = max(10, a.records/2500)
	}
	g := &growth{t: t, rand: random, nc: nc, since: time.Now().Add(-history).Truncate(time.Second), each: a.records * 3 / 4 / n, figures: f}
	g.tenants = madeup.New(n, g.since)
	t.Cleanup(g.tenants.Close)
	return g
}

// tell tells the fleet of tenants, up to a number of them.
func (g *growth) tell(upTo int) {
	g.t.Helper()
	next := g.tenants[g.known:min(upTo, len(g.tenants))]
	for _, one := range next {
		g.add(one, g.since, time.Now().Add(-recent), g.each)
	}
	g.known += len(next)
	if len(next) > 0 {
		eventually(g.t, "Add", func(ctx context.Context) error { return fleet.Add(ctx, g.nc, next.Specs()...) })
	}
}

// grow adds records to the logs of some tenants.
func (g *growth) grow(n int) {
	for n > 0 {
		some := min(n, 20+g.rand.IntN(80))
		now := time.Now().Truncate(time.Second)
		g.add(g.tenants[g.rand.IntN(g.known)], now.Add(-recent), now, some)
		n -= some
	}
}

func (g *growth) add(one *madeup.Tenant, since, until time.Time, n int) {
	one.Add(since.Truncate(time.Second), until.Truncate(time.Second), n)
	g.count(&g.records, n)
}

// awaitCaughtUp waits until everything that there is now was read.
func awaitCaughtUp(t *testing.T, nc *nats.Conn) {
	t.Helper()
	now := time.Now()
	eventually(t, "not all logs are read", func(ctx context.Context) error {
		all, err := fleet.List(ctx, nc)
		if err != nil {
			return err
		}
		for _, one := range all {
			if !one.CaughtUp.After(now) {
				return fmt.Errorf("%s was read at %s, after %d failures: %s", one.Spec.Source(), one.CaughtUp, one.Failures, one.Error)
			}
		}
		return nil
	})
}

// compare compares the records of tenants with what the fleet has of them.
func compare(t *testing.T, tenants madeup.Tenants, nc *nats.Conn) madeup.Difference {
	t.Helper()
	d, err := tenants.Compare(t.Context(), fleet.Events(t.Context(), nc, ""))
	require.NoError(t, err)
	return d
}

// testChaos reads logs that grow, while nodes and workers are killed, stopped and cut off.
func testChaos(t *testing.T, c *cluster, a amounts) {
	if a.seed == 0 {
		a.seed = rand.Uint64()
	}
	t.Logf("seed %d", a.seed)
	random := rand.New(rand.NewPCG(a.seed, 0))
	nc := c.connect("fleet")
	f := &figures{began: time.Now()}
	g := newGrowth(t, a, random, nc, f)
	g.tell(len(g.tenants) / 5)
	crew := newCrew(t, a.workers, order{Account: "fleet", Addresses: c.addresses(), Turn: 2 * time.Second, Parallel: 16}, f)
	eventually(t, "no worker works", func(context.Context) error { return f.working() })
	c.awaitWhole(nc)

	x := &chaos{t: t, rand: random, cluster: c, nc: nc, crew: crew, figures: f}
	plan := x.plan(a)
	for i, happen := range plan {
		g.tell(len(g.tenants)/5 + len(g.tenants)*(i+1)/len(plan))
		g.grow((a.records - g.each*len(g.tenants)) / len(plan))
		x.while(0, time.Second)
		happen()
		if (i+1)%20 == 0 {
			t.Log(f)
		}
	}
	x.paused.Wait()
	g.tell(len(g.tenants))
	g.grow(a.records - f.records)
	awaitCaughtUp(t, nc)
	crew.stop()
	d := compare(t, g.tenants, nc)
	t.Log(f)
	require.Zero(t, f.broken, "workers ended by themselves: see their logs with -keep")
	require.True(t, d.Whole(), "seed %d: %s", a.seed, d)
	require.Equal(t, a.records, d.Records)
}
