package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// run delivers logs to an output.
type run struct {
	*settings
	logs    []cli.Log
	to      *output
	options deliver.Options
	*faults
}

func newRun(set *settings, logs []cli.Log, to *output, watch *progress) *run {
	r := &run{settings: set, logs: logs, to: to, faults: newFaults(watch)}
	r.options = deliver.Options{
		Follow:   auditlogs.FollowOptions{Interval: set.interval, Lag: set.lag, Lookback: set.lookback},
		Progress: watch.commit,
		Report:   r.report,
		Parallel: set.parallel,
		Quiet:    to.quiet,
	}
	return r
}

// deliver does what the flags say. An error is about all logs; what is wrong with one of them is noted.
func (r *run) deliver(ctx context.Context) error {
	if !r.stored {
		asked := span{r.since.Time, r.until.Time}
		if r.follow {
			r.live(ctx, asked)
		} else {
			r.list(ctx, asked)
		}
		return nil
	}
	store := memory{r.to, r.settings}
	if err := store.kind(ctx); err != nil {
		return err
	}
	if r.ranged() {
		return r.deliverRange(ctx, store)
	}
	return r.deliverNew(ctx, store)
}

// deliverRange delivers the range of a store.
func (r *run) deliverRange(ctx context.Context, store memory) error {
	s, err := store.span(ctx)
	if err != nil {
		return err
	}
	if r.list(ctx, s) {
		r.watch.tell("the range %s is done; -catch-up and -follow deliver what is new", s)
	}
	return nil
}

// deliverNew delivers what is older than where following begins, if that is asked for, and what is new. A range that an
// earlier run began is finished before.
func (r *run) deliverNew(ctx context.Context, store memory) error {
	kept, ranged, err := store.knownSpan(ctx)
	if err != nil {
		return err
	}
	if ranged && !r.backfill.IsZero() {
		return fmt.Errorf("the store has the range %s, which -backfill would repeat: it needs a store of its own", kept)
	}
	since, err := store.begin(ctx)
	if err != nil {
		return err
	}
	if ranged {
		r.list(ctx, kept)
	}
	if !r.backfill.IsZero() {
		w, err := store.windows(ctx, since)
		if err != nil {
			return err
		}
		if r.fill(ctx, w) {
			r.watch.tell("everything from %s to %s is done; -catch-up and -follow deliver what is new", timeText(w.Since), timeText(w.Until))
		}
	}
	if r.catchUp || r.follow {
		r.live(ctx, span{since: since})
	}
	return nil
}

// list delivers one range of all logs, and reports whether the output has all of it.
func (r *run) list(ctx context.Context, s span) bool {
	return r.each(ctx, func(of cli.Log) error {
		source := of(s.since, s.until)
		return deliver.List(ctx, r.to.Sink, under{source, source.Name() + " " + s.String()}, r.options)
	})
}

// fill delivers the windows of all logs, and reports whether the output has all of them.
func (r *run) fill(ctx context.Context, w deliver.Windows) bool {
	if !w.Since.Before(w.Until) {
		r.watch.tell("there is nothing to backfill: following begins at %s", timeText(w.Until))
		return false
	}
	return r.each(ctx, func(of cli.Log) error {
		return deliver.Backfill(ctx, r.to.Sink, r.options, w, of)
	})
}

// each delivers one log after the other, until the output takes nothing more.
func (r *run) each(ctx context.Context, deliver func(cli.Log) error) bool {
	for _, of := range r.logs {
		if ctx.Err() == nil && !r.broken {
			r.note(ctx, of(time.Time{}, time.Time{}).Name(), deliver(of))
		}
	}
	return ctx.Err() == nil && len(r.failed) == 0
}

// live delivers what is new of all logs, once or without end.
func (r *run) live(ctx context.Context, s span) {
	if ctx.Err() != nil || r.broken {
		return
	}
	var sources []auditlogs.Source
	for _, of := range r.logs {
		sources = append(sources, of(s.since, s.until))
	}
	deliverTo := deliver.Follow
	if r.catchUp {
		deliverTo = deliver.CatchUp
	}
	r.note(ctx, "", deliverTo(ctx, r.to.Sink, r.options, sources...))
}

// under is a source whose place has a name of its own. Its events have the name of the log nevertheless.
type under struct {
	auditlogs.Source
	place string
}

func (u under) Name() string { return u.place }

// status returns the exit status, and the last words about it. An error is about all logs.
func (r *run) status(ctx context.Context, err error) (int, error) {
	switch {
	case err != nil && ctx.Err() == nil:
		return cli.ExitFailed, err
	case len(r.failed) > 0:
		return cli.ExitFailed, r.summary(len(r.logs))
	case ctx.Err() != nil && r.stored:
		return cli.ExitInterrupted, errors.New("interrupted; what was committed stays, and the same command goes on from here")
	case ctx.Err() != nil:
		return cli.ExitInterrupted, errors.New("interrupted; standard output has no memory, so that nothing can go on from here")
	}
	return cli.ExitDone, nil
}
