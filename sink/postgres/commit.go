package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A commit is a transaction of one round trip, so that the server never waits for the client while it holds a lock.
// Whatever isolation the database has by default, a loser is to wait for the winner, and to see then where the source is.
const (
	begin  = `BEGIN ISOLATION LEVEL READ COMMITTED`
	commit = `COMMIT`
)

// durable makes the transaction wait for the disk where it would not, and leaves alone what waits for more than that.
const durable = `set_config('synchronous_commit', CASE current_setting('synchronous_commit')
	WHEN 'off' THEN 'on' WHEN 'local' THEN 'on' ELSE current_setting('synchronous_commit') END, true)`

// moveFirst moves a source that was never seen to its first place. Of two that do it at once, one waits for the other, and
// moves nothing.
const moveFirst = `INSERT INTO {places} (source, seq, cursor, done, count, updated)
	VALUES ($1, $2, $3, $4, $5, clock_timestamp()) ON CONFLICT (source) DO NOTHING RETURNING ` + durable

// moveOn moves a source from one place to the next. The place before it comes last among the parameters.
const moveOn = `UPDATE {places} SET seq = $2, cursor = $3, done = $4, count = $5, updated = clock_timestamp()
	WHERE source = $1 AND seq = {from} AND cursor = {from} AND done = {from} AND count = {from} RETURNING ` + durable

// statement returns what moves a source and, only if it has moved, stores the events. Its result says which.
func statement(move string) string {
	parameter := 5
	next := func() string { parameter++; return fmt.Sprintf("$%d", parameter) }
	into, values := []string{"time"}, []string{"e.time"}
	names, arrays := []string{"time"}, []string{next() + "::timestamptz[]"}
	add := func(name, value, kind string) {
		into, values = append(into, name), append(values, value)
		names, arrays = append(names, name), append(arrays, next()+kind)
	}
	for _, column := range words {
		add(column.name, "NULLIF(e."+column.name+", '')", "::text[]")
	}
	add("ordinal", "e.ordinal", "::integer[]")
	add("event", "e.event", "::text[]")
	for strings.Contains(move, "{from}") {
		move = strings.Replace(move, "{from}", next(), 1)
	}
	return `WITH moved AS (` + move + `), stored AS (
		INSERT INTO {events} (source, seq, pos, ` + strings.Join(into, ", ") + `)
		SELECT $1::text, $2::bigint, e.pos, ` + strings.Join(values, ", ") + `
		FROM moved, unnest(` + strings.Join(arrays, ", ") + `) WITH ORDINALITY AS e(` + strings.Join(names, ", ") + `, pos)
	) SELECT EXISTS (SELECT FROM moved)`
}

var (
	first = statement(moveFirst)
	later = statement(moveOn)
)

// arguments returns what the parameters of a statement stand for. Numbers that no place has become negative, and match none.
func arguments(b deliver.Batch, c *columns) []any {
	a := []any{b.Source, int64(b.To.Seq), []byte(b.To.Cursor), b.To.Done, int64(b.To.Count), c.times}
	for _, column := range c.words {
		a = append(a, column)
	}
	a = append(a, c.ordinals, c.events)
	if b.From.Seq > 0 {
		a = append(a, int64(b.From.Seq), []byte(b.From.Cursor), b.From.Done, int64(b.From.Count))
	}
	return a
}

// move moves the source on and stores the events behind its old place, or does neither and says so.
func (s *Sink) move(ctx context.Context, b deliver.Batch, c *columns) (moved bool, err error) {
	sql := later
	if b.From.Seq == 0 {
		sql = first
	}
	var ended string
	batch := &pgx.Batch{}
	batch.Queue(begin)
	batch.Queue(s.names.in(sql), arguments(b, c)...).QueryRow(func(row pgx.Row) error { return row.Scan(&moved) })
	batch.Queue(commit).Exec(func(tag pgconn.CommandTag) error { ended = tag.String(); return nil })
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return false, err
	}
	if ended != commit {
		return false, errUnconfirmed
	}
	return moved, nil
}
