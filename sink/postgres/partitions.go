package postgres

import (
	"context"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
)

// maxMonths is how many partitions one call adds at most: a bound that was forgotten is not to fill the database.
const maxMonths = 1200

// AddPartitions adds a partition for each month, in UTC, that has a part of the time from since up to but not including
// until, at most 1,200. Those that are there stay as they are, so it may be called as often as is wanted, such as each day for
// the next three months. The partition of May 2026 is named events_2026_05.
//
// Each month is a transaction of its own. Events of the month that are in the default partition already are moved, and
// commits into the default partition wait for that; so add partitions before their month begins. Where somebody reads the
// default partition for longer than five seconds, it gives up with an error that is none of deliver.ErrRefused, and may be
// called again. Events without a time always stay in the default partition.
//
// A partition is a table: DROP TABLE is how events of a month are deleted. The place of a source is not changed by that.
// Without WithPartitions, and where the name is in use by a table that is no partition, it is deliver.ErrRefused.
func (s *Sink) AddPartitions(ctx context.Context, since, until time.Time) error {
	months, err := monthsOf(since, until)
	if err != nil {
		return fmt.Errorf("postgres: partitions: %w", err)
	}
	partitioned, err := s.partitioned(ctx)
	if err == nil && !partitioned {
		err = errUnpartitioned
	}
	for i := 0; i < len(months) && err == nil; i++ {
		err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
			return s.addPartition(ctx, tx, months[i])
		})
	}
	if err != nil {
		return failed("partitions", err)
	}
	return nil
}

// errUnpartitioned means that there is nothing to which partitions could be added.
var errUnpartitioned = fmt.Errorf("%w: the tables were created without partitions", deliver.ErrRefused)

// monthsOf returns the beginnings of the months that have a part of a range.
func monthsOf(since, until time.Time) ([]time.Time, error) {
	since, until = since.UTC(), until.UTC()
	if !since.Before(until) {
		return nil, fmt.Errorf("%w: since is not before until", auditlogs.ErrInvalidConfig)
	}
	var months []time.Time
	for month := time.Date(since.Year(), since.Month(), 1, 0, 0, 0, 0, time.UTC); month.Before(until); month = month.AddDate(0, 1, 0) {
		if len(months) == maxMonths {
			return nil, fmt.Errorf("%w: more than %d months", auditlogs.ErrInvalidConfig, maxMonths)
		}
		months = append(months, month)
	}
	return months, nil
}

// addPartition adds one month, unless it is there.
func (s *Sink) addPartition(ctx context.Context, tx pgx.Tx, month time.Time) error {
	if _, err := tx.Exec(ctx, lockLayout); err != nil {
		return err
	}
	table := month.Format("events_2006_01")
	var present bool
	if err := tx.QueryRow(ctx, selectPartition, s.names.schema, table).Scan(&present); err != nil || present {
		return err
	}
	n := namesIn(s.names.schema, table)
	first, end := bound(month), bound(month.AddDate(0, 1, 0))
	for _, sql := range []string{
		// Nobody may put an event of the month into the default partition any more, and nobody is to wait long behind this.
		`SET LOCAL lock_timeout = '5s'`,
		`LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE`,
		`CREATE TABLE {partition} (LIKE {events})`,
		`WITH moved AS (DELETE FROM {default} WHERE time >= ` + first + ` AND time < ` + end + ` RETURNING *) INSERT INTO {partition} SELECT * FROM moved`,
		`ALTER TABLE {events} ATTACH PARTITION {partition} FOR VALUES FROM (` + first + `) TO (` + end + `)`,
	} {
		if _, err := tx.Exec(ctx, n.in(sql)); err != nil {
			return err
		}
	}
	return nil
}

// bound returns the beginning of a month for SQL.
func bound(month time.Time) string { return month.Format("'2006-01-02 15:04:05+00'") }

const selectPartition = `SELECT EXISTS (
	SELECT FROM pg_catalog.pg_inherits i
	JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
	JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relnamespace = c.relnamespace
	JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
	WHERE n.nspname = $1 AND p.relname = 'events' AND c.relname = $2)`
