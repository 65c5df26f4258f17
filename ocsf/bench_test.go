package ocsf_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// BenchmarkMap maps events and, in turns, reads the records of the same events from their JSON, so that both meet the same
// machine. It reports the medians, and the median of their ratio.
func BenchmarkMap(b *testing.B) {
	for _, l := range logs() {
		events := generated(b, l, 1000)
		b.Run(string(l.api), func(b *testing.B) {
			var mapping, decoding, ratios []float64
			for b.Loop() {
				d := perEvent(b, events, decode)
				m := perEvent(b, events, func(e *auditlogs.Event) error {
					_, err := ocsf.Map(*e, ocsf.V1_8)
					return err
				})
				mapping, decoding, ratios = append(mapping, m), append(decoding, d), append(ratios, m/d)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(mapping), "map-ns/event")
			b.ReportMetric(median(decoding), "decode-ns/event")
			b.ReportMetric(median(ratios), "map/decode")
		})
	}
}

// perEvent returns how long an event takes, in nanoseconds.
func perEvent(b *testing.B, events []auditlogs.Event, do func(e *auditlogs.Event) error) float64 {
	begin := time.Now()
	for i := range events {
		if err := do(&events[i]); err != nil {
			b.Fatal(err)
		}
	}
	return float64(time.Since(begin).Nanoseconds()) / float64(len(events))
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// decode reads the record of an event once more.
func decode(e *auditlogs.Event) error {
	switch e.Record.(type) {
	case auditlogs.DataAccessLog:
		return decodeAs[auditlogs.DataAccessLog](e.Raw)
	case auditlogs.DataAssetLog:
		return decodeAs[auditlogs.DataAssetLog](e.Raw)
	case auditlogs.AuditEvent:
		return decodeAs[auditlogs.AuditEvent](e.Raw)
	case auditlogs.PersonalDataLog:
		return decodeAs[auditlogs.PersonalDataLog](e.Raw)
	default:
		return decodeAs[auditlogs.UserEvent](e.Raw)
	}
}

func decodeAs[T any, P interface {
	*T
	json.Unmarshaler
}](raw []byte) error {
	return P(new(T)).UnmarshalJSON(raw)
}
