package deliver

import (
	"context"
	"fmt"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// List delivers one finished range, once: what [auditlogs.Source.Pages] lists. It goes on where an earlier run stopped, in
// this process or another, and returns nil at once when the range is Done. The place is kept under the name of the
// source. A place that belongs to another range or filter is an error, ErrCursorMismatch, before anything is read: give
// each range a name of its own by [auditlogs.Named], or use [Backfill], which does.
//
// An error is an [*auditlogs.SourceError], except when ctx ends. Only the last page of a listing makes it Done: a listing
// that ends in an [*auditlogs.IncompleteError], or without a last page, is not, and the next run goes on from its last
// page. ErrMoved means that another process delivers the same source. Bad input is an [*auditlogs.FilterError] or
// ErrInvalidBatch before anything is sent.
//
// It asks the sink for the place once, and commits once for each page, also for one without events. The next page is read
// meanwhile. Safe for concurrent use.
func List(ctx context.Context, to Sink, s auditlogs.Source, o Options) error {
	all, err := deliveries("List", to, o, s)
	if err != nil {
		return err
	}
	return all.each(ctx, 1, (*delivery).list)
}

// list delivers the rest of a listing.
func (d *delivery) list(ctx context.Context) error {
	if err := d.ask(ctx); err != nil {
		return err
	}
	if d.place.Done {
		return d.sameListing()
	}
	pages := ahead(ctx, func(ctx context.Context) iter.Seq2[*page, error] { return d.source.Pages(ctx, d.place.Cursor) })
	for p, err := range pages {
		if err != nil {
			return err
		}
		if p == nil {
			break
		}
		last := p.Next == ""
		if err := d.commit(ctx, p, last); err != nil || last {
			return err
		}
	}
	if ctx.Err() != nil {
		return ended(ctx)
	}
	return &auditlogs.IncompleteError{Op: "deliver." + d.op, Reason: "the source ended without a last page"}
}

// listed returns the mark of a listing that is Done, in place of a cursor: what was listed, or "" where the source does
// not say.
func (d *delivery) listed() auditlogs.Cursor {
	if s, ok := d.source.(interface{ Scope() string }); ok {
		return auditlogs.Cursor(s.Scope())
	}
	return ""
}

// sameListing returns an error if what is Done is known to be another listing than the one that is asked for.
func (d *delivery) sameListing() error {
	if mark := d.listed(); mark != "" && d.place.Cursor != "" && mark != d.place.Cursor {
		return fmt.Errorf("%w: another range or filter of this name is done", auditlogs.ErrCursorMismatch)
	}
	return nil
}
