package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// migrations are what made the tables, each from the version before it: the first from nothing to version 1. A release adds
// to them and changes none. The README describes the tables.
var migrations = []string{`
CREATE TABLE auditlogs_places (
	id      INTEGER PRIMARY KEY,
	source  TEXT    NOT NULL UNIQUE,
	seq     INTEGER NOT NULL,
	cursor  TEXT    NOT NULL,
	done    INTEGER NOT NULL,
	count   INTEGER NOT NULL,
	updated TEXT    NOT NULL
);
CREATE TABLE auditlogs_events (
	place       INTEGER NOT NULL REFERENCES auditlogs_places (id),
	seq         INTEGER NOT NULL,
	n           INTEGER NOT NULL,
	time        TEXT,
	api         TEXT,
	source      TEXT,
	id          TEXT    NOT NULL,
	action      TEXT,
	actor_id    TEXT,
	actor_name  TEXT,
	actor_email TEXT,
	actor_kind  TEXT,
	target_type TEXT,
	target_id   TEXT,
	target_name TEXT,
	source_ip   TEXT,
	outcome     TEXT,
	ordinal     INTEGER,
	event       TEXT    NOT NULL
);
CREATE UNIQUE INDEX auditlogs_events_order ON auditlogs_events (place, seq, n);
CREATE VIEW auditlogs AS
	SELECT e.time, e.api, e.action, e.actor_id, e.actor_name, e.actor_email, e.actor_kind, e.target_type, e.target_id,
		e.target_name, e.source_ip, e.outcome, e.id, e.ordinal, e.source, p.source AS delivered, e.seq, e.n, e.event
	FROM auditlogs_events AS e JOIN auditlogs_places AS p ON p.id = e.place;
`}

// useWAL puts the database into WAL mode, in which a reading and a commit do not hinder each other. The mode stays with
// the file. SQLite does not wait where two do this to a new file at once.
func useWAL(ctx context.Context, db *sql.DB) error {
	var mode string
	err := db.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
	for tries := 0; busy(err) && tries < 1000; tries++ {
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
		err = db.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
	}
	if err == nil && mode != "wal" {
		err = fmt.Errorf("%w: this file cannot be put into WAL mode", deliver.ErrRefused)
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// migrate brings the tables to the version of the steps, in one transaction that excludes others who do the same. Where they
// are of that version, it waits for nobody.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	if version, err := tablesVersion(ctx, db); err == nil && version >= len(steps) {
		return known(version, steps)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing once it is committed
	if err := migrateIn(ctx, tx, steps); err != nil {
		return err
	}
	return tx.Commit()
}

func migrateIn(ctx context.Context, tx *sql.Tx, steps []string) error {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS auditlogs_schema (version INTEGER NOT NULL)`); err != nil {
		return err
	}
	version, err := tablesVersion(ctx, tx)
	if err != nil || version >= len(steps) {
		return cmp.Or(err, known(version, steps))
	}
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM auditlogs_schema; INSERT INTO auditlogs_schema VALUES (?)`, len(steps))
	return err
}

// tablesVersion returns the version of the tables, 0 before there are any.
func tablesVersion(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (version int, err error) {
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM auditlogs_schema`).Scan(&version)
	return version, err
}

// known returns an error if a later release has changed the tables.
func known(version int, steps []string) error {
	if version == len(steps) {
		return nil
	}
	return fmt.Errorf("%w: its tables are of version %d, and this release knows version %d", deliver.ErrRefused, version, len(steps))
}
