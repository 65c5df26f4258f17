package postgres

import (
	"context"
	"fmt"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
)

// portion is how many events are asked for at once.
const portion = 500

const selectEvents = `SELECT seq, pos, event FROM {events} WHERE source = $1 AND (seq, pos) > ($2, $3) ORDER BY seq, pos LIMIT $4`

// Events reads what was committed of a source, in the order of the commits, as it was when the reading began: what is
// committed, or taken away, meanwhile does not matter. At most 500 events are in memory. It holds one connection of the pool and
// one transaction until it ends, so a reader that takes hours keeps the server from cleaning up behind it.
func (s *Sink) Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		if err := s.events(ctx, source, func(e auditlogs.Event) bool { return yield(e, nil) }); err != nil {
			yield(auditlogs.Event{}, err)
		}
	}
}

// events reads until there are no more, or until yield returns false.
func (s *Sink) events(ctx context.Context, source string, yield func(auditlogs.Event) bool) error {
	if err := deliver.CheckName(source); err != nil {
		return err
	}
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, s.pool, snapshot, func(tx pgx.Tx) error {
		var at position
		for {
			stored, err := s.portion(ctx, tx, source, at)
			if err != nil {
				return err
			}
			for _, row := range stored {
				e, err := row.decode()
				if err != nil {
					return err
				}
				if !yield(e) {
					return nil
				}
			}
			if len(stored) == 0 {
				return nil
			}
			at = stored[len(stored)-1].position
		}
	})
	if err != nil {
		return failed("events", err)
	}
	return nil
}

// position is where an event is among those of its source.
type position struct {
	seq int64
	pos int32
}

type row struct {
	position

	event []byte
}

func (r row) decode() (e auditlogs.Event, err error) {
	if err := e.UnmarshalJSON(r.event); err != nil {
		return e, fmt.Errorf("%w: event %d of batch %d is not as it was committed", deliver.ErrRefused, r.pos, r.seq)
	}
	return e, nil
}

// portion reads the next events behind a position.
func (s *Sink) portion(ctx context.Context, tx pgx.Tx, source string, at position) ([]row, error) {
	rows, err := tx.Query(ctx, s.names.in(selectEvents), source, at.seq, at.pos, portion)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (next row, err error) {
		err = r.Scan(&next.seq, &next.pos, &next.event)
		return next, err
	})
}
