package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

var batchSizes = []int{100, 1000}

// BenchmarkCommit stores events as a user's program does.
func BenchmarkCommit(b *testing.B) {
	events := realEvents(b, 3000)
	for _, size := range batchSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := newSink(b)
			var at deliver.Place
			for i := 0; b.Loop(); i++ {
				from := i * size % len(events)
				batch := next("bench", at, events[from:from+size]...)
				require.NoError(b, s.Commit(b.Context(), batch))
				at = batch.To
			}
			b.ReportMetric(float64(at.Count)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkBulk stores the same events as a program would that only wants to be fast: it makes all rows on all processors, inserts
// them in one transaction, and keeps no place.
func BenchmarkBulk(b *testing.B) { benchmarkBulk(b, true) }

// BenchmarkBulkOfRows is what the driver can do with rows that are ready beforehand.
func BenchmarkBulkOfRows(b *testing.B) { benchmarkBulk(b, false) }

func benchmarkBulk(b *testing.B, make bool) {
	b.Helper()
	events := realEvents(b, 3000)
	for _, size := range batchSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := newSink(b)
			require.NoError(b, s.Commit(b.Context(), next("bench", deliver.Place{})))
			rows := rowsOf(b, events, size)
			count := 0
			for i := 0; b.Loop(); i++ {
				from := i * size % len(events)
				some := rows[from*columns : (from+size)*columns]
				if make {
					some = rowsOf(b, events[from:from+size], size)
				}
				bulk(b, s, int64(i+2), some)
				count += size
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func rowsOf(b *testing.B, events []auditlogs.Event, size int) (rows []any) {
	texts, err := deliver.JSON(events)
	require.NoError(b, err)
	for i, text := range texts {
		rows = appendRow(rows, 1, 0, int64(i%size), &events[i], text)
	}
	return rows
}

// bulk inserts rows that are ready in one transaction.
func bulk(b *testing.B, s *Sink, seq int64, rows []any) {
	tx, err := s.writer.BeginTx(b.Context(), nil)
	require.NoError(b, err)
	insert := inserter{ctx: context.WithoutCancel(b.Context())}
	insert.one, insert.several = tx.StmtContext(insert.ctx, s.store.one), tx.StmtContext(insert.ctx, s.store.many)
	for i := 0; i < len(rows); i += columns {
		rows[i+1] = seq
	}
	for len(rows) > 0 {
		n := min(many*columns, len(rows))
		insert.rows = append(insert.rows, rows[:n]...)
		require.NoError(b, insert.all())
		rows = rows[n:]
	}
	require.NoError(b, tx.Commit())
}

// BenchmarkEncode is what it takes to write events as JSON, which every store of theirs has to do.
func BenchmarkEncode(b *testing.B) {
	events := realEvents(b, 3000)
	for i := 0; b.Loop(); i++ {
		_, err := events[i%len(events)].MarshalJSON()
		require.NoError(b, err)
	}
}
