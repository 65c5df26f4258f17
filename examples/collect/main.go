// Command collect reads every configured audit trail for a time range and writes one JSON object per line.
//
// The environment configures the APIs, as auditlogs.FromEnv describes. Flags give what else a listing needs:
//
//	collect -since 24h -o audit.jsonl -state audit.state
//	collect -follow -o audit.jsonl -state audit.state
//	collect -since 2026-10-01T00:00:00Z -until 2026-11-01T00:00:00Z -api waldur,akinon
//	collect -eds-instance ID -eds-connector ID -elasticpath-resource customer:ID
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, it starts the test server of package
// auditlogtest with 10,000 made-up records, in its own process and without a socket, and collects those. If there is a flag
// or such a variable, but no API, the configuration was lost: that is an error, and no file is created.
//
// # Lines
//
// A line is an object with three members, in this order: the API, the record's identity within the API, and the record
// exactly as the API sent it, except for white space. The API is one of waldur, huawei-eds, akinon, elasticpath and
// thousandeyes. Lines are in the order in which they were read, usually newest first within an API.
//
//	{"api":"thousandeyes","key":"9f86d081884c7d65","record":{"aid":"1234","event":"Login"}}
//
// A made-up record has a first member more, "demo":true. A line of a real record never has it.
//
// # State
//
// With -state the program continues where it stopped, and its output contains every record once, however it was
// stopped. The state contains the length of the output and the place in every listing. It is replaced after the page
// was written and synced, so it is never ahead of the output. At the start, the program cuts the output back to the
// length in the state. It is an error if the state cannot be read, if the output is shorter than the state says, or if
// the output is not the one with which the state was made: remove or restore both. The output is locked while the
// program runs, on systems that have flock. A run that finds the output locked waits for about a second, and then
// fails.
//
// All sources of a run begin with the same range, which is stored before anything is read. A source that is added later
// begins at the -since of the run that adds it. A run first finishes the range that an earlier run began. A run without
// -until then continues from the end of the finished range to -lag before now, by the local clock. -since counts only
// in the first run. The distance from now allows for records that become visible late, and for an inexact clock: a
// record that becomes visible later than -lag after it happened is missed. For records that come very late, use
// -follow: it looks back some minutes at every poll, knows which records it has, and uses the server's clock. A state
// can change to -follow, but not back.
//
// Without -state nothing is stored, the range ends at the server's now, and a non-empty output is not overwritten.
//
// # Exit status
//
//	0    everything was read
//	1    something failed; a sentence on standard error says what. The other APIs were read nevertheless
//	2    the flags are invalid; nothing was read
//	130  stopped by SIGINT or SIGTERM, also with -follow, where this is the only way to stop
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Exit statuses.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	p := program{
		apis:    []auditlogs.Option{auditlogs.FromEnv()},
		environ: os.Environ(),
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		now:     time.Now,
	}
	os.Exit(p.run(ctx, os.Args[1:]))
}

// program holds the environment of a run, so that tests can replace it.
type program struct {
	apis           []auditlogs.Option // configure the APIs
	config         []auditlogs.Option // whatever is read
	environ        []string
	stdout, stderr io.Writer
	now            func() time.Time
}

func (p program) run(ctx context.Context, args []string) int {
	set, err := parseSettings(args, p.stderr, p.now())
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "collect: %v\n", err)
		return exitUsage
	}
	watch := newProgress(p.stdout, p.stderr, set)
	code, err := p.collect(ctx, set, watch)
	if err != nil {
		watch.say("%v", err)
	}
	return code
}

// collect opens what a run needs, reads, and sums up.
func (p program) collect(ctx context.Context, set *settings, watch *progress) (code int, err error) {
	options := append([]auditlogs.Option{
		auditlogs.WithUserAgent("auditlogs-collect"),
		auditlogs.WithHooks(watch.hooks()),
		// A collector has time, so it waits for rate limits that are counted per minute.
		auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 8, MaxWait: 2 * time.Minute}),
	}, p.config...)
	client, madeUp, err := set.demo.Client(p.environ, slices.Concat(options, p.apis)...)
	if err != nil {
		return exitFailed, err
	}
	if set.madeUp = madeUp; madeUp {
		server, err := startDemo(&client, options, set, watch)
		if err != nil {
			return exitFailed, err
		}
		defer server.Close()
	}
	sources, err := selectSources(client, set)
	if err != nil {
		return exitFailed, err
	}
	book, err := openLedger(ctx, set, sources, p.stdout)
	if errors.Is(err, context.Canceled) {
		return exitInterrupted, fmt.Errorf("interrupted: %w", err)
	}
	if err != nil {
		return exitFailed, err
	}
	defer func() {
		if closing := book.close(); err == nil && closing != nil {
			code, err = exitFailed, closing
		}
	}()
	c := &collector{settings: set, ledger: book, progress: watch}
	return c.run(ctx, sources)
}
