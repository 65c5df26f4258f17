// Command tail follows every configured audit trail and prints one line per event. Use it to watch what happens now in
// all services, or to pipe new events to another program. To store them, use collect.
//
//	tail -since 24h -eds-instance ID -elasticpath-resource customer:ID
//	tail -json -api waldur,thousandeyes | jq -r .actor.email
//
// auditlogs.FromEnv describes how to configure APIs. A failure is printed on standard error and ends only the log that
// can no longer be followed. Lines are in order within a log. They begin with the time in UTC. On a terminal, a line that is
// longer than that is wide ends in "…"; elsewhere, nothing is cut. Control characters, also those that change the direction of
// a text, are replaced; joiners within words and emoji stay.
//
// A time of -since is a duration back from now, such as 24h, 7d or 2w; a date, which is its midnight in UTC; or one of RFC
// 3339. Exit status: 1 no API configured, nothing left to follow, or output not written; 2 wrong flags; 130 stopped by SIGINT
// or SIGTERM.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, made-up records appear. Each of their
// lines begins with "demo ", or with a member "demo":true. If there is a flag or such a variable, but no API, the
// configuration was lost, and that is an error.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

func main() {
	terminal := cli.IsTerminal(os.Stdout)
	out := &printer{
		to: os.Stdout, terminal: terminal, colour: terminal && os.Getenv("NO_COLOR") == "",
		width: func() int { return cli.Width(os.Stdout, os.Environ()) },
	}
	os.Exit(run(cli.Interruptible(), os.Args[1:], os.Environ(), out, os.Stderr, auditlogs.FromEnv()))
}

// trail is what to follow, and how.
type trail struct {
	*cli.Logs
	follow auditlogs.FollowOptions
	demo   *demo.Mode
}

const about = `Follows every audit log that AUDITLOGS_* variables configure (see auditlogs.FromEnv), and prints one line per event.
Without any flag and any such variable, or with -demo, the records are made up, and marked.`

func parse(args []string, out *printer, stderr io.Writer) (*trail, *cli.Flags, error) {
	flags := cli.Program{Name: "tail", About: about, Example: "tail -since 24h -api waldur,thousandeyes", Endless: true}.Flags(stderr, time.Now())
	t := &trail{Logs: flags.Logs(), follow: auditlogs.FollowOptions{Interval: time.Minute}}
	flags.Moment(&t.Since, "since", "begin at this `time` (default: each server's now)")
	flags.Var((*cli.Duration)(&t.follow.Interval), "interval", "`duration` between two looks")
	flags.BoolVar(&out.json, "json", false, "print whole events, one JSON object per line")
	t.demo = flags.Demo("since", "interval")
	return t, flags, flags.Parse(args)
}

func run(ctx context.Context, args, environ []string, out *printer, stderr io.Writer, config ...auditlogs.Option) int {
	say := func(err error) { fmt.Fprintln(stderr, "tail:", cli.OneLine(err)) }
	t, flags, err := parse(args, out, stderr)
	if err != nil {
		return flags.Status(err)
	}
	client, madeUp, err := t.demo.Client(environ, append(config, auditlogs.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))))...)
	if madeUp {
		fmt.Fprintf(stderr, "tail: %s: following made-up records on a test server of its own\n", t.demo.Reason())
		out.mark()
		client, err = t.madeUp(ctx)
	}
	var sources []auditlogs.Source
	if err == nil {
		sources, err = t.Sources(client)
	}
	if err != nil {
		say(err)
		return cli.ExitFailed
	}
	for page, err := range auditlogs.FollowAll(ctx, "", t.follow, sources...) {
		if ctx.Err() != nil {
			return cli.ExitInterrupted
		}
		if err != nil {
			say(err) // an error of one log
		} else if err := out.print(page.Items); err != nil {
			say(err)
			break
		}
	}
	return cli.ExitFailed
}
