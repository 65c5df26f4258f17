package deliver

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// CatchUp delivers what is new since last time, and stops: the job for cron. Each source is followed, by
// [auditlogs.Source.Follow], until a page says that it has caught up, so that records that became visible late, within
// Lag and Lookback, are delivered with the run that sees them; how far apart runs are does not matter. The first run of a
// source begins at its filter's Since or, without one, at the server's now. One that goes on where a run was cut short within a
// poll ends that poll, and makes another. The filter must stay the same from run to run,
// its Since too: a Since that moves, such as an hour ago, belongs into [Remember].
//
// Options.Parallel sources are read at once; each has a place of its own in the sink, under its name, so that sources may
// come and go. One that fails does not stop the others. The errors are *auditlogs.SourceError, joined; one log of a source
// made of several that failed is among them, and the source has caught up nevertheless. ErrMoved means that another process
// delivers the same source. When ctx ends, its error is among them too.
//
// It costs one commit for each page, and what a poll costs: usually one to three requests. A poll that fails is tried again
// for as long as Options.Follow.Patience allows. A source of your own must set CaughtUp. Safe for concurrent use.
func CatchUp(ctx context.Context, to Sink, o Options, sources ...auditlogs.Source) error {
	all, err := deliveries("CatchUp", to, o, sources...)
	if err != nil {
		return err
	}
	return all.each(ctx, all.options.Parallel, (*delivery).catchUp)
}

// Follow delivers what is new until ctx ends, whose error it then returns. It begins where CatchUp would, and the two may
// take turns. A source that fails for good is passed to Options.Report and does not stop the others; once all have failed,
// Follow returns their errors, joined. All sources are read at once, each with a place of its own under its name.
//
// It costs one commit for each page and, unless Options.Quiet says otherwise, for each poll. Safe for concurrent use.
func Follow(ctx context.Context, to Sink, o Options, sources ...auditlogs.Source) error {
	all, err := deliveries("Follow", to, o, sources...)
	if err != nil {
		return err
	}
	return all.each(ctx, len(sources), (*delivery).follow)
}

// catchUp delivers what is new until the source has caught up. Where an earlier run ended within a poll, the end of that poll
// only shows what was there when it began; so another one is made.
func (d *delivery) catchUp(ctx context.Context) error {
	if err := d.ask(ctx); err != nil {
		return err
	}
	if polling, _ := exact.Polling(string(d.place.Cursor)); polling {
		if err := d.deliverNew(ctx, true); err != nil {
			return err
		}
	}
	return d.deliverNew(ctx, true)
}

// follow delivers what is new, without end.
func (d *delivery) follow(ctx context.Context) error {
	if err := d.ask(ctx); err != nil {
		return err
	}
	return d.deliverNew(ctx, false)
}

func (d *delivery) deliverNew(ctx context.Context, once bool) error {
	if d.place.Done {
		return fmt.Errorf("%w: a finished range of this name is done", auditlogs.ErrCursorMismatch)
	}
	var parts []error
	pages := ahead(ctx, func(ctx context.Context) iter.Seq2[*page, error] {
		return d.source.Follow(ctx, d.place.Cursor, d.Follow)
	})
	for p, err := range pages {
		if one, ok := err.(*auditlogs.SourceError); ok { //nolint:errorlint // only what the source itself yields is about one of its logs
			d.Report(one)
			parts = append(parts, one)
			continue
		}
		if err != nil {
			return errors.Join(append(parts, err)...)
		}
		if p == nil {
			break
		}
		if err := d.followed(ctx, p); err != nil || once && p.CaughtUp {
			return errors.Join(append(parts, err)...)
		}
	}
	if ctx.Err() != nil {
		return ended(ctx)
	}
	return errors.Join(append(parts, &auditlogs.IncompleteError{Op: "deliver." + d.op, Reason: "the source ended, although it was followed"})...)
}

// followed commits a page of a followed source, unless nothing happened since the last commit and that is not long ago. The end
// of a poll that was under way there always is committed: otherwise the next process would end the same poll again, and again.
func (d *delivery) followed(ctx context.Context, p *page) error {
	if p.Next == "" {
		return &auditlogs.IncompleteError{Op: "deliver." + d.op, Reason: "the source gave a page without a place to go on from"}
	}
	if len(p.Items) == 0 && d.place.Seq > 0 && time.Since(d.place.Updated) < d.Quiet && d.betweenPolls() {
		return nil
	}
	err := d.commit(ctx, p, false)
	d.settled = err == nil && p.CaughtUp
	return err
}

// betweenPolls reports whether it is known that no poll was under way at the place.
func (d *delivery) betweenPolls() bool {
	polling, known := exact.Polling(string(d.place.Cursor))
	return d.settled || known && !polling
}
