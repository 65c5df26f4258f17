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
func (s *statements) batch(ctx context.Context, tx *sql.Tx, b deliver.Batch) error {
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
	return s.events(ctx, tx, place, b)
}

// events stores the events of a batch, while others of it are still being written as JSON. A context that can end costs SQLite's
// driver a goroutine for each statement; the transaction has it already, and here it is asked in between.
func (s *statements) events(ctx context.Context, tx *sql.Tx, place int64, b deliver.Batch) error {
	within := context.WithoutCancel(ctx)
	insert := inserter{ctx: within, one: tx.StmtContext(within, s.one), several: tx.StmtContext(within, s.many)}
	i := 0
	for text, err := range deliver.Texts(b.Events) {
		if err != nil {
			return err
		}
		insert.rows = appendRow(insert.rows, place, int64(b.To.Seq), int64(i), &b.Events[i], text)
		if i++; i%many == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := insert.all(); err != nil {
				return err
			}
		}
	}
	return insert.all()
}

// inserter inserts rows, some at once if there are as many.
type inserter struct {
	ctx          context.Context
	one, several *sql.Stmt
	rows         []any
}

// all inserts the rows that were gathered.
func (n *inserter) all() error {
	stmt, size := n.one, columns
	if len(n.rows) == many*columns {
		stmt, size = n.several, many*columns
	}
	for rows := n.rows; len(rows) > 0; rows = rows[size:] {
		if _, err := stmt.ExecContext(n.ctx, rows[:size]...); err != nil {
			return err
		}
	}
	n.rows = n.rows[:0]
	return nil
}
