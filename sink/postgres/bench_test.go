package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// forSizes runs a benchmark with batches of several sizes.
func forSizes(b *testing.B, run func(b *testing.B, events []auditlogs.Event)) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { run(b, someEvents(b, 0, n)) })
	}
}

func BenchmarkCommit(b *testing.B) {
	forSizes(b, func(b *testing.B, events []auditlogs.Event) {
		commit := committer(b, events)
		for b.Loop() {
			commit()
		}
		b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
	})
}

// BenchmarkBulk copies the same rows into the same table, without a place.
func BenchmarkBulk(b *testing.B) {
	forSizes(b, func(b *testing.B, events []auditlogs.Event) {
		bulk := copier(b, events)
		for b.Loop() {
			bulk()
		}
		b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
	})
}

// BenchmarkCommitAgainstBulk does both in turn, so that what else the machine does slows both, and reports how fast Commit is in
// percent of Bulk.
func BenchmarkCommitAgainstBulk(b *testing.B) {
	forSizes(b, func(b *testing.B, events []auditlogs.Event) {
		kinds := []func(){committer(b, events), copier(b, events)}
		var took [2]time.Duration
		for turn := 0; b.Loop(); turn++ {
			for i := range kinds {
				k := (turn + i) % 2
				begin := time.Now()
				kinds[k]()
				took[k] += time.Since(begin)
			}
		}
		b.ReportMetric(100*took[1].Seconds()/took[0].Seconds(), "%")
	})
}

// committer returns what commits a batch of events, behind the one before.
func committer(b *testing.B, events []auditlogs.Event) func() {
	s, _ := fresh(b)
	var at deliver.Place
	return func() {
		next := behind(at, "shop", events...)
		require.NoError(b, s.Commit(context.Background(), next))
		at = next.To
	}
}

// copier returns what copies events as fast as PostgreSQL takes them.
func copier(b *testing.B, events []auditlogs.Event) func() {
	_, pool := fresh(b)
	seq := 0
	return func() {
		seq++
		rows := pgx.CopyFromSlice(len(events), func(i int) ([]any, error) { return copyRow(seq, i, &events[i]) })
		n, err := pool.CopyFrom(context.Background(), pgx.Identifier{"auditlogs", "events"}, copyColumns, rows)
		require.NoError(b, err)
		require.EqualValues(b, len(events), n)
	}
}

// copyColumns are those that someEvents fill.
var copyColumns = []string{
	"source", "seq", "pos", "time", "api", "event_source", "id", "action", "actor_id", "actor_email", "actor_kind", "target_type", "target_id", "source_ip", "event",
}

func copyRow(seq, i int, e *auditlogs.Event) ([]any, error) {
	text, err := e.MarshalJSON()
	return []any{
		"shop", seq, i + 1, e.Time, string(e.API), e.Source, e.ID, e.Action, e.Actor.ID, e.Actor.Email, e.Actor.Kind,
		e.Target.Type, e.Target.ID, e.SourceIP, text,
	}, err
}
