package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// settings holds the checked flags.
type settings struct {
	since, until time.Time // zero: from the beginning, to now
	sinceFixed   bool      // since was given as a time, not as a distance from now
	output       string    // "" is standard output
	state        string    // "" means no state
	follow       bool
	interval     time.Duration
	lag          time.Duration
	prefetch     int
	pageSize     int
	apis         []string // nil means all configured APIs
	edsInstance  string
	edsConnector string
	resources    resources
	quiet        bool
	demo         *demo.Mode
	madeUp       bool // the records are made up; set once that is decided
}

// resource is an Elastic Path resource whose log is read.
type resource struct{ kind, id string }

// resources is a flag that may be repeated.
type resources []resource

func (r *resources) String() string { return "" }

func (r *resources) Set(text string) error {
	kind, id, ok := strings.Cut(text, ":")
	if !ok || kind == "" || id == "" {
		return errors.New("want type:id")
	}
	if one := (resource{kind, id}); !slices.Contains(*r, one) {
		*r = append(*r, one)
	}
	return nil
}

const usage = `Usage: collect [flags]

Reads the audit trails that AUDITLOGS_* variables configure (see auditlogs.FromEnv) and writes one JSON object per line.
Without any flag and any such variable, or with -demo, it reads made-up records, each of them marked.
Exit status: 0 done, 1 failed, 2 wrong flags, 130 interrupted.

`

// parseSettings reads the flags. The caller prints every error except flag.ErrHelp.
func parseSettings(args []string, stderr io.Writer, now time.Time) (*settings, error) {
	var s settings
	var since, until, apis string
	fs := flag.NewFlagSet("collect", flag.ContinueOnError)
	fs.StringVar(&since, "since", "", "begin at this `time`, RFC 3339 or a duration back from now such as 24h\n(default: everything; from now on with -follow)")
	fs.StringVar(&until, "until", "", "end before this `time`, in the same forms (default: now; -lag before now with -state)")
	fs.StringVar(&s.output, "o", "", "write to this `file` (default: standard output)")
	fs.StringVar(&s.state, "state", "", "keep the place in this `file` and go on from there; needs -o")
	fs.BoolVar(&s.follow, "follow", false, "keep on reading what is new, until interrupted")
	fs.DurationVar(&s.interval, "interval", time.Minute, "time between two looks with -follow")
	fs.DurationVar(&s.lag, "lag", time.Minute, "how long a record may take to become visible, with -state or -follow")
	fs.IntVar(&s.prefetch, "prefetch", 0, "read up to `n` pages ahead")
	fs.IntVar(&s.pageSize, "page-size", 0, "ask for `n` records at once, where the API lets one (default: its largest page)")
	fs.StringVar(&apis, "api", "", "read only these of the configured APIs, a `list` such as waldur,akinon")
	fs.StringVar(&s.edsInstance, "eds-instance", "", "`ID` of the Huawei EDS instance to read")
	fs.StringVar(&s.edsConnector, "eds-connector", "", "`ID` of the Huawei EDS connector to read")
	fs.Var(&s.resources, "elasticpath-resource", "Elastic Path resource to read, as `type:id`; may be repeated")
	fs.BoolVar(&s.quiet, "quiet", false, "no progress and no summary, errors only")
	s.demo = demo.New(fs, "eds-instance", "eds-connector", "elasticpath-resource")

	fs.SetOutput(io.Discard) // the caller prints an error, without all flags after it
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fs.SetOutput(stderr)
		fmt.Fprint(stderr, usage)
		fs.PrintDefaults()
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("%w; -h lists the flags", err)
	}
	if apis != "" {
		s.apis = strings.Split(apis, ",")
	}
	if err := s.demo.Check(); err != nil {
		return nil, err
	}
	return &s, errors.Join(s.setRange(since, until, now), s.check())
}

// setRange computes the range once, so that it stays the same for the whole run.
func (s *settings) setRange(since, until string, now time.Time) (err error) {
	if s.since, s.sinceFixed, err = parseTime(since, now); err != nil {
		return fmt.Errorf("-since: %w", err)
	}
	if s.until, _, err = parseTime(until, now); err != nil {
		return fmt.Errorf("-until: %w", err)
	}
	if s.follow && until != "" {
		return errors.New("-until and -follow exclude each other")
	}
	latest := now.Add(-s.lag).Truncate(time.Second)
	if s.state != "" && !s.follow && (s.until.IsZero() || s.until.After(latest)) {
		s.until = latest
	}
	if !s.until.IsZero() && !s.since.Before(s.until) {
		return fmt.Errorf("-since: is not before the end of the range, %s", s.until.Format(time.RFC3339))
	}
	return nil
}

func parseTime(text string, now time.Time) (t time.Time, fixed bool, err error) {
	if text == "" {
		return time.Time{}, false, nil
	}
	if t, err = time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), true, nil
	}
	back, err := time.ParseDuration(text)
	if err != nil || back < 0 {
		return time.Time{}, false, fmt.Errorf("%q is neither a time such as 2026-10-01T00:00:00Z nor a duration such as 24h", text)
	}
	return now.Add(-back).UTC(), false, nil
}

func (s *settings) check() error {
	switch {
	case s.state != "" && (s.output == "" || s.output == "-"):
		return errors.New("-state needs -o with a file: standard output cannot be cut back")
	case s.state != "" && filepath.Clean(s.state) == filepath.Clean(s.output):
		return errors.New("-state and -o name the same file")
	case s.interval <= 0:
		return errors.New("-interval is not positive")
	case s.lag <= 0:
		return errors.New("-lag is not positive")
	case s.prefetch < 0:
		return errors.New("-prefetch is negative")
	case s.pageSize < 0:
		return errors.New("-page-size is negative")
	}
	if s.output == "-" {
		s.output = ""
	}
	return nil
}
