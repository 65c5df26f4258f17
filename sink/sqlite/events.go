package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Events reads what was committed of a source, as [deliver.Reader] says. It holds one event in memory, and no lock that a
// commit would wait for; but while it reads, the write-ahead log grows by what is committed.
func (s *Sink) Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		if err := s.each(ctx, source, func(e auditlogs.Event) bool { return yield(e, nil) }); err != nil {
			yield(auditlogs.Event{}, fmt.Errorf("sqlite: events: %w", failure(ctx, err)))
		}
	}
}

const selectEvents = `
SELECT event FROM auditlogs_events WHERE place = (SELECT id FROM auditlogs_places WHERE source = ?) ORDER BY seq, n`

// each calls a function for every event of a source, until it returns false. One statement is one snapshot.
func (s *Sink) each(ctx context.Context, source string, yield func(auditlogs.Event) bool) (err error) {
	if err := deliver.CheckName(source); err != nil {
		return err
	}
	if err := s.inPlace(); err != nil {
		return err
	}
	rows, err := s.readers.QueryContext(ctx, selectEvents, source)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // what matters is Err
	for rows.Next() {
		var text []byte
		if err := cmp.Or(ctx.Err(), rows.Scan(&text)); err != nil {
			return err
		}
		var e auditlogs.Event
		if err := e.UnmarshalJSON(text); err != nil {
			return fmt.Errorf("%w: %w", deliver.ErrRefused, err)
		}
		if !yield(e) {
			return nil
		}
	}
	return rows.Err()
}
