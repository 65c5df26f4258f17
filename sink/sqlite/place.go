package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// Place returns how far a source was delivered, as [deliver.Sink] says. It reads it from the database each time.
func (s *Sink) Place(ctx context.Context, source string) (deliver.Place, error) {
	p, err := s.placeOf(ctx, source)
	if err != nil {
		return deliver.Place{}, fmt.Errorf("sqlite: place: %w", failure(ctx, err))
	}
	return p, nil
}

func (s *Sink) placeOf(ctx context.Context, source string) (deliver.Place, error) {
	if err := deliver.CheckName(source); err != nil {
		return deliver.Place{}, err
	}
	if err := s.inPlace(); err != nil {
		return deliver.Place{}, err
	}
	return readPlace(s.readers.QueryRowContext(ctx, selectPlace, source))
}

// inPlace returns an error unless the sink is open and its file still where it was. SQLite goes on writing into a file that was deleted
// or replaced, where nobody would find it.
func (s *Sink) inPlace() error {
	if s.closed.Load() {
		return fmt.Errorf("%w: the sink is closed", deliver.ErrRefused)
	}
	now, err := os.Stat(s.path)
	if err == nil && !os.SameFile(now, s.file) {
		err = errors.New("another file has taken its place")
	}
	if err != nil {
		return fmt.Errorf("%w: the database is no longer where it was opened: %w", deliver.ErrRefused, err)
	}
	return nil
}

// selectPlace has one row for any source, so that the version of the tables is always seen.
const selectPlace = `
SELECT (SELECT max(version) FROM auditlogs_schema), p.seq, p.cursor, p.done, p.count, p.updated
FROM (SELECT 1) LEFT JOIN auditlogs_places AS p ON p.source = ?`

// readPlace reads a row of selectPlace.
func readPlace(row *sql.Row) (deliver.Place, error) {
	var version int
	var seq, done, count sql.NullInt64
	var cursor, updated sql.NullString
	if err := row.Scan(&version, &seq, &cursor, &done, &count, &updated); err != nil {
		return deliver.Place{}, err
	}
	if err := known(version, migrations); err != nil {
		return deliver.Place{}, err
	}
	if !seq.Valid {
		return deliver.Place{}, nil
	}
	at, err := time.Parse(timeFormat, updated.String)
	if err != nil {
		return deliver.Place{}, fmt.Errorf("%w: a place has no time that can be read", deliver.ErrRefused)
	}
	return deliver.Place{
		Seq: uint64(seq.Int64), Cursor: auditlogs.Cursor(cursor.String), Done: done.Int64 != 0, Count: uint64(count.Int64), Updated: at,
	}, nil
}
