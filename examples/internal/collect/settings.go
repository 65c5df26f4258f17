package collect

import (
	"errors"
	"fmt"
	"time"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// settings holds the checked flags.
type settings struct {
	to                     string // "" chooses
	stored                 bool   // there is a store, which remembers
	since, until, backfill cli.Moment
	catchUp, follow        bool
	step                   time.Duration // 0: that of before, or a day
	parallel               int
	interval               time.Duration
	lag, lookback          time.Duration
	prefetch, pageSize     int
	chosen                 *cli.Logs
	quiet                  bool
	demo                   *demo.Mode
	madeUp                 bool      // the records are made up; set once that is decided
	now                    time.Time // one for the whole run
}

// parse reads the flags. An error is for the Status of the flags.
func (p Program) parse(args []string) (*settings, *cli.Flags, error) {
	s := &settings{now: p.Now(), interval: time.Minute, lag: time.Minute, lookback: 5 * time.Minute}
	flags := cli.Program{Name: "collect", About: about, Example: "collect -since 30d -to file:audit.jsonl"}.Flags(p.Stderr, s.now)
	p.define(flags, s)
	var old oldFlags
	old.define(flags.FlagSet)
	if err := flags.Parse(args); err != nil {
		return nil, flags, err
	}
	if err := old.refuse(); err != nil {
		return nil, flags, err
	}
	s.stored = s.to != "-" && (s.to != "" || p.IsTerminal(p.Stdout))
	if err := p.Stores.check(s.to); err != nil {
		return nil, flags, err
	}
	return s, flags, errors.Join(s.setTimes(), s.check())
}

const about = `Delivers the audit logs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) to a store, every record once.
Without any flag and any such variable, or with -demo, the records are made up, and marked.`

func (p Program) define(fs *cli.Flags, s *settings) {
	fs.StringVar(&s.to, "to", "", "deliver to this `store`: "+p.Stores.forms()+"\nor - for standard output (default: standard output, or a new file if that is a terminal)")
	fs.Moment(&s.since, "since", "begin at this `time` (default: everything; from now on with -catch-up and -follow)")
	fs.Moment(&s.until, "until", "end before this `time` (default: -lag before now; the server's now for standard output)")
	fs.BoolVar(&s.catchUp, "catch-up", false, "deliver what is new since last time, and stop: the job for cron")
	fs.BoolVar(&s.follow, "follow", false, "keep on delivering what is new, until interrupted")
	fs.Moment(&s.backfill, "backfill", "deliver what is older, back to this `time`, in windows; then go on with -catch-up or -follow")
	fs.Var((*cli.Duration)(&s.step), "step", "`duration` of a window of -backfill (default: a day, or that of the run before)")
	fs.IntVar(&s.parallel, "parallel", 4, "`windows` of -backfill, or logs of -catch-up, at once")
	fs.Var((*cli.Duration)(&s.interval), "interval", "`duration` between two looks with -follow")
	fs.Var((*cli.Duration)(&s.lag), "lag", "`duration` that a record may take to become visible")
	fs.Var((*cli.Duration)(&s.lookback), "lookback", "`duration` that -catch-up and -follow read again for records that came later")
	fs.IntVar(&s.prefetch, "prefetch", 0, "read up to `n` pages ahead")
	fs.IntVar(&s.pageSize, "page-size", 0, "ask for `n` records at once (default: the largest page of the API)")
	fs.BoolVar(&s.quiet, "quiet", false, "no progress and no summary, errors only")
	s.chosen = fs.Logs()
	s.demo = fs.Demo()
}

// ranged reports whether one range is asked for, which ends.
func (s *settings) ranged() bool { return !s.catchUp && !s.follow && s.backfill.IsZero() }

// settled returns the time up to which all records are visible.
func (s *settings) settled() time.Time { return s.now.Add(-s.lag).UTC().Truncate(time.Second) }

// setTimes computes the end of a range once, so that it stays the same for the whole run.
func (s *settings) setTimes() error {
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
	}
	return nil
}
