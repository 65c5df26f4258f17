package postgres

import (
	"strings"
	"time"
	"unicode/utf8"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5/pgtype"
)

// words are the columns of text that repeat what the JSON of an event holds, for those who ask in SQL. NULL is "".
var words = []struct {
	name string
	of   func(*auditlogs.Event) string
}{
	{"api", func(e *auditlogs.Event) string { return string(e.API) }},
	{"event_source", func(e *auditlogs.Event) string { return e.Source }},
	{"id", func(e *auditlogs.Event) string { return e.ID }},
	{"action", func(e *auditlogs.Event) string { return e.Action }},
	{"actor_id", func(e *auditlogs.Event) string { return e.Actor.ID }},
	{"actor_name", func(e *auditlogs.Event) string { return e.Actor.Name }},
	{"actor_email", func(e *auditlogs.Event) string { return e.Actor.Email }},
	{"actor_kind", func(e *auditlogs.Event) string { return e.Actor.Kind }},
	{"target_type", func(e *auditlogs.Event) string { return e.Target.Type }},
	{"target_id", func(e *auditlogs.Event) string { return e.Target.ID }},
	{"target_name", func(e *auditlogs.Event) string { return e.Target.Name }},
	{"source_ip", func(e *auditlogs.Event) string { return e.SourceIP }},
	{"outcome", func(e *auditlogs.Event) string { return string(e.Outcome) }},
}

// columns are the events of a batch, column by column, as the statement wants them.
type columns struct {
	times    []pgtype.Timestamptz
	ordinals []pgtype.Int4
	words    [][]string // as words; nil where all are ""
	events   []string
}

// columnsOf returns the columns of events. An event that cannot be written as JSON is an error.
func columnsOf(events []auditlogs.Event) (*columns, error) {
	texts, err := deliver.JSON(events)
	if err != nil {
		return nil, err
	}
	c := &columns{
		times:    make([]pgtype.Timestamptz, len(events)),
		ordinals: make([]pgtype.Int4, len(events)),
		words:    make([][]string, len(words)),
	}
	for i := range events {
		e := &events[i]
		c.times[i], c.ordinals[i] = timestamp(e.Time), ordinal(e)
		for k, column := range words {
			c.set(k, i, column.of(e))
		}
	}
	c.events = make([]string, len(texts))
	for i, text := range texts {
		c.events[i] = string(text)
	}
	return c, nil
}

func (c *columns) set(k, i int, value string) {
	if value == "" {
		return
	}
	if c.words[k] == nil {
		c.words[k] = make([]string, len(c.times))
	}
	c.words[k][i] = storable(value)
}

// storable returns a text as PostgreSQL can store it: what is no UTF-8, and NUL, is replaced.
func storable(s string) string {
	const replacement = string(utf8.RuneError)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, replacement)
	}
	return strings.ReplaceAll(s, "\x00", replacement)
}

// timestamp returns a time as PostgreSQL can store it, which is to the microsecond. No time is NULL. Years that JSON can have,
// PostgreSQL can have too.
func timestamp(t time.Time) pgtype.Timestamptz {
	if t.IsZero() {
		return pgtype.Timestamptz{}
	}
	return pgtype.Timestamptz{Valid: true, Time: t.UTC().Truncate(time.Microsecond)}
}

// ordinal returns the ordinal of records that have one.
func ordinal(e *auditlogs.Event) pgtype.Int4 {
	n, ok := e.Ordinal()
	return pgtype.Int4{Valid: ok, Int32: int32(n)}
}
