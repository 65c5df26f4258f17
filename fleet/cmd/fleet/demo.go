package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
	"github.com/nats-io/nats.go"
)

// demo shows a fleet at work: tenants whose records appear while it runs, workers that die, APIs that fail for a while. It
// ends with a proof that every record was stored once.
type demo struct {
	program
	given struct {
		tenants, records, workers int
		appear                    time.Duration
		kill                      bool
	}

	nc      *nats.Conn
	tenants madeup.Tenants
	crew    []*demoWorker
	screen  *screen

	began   time.Time
	plan    []*step         // what happens, in order
	rounds  int             // of records that have appeared
	full    time.Time       // when the last records had appeared
	failing map[string]bool // logs that failed at some time
}

// step is something that happens at a time, counted from the beginning.
type step struct {
	at time.Duration
	do func(context.Context) error
}

const (
	// demoRounds is in how many parts the records of a log appear, the first of which are there at the beginning.
	demoRounds = 9
	// demoTick is how often the demo looks.
	demoTick = 250 * time.Millisecond
	// demoPatience is how long it waits until all logs have caught up.
	demoPatience = 2 * time.Minute
	// listPatience is how long the states of the logs may not be known.
	listPatience = 20 * time.Second
)

func beginDemo(p program, flags *flag.FlagSet) func(context.Context) error {
	d := &demo{program: p, failing: map[string]bool{}}
	g := &d.given
	flags.IntVar(&g.tenants, "tenants", 200, "how many tenants there are; they share the five APIs out among them")
	flags.IntVar(&g.records, "records", 40_000, "how many records their logs get")
	flags.IntVar(&g.workers, "workers", 3, "how many workers there are, each a process")
	flags.DurationVar(&g.appear, "appear", 16*time.Second, "how long records appear")
	flags.BoolVar(&g.kill, "kill", true, "kill a worker half-way, and start it again")
	return func(ctx context.Context) error {
		if g.tenants <= 0 || g.workers <= 0 || g.records < g.tenants || g.appear < time.Second {
			return usage("demo: it needs a tenant, a worker, a record for each tenant, and a second")
		}
		err := d.run(ctx)
		if err != nil && ctx.Err() != nil {
			return errors.New("the demo was ended before there was a proof")
		}
		return err
	}
}

func (d *demo) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "fleet-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	nc, stop, err := fleet.EmbeddedAt(filepath.Join(dir, "nats"), "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer stop()
	d.nc, d.screen = nc, newScreen(d.out)
	d.tenants = madeup.New(d.given.tenants, time.Now().Add(-time.Hour).Truncate(time.Second))
	defer d.tenants.Close()
	defer d.stop()
	if err := d.begin(ctx); err != nil {
		return err
	}
	if err := d.watch(ctx); err != nil {
		return err
	}
	d.stop()
	return d.prove(ctx)
}

// begin starts everything.
func (d *demo) begin(ctx context.Context) error {
	d.screen.say("%d tenants of %d APIs on made-up servers, %s, and a node of NATS that synchronises every write",
		len(d.tenants), len(auditlogtest.APIs()), number(d.given.workers, "worker"))
	d.began = time.Now()
	d.round(d.began.Add(-time.Hour), d.began.Add(-10*time.Minute))
	if err := fleet.Add(ctx, d.nc, d.tenants.Specs()...); err != nil {
		return err
	}
	for i := range d.given.workers {
		w, err := startWorker(ctx, fmt.Sprintf("worker-%d", i+1), d.nc.ConnectedUrl())
		if err != nil {
			return err
		}
		d.crew = append(d.crew, w)
	}
	d.began = time.Now()
	d.plan = d.steps()
	return nil
}

// steps returns what happens, in order.
func (d *demo) steps() []*step {
	part := d.given.appear / (demoRounds - 1)
	all := []*step{{2 * part, d.fail}, {6 * part, d.recover}}
	if d.given.kill {
		all = []*step{{2 * part, d.fail}, {4 * part, d.kill}, {5 * part, d.revive}, {6 * part, d.recover}}
	}
	return all
}

// round lets the next records of all logs appear, from a range of time.
func (d *demo) round(since, until time.Time) {
	for i, t := range d.tenants {
		all := d.given.records / len(d.tenants)
		if i < d.given.records%len(d.tenants) {
			all++
		}
		if n := all*(d.rounds+1)/demoRounds - all*d.rounds/demoRounds; n > 0 {
			t.Add(since, until, n)
		}
	}
	d.rounds++
}

