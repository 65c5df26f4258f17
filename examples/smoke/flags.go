package main

import (
	"io"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// settings are what the flags say.
type settings struct {
	*cli.Logs
	report string
	demo   *demo.Mode
}

const about = `Asks the APIs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) whether they behave as this library takes for
granted, in under two minutes. It only reads. The output is a report for an issue, without anything that a server sent.
Without any flag and any such variable, or with -demo, a test server of its own is asked, and the lines are marked.`

// parse reads the flags. An error is for the Status of the flags.
func parse(args []string, now time.Time, stderr io.Writer) (*settings, *cli.Flags, error) {
	flags := cli.Program{Name: "smoke", About: about, Example: "smoke -elasticpath-resource customer:ID -report smoke.md"}.Flags(stderr, now)
	s := &settings{Logs: flags.Logs()}
	flags.Moment(&s.Since, "since", "let the client read from this `time` on (default: 24h)")
	flags.StringVar(&s.report, "report", "", "write the report to this `file`, too")
	s.demo = flags.Demo("since")
	err := flags.Parse(args)
	if s.Since.IsZero() {
		s.Since.Time = now.UTC().Add(-24 * time.Hour)
	}
	return s, flags, err
}
