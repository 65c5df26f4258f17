package fleet

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/nats-io/nats.go"
)

// benchNode starts a node for a benchmark.
func benchNode(b *testing.B) *nats.Conn {
	b.Helper()
	nc, stop, err := Embedded(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(stop)
	return nc
}

// reportMessages reports how many messages went to the server and came from it, for each operation.
func reportMessages(b *testing.B, nc *nats.Conn, before nats.Statistics) {
	after := nc.Stats()
	b.ReportMetric(float64(after.OutMsgs-before.OutMsgs)/float64(b.N), "sent/op")
	b.ReportMetric(float64(after.InMsgs-before.InMsgs)/float64(b.N), "received/op")
}

// benchEvents returns events of about 500 bytes.
func benchEvents(n int) []auditlogs.Event {
	events := make([]auditlogs.Event, n)
	for i := range events {
		events[i] = auditlogs.Event{
			ID: fmt.Sprint(i), Time: time.Now().UTC(), API: "another", Action: "PATCH",
			Raw: fmt.Appendf(nil, `{"id":%d,"text":"%0400d"}`, i, i),
		}
	}
	return events
}

// BenchmarkCommit commits pages of different sizes: as a sink does that asks for the place before each commit, and as a turn does,
// which remembers it.
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{0, 1, 100, 1000} {
		b.Run(fmt.Sprintf("%d/asked", size), func(b *testing.B) {
			commits(b, size, func(s *Sink) deliver.Sink { return s })
		})
		b.Run(fmt.Sprintf("%d/remembered", size), func(b *testing.B) {
			commits(b, size, func(s *Sink) deliver.Sink { return remember(s) })
		})
	}
}

func commits(b *testing.B, size int, to func(*Sink) deliver.Sink) {
	nc := benchNode(b)
	s, err := NewSink(b.Context(), nc)
	if err != nil {
		b.Fatal(err)
	}
	sink, events, at, before := to(s), benchEvents(size), deliver.Place{}, nc.Stats()
	b.ReportAllocs()
	for b.Loop() {
		next := deliver.Place{Seq: at.Seq + 1, Cursor: "cursor", Count: at.Count + uint64(size)}
		if err := sink.Commit(b.Context(), deliver.Batch{Source: "tenant/api", Events: events, From: at, To: next}); err != nil {
			b.Fatal(err)
		}
		at = next
	}
	reportMessages(b, nc, before)
}

// quiet is a log that never has anything new. It is always at the same place: between two polls.
type quiet struct{ at auditlogs.Cursor }

// newQuiet makes a log that is where a real one without events is.
func newQuiet(b *testing.B) *quiet {
	b.Helper()
	server := auditlogtest.NewServer()
	b.Cleanup(server.Close)
	c, err := auditlogs.NewClient(server.Options()...)
	if err != nil {
		b.Fatal(err)
	}
	for p, err := range c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: time.Now().Add(-time.Hour)}).Follow(b.Context(), "", auditlogs.FollowOptions{}) {
		if err != nil {
			b.Fatal(err)
		}
		if p.CaughtUp {
			return &quiet{p.Next}
		}
	}
	return nil
}

func (q *quiet) Name() string { return "quiet" }

func (q *quiet) Pages(context.Context, auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		yield(&auditlogs.Page[auditlogs.Event]{}, nil)
	}
}

func (q *quiet) Follow(context.Context, auditlogs.Cursor, auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		yield(&auditlogs.Page[auditlogs.Event]{Next: q.at, CaughtUp: true}, nil)
	}
}

// BenchmarkTurnIdle gives logs that have nothing new their turns: what the worker and the node add to a poll.
func BenchmarkTurnIdle(b *testing.B) {
	log := newQuiet(b)
	for name, quietFor := range map[string]time.Duration{"committed": -1, "quiet": time.Hour} {
		b.Run(name, func(b *testing.B) { turnIdle(b, log, quietFor) })
	}
}

func turnIdle(b *testing.B, log auditlogs.Source, quietFor time.Duration) {
	nc := benchNode(b)
	specs := make([]Spec, 256)
	for i := range specs {
		specs[i] = Spec{Tenant: fmt.Sprint(i), API: "another"}
	}
	if err := Add(b.Context(), nc, specs...); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	var turns atomic.Int64
	before, first := nats.Statistics{}, int64(2*len(specs)) // by then, most have a place
	last := first + int64(b.N)
	o := Options{
		Parallel: 8, Windows: -1, Quiet: quietFor, Follow: auditlogs.FollowOptions{Interval: time.Millisecond},
		Turned: func(Turn) {
			switch turns.Add(1) {
			case first:
				before = nc.Stats()
				b.ResetTimer()
			case last:
				b.StopTimer()
				stop()
			}
		},
	}
	_ = Run(ctx, nc, o, func(context.Context, Spec) (auditlogs.Source, error) { return log, nil })
	reportMessages(b, nc, before)
}
