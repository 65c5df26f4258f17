package postgres

import (
	"context"
	"errors"
	"fmt"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	_ deliver.Sink   = (*Sink)(nil)
	_ deliver.Reader = (*Sink)(nil)
)

// Sink keeps events and places in PostgreSQL. It holds no state but the pool, so any number of them, in any number of
// processes, may use one database. It is safe for concurrent use.
//
// What fails is a [*Error], which errors.Is takes for deliver.ErrRefused if trying again is of no use.
type Sink struct {
	pool  *pgxpool.Pool
	names names
}

// New returns a sink that uses a pool, which stays the caller's: the sink never closes it, and it has to be open as long as
// the sink is used. The pool must reach a primary server that writes what it commits to the disk (fsync = on, which is the
// default). Every mode of executing queries will do, and so will a pooler that gives a connection for one transaction only;
// the sink leaves nothing behind in a session.
//
// New creates the tables if they are missing, for which the user needs the right to create them, and asks for nothing but
// a number if they are there. Errors are deliver.ErrRefused for tables of a later release, for a database whose encoding
// is not UTF8, and for WithPartitions where the tables were made without, and auditlogs.ErrInvalidConfig for bad options.
func New(ctx context.Context, pool *pgxpool.Pool, opts ...Option) (*Sink, error) {
	o := options{schema: DefaultSchema}
	var errs []error
	for _, option := range opts {
		errs = append(errs, option(&o))
	}
	if pool == nil {
		errs = append(errs, fmt.Errorf("%w: no pool", auditlogs.ErrInvalidConfig))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s := &Sink{pool, namesIn(o.schema, "")}
	if err := s.open(ctx, o); err != nil {
		return nil, failed("open", err)
	}
	return s, nil
}

// Place returns how far a source was delivered: one query of one row.
func (s *Sink) Place(ctx context.Context, source string) (deliver.Place, error) {
	if err := deliver.CheckName(source); err != nil {
		return deliver.Place{}, err
	}
	var p deliver.Place
	var cursor []byte
	err := s.pool.QueryRow(ctx, s.names.in(selectPlace), source).Scan(&p.Seq, &cursor, &p.Done, &p.Count, &p.Updated)
	if errors.Is(err, pgx.ErrNoRows) {
		return deliver.Place{}, nil
	}
	if err != nil {
		return deliver.Place{}, failed("place", err)
	}
	p.Cursor, p.Updated = auditlogs.Cursor(cursor), p.Updated.UTC()
	return p, nil
}

const selectPlace = `SELECT seq, cursor, done, count, updated FROM {places} WHERE source = $1`

// Commit stores a batch and the place behind it in one round trip and one transaction, which holds the place's row only
// while the server works on it. It waits for the disk also where synchronous_commit is off. All of the batch is in memory
// meanwhile, here and at the server, at most 1 GB.
func (s *Sink) Commit(ctx context.Context, b deliver.Batch) error {
	if err := b.Check(b.From); err != nil {
		return err
	}
	if b.From.Seq == 0 && !b.From.Same(deliver.Place{}) {
		return s.moved(ctx, b) // no source is ever there
	}
	c, err := columnsOf(b.Events)
	if err != nil {
		return failed("commit", err)
	}
	moved, err := s.move(ctx, b, c)
	if err != nil {
		return failed("commit", err)
	}
	if !moved {
		return s.moved(ctx, b)
	}
	return nil
}

// moved returns the error of a batch that does not belong behind the place where its source is.
func (s *Sink) moved(ctx context.Context, b deliver.Batch) error {
	at, err := s.Place(ctx, b.Source)
	if err == nil {
		err = b.Check(at)
	}
	if errors.Is(err, deliver.ErrMoved) {
		return err
	}
	return fmt.Errorf("%w: it is not at batch %d", deliver.ErrMoved, b.From.Seq) // it was not, whatever was found now
}
