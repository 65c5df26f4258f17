package delivertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// noon is a time at which nothing happened.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// events makes up events of one kind, whose IDs begin with a text.
func events(prefix string, n int) []auditlogs.Event {
	all := make([]auditlogs.Event, n)
	for i := range all {
		raw := fmt.Sprintf(`{"uuid":%q,"content":{"n":%d,"text":"<a href=\"x\">&</a>"}}`, fmt.Sprint(prefix, "-", i), i)
		all[i] = record(raw, noon.Add(-time.Duration(i)*time.Second))
	}
	return all
}

// record returns an event of Akinon.
func record(raw string, at time.Time) auditlogs.Event {
	var r auditlogs.AuditEvent
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		panic(err)
	}
	r.Timestamp = at
	e := r.AsEvent()
	e.Source = "akinon"
	return e
}

// oddEvents are such as a log may have, and a store may stumble over.
func oddEvents() []auditlogs.Event {
	texts := []string{
		"", " ", "it's", `"`, `\`, `\u0000`, "\x00", "nul\x00inside", "line\nline\r\n", "tab\t", "a;DROP TABLE x;--", "$1 %s {}",
		"\u2028", "emoji 🙂", "e\u0301", "\xff\xfe", "cut \xe2\x82", "\ufeffmark", `\N`, "NULL", strings.Repeat("long", 50_000),
	}
	all := make([]auditlogs.Event, 0, len(texts)+12)
	for i, text := range texts {
		e := events("odd", i+1)[i]
		e.Action, e.Actor.Name, e.Actor.Email, e.Target.ID, e.SourceIP = text, text, text, text, text
		e.ID = fmt.Sprint("odd-", i, "-", text)
		all = append(all, e)
	}
	for _, at := range []time.Time{
		{}, time.Unix(0, 0), time.Unix(0, 1).UTC(), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -5*3600)), noon.Add(time.Nanosecond), noon.In(time.FixedZone("", 5*3600+1800)),
	} {
		e := events("time", 1)[0]
		e.Time = at
		all = append(all, e)
	}
	user := auditlogs.UserEvent{Date: noon, Event: "Login", Ordinal: 3, Raw: json.RawMessage(`{"event":"Login","date":"2026-11-26T12:00:00Z","big":12345678901234567890.10e0,"b":1,"a":{"z":1,"y":2}}`)}
	unknown := auditlogs.Event{ID: "unknown", API: "another", Time: noon, Raw: json.RawMessage(`[1,{"b":1,"a":2}]`)}
	bare := auditlogs.Event{}
	return append(all, user.AsEvent(), unknown, bare, bare)
}

// compare compares what was read back with what was committed.
func compare(t *testing.T, got iter.Seq2[auditlogs.Event, error], want []auditlogs.Event) {
	t.Helper()
	n := 0
	for e, err := range got {
		if err != nil {
			t.Fatalf("event %d: %v", n, err)
		}
		if n < len(want) && !bytes.Equal(text(t, e), text(t, want[n])) {
			t.Fatalf("event %d is\n%.2000s\nwant\n%.2000s", n, text(t, e), text(t, want[n]))
		}
		n++
	}
	if n != len(want) {
		t.Fatalf("%d events are stored, want %d", n, len(want))
	}
}

// text returns an event as it is after it was stored and read back, where bytes that are not UTF-8 were replaced.
func text(t *testing.T, e auditlogs.Event) []byte {
	t.Helper()
	line, err := e.MarshalJSON()
	if err == nil {
		err = e.UnmarshalJSON(line)
	}
	if err == nil {
		line, err = e.MarshalJSON()
	}
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// What a large batch has: events, and bytes in its cursor, which in a busy log is long.
const largeBatch, largeCursor = 5_000, 1 << 18
