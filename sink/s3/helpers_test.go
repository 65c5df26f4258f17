package s3_test

import (
	"encoding/json"
	"fmt"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// someEvents returns events of Akinon, as they are read back: what Raw says is what Record is.
func someEvents(first, n int) []auditlogs.Event {
	var events []auditlogs.Event
	for i := first; i < first+n; i++ {
		events = append(events, someEvent(i))
	}
	return events
}

func someEvent(i int) auditlogs.Event {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return auditlogs.Event{
		ID: fmt.Sprint("e", i), Time: day.Add(time.Duration(i) * time.Hour), API: "made-up", Source: "made up", Action: "view",
		Actor:  auditlogs.Actor{ID: fmt.Sprint(i % 7), Name: "Ann", Email: "ann@example.com", Kind: "user"},
		Target: auditlogs.Target{Type: "user", ID: fmt.Sprint(i)}, SourceIP: "192.0.2.1",
		Raw: json.RawMessage(fmt.Sprintf(`{"number":%d,"text":"what happened"}`, i)),
	}
}
