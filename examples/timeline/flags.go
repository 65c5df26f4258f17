package main

import (
	"io"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// settings are what the flags say.
type settings struct {
	*cli.Logs
	address string
	most    int
	names   typeNames
	demo    *demo.Mode
}

const about = `Shows the audit logs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) as one trail on a local web page.
Without any flag and any such variable, or with -demo, the records are made up, and marked.`

// parse reads the flags. An error is for the Status of the flags.
func parse(args []string, stderr io.Writer) (*settings, *cli.Flags, error) {
	flags := cli.Program{
		Name: "timeline", About: about, Example: "timeline -since 30d -api waldur,thousandeyes", Endless: true,
	}.Flags(stderr, time.Now())
	s := &settings{Logs: flags.Logs(), names: typeNames{}}
	flags.Moment(&s.Since, "since", "the first `time` to show (default: everything)")
	flags.Moment(&s.Until, "until", "the first `time` no longer to show (default: each server's now)")
	flags.StringVar(&s.address, "addr", "127.0.0.1:8321", "serve the page at this loopback `address`")
	flags.IntVar(&s.most, "max", 100_000, "read no more once there are `n` events")
	flags.Func("akinon-type", "show Akinon's content type `number=name` by the name it has in your installation; may be repeated", s.names.add)
	s.demo = flags.Demo()
	return s, flags, flags.Parse(args)
}

// ranged reports whether only a range of time is asked for.
func (s *settings) ranged() bool { return !s.Since.IsZero() || !s.Until.IsZero() }

// chosen returns the APIs that are read.
func (s *settings) chosen(client *auditlogs.Client) (apis []auditlogs.API) {
	for _, api := range client.APIs() {
		if s.Chosen(api) {
			apis = append(apis, api)
		}
	}
	return apis
}
