package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/cmd/fleet/open"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
	"github.com/nats-io/nats.go"
)

// runner is the command run.
type runner struct {
	program
	servers
	system      string // file
	dir         string
	natsListen  string
	secrets     string
	clients     int
	listen      string
	listMetrics bool
	options     fleet.Options

	log    *slog.Logger
	health health
}

func beginRun(p program, flags *flag.FlagSet) func(context.Context) error {
	r := &runner{program: p, log: slog.New(slog.NewTextHandler(p.err, nil))}
	r.flags(flags, "", "; a node of its own unless set")
	flags.StringVar(&r.system, "system-creds", "", "`file` as for -creds that gets in to the system account, to make sure that servers synchronise every write")
	flags.StringVar(&r.dir, "dir", "fleet-data", "`folder` of the node of its own")
	flags.StringVar(&r.natsListen, "nats-listen", defaultNATS, "`address` of the node of its own, for whoever reaches it; \"\" for none")
	flags.StringVar(&r.secrets, "secrets", "secrets", "`folder` with a file NAME.env for each secret")
	flags.IntVar(&r.clients, "clients", 256, "how many clients are kept, with their logins")
	flags.StringVar(&r.listen, "listen", "127.0.0.1:9464", "`address` of /livez, /readyz and /metrics; \"\" for none")
	flags.BoolVar(&r.listMetrics, "list-metrics", false, "report the state of the whole fleet as metrics; for one worker")
	flags.IntVar(&r.options.Parallel, "parallel", 32, "logs that are read at once")
	flags.IntVar(&r.options.Windows, "windows", 8, "windows of a backfill that are read at once besides; -1 for none")
	flags.DurationVar(&r.options.Follow.Interval, "interval", time.Minute, "pause between two turns of a log")
	flags.DurationVar(&r.options.Follow.Lag, "lag", time.Minute, "how long a record may take to become visible")
	flags.DurationVar(&r.options.Follow.Lookback, "lookback", 5*time.Minute, "how much longer it may take at worst: each poll reads that again")
	flags.IntVar(&r.options.Replicas, "replicas", 0, "servers that must keep the streams; 3 on a cluster unless set")
	return func(ctx context.Context) error { return r.run(ctx, flags) }
}

// check refuses flags that make no sense, or none together.
func (r *runner) check(flags *flag.FlagSet) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	f := &r.options.Follow
	switch {
	case r.urls == "" && (r.creds != "" || r.system != "" || r.ca != ""):
		return usage("run: -creds, -system-creds and -ca need -nats")
	case r.urls != "" && (given["dir"] || given["nats-listen"]):
		return usage("run: -dir and -nats-listen are for a node of its own, which -nats does without")
	case f.Interval <= 0:
		return usage("run: -interval is not positive")
	case f.Lag < 0 || f.Lookback < 0:
		return usage("run: -lag or -lookback is negative")
	case r.options.Parallel == 0 || r.options.Windows == 0 || r.clients <= 0:
		return usage("run: -parallel, -windows or -clients is 0")
	}
	if r.urls != "" {
		if _, _, err := r.parse(); err != nil {
			return err
		}
	}
	f.Lag, f.Lookback = max(f.Lag, time.Nanosecond), max(f.Lookback, time.Nanosecond) // 0 would be the default
	return nil
}

func (r *runner) run(ctx context.Context, flags *flag.FlagSet) error {
	if err := r.check(flags); err != nil {
		return err
	}
	if info, err := os.Stat(r.secrets); err != nil || !info.IsDir() {
		return errors.New("-secrets: the folder does not exist")
	}
	metrics, err := newMetrics()
	if err != nil {
		return err
	}
	stop, err := r.serve(ctx, metrics)
	if err != nil {
		return err
	}
	defer stop()
	nc, end, err := r.node()
	if err != nil {
		return err
	}
	defer end()
	r.health.connected(nc)
	if err := r.connectSystem(); err != nil {
		return err
	}
	if r.options.System != nil {
		defer r.options.System.Close()
	}
	return r.work(ctx, nc, metrics)
}

// work is the worker itself.
func (r *runner) work(ctx context.Context, nc *nats.Conn, m *metrics) error {
	opener := m.opened(open.New(open.Options{
		Secrets: r.secrets, Clients: r.clients, Budgets: fleet.NewBudgets(nc), Hooks: auditlogsotel.Hooks(auditlogsotel.WithMeterProvider(m.provider)),
	}))
	r.options.Ready = func() {
		r.health.begun()
		r.log.Info("the worker has begun")
		if r.listMetrics {
			go m.list(ctx, nc, r.options.Warn)
		}
	}
	r.options.Turned = func(t fleet.Turn) { //nolint:contextcheck // what has ended is counted, whatever ends
		m.turned(t)
		if t.Err != nil {
			r.log.Warn("a turn failed", "log", t.Spec.Source(), "error", t.Err, "pause", t.Pause)
		}
	}
	r.options.Warn = func(err error) {
		r.health.warned(err)
		r.log.Warn("the fleet warns", "error", err)
	}
	err := fleet.Run(ctx, nc, r.options, opener)
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		r.log.Info("the worker has ended")
		return nil
	case nc.IsClosed(): // such as after a password was refused twice
		return fmt.Errorf("no connection to NATS: %w", cmp.Or(nc.LastError(), nats.ErrConnectionClosed))
	}
	return err
}

// node returns a connection to the servers, or to a node of its own.
func (r *runner) node() (*nats.Conn, func(), error) {
	if r.urls == "" {
		nc, stop, err := fleet.EmbeddedAt(r.dir, r.natsListen)
		if err == nil && r.natsListen != "" {
			r.log.Info("NATS listens", "url", nc.ConnectedUrl())
		}
		return nc, stop, err
	}
	nc, err := r.connect(true, nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
		if err != nil {
			r.options.Warn(fmt.Errorf("the connection to NATS is gone: %w", err))
		}
	}))
	if err != nil {
		return nil, nil, err
	}
	return nc, nc.Close, nil
}

func (r *runner) connectSystem() (err error) {
	if r.system != "" {
		r.options.System, err = servers{r.urls, r.system, r.ca}.connect(true)
	}
	return err
}

// serve answers how the worker is doing, until it is stopped.
func (r *runner) serve(ctx context.Context, m *metrics) (stop func(), err error) {
	if r.listen == "" {
		return func() {}, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.listen)
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	r.log.Info("serving /livez, /readyz and /metrics", "address", l.Addr().String())
	return serve(l, &r.health, m), nil //nolint:contextcheck // it is stopped when ctx has ended
}
