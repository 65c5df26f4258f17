package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// statements are what a commit runs, prepared once.
type statements struct{ place, move, one, many *sql.Stmt }

// many is the number of rows of the greater INSERT, which costs less a row.
const many = 16

const movePlace = `
INSERT INTO auditlogs_places (source, seq, cursor, done, count, updated) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source) DO UPDATE SET
	seq = excluded.seq, cursor = excluded.cursor, done = excluded.done, count = excluded.count, updated = excluded.updated
RETURNING id`

// insertEvents is an INSERT of some rows.
func insertEvents(rows int) string {
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return `INSERT INTO auditlogs_events (place, seq, n, time, api, source, id, action, actor_id, actor_name, actor_email, actor_kind,
	target_type, target_id, target_name, source_ip, outcome, ordinal, event) VALUES ` + row + strings.Repeat(", "+row, rows-1)
}

func (s *statements) prepare(ctx context.Context, db *sql.DB) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{{&s.place, selectPlace}, {&s.move, movePlace}, {&s.one, insertEvents(1)}, {&s.many, insertEvents(many)}} {
		var err error
		if *p.stmt, err = db.PrepareContext(ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}

// batch stores a batch in a transaction that nobody else can write beside.
func (s *statements) batch(ctx context.Context, tx *sql.Tx, b deliver.Batch, rows []any) error {
	at, err := readPlace(tx.StmtContext(ctx, s.place).QueryRowContext(ctx, b.Source))
	if err != nil {
		return err
	}
	if err := b.Check(at); err != nil {
		return err
	}
	var place int64
	now := time.Now().UTC().Format(timeFormat)
	moved := tx.StmtContext(ctx, s.move).QueryRowContext(ctx, b.Source, int64(b.To.Seq), string(b.To.Cursor), b.To.Done, int64(b.To.Count), now)
	if err := moved.Scan(&place); err != nil {
		return err
	}
	return s.events(ctx, tx, place, int64(b.To.Seq), rows)
}

// events stores the rows of a batch. A context that can end costs SQLite's driver a goroutine for each statement; the
// transaction has it already, and here it is asked in between.
func (s *statements) events(ctx context.Context, tx *sql.Tx, place, seq int64, rows []any) error {
	within := context.WithoutCancel(ctx)
	one, several := tx.StmtContext(within, s.one), tx.StmtContext(within, s.many)
	for i := 0; i < len(rows); i += columns {
		rows[i], rows[i+1] = place, seq
	}
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		insert, n := one, columns
		if len(rows) >= many*columns {
			insert, n = several, many*columns
		}
		if _, err := insert.ExecContext(within, rows[:n]...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
