package deliver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// Windows cuts a range of time. Since is inclusive, Until exclusive; both are needed, and Until is not in the future.
// Windows begin and end at whole multiples of Step, counted in UTC, so that those of a day are days and those of a week
// begin on Mondays; only the first and the last may be shorter.
type Windows struct {
	Since, Until time.Time
	Step         time.Duration // at least a second
}

// maxWindows bounds the windows of one Backfill. Two years in minutes are about a million.
const maxWindows = 2_000_000

// Window is one of them: Since is inclusive, Until exclusive, both in UTC.
type Window struct{ Since, Until time.Time }

// String returns the window as [Backfill] writes it behind the name of a source: Since, a slash and Until.
func (w Window) String() string {
	return w.Since.UTC().Format(time.RFC3339Nano) + "/" + w.Until.UTC().Format(time.RFC3339Nano)
}

// Cut returns the windows, the oldest first, because old records are the first that an API deletes. What cannot be cut is an
// [*auditlogs.FilterError]. For programs that give out the windows by themselves; [Backfill] needs no help.
func (w Windows) Cut() ([]Window, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	return w.cut(), nil
}

func (w Windows) cut() (all []Window) {
	for since := w.Since.UTC(); since.Before(w.Until); {
		until := since.Truncate(w.Step).Add(w.Step)
		if until.After(w.Until) {
			until = w.Until.UTC()
		}
		all = append(all, Window{since, until})
		since = until
	}
	return all
}

// check refuses what cannot be cut, or cannot be finished yet.
func (w Windows) check() error {
	switch {
	case w.Since.IsZero() || w.Until.IsZero():
		return refuse("Backfill", "Windows", "needs both Since and Until")
	case !w.Since.Before(w.Until):
		return refuse("Backfill", "Since", "is not before Until")
	case w.Until.After(time.Now()):
		return refuse("Backfill", "Until", "is in the future: what has not happened yet is for CatchUp or Follow")
	case w.Step < time.Second:
		return refuse("Backfill", "Step", "is shorter than a second")
	case w.Until.Sub(w.Since)/w.Step >= maxWindows:
		return refuse("Backfill", "Step", fmt.Sprintf("makes more than %d windows", maxWindows))
	}
	return nil
}

// Backfill delivers a long range in windows: Options.Parallel of them at once, the oldest first, each a finished range as
// that of [List] and resumable by itself. source makes the source of a window, such as
//
//	func(since, until time.Time) auditlogs.Source {
//		return client.AuditEvents.Source(auditlogs.AuditEventFilter{Since: since, Until: until})
//	}
//
// It may be called from several goroutines. The place of a window is kept under the name of its source followed by a blank,
// the window's Since, a slash and its Until, in UTC. A later run skips windows that are Done. It has the same windows only
// if its range is cut at the same times: where Since or Until is not a multiple of Step, the first or last window is another
// one when these change, and what both have is delivered twice. So round them to whole steps.
//
// A window whose listing is incomplete, or which another process delivers, does not stop the others. Any other failure
// lets the windows that have begun come to their ends, and no further ones begin. The errors are *auditlogs.SourceError,
// joined. Two processes may share the work: a window that the other one has finished by the end is no error.
//
// What is still becoming visible may be missed: let Until be as far back as records may be late, and [Follow] from there.
func Backfill(ctx context.Context, to Sink, o Options, w Windows, source func(since, until time.Time) auditlogs.Source) error {
	if err := errors.Join(checkSink("Backfill", to, o), w.check()); err != nil {
		return err
	}
	if source == nil {
		return refuse("Backfill", "source", "is nil")
	}
	b := &backfill{options: o.withDefaults(), to: to, source: source}
	return b.run(ctx, w.cut())
}

// backfill is one run over all windows.
type backfill struct {
	options Options
	to      Sink
	source  func(since, until time.Time) auditlogs.Source

	mu    sync.Mutex
	errs  []error
	moved []*delivery // another process delivers these
	stop  bool        // no further window begins
	cut   bool        // the context ended before all was done
}

func (b *backfill) run(ctx context.Context, windows []Window) error {
	turns := make(chan struct{}, b.options.Parallel)
	var all sync.WaitGroup
	for _, w := range windows {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
		}
		if !b.goesOn(ctx) {
			break
		}
		all.Go(func() {
			defer func() { <-turns }()
			b.window(ctx, w)
		})
	}
	all.Wait()
	return b.result(ctx)
}

// goesOn reports whether a further window may begin.
func (b *backfill) goesOn(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut = b.cut || ctx.Err() != nil
	return !b.cut && !b.stop
}

// window delivers one window, and records what is wrong with it.
func (b *backfill) window(ctx context.Context, w Window) {
	s := b.source(w.Since, w.Until)
	name, err := nameOf("Backfill", s)
	d := &delivery{Options: b.options, op: "Backfill", to: b.to, name: name + " " + w.String(), source: s}
	if err == nil {
		err = CheckName(d.name)
	}
	if err == nil {
		err = d.list(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var incomplete *auditlogs.IncompleteError
	switch {
	case err == nil:
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		b.cut = true
	case errors.Is(err, ErrMoved):
		b.moved = append(b.moved, d)
	default:
		b.stop = b.stop || !errors.As(err, &incomplete)
		b.errs = append(b.errs, d.fault(err))
	}
}

// result returns what is wrong, once it is known which windows another process has finished.
func (b *backfill) result(ctx context.Context) error {
	for _, d := range b.moved {
		if err := d.ask(ctx); err != nil || !d.place.Done {
			b.errs = append(b.errs, d.fault(errors.Join(ErrMoved, err)))
		}
	}
	if b.cut {
		b.errs = append(b.errs, ended(ctx))
	}
	return errors.Join(b.errs...)
}
