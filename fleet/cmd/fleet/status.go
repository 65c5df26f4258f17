package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/auditlogs/auditlogs-go/fleet"
	"golang.org/x/term"
)

func beginStatus(p program, flags *flag.FlagSet) func(context.Context) error {
	var s servers
	s.flags(flags, defaultNATS, "")
	asJSON := flags.Bool("json", false, "print each log as an object of JSON on a line of its own")
	tenant := flags.String("tenant", "", "show only the logs of this `tenant`")
	failing := flags.Bool("failing", false, "show only logs whose last turn failed")
	return func(ctx context.Context) error {
		nc, err := s.connect(false)
		if err != nil {
			return err
		}
		defer nc.Close()
		all, err := fleet.List(ctx, nc)
		if err != nil {
			return err
		}
		kept := all[:0]
		for _, one := range all {
			if (*tenant == "" || one.Spec.Tenant == *tenant) && (!*failing || one.Error != "") {
				kept = append(kept, one)
			}
		}
		if *asJSON {
			return writeJSON(p.out, kept)
		}
		return writeTable(p.out, kept, width(p.out))
	}
}

// logStatus is a log, as -json prints it. Names and units stay.
type logStatus struct {
	Source     string     `json:"source"`
	Tenant     string     `json:"tenant"`
	API        string     `json:"api"`
	Name       string     `json:"name"`
	Secret     string     `json:"secret"` // its name
	Since      *time.Time `json:"since"`
	Until      *time.Time `json:"until"` // null for a log that is followed
	Records    uint64     `json:"records"`
	Commits    uint64     `json:"commits"`
	Committed  *time.Time `json:"committed"` // the last time
	CaughtUp   *time.Time `json:"caught_up"` // the last time
	LagSeconds float64    `json:"lag_seconds"`
	Owner      string     `json:"owner"`
	Reading    bool       `json:"reading"`
	Turn       *time.Time `json:"turn"` // when the owner last said how it is doing
	Failures   int        `json:"failures"`
	Error      string     `json:"error"`
}

func statusOf(s fleet.State) logStatus {
	return logStatus{
		Source: s.Spec.Source(), Tenant: s.Spec.Tenant, API: string(s.Spec.API), Name: s.Spec.Name, Secret: s.Spec.Secret,
		Since: set(s.Spec.Since), Until: set(s.Spec.Until), Records: s.Place.Count, Commits: s.Place.Seq, Committed: set(s.Place.Updated),
		CaughtUp: set(s.CaughtUp), LagSeconds: s.Lag.Seconds(), Owner: s.Owner, Reading: s.Reading, Turn: set(s.Turn),
		Failures: s.Failures, Error: s.Error,
	}
}

// set returns nil for the zero time.
func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func writeJSON(w io.Writer, all []fleet.State) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	for _, one := range all {
		if err := encoder.Encode(statusOf(one)); err != nil { //nolint:gosec // the name of a secret is none
			return err
		}
	}
	return out.Flush()
}

// writeTable prints logs as a table, and their sums. A width of 0 is without end.
func writeTable(w io.Writer, all []fleet.State, width int) error {
	cuts := &cutter{w: bufio.NewWriter(w), width: width}
	table := tabwriter.NewWriter(cuts, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "TENANT\tAPI\tNAME\tRECORDS\tLAG\tOWNER\tLAST ERROR")
	for _, one := range all {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", cell(one.Spec.Tenant), cell(string(one.Spec.API)), cell(nameOf(one.Spec)),
			one.Place.Count, lagOf(one), cell(one.Owner), oneLine(one.Error))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(cuts, sums(all)); err != nil {
		return err
	}
	return cuts.w.Flush()
}

// cell returns a text that a table has room for.
func cell(text string) string {
	if text == "" {
		return "-"
	}
	return cut(oneLine(text), 40)
}

// nameOf returns the name of a log, and the range of a window.
func nameOf(s fleet.Spec) string {
	if s.Until.IsZero() {
		return s.Name
	}
	window := s.Since.UTC().Format(time.DateOnly) + "/" + s.Until.UTC().Format(time.DateOnly)
	if s.Name == "" {
		return window
	}
	return s.Name + " " + window
}

func lagOf(s fleet.State) string {
	switch {
	case !s.Spec.Until.IsZero():
		return "window"
	case s.CaughtUp.IsZero():
		return "never read"
	}
	return s.Lag.Round(time.Second).String()
}

// sums says in a line how many logs there are.
func sums(all []fleet.State) string {
	var records uint64
	var lag time.Duration
	windows, failing, never := 0, 0, 0
	for _, one := range all {
		records += one.Place.Count
		lag = max(lag, one.Lag)
		if !one.Spec.Until.IsZero() {
			windows++
		} else if one.CaughtUp.IsZero() {
			never++
		}
		if one.Error != "" {
			failing++
		}
	}
	return fmt.Sprintf("%s, %s, %s; %d failing, %d never caught up, greatest lag %s",
		number(len(all)-windows, "log"), number(windows, "window"), number(records, "record"), failing, never, lag.Round(time.Second))
}

// cutter cuts lines to the width of a terminal.
type cutter struct {
	w     *bufio.Writer
	width int
	line  []byte
}

func (c *cutter) Write(text []byte) (int, error) {
	for _, b := range text {
		if c.line = append(c.line, b); b == '\n' {
			line := strings.TrimRight(string(c.line), " \n")
			if _, err := c.w.WriteString(cut(line, c.width) + "\n"); err != nil {
				return 0, err
			}
			c.line = c.line[:0]
		}
	}
	return len(text), nil
}

// width returns how wide a terminal is; 0 if it is none.
func width(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return columns
}