// Every how many tenants one has an API that fails for a while.
const (
	unavailableEvery  = 23
	unauthorizedEvery = 31
)

func (d *demo) fail(context.Context) error {
	some := 0
	for i, t := range d.tenants {
		var status int
		switch {
		case i%unavailableEvery == 2:
			status = http.StatusServiceUnavailable
		case i%unauthorizedEvery == 4:
			status = http.StatusUnauthorized
		default:
			continue
		}
		t.Server.Inject(auditlogtest.Fault{Status: status, Times: -1})
		some++
	}
	d.screen.say("the APIs of %s answer 503 or 401 for a while", number(some, "tenant"))
	return nil
}

func (d *demo) recover(context.Context) error {
	for _, t := range d.tenants {
		t.Server.ClearFaults()
	}
	d.screen.say("all APIs answer again")
	return nil
}

func (d *demo) kill(context.Context) error {
	w := d.crew[len(d.crew)/2]
	w.kill()
	d.screen.say("%s is killed by SIGKILL: within %s, which are 30s but for the demo, others read what it was reading", w.name, takeover)
	return nil
}

func (d *demo) revive(ctx context.Context) error {
	i := len(d.crew) / 2
	w, err := startWorker(ctx, d.crew[i].name, d.nc.ConnectedUrl())
	if err != nil {
		return err
	}
	d.crew[i] = w
	d.screen.say("%s is started again", w.name)
	return nil
}

// watch lets things happen and shows them, until all records have appeared and all logs have caught up.
func (d *demo) watch(ctx context.Context) error {
	tick := time.NewTicker(demoTick)
	defer tick.Stop()
	for seen := time.Now(); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := d.happen(ctx); err != nil {
			return err
		}
		all, err := fleet.List(ctx, d.nc)
		switch {
		case err == nil:
			seen = time.Now()
			d.screen.show(d.seen(all))
		case time.Since(seen) > listPatience:
			return err
		}
		if d.whole(all) {
			return nil
		}
		if !d.full.IsZero() && time.Since(d.full) > demoPatience {
			return fmt.Errorf("not all logs had caught up after %s", demoPatience)
		}
	}
}

// happen lets happen what is due.
func (d *demo) happen(ctx context.Context) error {
	for _, w := range d.crew {
		if err := w.fault(); err != nil {
			return err
		}
	}
	since := time.Since(d.began)
	for len(d.plan) > 0 && since >= d.plan[0].at {
		if err := d.plan[0].do(ctx); err != nil {
			return err
		}
		d.plan = d.plan[1:]
	}
	if due := time.Duration(d.rounds) * d.given.appear / (demoRounds - 1); d.rounds < demoRounds && since >= due {
		now := time.Now()
		d.round(now.Add(-time.Minute), now.Add(-2*time.Second)) // nothing is later than a poll looks
		if d.rounds == demoRounds {
			d.full = time.Now()
			d.screen.say("all %d records have appeared", d.given.records)
		}
	}
	return nil
}

// whole reports whether all logs have caught up since the last records appeared.
func (d *demo) whole(all []fleet.State) bool {
	if d.full.IsZero() || len(d.plan) > 0 || len(all) != len(d.tenants) {
		return false
	}
	for _, one := range all {
		if one.Error != "" || !one.CaughtUp.After(d.full) {
			return false
		}
	}
	return true
}

// prove compares what was stored with what the servers have.
func (d *demo) prove(ctx context.Context) error {
	d.screen.say("%d of %d logs failed for a while, and have recovered; comparing what is stored with the servers", len(d.failing), len(d.tenants))
	result, err := d.tenants.Compare(ctx, fleet.Events(ctx, d.nc, ""))
	switch {
	case err != nil:
		return err
	case !result.Whole():
		return errors.New(result.String())
	case result.Records != d.given.records:
		return fmt.Errorf("the servers have %d records instead of %d", result.Records, d.given.records)
	}
	d.screen.say("%d records, none missing, none twice", result.Records)
	return nil
}

// stop ends all workers.
func (d *demo) stop() {
	for _, w := range d.crew {
		w.stop()
	}
	d.crew = nil
}
