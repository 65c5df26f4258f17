package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5/pgconn"
)

// Error is what went wrong at the database. Its text says nothing that the server or the driver said, because that may
// hold names of users and hosts, and values of events; those errors are not in its chain either. errors.Is finds
// deliver.ErrRefused if trying again is of no use, and the errors of the context.
type Error struct {
	Op   string // "open", "place", "commit", "events" or "partitions"
	Code string // the SQLSTATE of the server's error, such as "40001"; "" if it was not the server's
	kind string
	is   []error
}

// Error says what failed, and the kind of what went wrong.
func (e *Error) Error() string {
	text := "postgres: " + e.Op + ": " + e.kind
	if e.Code != "" {
		text += " (SQLSTATE " + e.Code + ")"
	}
	return text
}

// Unwrap returns what errors.Is may ask for.
func (e *Error) Unwrap() []error { return e.is }

// errUnconfirmed means that the server ended a transaction in some other way than it was told to.
var errUnconfirmed = errors.New("the server did not confirm the commit")

// failed returns the error of an operation.
func failed(op string, err error) error {
	e := &Error{Op: op, kind: "cannot reach the server"}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			e.kind, e.is = known.Error(), append(e.is, known)
		}
	}
	var server *pgconn.PgError
	switch {
	case errors.Is(err, deliver.ErrRefused), errors.Is(err, errUnconfirmed): // our own words
		e.kind, e.is = err.Error(), append(e.is, err)
	case errors.As(err, &server):
		e.Code, e.kind = server.Code, kindOf(server.Code)
		if isRefusal(server.Code) {
			e.is = append(e.is, deliver.ErrRefused)
		}
	}
	return e
}

// kinds says what SQLSTATEs mean; those of two characters are classes.
var kinds = map[string]string{
	"08":    "the connection broke",
	"22":    "the server cannot store a value",
	"23":    "the rows contradict what is stored",
	"23505": "rows of the same key are stored already",
	"25006": "the server is read-only now",
	"28":    "the server refuses the login",
	"3D000": "the database does not exist",
	"3F000": "the schema does not exist",
	"40":    "the transaction was rolled back",
	"40001": "another transaction came first",
	"40P01": "deadlock",
	"42":    "the tables are not as this release made them",
	"42501": "permission denied",
	"42P01": "a table does not exist",
	"53":    "the server is out of resources",
	"53100": "the server's disk is full",
	"53300": "too many connections",
	"54":    "a limit of the server was reached",
	"55P03": "a lock is not available",
	"57":    "the server was interrupted",
	"57014": "the statement was canceled",
	"57P01": "the server shuts down",
	"57P02": "the server crashed",
	"57P03": "the server is not ready",
}

func kindOf(code string) string {
	if kind, ok := kinds[code]; ok {
		return kind
	}
	if len(code) == 5 {
		if kind, ok := kinds[code[:2]]; ok {
			return kind
		}
	}
	return "the server reports an error"
}

// isRefusal reports whether the same would fail again for the same reason.
func isRefusal(code string) bool {
	// A partition was added meanwhile; a statement that was prepared in another session, behind a pooler.
	if slices.Contains([]string{"23514", "42P05"}, code) {
		return false
	}
	for _, refusal := range []string{"22", "23", "28", "3D", "3F", "42", "54"} {
		if strings.HasPrefix(code, refusal) {
			return true
		}
	}
	return false
}
