package collect

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// settings holds the checked flags.
type settings struct {
	to                     string // "" chooses
	stored                 bool   // there is a store, which remembers
	since, until, backfill moment
	catchUp, follow        bool
	step                   time.Duration // 0: that of before, or a day
	parallel               int
	interval               time.Duration
	lag, lookback          time.Duration
	prefetch, pageSize     int
	apis                   []string // nil means all configured APIs
	edsInstance            string
	edsConnector           string // "": all
	resources              resources
	quiet                  bool
	demo                   *demo.Mode
	madeUp                 bool      // the records are made up; set once that is decided
	now                    time.Time // one for the whole run
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

Delivers the audit logs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) to a store, every record once.
Without any flag and any such variable, or with -demo, the records are made up, and marked. What may be a time is one
of RFC 3339 or a duration back from now; durations have the units y, w and d as well.
Exit status: 0 done, 1 failed, 2 wrong flags, 130 interrupted.

`

// texts are flags that are read once all are known.
type texts struct{ since, until, backfill, apis string }

// parse reads the flags. The caller prints every error except flag.ErrHelp.
func (p Program) parse(args []string) (*settings, error) {
	s := &settings{now: p.Now(), interval: time.Minute, lag: time.Minute, lookback: 5 * time.Minute}
	var t texts
	fs := flag.NewFlagSet("collect", flag.ContinueOnError)
	p.define(fs, s, &t)
	var old oldFlags
	old.define(fs)

	fs.SetOutput(io.Discard) // the caller prints an error, without all flags after it
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		help(fs, p.Stderr)
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("%w; -h lists the flags", err)
	}
	if err := old.refuse(); err != nil {
		return nil, err
	}
	if err := s.demo.Check(); err != nil {
		return nil, err
	}
	if t.apis != "" {
		s.apis = strings.Split(t.apis, ",")
	}
	s.stored = s.to != "-" && (s.to != "" || p.IsTerminal(p.Stdout))
	if err := p.Stores.check(s.to); err != nil {
		return nil, err
	}
	return s, errors.Join(s.setTimes(t), s.check())
}

func (p Program) define(fs *flag.FlagSet, s *settings, t *texts) {
	fs.StringVar(&s.to, "to", "", "deliver to this `store`: "+p.Stores.forms()+"\nor - for standard output (default: standard output, or a new file if that is a terminal)")
	fs.StringVar(&t.since, "since", "", "begin at this `time` (default: everything; from now on with -catch-up and -follow)")
	fs.StringVar(&t.until, "until", "", "end before this `time` (default: -lag before now; the server's now for standard output)")
	fs.BoolVar(&s.catchUp, "catch-up", false, "deliver what is new since last time, and stop: the job for cron")
	fs.BoolVar(&s.follow, "follow", false, "keep on delivering what is new, until interrupted")
	fs.StringVar(&t.backfill, "backfill", "", "deliver what is older, back to this `time`, in windows; then go on with -catch-up or -follow")
	fs.Var((*duration)(&s.step), "step", "`length` of a window of -backfill (default: a day, or that of the run before)")
	fs.IntVar(&s.parallel, "parallel", 4, "`windows` of -backfill, or logs of -catch-up, at once")
	fs.Var((*duration)(&s.interval), "interval", "`time` between two looks with -follow")
	fs.Var((*duration)(&s.lag), "lag", "how much `time` a record may take to become visible")
	fs.Var((*duration)(&s.lookback), "lookback", "how much `time` -catch-up and -follow read again for records that came later")
	fs.IntVar(&s.prefetch, "prefetch", 0, "read up to `n` pages ahead")
	fs.IntVar(&s.pageSize, "page-size", 0, "ask for `n` records at once (default: the largest page of the API)")
	fs.StringVar(&t.apis, "api", "", "read only these of the configured APIs, a `list` such as waldur,akinon")
	fs.StringVar(&s.edsInstance, "eds-instance", "", "`ID` of the Huawei EDS instance to read")
	fs.StringVar(&s.edsConnector, "eds-connector", "", "`ID` of the only Huawei EDS connector to read (default: all of the instance)")
	fs.Var(&s.resources, "elasticpath-resource", "Elastic Path resource to read, as `type:id`; may be repeated")
	fs.BoolVar(&s.quiet, "quiet", false, "no progress and no summary, errors only")
	s.demo = demo.New(fs, "eds-instance", "eds-connector", "elasticpath-resource")
}

// help prints what a user may need, which the flags of before are not.
func help(fs *flag.FlagSet, to io.Writer) {
	fmt.Fprint(to, usage)
	shown := flag.NewFlagSet("", flag.ContinueOnError)
	shown.SetOutput(to)
	fs.VisitAll(func(f *flag.Flag) {
		if !isOldFlag(f.Name) {
			shown.Var(f.Value, f.Name, f.Usage)
			shown.Lookup(f.Name).DefValue = f.DefValue
		}
	})
	shown.PrintDefaults()
}

// ranged reports whether one range is asked for, which ends.
func (s *settings) ranged() bool { return !s.catchUp && !s.follow && s.backfill.IsZero() }

// settled returns the time up to which all records are visible.
func (s *settings) settled() time.Time { return s.now.Add(-s.lag).UTC().Truncate(time.Second) }

// setTimes computes times once, so that they stay the same for the whole run.
func (s *settings) setTimes(t texts) (err error) {
	for _, one := range []struct {
		name, text string
		to         *moment
	}{{"since", t.since, &s.since}, {"until", t.until, &s.until}, {"backfill", t.backfill, &s.backfill}} {
		if *one.to, err = parseMoment(one.text, s.now); err != nil {
			return fmt.Errorf("-%s: %w", one.name, err)
		}
	}
	switch {
	case s.ranged() && s.stored && s.until.IsZero():
		s.until.Time = s.settled()
	case s.ranged() && s.stored && s.until.After(s.settled()):
		return errors.New("-until: is less than -lag before now, so that records would be missed that are not visible yet; -follow delivers these")
	}
	if !s.until.IsZero() && !s.since.Before(s.until.Time) {
		return fmt.Errorf("-since: is not before the end of the range, %s", timeText(s.until.Time))
	}
	return nil
}

func (s *settings) check() error {
	switch {
	case s.catchUp && s.follow:
		return errors.New("-catch-up and -follow exclude each other")
	case !s.until.IsZero() && !s.ranged():
		return errors.New("-until is for a range, and excludes -catch-up, -follow and -backfill")
	case s.catchUp && (s.to == "" || s.to == "-"):
		return errors.New("-catch-up needs a store, by -to: standard output has no memory")
	case !s.backfill.IsZero() && (s.to == "" || s.to == "-"):
		return errors.New("-backfill needs a store, by -to: standard output has no memory")
	case !s.backfill.IsZero() && s.since.After(s.settled()):
		return errors.New("-since: is less than -lag before now, and -backfill goes up to there")
	case s.step != 0 && s.step < time.Second:
		return errors.New("-step is less than a second")
	case s.interval <= 0:
		return errors.New("-interval is not positive")
	case s.lag <= 0:
		return errors.New("-lag is not positive")
	case s.lookback <= 0:
		return errors.New("-lookback is not positive")
	case s.parallel < 1:
		return errors.New("-parallel is not positive")
	case s.prefetch < 0:
		return errors.New("-prefetch is negative")
	case s.pageSize < 0:
		return errors.New("-page-size is negative")
	case s.edsConnector != "" && s.edsInstance == "":
		return errors.New("-eds-connector needs -eds-instance")
	}
	return nil
}
