package s3

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
)

var batchSizes = []int{100, 1000}

// BenchmarkCommit is to be compared with BenchmarkBulk: the same objects, written without condition and place.
func BenchmarkCommit(b *testing.B) {
	each(b, func(b *testing.B, s *Sink, events []auditlogs.Event) {
		var at deliver.Place
		for b.Loop() {
			to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(len(events)), Cursor: auditlogs.Cursor(bytes.Repeat([]byte("c"), 500))}
			require.NoError(b, s.Commit(b.Context(), deliver.Batch{Source: b.Name(), Events: events, From: at, To: to}))
			at = to
		}
	})
}

// BenchmarkBulk encodes the same events and stores them as plain objects.
func BenchmarkBulk(b *testing.B) {
	each(b, func(b *testing.B, s *Sink, events []auditlogs.Event) {
		for n := 0; b.Loop(); n++ {
			data, err := s.format.encode(events)
			require.NoError(b, err)
			put(b, s, n, data)
		}
	})
}

// BenchmarkShare does both in turn, so that what else the machine does slows both alike, and reports how fast commits are, in
// percent of plain objects.
func BenchmarkShare(b *testing.B) {
	each(b, func(b *testing.B, s *Sink, events []auditlogs.Event) {
		var at deliver.Place
		var commits, bulk time.Duration
		for b.Loop() {
			to := deliver.Place{Seq: at.Seq + 1, Count: at.Count + uint64(len(events)), Cursor: auditlogs.Cursor(bytes.Repeat([]byte("c"), 500))}
			begin := time.Now()
			require.NoError(b, s.Commit(b.Context(), deliver.Batch{Source: "share", Events: events, From: at, To: to}))
			middle := time.Now()
			data, err := s.format.encode(events)
			require.NoError(b, err)
			put(b, s, int(to.Seq), data)
			commits, bulk, at = commits+middle.Sub(begin), bulk+time.Since(middle), to
		}
		b.ReportMetric(100*float64(bulk)/float64(commits), "%-of-bulk")
	})
}

// BenchmarkPut stores the same bytes, encoded before.
func BenchmarkPut(b *testing.B) {
	each(b, func(b *testing.B, s *Sink, events []auditlogs.Event) {
		data, err := s.format.encode(events)
		require.NoError(b, err)
		for n := 0; b.Loop(); n++ {
			put(b, s, n, data)
		}
	})
}

// BenchmarkEncode is what the format costs.
func BenchmarkEncode(b *testing.B) {
	each(b, func(b *testing.B, s *Sink, events []auditlogs.Event) {
		for b.Loop() {
			data, err := s.format.encode(events)
			require.NoError(b, err)
			b.ReportMetric(float64(len(data))/float64(len(events)), "stored-B/event")
		}
	})
}

func put(b *testing.B, s *Sink, n int, data []byte) {
	in := &awss3.PutObjectInput{Bucket: &s.bucket, Key: new(s.key(b.Name(), uint64(n))), Body: bytes.NewReader(data)}
	_, err := s.client.PutObject(b.Context(), in)
	require.NoError(b, err)
}

func each(b *testing.B, run func(*testing.B, *Sink, []auditlogs.Event)) {
	server := s3server.Start(b)
	server.Bucket("audit")
	for _, format := range []format{linesFormat, parquetFormat} {
		for _, size := range batchSizes {
			b.Run(fmt.Sprint(format.suffix[1:], "/", size), func(b *testing.B) {
				s, err := New(s3server.Client(server.URL), "audit", fmt.Sprint(b.Name(), time.Now().UnixNano()))
				require.NoError(b, err)
				s.format = format
				run(b, s, benchEvents(size))
				b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// benchEvents are of Akinon, with records of a usual size.
func benchEvents(n int) []auditlogs.Event {
	events := make([]auditlogs.Event, n)
	for i := range events {
		var r auditlogs.AuditEvent
		raw := fmt.Sprintf(`{"uuid":"0190f3c2-7a4e-7b6d-9c1a-%012d","method":"PATCH","path":"/api/v1/orders/%d/","user":"u%d@example.com",`+
			`"remote_addr":"192.0.2.%d","timestamp":"2026-01-01T00:00:00.%06dZ","content":{"status":["open","paid"],"total":"%d.50"}}`,
			i*7919, i*31, i%17, i%250, i, i)
		if err := json.Unmarshal([]byte(raw), &r); err != nil {
			panic(err)
		}
		events[i] = r.AsEvent()
		events[i].Source = "akinon"
	}
	return events
}
