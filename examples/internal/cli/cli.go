// Package cli is how the programs of this folder are asked for things, so that the same flag means the same in all of them.
//
//	flags := cli.Program{Name: "smoke", About: "Asks …", Example: "smoke -since 24h"}.Flags(stderr, time.Now())
//	logs := flags.Logs()
//	flags.Moment(&logs.Since, "since", "begin at this `time` (default: everything)")
//	mode := flags.Demo()
//	if err := flags.Parse(args); err != nil {
//		return flags.Status(err)
//	}
//
// # Times
//
// A time is a duration back from now (24h, 7d, 2w, 1y), a date (2026-10-01, which is its midnight in UTC), or one of RFC 3339.
// Now is that of the local clock. Durations have the units w (7 days), d (24 hours) and y (365 days) beside those of Go.
//
// # Logs
//
// -api chooses among the configured APIs. -eds-instance names an instance of Huawei EDS, and -eds-connector one of its
// connectors; without it, those of all connectors are read. -elasticpath-resource names a resource as type:id; for several, it
// is repeated, or they are separated by commas. What a configured API needs and does not get is an error, before anything is
// read: silence would pass for an empty log.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// Program is what -h says of a program.
type Program struct {
	Name    string
	About   string // what it does, in lines of up to 120 characters
	Example string // one command
	Endless bool   // it ends only if it is interrupted or fails
}

// Flags are those of a program. What the flags mean together is checked when they are parsed.
type Flags struct {
	*flag.FlagSet
	program Program
	stderr  io.Writer
	now     time.Time
	timed   bool
	demo    *demo.Mode
	checks  []func() error
}

// Flags returns no flag yet. Usage and errors go to stderr, and durations back are counted from now.
func (p Program) Flags(stderr io.Writer, now time.Time) *Flags {
	f := &Flags{FlagSet: flag.NewFlagSet(p.Name, flag.ContinueOnError), program: p, stderr: stderr, now: now}
	f.SetOutput(io.Discard) // Status prints an error, without all flags after it
	return f
}

// Moment defines a flag for a time.
func (f *Flags) Moment(to *Moment, name, usage string) {
	f.timed = true
	f.Var(&momentValue{to, f.now}, name, usage)
}

// Demo defines the flag -demo. The flags without have no meaning together with it, and neither have those that name logs.
func (f *Flags) Demo(without ...string) *demo.Mode {
	f.demo = demo.New(f.FlagSet, append(without, namesOfLogs...)...)
	return f.demo
}

// Parse reads the flags. An error is for Status.
func (f *Flags) Parse(args []string) error {
	if err := f.FlagSet.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return fmt.Errorf("%w; -h lists the flags", err)
	}
	if f.demo != nil {
		if err := f.demo.Check(); err != nil {
			return err
		}
	}
	for _, check := range f.checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// Status says why the flags were not accepted, or prints the usage if that was asked for, and returns the exit status.
func (f *Flags) Status(err error) int {
	if errors.Is(err, flag.ErrHelp) {
		f.help()
		return ExitDone
	}
	fmt.Fprintf(f.stderr, "%s: %v\n", f.program.Name, err)
	return ExitUsage
}

// done is the exit status of a program that comes to its end by itself.
func (f *Flags) done() string {
	if f.program.Endless {
		return ""
	}
	return fmt.Sprintf("%d done, ", ExitDone)
}

// help prints the usage. A flag without a text is one of before, which nobody needs any more.
func (f *Flags) help() {
	fmt.Fprintf(f.stderr, "Usage: %s [flags]\n\n%s\n\n", f.program.Name, f.program.About)
	if f.timed {
		fmt.Fprint(f.stderr, "A time is a duration back from now (24h, 7d, 2w, 1y), a date (its midnight in UTC), or one of RFC 3339.\n")
	}
	fmt.Fprintf(f.stderr, "Exit status: %s%d failed, %d wrong flags, %d interrupted.\n\n", f.done(), ExitFailed, ExitUsage, ExitInterrupted)
	fmt.Fprintf(f.stderr, "Example:\n  %s\n\nFlags:\n", f.program.Example)
	shown := flag.NewFlagSet("", flag.ContinueOnError)
	shown.SetOutput(f.stderr)
	f.VisitAll(func(one *flag.Flag) {
		if one.Usage != "" {
			shown.Var(one.Value, one.Name, one.Usage)
			shown.Lookup(one.Name).DefValue = one.DefValue
		}
	})
	shown.PrintDefaults()
}
