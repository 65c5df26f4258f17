package sqlite

import (
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// timeFormat has all nine digits, so that times sort as texts. SQLite's functions of dates read it.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// columns is the number of columns of an event.
const columns = 19

// appendRow appends the columns of event i of a batch.
func appendRow(rows []any, place, seq, i int64, e *auditlogs.Event, text []byte) []any {
	return append(rows, place, seq, i, timeOf(e.Time), word(string(e.API)), word(e.Source), plain(e.ID), word(e.Action),
		word(e.Actor.ID), word(e.Actor.Name), word(e.Actor.Email), word(e.Actor.Kind),
		word(e.Target.Type), word(e.Target.ID), word(e.Target.Name), word(e.SourceIP), word(string(e.Outcome)), ordinal(e), string(text))
}

// timeOf returns a time for its column: NULL if there is none.
func timeOf(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeFormat)
}

// word returns a text for its column: NULL if the API gave none.
func word(text string) any {
	if text == "" {
		return nil
	}
	return plain(text)
}

// plain returns a text that every program can read from the database: without a zero byte, at which many stop, and
// without bytes that are no UTF-8.
func plain(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// ordinal tells records apart that are equal in all else, for the APIs that have such.
func ordinal(e *auditlogs.Event) any {
	if n, ok := e.Ordinal(); ok {
		return int64(n)
	}
	return nil
}
