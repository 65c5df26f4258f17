package sqlite

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// timeFormat has all nine digits, so that times sort as texts. SQLite's functions of dates read it.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// columns is the number of columns of an event.
const columns = 19

// rowsOf returns the columns of events, one event after the other. The first two, place and seq, are left for the
// transaction. To write events as JSON is most of the work of a commit, so that all processors share it.
func rowsOf(ctx context.Context, events []auditlogs.Event) ([]any, error) {
	rows := make([]any, len(events)*columns)
	shares := max(1, min(runtime.GOMAXPROCS(0), len(events)/fewEvents))
	errs := make([]error, shares)
	var wg sync.WaitGroup
	for share := range shares {
		wg.Go(func() {
			from, to := len(events)*share/shares, len(events)*(share+1)/shares
			for i := from; i < to && errs[share] == nil; i++ {
				if errs[share] = ctx.Err(); errs[share] == nil {
					errs[share] = fill(rows[i*columns:(i+1)*columns], i, &events[i])
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// fewEvents are written sooner than another goroutine has begun.
const fewEvents = 25

// fill sets the columns of event i of a batch.
func fill(row []any, i int, e *auditlogs.Event) error {
	text, err := e.MarshalJSON()
	if err != nil { // such as a time beyond the year 9999
		return fmt.Errorf("%w: event %d of the batch cannot be written as JSON: %w", deliver.ErrRefused, i, err)
	}
	copy(row, []any{nil, nil, int64(i), timeOf(e.Time), word(string(e.API)), word(e.Source), plain(e.ID), word(e.Action),
		word(e.Actor.ID), word(e.Actor.Name), word(e.Actor.Email), word(e.Actor.Kind),
		word(e.Target.Type), word(e.Target.ID), word(e.Target.Name), word(e.SourceIP), word(string(e.Outcome)), ordinal(e.Record), string(text)})
	return nil
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
func ordinal(record any) any {
	switch r := record.(type) {
	case auditlogs.UserEvent:
		return int64(r.Ordinal)
	case auditlogs.DataAssetLog:
		return int64(r.Ordinal)
	}
	return nil
}
