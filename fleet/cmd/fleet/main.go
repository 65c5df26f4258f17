// Command fleet reads the audit logs of many tenants into NATS JetStream, with as many workers as wanted. "fleet -h" lists its
// commands; the README of this folder describes them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := program{os.Stdout, os.Stderr}.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is where a command writes to.
type program struct{ out, err io.Writer }

// command is one of the words behind "fleet".
type command struct {
	name, does, example string
	// begin defines flags, and returns what is done once they are read.
	begin func(p program, flags *flag.FlagSet) func(context.Context) error
	// hidden commands are not listed.
	hidden bool
}

var commands = []command{
	{name: "run", does: "is a worker: it reads logs until it gets SIGTERM", begin: beginRun,
		example: "fleet run -nats nats://nats-1:4222,nats://nats-2:4222 -creds fleet.creds -secrets /etc/fleet/secrets"},
	{name: "add", does: "adds logs to the fleet", begin: beginAdd, example: "fleet add -f specs.yaml -nats nats://nats-1:4222"},
	{name: "remove", does: "removes logs from the fleet; what was read is kept", begin: beginRemove, example: "fleet remove -f specs.yaml"},
	{name: "status", does: "shows how the logs are doing", begin: beginStatus, example: "fleet status -failing"},
	{name: "nats-config", does: "prints a sound configuration of three nodes of NATS", begin: beginNATSConfig,
		example: "fleet nats-config -hosts nats-1,nats-2,nats-3 -dir ."},
	{name: "demo", does: "shows a fleet with made-up tenants on this machine", begin: beginDemo, example: "fleet demo -tenants 200 -records 40000"},
	{name: "demo-worker", does: "is a worker of the demo", begin: beginDemoWorker, hidden: true},
}

// usageError is one of the command line.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run runs a command, and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	err := p.command(ctx, args)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usageError{}):
		_, _ = fmt.Fprintln(p.err, "fleet:", oneLine(err.Error())+`; see "fleet -h"`)
		return exitUsage
	}
	_, _ = fmt.Fprintln(p.err, "fleet:", oneLine(strings.TrimPrefix(err.Error(), "fleet: ")))
	return exitFailure
}

func (p program) command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage("a command is missing")
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		p.help()
		return nil
	}
	for _, c := range commands {
		if c.name == args[0] {
			return p.start(ctx, c, args[1:])
		}
	}
	return usage("there is no such command")
}

// start reads the flags of a command, and runs it.
func (p program) start(ctx context.Context, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := c.begin(p, flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(p.out)
		_, _ = fmt.Fprintf(p.out, "fleet %s %s.\n\n", c.name, c.does)
		flags.PrintDefaults()
		_, _ = fmt.Fprintf(p.out, "\nExample: %s\n", c.example)
		return err
	case err != nil:
		return usage("%s: %s", c.name, flagFault(err))
	case flags.NArg() > 0:
		return usage("%s: there is something behind the flags", c.name)
	}
	return do(ctx)
}

// flagFault says what is wrong with flags, without a value: it may be a URL with a password.
func flagFault(err error) string {
	text := err.Error()
	if rest, ok := strings.CutPrefix(text, "invalid value "); ok {
		if i := strings.LastIndex(rest, " for flag "); i >= 0 {
			name, _, _ := strings.Cut(rest[i+len(" for flag "):], ":")
			return "the value of " + name + " is not valid"
		}
	}
	if rest, ok := strings.CutPrefix(text, "invalid boolean value "); ok {
		if i := strings.LastIndex(rest, " for "); i >= 0 {
			name, _, _ := strings.Cut(rest[i+len(" for "):], ":")
			return "the value of " + name + " is not valid"
		}
	}
	return text
}

func (p program) help() {
	_, _ = fmt.Fprint(p.out, "fleet reads the audit logs of many tenants into NATS JetStream.\n\n")
	for _, c := range commands {
		if !c.hidden {
			_, _ = fmt.Fprintf(p.out, "  fleet %-12s %s\n", c.name, c.does)
		}
	}
	_, _ = fmt.Fprint(p.out, "\n\"fleet COMMAND -h\" lists the flags of a command.\nExit codes: 0 done, 1 failed, 2 wrong usage.\n")
}
