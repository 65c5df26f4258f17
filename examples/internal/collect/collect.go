// Package collect is what the programs examples/collect and examples/collect/stores share: all but the stores. The comment of
// examples/collect says what they do.
//
// It decides what to deliver from where to where, and leaves the rest to package deliver. What later runs must know is kept
// in the store itself, by deliver.Remember.
package collect

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// Program is a program and its environment, so that tests can replace that.
type Program struct {
	Stores         Stores
	APIs           []auditlogs.Option // configure the APIs
	Config         []auditlogs.Option // whatever is read
	Environ        []string
	Stdout, Stderr io.Writer
	IsTerminal     func(io.Writer) bool
	Now            func() time.Time

	madeUp int // how many made-up records there are; 10,000 unless set
}

// Main runs a program that can write into some stores, in this process, and ends the process.
func Main(stores Stores) {
	p := Program{
		Stores:  stores,
		APIs:    []auditlogs.Option{auditlogs.FromEnv()},
		Environ: os.Environ(),
		Stdout:  os.Stdout, Stderr: os.Stderr,
		IsTerminal: cli.IsTerminal,
		Now:        time.Now,
	}
	os.Exit(p.Run(cli.Interruptible(), os.Args[1:]))
}

// Run runs the program and returns its exit status.
func (p Program) Run(ctx context.Context, args []string) int {
	set, flags, err := p.parse(args)
	if err != nil {
		return flags.Status(err)
	}
	watch := p.newProgress(set)
	code, err := p.collect(ctx, set, watch)
	if err != nil {
		watch.say("%s", cli.OneLine(err))
	}
	return code
}

// collect opens what a run needs, delivers, and sums up.
func (p Program) collect(ctx context.Context, set *settings, watch *progress) (code int, err error) {
	options := append([]auditlogs.Option{
		auditlogs.WithUserAgent("auditlogs-collect"),
		auditlogs.WithHooks(watch.hooks()),
		// A collector has time, so it waits for rate limits that are counted per minute.
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 8, MaxWait: 2 * time.Minute}),
	}, p.Config...)
	client, madeUp, err := set.demo.Client(p.Environ, slices.Concat(options, p.APIs)...)
	if err != nil {
		return cli.ExitFailed, err
	}
	if set.madeUp = madeUp; madeUp {
		records := cmp.Or(p.madeUp, 10_000)
		server, madeUpClient, err := startDemo(options, set, records)
		if err != nil {
			return cli.ExitFailed, err
		}
		defer server.Close()
		client = madeUpClient
		watch.say("%s: reading %s from a test server of its own", set.demo.Reason(), cli.Count(records, "made-up record"))
	}
	logs, err := selectLogs(client, set)
	if err != nil {
		return cli.ExitFailed, err
	}
	out, err := p.open(ctx, set)
	switch {
	case err != nil && ctx.Err() != nil:
		return cli.ExitInterrupted, fmt.Errorf("interrupted: %w", err)
	case err != nil:
		return cli.ExitFailed, err
	}
	defer func() {
		if closing := out.Close(); err == nil && closing != nil {
			code, err = cli.ExitFailed, closing
		}
	}()
	if out.chosen {
		watch.say("writing to %s", out.where)
	}
	r := newRun(set, logs, out, watch)
	if err = r.deliver(ctx); err == nil {
		watch.summary(out.where)
	}
	return r.status(ctx, err)
}

// demoMarked marks what goes to standard output if it is made up.
func demoMarked(w io.Writer, madeUp bool) io.Writer {
	if madeUp {
		return demo.Marked(w)
	}
	return w
}
