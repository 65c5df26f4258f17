package postgres

import (
	"context"
	"fmt"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
)

// layout is the version of the tables that this release makes and knows.
const layout = 1

// open makes the tables if they are missing, and checks that they are as this release needs them.
func (s *Sink) open(ctx context.Context, o options) error {
	version, err := s.version(ctx, s.pool)
	if err == nil && version == 0 {
		err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error { return s.migrate(ctx, tx, o) })
	}
	if err != nil || !o.partitioned {
		return err
	}
	partitioned, err := s.partitioned(ctx)
	if err == nil && !partitioned {
		err = errUnpartitioned
	}
	return err
}

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, arguments ...any) pgx.Row
}

// version returns the version of the tables that are there, which is 0 if there are none.
func (s *Sink) version(ctx context.Context, q querier) (version int, err error) {
	var encoding string
	var present bool
	err = q.QueryRow(ctx, `SELECT current_setting('server_encoding'), EXISTS (
		SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = 'layout')`, s.names.schema).Scan(&encoding, &present)
	if err != nil {
		return 0, err
	}
	if encoding != "UTF8" {
		return 0, fmt.Errorf("%w: the database has an encoding other than UTF8", deliver.ErrRefused)
	}
	if !present {
		return 0, nil
	}
	if err := q.QueryRow(ctx, s.names.in(`SELECT version FROM {layout}`)).Scan(&version); err != nil {
		return 0, err
	}
	if version != layout {
		return 0, fmt.Errorf("%w: the tables have version %d, and this release knows %d", deliver.ErrRefused, version, layout)
	}
	return version, nil
}

// lockLayout is the key of the lock under which tables are made, one for a database. It ends with the transaction.
const lockLayout = `SELECT pg_advisory_xact_lock(7021803314502218)`

// migrate makes the tables, unless another process did while this one waited for the lock.
func (s *Sink) migrate(ctx context.Context, tx pgx.Tx, o options) error {
	if _, err := tx.Exec(ctx, lockLayout); err != nil {
		return err
	}
	version, err := s.version(ctx, tx)
	if err != nil || version != 0 {
		return err
	}
	var present bool // asked for, because CREATE SCHEMA IF NOT EXISTS wants the right to create one even if there is one
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)`, s.names.schema).Scan(&present); err != nil {
		return err
	}
	var statements []string
	if !present {
		statements = append(statements, `CREATE SCHEMA {schema}`)
	}
	statements = append(statements, createPlaces)
	if o.partitioned {
		statements = append(statements, createEvents+` PARTITION BY RANGE (time)`, indexEvents, createDefault)
	} else {
		statements = append(statements, createEvents, keyEvents)
	}
	statements = append(statements, createLayout, fmt.Sprintf(`INSERT INTO {layout} (version) VALUES (%d)`, layout))
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, s.names.in(sql)); err != nil {
			return err
		}
	}
	return nil
}

// Names are told apart byte by byte, whatever the collation of the database is. A cursor may be of a source that is not
// ours, and hold any bytes.
const createPlaces = `CREATE TABLE {places} (
	source  text COLLATE "C" PRIMARY KEY,
	seq     bigint NOT NULL,
	cursor  bytea NOT NULL,
	done    boolean NOT NULL,
	count   bigint NOT NULL,
	updated timestamptz NOT NULL
)`

const createEvents = `CREATE TABLE {events} (
	source       text COLLATE "C" NOT NULL,
	seq          bigint NOT NULL,
	pos          integer NOT NULL,
	time         timestamptz,
	api          text,
	event_source text,
	id           text,
	action       text,
	actor_id     text,
	actor_name   text,
	actor_email  text,
	actor_kind   text,
	target_type  text,
	target_id    text,
	target_name  text,
	source_ip    text,
	outcome      text,
	ordinal      integer,
	event        text NOT NULL
)`

// The key is a second line of defence; what keeps events from being stored twice is the place. A key of a partitioned table
// would have to contain the time, which an event may not have, so that one has an index.
const (
	keyEvents     = `ALTER TABLE {events} ADD PRIMARY KEY (source, seq, pos)`
	indexEvents   = `CREATE INDEX events_read ON {events} (source, seq, pos)`
	createDefault = `CREATE TABLE {default} PARTITION OF {events} DEFAULT`
	createLayout  = `CREATE TABLE {layout} (version integer NOT NULL)`
)

// partitioned reports whether the table of events is.
func (s *Sink) partitioned(ctx context.Context) (is bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT EXISTS (
		SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = 'events' AND c.relkind = 'p')`, s.names.schema).Scan(&is)
	return is, err
}
