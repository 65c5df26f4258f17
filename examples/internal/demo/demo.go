// Package demo decides for the examples whether they read made-up records, and marks those. They do so if nothing real
// was asked for: no flag, and no variable of this project in the environment. Otherwise a program that finds no API has
// lost its configuration, as under cron, and made-up records would pass for real ones. With -demo, a program reads made-up
// records whatever is configured.
package demo

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Mode is what the flags of a program say about made-up records.
type Mode struct {
	flags   *flag.FlagSet
	asked   bool
	without []string
}

// New defines the flag -demo. The flags without have no meaning together with it, because the made-up records decide them; -h
// lists them.
func New(flags *flag.FlagSet, without ...string) *Mode {
	m := &Mode{flags: flags, without: without}
	usage := "read made-up records, each of them marked, whatever is configured"
	if len(without) > 0 {
		usage += ";\nexcludes -" + strings.Join(without, ", -")
	}
	flags.BoolVar(&m.asked, "demo", false, usage)
	return m
}

// Check returns an error if the flags, which were parsed, contradict each other, or if an argument is no flag.
func (m *Mode) Check() error {
	if m.flags.NArg() > 0 {
		return fmt.Errorf("%q is no flag; -h lists them", m.flags.Arg(0))
	}
	var errs []error
	m.flags.Visit(func(f *flag.Flag) {
		if m.asked && slices.Contains(m.without, f.Name) {
			errs = append(errs, fmt.Errorf("-%s has no meaning with -demo, which has one of its own", f.Name))
		}
	})
	return errors.Join(errs...)
}

// Client returns a client for the configured APIs, or madeUp if the program is to read made-up records. environ is that
// of the process.
func (m *Mode) Client(environ []string, config ...auditlogs.Option) (client *auditlogs.Client, madeUp bool, err error) {
	if m.asked {
		return nil, true, nil
	}
	client, err = auditlogs.NewClient(config...)
	if err != nil || len(client.APIs()) > 0 {
		return client, false, err
	}
	if err := m.missing(environ); err != nil {
		return nil, false, err
	}
	return nil, true, nil
}

// Reason says why a program reads made-up records.
func (m *Mode) Reason() string {
	if m.asked {
		return "-demo is set"
	}
	return "no API is configured"
}

const advice = "set AUDITLOGS_WALDUR_URL and AUDITLOGS_WALDUR_TOKEN; " +
	"AUDITLOGS_HUAWEI_EDS_URL, AUDITLOGS_HUAWEI_EDS_PROJECT_ID and AUDITLOGS_HUAWEI_EDS_TOKEN; " +
	"AUDITLOGS_AKINON_URL and AUDITLOGS_AKINON_TOKEN; AUDITLOGS_ELASTICPATH_URL and AUDITLOGS_ELASTICPATH_TOKEN; " +
	"or AUDITLOGS_THOUSANDEYES_TOKEN (auditlogs.FromEnv describes logins in place of tokens), or give -demo for made-up records"

// missing returns an error if something real was asked for.
func (m *Mode) missing(environ []string) error {
	set := variables(environ)
	switch {
	case len(set) > 0:
		return fmt.Errorf("no API is configured: %s is empty or no variable of an API: %s", strings.Join(set, ", "), advice)
	case m.flags.NFlag() > 0:
		return fmt.Errorf("no API is configured: %s", advice)
	}
	return nil
}

// variables returns the names that begin like those of this project. One that is empty was meant to be set.
func variables(environ []string) (names []string) {
	for _, pair := range environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(strings.ToUpper(name), "AUDITLOG") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
