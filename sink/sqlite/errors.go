package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// failure says of an error what a sink must: whether trying again is of use. Whoever ended the context hears that and not
// how SQLite put it.
func failure(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, deliver.ErrRefused) || errors.Is(err, deliver.ErrMoved) || errors.Is(err, deliver.ErrInvalidBatch) {
		return err
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		return fmt.Errorf("%w (%w)", ended, err)
	}
	if lasting(err) {
		return fmt.Errorf("%w: %w", deliver.ErrRefused, err)
	}
	return err
}

// lasting reports whether an error will be the same next time. A full disk, a lock that others hold, and a disk or memory
// that fails may be better then.
func lasting(err error) bool {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return true
	}
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return false
	}
	switch primary(failed) {
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_AUTH, // no right to write
		lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT, // not a database, or no longer one
		lib.SQLITE_ERROR, lib.SQLITE_MISMATCH, lib.SQLITE_CONSTRAINT, // tables that are not those of this package
		lib.SQLITE_TOOBIG:
		return true
	}
	return false
}

// cannotOpen reports whether a file could not be opened. That lasts for one that never was; later, it may be that too many
// files are open.
func cannotOpen(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && primary(failed) == lib.SQLITE_CANTOPEN
}

// primary returns the result code of an error without what extends it.
func primary(err *sqlite.Error) int { return err.Code() & 0xff }

// busy reports whether another connection was in the way.
func busy(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && (primary(failed) == lib.SQLITE_BUSY || primary(failed) == lib.SQLITE_LOCKED)
}
