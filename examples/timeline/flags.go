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
	address string
	most    int
	demo    *demo.Mode
}

const about = `Shows the audit logs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) as one trail on a local web page.
Without any flag and any such variable, or with -demo, the records are made up, and marked.`

// parse reads the flags. An error is for the Status of the flags.
func parse(args []string, stderr io.Writer) (*settings, *cli.Flags, error) {
	flags := cli.Program{Name: "timeline", About: about, Example: "timeline -since 30d -api waldur,thousandeyes"}.Flags(stderr, time.Now())
	s := &settings{Logs: flags.Logs()}
	flags.Moment(&s.Since, "since", "the first `time` to show (default: everything)")
	flags.Moment(&s.Until, "until", "the first `time` no longer to show (default: each server's now)")
	flags.StringVar(&s.address, "addr", "127.0.0.1:8321", "serve the page at this loopback `address`")
	flags.IntVar(&s.most, "max", 100_000, "read no more once there are `n` events")
	s.demo = flags.Demo()
	return s, flags, flags.Parse(args)
}
