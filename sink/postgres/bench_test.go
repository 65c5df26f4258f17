package postgres_test

import (
	"context"
	"fmt"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// sizes of batches, in events.
var sizes = []int{100, 1000}

func BenchmarkCommit(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, _ := fresh(b)
			events := someEvents(b, 0, n)
			var at deliver.Place
			for b.Loop() {
				next := behind(at, "shop", events...)
				require.NoError(b, s.Commit(context.Background(), next))
				at = next.To
			}
			b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkBulk copies the same rows into the same table, as fast as PostgreSQL takes them, and without a place.
func BenchmarkBulk(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, pool := fresh(b)
			events := someEvents(b, 0, n)
			seq := 0
			for b.Loop() {
				seq++
				copied, err := pool.CopyFrom(context.Background(), pgx.Identifier{"auditlogs", "events"}, copyColumns,
					pgx.CopyFromSlice(n, func(i int) ([]any, error) { return copyRow(seq, i, &events[i]) }))
				require.NoError(b, err)
				require.EqualValues(b, n, copied)
			}
			b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

var copyColumns = []string{"source", "seq", "pos", "time", "api", "event_source", "id", "action", "actor_id", "actor_email", "actor_kind", "target_type", "target_id", "source_ip", "event"}

func copyRow(seq, i int, e *auditlogs.Event) ([]any, error) {
	text, err := e.MarshalJSON()
	return []any{
		"shop", seq, i + 1, e.Time, string(e.API), e.Source, e.ID, e.Action, e.Actor.ID, e.Actor.Email, e.Actor.Kind,
		e.Target.Type, e.Target.ID, e.SourceIP, text,
	}, err
}
