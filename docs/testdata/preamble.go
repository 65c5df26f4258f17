// Package snippet declares what the fragments of code in the documents leave out: what their surroundings would have.
package snippet

import (
	"context"
	"database/sql"
	"iter"
	"log/slog"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

var (
	ctx    context.Context
	client *auditlogs.Client
	db     *sql.DB
	logger *slog.Logger
	token  string
	sink   deliver.Sink
	event  auditlogs.Event
	t      *testing.T
	tokens map[string]string // by tenant

	certificate []byte // of a CA, as PEM

	begin, end   time.Time
	since, until time.Time
)

// load gives the cursor that was stored last.
func load() auditlogs.Cursor { return "" }

// loadPlace gives the cursor that was stored last, and whether the range is done.
func loadPlace() (auditlogs.Cursor, bool) { return "", false }

// saveCursor stores a cursor.
func saveCursor(auditlogs.Cursor) error { return nil }

// store keeps records and cursor together.
func store[T any]([]T, auditlogs.Cursor) error { return nil }

// storePlace keeps records, cursor, and whether the range is done, together.
func storePlace[T any]([]T, auditlogs.Cursor, bool) error { return nil }

// send passes records on.
func send[T any]([]T) error { return nil }

// handle looks at one record.
func handle[T any](T) {}

// The functions of docs/recipes.md.

func saveDay(context.Context, *auditlogs.Client, string, time.Time) error { return nil }

func lastCursor(context.Context, *sql.DB, string) (auditlogs.Cursor, error) { return "", nil }

func storePages(context.Context, *sql.DB, string, iter.Seq2[*auditlogs.Page[auditlogs.Event], error]) error {
	return nil
}
