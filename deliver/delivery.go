package deliver

import (
	"context"
	"errors"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// delivery takes one source to a sink.
type delivery struct {
	Options
	op     string
	to     Sink
	name   string // under which the sink keeps the place
	source auditlogs.Source
	place  Place // what this process knows of it

	settled bool // this process committed the end of a poll last
}

// ask finds out how far the source was delivered.
func (d *delivery) ask(ctx context.Context) error {
	return d.patiently(ctx, func() (err error) {
		d.place, err = d.to.Place(ctx, d.name)
		return err
	})
}

// commit stores events and the place behind them. Where it is open whether they were stored, it asks: whoever committed
// this place, what comes behind it is the same.
func (d *delivery) commit(ctx context.Context, p *page, done bool) error {
	to := Place{Seq: d.place.Seq + 1, Cursor: p.Next, Done: done, Count: d.place.Count + uint64(len(p.Items))}
	if done {
		to.Cursor = d.listed()
	}
	batch := Batch{Source: d.name, Events: p.Items, From: d.place, To: to}
	err := d.patiently(ctx, func() error {
		failure := d.to.Commit(ctx, batch)
		if failure == nil {
			to.Updated = time.Now().UTC()
			return nil
		}
		if final(failure) && !errors.Is(failure, ErrMoved) {
			return failure
		}
		at, err := d.to.Place(ctx, d.name)
		switch {
		case err != nil:
			return failure // to be tried again, which the fence allows
		case at.Same(to):
			to = at
			return nil
		case !at.Same(d.place):
			return fmt.Errorf("%w: batch %d was to be stored, and the sink is at %d", ErrMoved, to.Seq, at.Seq)
		case errors.Is(failure, ErrMoved):
			return fmt.Errorf("the sink says that the source has moved, and shows it where it was: %v", failure) //nolint:errorlint // it has not
		}
		return failure
	})
	if err != nil {
		return err
	}
	d.place = to
	d.Progress(Progress{Source: d.name, Place: to, Events: len(p.Items), CaughtUp: p.CaughtUp})
	return nil
}

// final reports whether trying again is of no use.
func final(err error) bool {
	return errors.Is(err, ErrMoved) || errors.Is(err, ErrRefused) || errors.Is(err, ErrInvalidBatch)
}

// fault returns the error that ended the delivery of a source, with its name and, where the place is another reading's,
// what to do.
func (d *delivery) fault(err error) *auditlogs.SourceError {
	if errors.Is(err, auditlogs.ErrCursorMismatch) || errors.Is(err, auditlogs.ErrInvalidCursor) {
		err = fmt.Errorf("the sink has a place of this name that does not belong to this reading: "+
			"use the range and filter of before, such as a Since that RememberTime keeps, or give the source another name with auditlogs.Named: %w", err)
	}
	return &auditlogs.SourceError{Source: d.name, Err: err}
}
