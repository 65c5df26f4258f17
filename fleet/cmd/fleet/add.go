package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/nats-io/nats.go"
)

// maxSpecs bounds a file of specs, in bytes.
const maxSpecs = 64 << 20

func beginAdd(p program, flags *flag.FlagSet) func(context.Context) error {
	return p.specCommand(flags, fleet.Add, "added")
}

func beginRemove(p program, flags *flag.FlagSet) func(context.Context) error {
	return p.specCommand(flags, fleet.Remove, "removed")
}

// specCommand does something with all specs of a file.
func (p program) specCommand(flags *flag.FlagSet, do func(context.Context, *nats.Conn, ...fleet.Spec) error, done string) func(context.Context) error {
	var s servers
	s.flags(flags, defaultNATS, "")
	file := flags.String("f", "", "YAML `file` of specs; - for standard input")
	return func(ctx context.Context) error {
		if *file == "" {
			return usage("%s: -f is missing", flags.Name())
		}
		if _, _, err := s.parse(); err != nil {
			return err
		}
		specs, err := specsOf(*file) //nolint:contextcheck // it sends nothing
		if err != nil {
			return err
		}
		nc, err := s.connect(false)
		if err != nil {
			return err
		}
		defer nc.Close()
		if err := do(ctx, nc, specs...); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, done, counted(specs))
		return err
	}
}

// specsOf reads a file of specs.
func specsOf(file string) ([]fleet.Spec, error) {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the user names it
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSpecs+1))
	if err == nil && len(text) > maxSpecs {
		err = errors.New("the file is too large")
	}
	if err != nil {
		return nil, fmt.Errorf("-f: %w", err)
	}
	specs, err := readSpecs(text)
	if err != nil {
		return nil, fmt.Errorf("-f: %w", err)
	}
	return specs, nil
}

// counted says how many specs there are of each kind.
func counted(specs []fleet.Spec) string {
	windows := 0
	for _, s := range specs {
		if !s.Until.IsZero() {
			windows++
		}
	}
	text := number(len(specs)-windows, "log")
	if windows > 0 {
		text += " and " + number(windows, "window") + " of the past"
	}
	return text
}

func number[N int | uint64](n N, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
