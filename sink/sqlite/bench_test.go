package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

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

// BenchmarkBulk stores the same rows as fast as this driver can: they are ready beforehand, and there is no place.
func BenchmarkBulk(b *testing.B) { benchmarkBulk(b, false) }

// BenchmarkEncodeBulk is BenchmarkBulk of rows that are made of events first, as any program must.
func BenchmarkEncodeBulk(b *testing.B) { benchmarkBulk(b, true) }

func benchmarkBulk(b *testing.B, encode bool) {
	b.Helper()
	events := realEvents(b, 3000)
	for _, size := range batchSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := newSink(b)
			require.NoError(b, s.Commit(b.Context(), next("bench", deliver.Place{})))
			var batches [][]any
			for i := 0; i < len(events); i += size {
				rows, err := rowsOf(events[i:i+size])
				require.NoError(b, err)
				batches = append(batches, rows)
			}
			count := 0
			for i := 0; b.Loop(); i++ {
				rows := batches[i%len(batches)]
				if encode {
					from := i * size % len(events)
					var err error
					rows, err = rowsOf(events[from:from+size])
					require.NoError(b, err)
				}
				bulk(b, s, int64(i+2), rows)
				count += size
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func bulk(b *testing.B, s *Sink, seq int64, rows []any) {
	tx, err := s.writer.BeginTx(b.Context(), nil)
	require.NoError(b, err)
	require.NoError(b, s.store.events(context.Background(), tx, 1, seq, rows))
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
