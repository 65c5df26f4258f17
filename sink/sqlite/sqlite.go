package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"modernc.org/sqlite"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// Sink stores events in a SQLite database. It is a [deliver.Sink] and a [deliver.Reader], and safe for concurrent use.
type Sink struct {
	path    string
	file    os.FileInfo // the file that was opened
	writer  *sql.DB     // one connection, for which commits queue
	readers *sql.DB
	store   statements
	closed  atomic.Bool
}

var (
	_ deliver.Sink   = (*Sink)(nil)
	_ deliver.Reader = (*Sink)(nil)
)

// Open opens the database in a file, and creates what is missing: the file, but not its folder, and the tables. The path is
// taken literally, whatever characters it has; it is no URI, and ":memory:" is a file of that name. The file stays in
// SQLite's WAL mode, which keeps two more files beside it while it is open.
//
// Several sinks, of this process and of others, may have the file open, and opening it at the same time is safe. The
// error is deliver.ErrRefused where trying again is of no use: the file is no database, or may not be written, or a newer
// release of this package has changed its tables.
func Open(ctx context.Context, path string) (*Sink, error) {
	s, err := open(ctx, path)
	if cannotOpen(err) {
		err = fmt.Errorf("%w: %w", deliver.ErrRefused, err)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlite: open: %w", failure(ctx, err))
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Sink, error) {
	path, err := checkPath(path)
	if err != nil {
		return nil, err
	}
	s := &Sink{path: path}
	if s.writer, err = pool(path, writing); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	if s.readers, err = pool(path, reading); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare brings the database to what the sink needs. One that is refused stays as it is.
func (s *Sink) prepare(ctx context.Context) error {
	if err := migrate(ctx, s.writer, migrations); err != nil {
		return err
	}
	if err := s.store.prepare(ctx, s.writer); err != nil {
		return err
	}
	if err := useWAL(ctx, s.writer); err != nil {
		return err
	}
	var err error
	s.file, err = os.Stat(s.path)
	return err
}

// pool returns connections to a file. It opens none yet.
func pool(path, settings string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(uri(path) + "?" + settings)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// DB returns a pool of connections for queries of the caller's own. They cannot write. It belongs to the sink: the caller
// does not close it, and it is of no use after Close.
func (s *Sink) DB() *sql.DB { return s.readers }

// Close closes the database. A commit or a reading that is under way goes on to its end; later ones are errors. The last
// process that closes a database also moves what is in its write-ahead log into it.
func (s *Sink) Close() error {
	s.closed.Store(true)
	var errs []error
	for _, db := range []*sql.DB{s.readers, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
