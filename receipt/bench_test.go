package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"runtime/metrics"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// million is a source of generated records in pages of 1,000, newest first. It holds one page at a time.
type million struct{}

func (million) Name() string { return "million" }

func (million) Pages(context.Context, auditlogs.Cursor) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	const pages, size = 1000, 1000
	newest := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for p := range pages {
			page := &auditlogs.Page[auditlogs.Event]{Next: "more"}
			if p == pages-1 {
				page.Next = ""
			}
			for i := range size {
				n := p*size + i
				at := newest.Add(-time.Duration(n/3) * 10 * time.Second)
				raw := fmt.Appendf(nil, `{"uuid": "%032x", "timestamp": "%s", "accessor_type": "staff", "accessed_fields": ["email", "phone_number"], `+
					`"user": {"uuid": "%032x", "username": "alice", "full_name": "Alice L\u00f6bowski"}, "ip_address": "192.0.2.10", `+
					`"context": {"endpoint": "/api/users/%d/", "method": "GET"}}`, n, at.Format(time.RFC3339Nano), n%997, n%997)
				page.Items = append(page.Items, auditlogs.Event{
					ID: fmt.Sprintf("%032x", n), Time: at, API: auditlogs.APIWaldur, Raw: json.RawMessage(raw),
				})
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

func (million) Follow(context.Context, auditlogs.Cursor, auditlogs.FollowOptions) iter.Seq2[*auditlogs.Page[auditlogs.Event], error] {
	return nil
}

// BenchmarkMillion takes the receipt of a million records, and makes them. peak-MiB is the largest heap that was seen, garbage
// included.
func BenchmarkMillion(b *testing.B) {
	peak := watchHeap()
	for b.Loop() {
		r, err := Take(b.Context(), million{}, time.Time{}, time.Time{})
		if err != nil || r.Count != 1_000_000 {
			b.Fatal(r.Count, err)
		}
	}
	b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
	b.ReportMetric(1e6*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// watchHeap looks at the size of the heap again and again, until the returned function is called, which returns the largest.
func watchHeap() (peak func() uint64) {
	stop, largest := make(chan struct{}), make(chan uint64)
	go func() {
		most, heap := uint64(0), []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for tick := time.Tick(time.Millisecond); ; {
			metrics.Read(heap)
			most = max(most, heap[0].Value.Uint64())
			select {
			case <-stop:
				largest <- most
				return
			case <-tick:
			}
		}
	}()
	return func() uint64 { close(stop); return <-largest }
}
