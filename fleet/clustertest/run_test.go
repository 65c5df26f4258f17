package clustertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
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
	known   int          // tenants that the fleet has been told of
	added   atomic.Int64 // of these, those that were added for sure
	each    int          // records of the history of one
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
	g.added.Store(int64(g.known))
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

// list lists the logs again and again, until the context ends. Where nodes are gone, or time is short, a list fails; it never lacks
// a log.
func (g *growth) list(ctx context.Context) {
	for ctx.Err() == nil {
		least := g.added.Load()
		one, cancel := context.WithTimeout(ctx, rand.N(tryLimit))
		all, err := fleet.List(one, g.nc)
		cancel()
		if err != nil {
			continue
		}
		g.count(&g.lists, 1)
		if int64(len(all)) < least {
			g.t.Errorf("a list has %d logs of %d", len(all), least)
		}
	}
}

// awaitCaughtUp waits until everything that there is now in a number of logs was read.
func awaitCaughtUp(t *testing.T, nc *nats.Conn, logs int) {
	t.Helper()
	now := time.Now()
	eventually(t, "not all logs are read", func(ctx context.Context) error {
		all, err := fleet.List(ctx, nc)
		if err != nil {
			return err
		}
		if len(all) != logs {
			return fmt.Errorf("there are %d logs of %d", len(all), logs)
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

// explain says of each source of which something is missing how far it was read.
func explain(t *testing.T, d madeup.Difference, nc *nats.Conn) {
	t.Helper()
	if d.Whole() {
		return
	}
	stored := map[string]int{}
	for e, err := range fleet.Events(t.Context(), nc, "") {
		require.NoError(t, err)
		stored[e.Source]++
	}
	all, err := fleet.List(t.Context(), nc)
	require.NoError(t, err)
	states := map[string]fleet.State{}
	for _, one := range all {
		states[one.Spec.Source()] = one
	}
	for name, loss := range d.Sources {
		t.Logf("%s: %+v, stored %d, state %+v", name, loss, stored[name], states[name])
	}
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
	ctx, cancel := context.WithCancel(t.Context())
	var listing sync.WaitGroup
	listing.Go(func() { g.list(ctx) })
	defer listing.Wait()
	defer cancel()

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
	cancel()
	g.tell(len(g.tenants))
	g.grow(a.records - f.records)
	awaitCaughtUp(t, nc, len(g.tenants))
	crew.stop()
	d := compare(t, g.tenants, nc)
	t.Log(f)
	require.Zero(t, f.broken, "workers ended by themselves: see their logs with -keep")
	explain(t, d, nc)
	require.True(t, d.Whole(), "seed %d: %s", a.seed, d)
	require.Equal(t, a.records, d.Records)
}
