package ocsf_test

import (
	"encoding/json"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// BenchmarkMap maps events, and, to compare with, reads the records of the same events from their JSON.
func BenchmarkMap(b *testing.B) {
	for _, l := range logs() {
		events := generated(b, l, 1000)
		b.Run(string(l.api)+"/map", func(b *testing.B) {
			each(b, events, func(e *auditlogs.Event) error {
				_, err := ocsf.Map(*e, ocsf.V1_8)
				return err
			})
		})
		b.Run(string(l.api)+"/decode", func(b *testing.B) {
			each(b, events, func(e *auditlogs.Event) error { return decode(e) })
		})
	}
}

func each(b *testing.B, events []auditlogs.Event, do func(e *auditlogs.Event) error) {
	b.ReportAllocs()
	for b.Loop() {
		for i := range events {
			if err := do(&events[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
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
