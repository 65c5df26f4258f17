package receipt_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// akinon reads a record of Akinon with a member of any JSON.
func akinon(t *testing.T, content string) auditlogs.Event {
	t.Helper()
	return read[auditlogs.AuditEvent](t, `{"uuid": "u1", "timestamp": "2026-03-01T11:30:00Z", "content": `+content+`}`)
}

func read[T interface{ AsEvent() auditlogs.Event }](t *testing.T, text string) auditlogs.Event {
	t.Helper()
	var r T
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	return r.AsEvent()
}

// What a store does to the JSON of a record changes no root.
func TestOddRecordsThroughAStore(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"not UTF-8":             "\"\xff\xfe caf\xe9 \xed\xa0\x80\"",
		"HTML":                  `"<a href='x'>&</a>"`,
		"line separators":       "\"a\u2028b\u2029c\"",
		"escapes":               `"\u003cb\u003E \/ \" \\ \b\f\n\r\t \u0041 \u001F \u007f"`,
		"white space":           "{ \"a b\" :\t[ 1 ,\r\n 2 ] }",
		"numbers":               `[1.0, 1e2, -0, 12345678901234567890, 0.1000]`,
		"half a surrogate pair": `"\ud83d \uDE00 \ud83d\ude00 \ud83d\u0041"`,
		"members twice":         `{"a": 1, "a": 2, "\u0061": 3}`,
		"a zero":                `"\u0000"`,
		"null":                  `null`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := akinon(t, content)
			want := of(t, e)
			require.Equal(t, want, of(t, stored(t, []auditlogs.Event{e})...))
			require.Equal(t, want, of(t, stored(t, stored(t, []auditlogs.Event{e}))...))
			require.NotEqual(t, want.Root, of(t, akinon(t, `"another"`)).Root)
		})
	}
}

func TestWhatIsTheSameRecord(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	event := func(change func(*auditlogs.Event)) auditlogs.Event {
		e := auditlogs.Event{ID: "u1", Time: at, API: "custom", Raw: json.RawMessage(`{"a":"é","b":1}`)}
		if change != nil {
			change(&e)
		}
		return e
	}
	type event1 = auditlogs.Event
	for name, tc := range map[string]struct {
		change func(*auditlogs.Event)
		same   bool
	}{
		"another zone":      {func(e *event1) { e.Time = at.In(time.FixedZone("", 3*3600)) }, true},
		"white space":       {func(e *event1) { e.Raw = []byte(" {\n\"a\": \"é\", \"b\": 1 } ") }, true},
		"an escape":         {func(e *event1) { e.Raw = []byte(`{"a":"\u00E9","b":1}`) }, true},
		"derived fields":    {func(e *event1) { e.Source, e.Action, e.Actor.Name = "s", "a", "n" }, true},
		"a nanosecond":      {func(e *event1) { e.Time = at.Add(1) }, false},
		"the ID":            {func(e *event1) { e.ID = "u2" }, false},
		"the case":          {func(e *event1) { e.Raw = []byte(`{"a":"É","b":1}`) }, false},
		"a blank in a text": {func(e *event1) { e.Raw = []byte(`{"a":"é ","b":1}`) }, false},
		"a number's form":   {func(e *event1) { e.Raw = []byte(`{"a":"é","b":1.0}`) }, false},
		"order of members":  {func(e *event1) { e.Raw = []byte(`{"b":1,"a":"é"}`) }, false},
		"a number as text":  {func(e *event1) { e.Raw = []byte(`{"a":"é","b":"1"}`) }, false},
		"no record":         {func(e *event1) { e.Raw = nil }, false},
	} {
		require.Equal(t, tc.same, of(t, event(nil)).Compare(of(t, event(tc.change))).Equal(), name)
	}
	require.Equal(t, of(t, event(func(e *auditlogs.Event) { e.Raw = nil })).Root, of(t, event(func(e *auditlogs.Event) { e.Raw = []byte("null") })).Root)
	require.Equal(t, of(t, event(func(e *auditlogs.Event) { e.ID = "\xff" })).Root, of(t, event(func(e *auditlogs.Event) { e.ID = "�" })).Root)
}

// Equal records without an ID are numbered in the order in which they come, which may differ from reading to reading.
func TestRecordsWithoutID(t *testing.T) {
	t.Parallel()
	const (
		renamed1 = `{"date":"2026-03-01T11:30:00Z","event":"Login","uid":"1","user":"Jane"}`
		renamed2 = `{"date":"2026-03-01T11:30:00Z","event":"Login","uid":"1","user":"Jane Doe"}`
	)
	numbered := func(records ...string) (events []auditlogs.Event) {
		for i, text := range records {
			var r auditlogs.UserEvent
			require.NoError(t, json.Unmarshal([]byte(text), &r))
			r.Ordinal = i
			events = append(events, r.AsEvent())
		}
		return events
	}
	want := of(t, numbered(renamed1, renamed2)...)
	require.Equal(t, want.Root, of(t, numbered(renamed2, renamed1)...).Root)
	require.Equal(t, want.Root, of(t, stored(t, numbered(renamed2, renamed1))...).Root)

	twice := of(t, numbered(renamed1, renamed1)...)
	require.EqualValues(t, 2, twice.Count)
	require.EqualValues(t, 1, twice.Compare(of(t, numbered(renamed1)...)).AtLeast())

	changed := numbered(renamed1, renamed2)
	changed[1].ID = "another"
	require.False(t, want.Compare(of(t, changed...)).Equal())

	const noID = `{"resource_id":"r1","happend_time":"2026-03-01T11:30:00Z"}`
	first, second := read[auditlogs.DataAssetLog](t, noID), read[auditlogs.DataAssetLog](t, noID)
	log := second.Record.(auditlogs.DataAssetLog)
	log.Ordinal = 1
	second = log.AsEvent()
	require.NotEqual(t, first.ID, second.ID)
	require.Equal(t, of(t, first).Root, of(t, second).Root)
	first.ID = "another"
	require.NotEqual(t, of(t, first).Root, of(t, second).Root)
}

func TestResourcesInAnyOrder(t *testing.T) {
	t.Parallel()
	event := func(resources string) receipt.Receipt {
		return of(t, read[auditlogs.UserEvent](t, `{"date":"2026-03-01T11:30:00Z","event":"x","resources":`+resources+`,"more":["b","a"]}`))
	}
	want := event(`[{"type":"a","name":"1, \"]"},{"type":"b","name":"2"},{"type":"b","name":"2"}]`)
	require.Equal(t, want.Root, event(`[{"type":"b","name":"2"}, {"type":"a","name":"1, \"]"}, {"type":"b","name":"2"}]`).Root)
	require.NotEqual(t, want.Root, event(`[{"type":"b","name":"2"},{"type":"a","name":"1, \"]"}]`).Root)
	require.NotEqual(t, want.Root, event(`[]`).Root)
	require.NotEqual(t, event(`null`).Root, event(`[]`).Root)

	srv := newLog(t, auditlogtest.ThousandEyes, auditlogtest.Quirks{ShuffleResources: true})
	var resources []auditlogs.EventResource
	for _, name := range "abcdefg" {
		resources = append(resources, auditlogs.EventResource{Type: "testName", Name: string(name)})
	}
	srv.AddUserEvents(auditlogs.UserEvent{Date: since, Event: "x", Resources: resources})
	thousandEyes := services()[4]
	live := take(t, thousandEyes, srv, auditlogs.ListOptions{})
	for range 3 { // the server gives them in another order each time
		require.Equal(t, live, take(t, thousandEyes, srv, auditlogs.ListOptions{}))
	}
}

// An event that was made by hand has no Raw until a store gives it one.
func TestRecordMadeByHand(t *testing.T) {
	t.Parallel()
	made := auditlogs.UserEvent{Date: since, Event: "<made>"}.AsEvent()
	require.Empty(t, made.Raw)
	want := of(t, stored(t, []auditlogs.Event{made})...)
	require.Equal(t, want, of(t, made))
	made.Record = auditlogs.UserEvent{Date: since, Event: "<made>", AccountGroupName: "not in the key", AccountGroupID: "1"}
	require.NotEqual(t, want.Root, of(t, made).Root)
}

func TestDays(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return at
	}
	west := time.FixedZone("", -5*3600)
	events := []auditlogs.Event{
		{ID: "1", Time: time.Date(2026, 3, 1, 20, 0, 0, 0, west)}, // 2026-03-02 in UTC
		{ID: "2", Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
		{ID: "3", Time: time.Date(2026, 3, 1, 23, 59, 59, 999999999, time.UTC)},
		{ID: "4"}, // without a time
		{ID: "5", Time: time.Time{}.In(west)},
		{ID: "6", Time: time.Date(1969, 12, 31, 23, 59, 59, 1, time.UTC)},
	}
	type days map[time.Time]uint64
	counts := func(r receipt.Receipt) days {
		all := days{}
		for i, d := range r.Days {
			require.True(t, i == 0 || r.Days[i-1].Date.Before(d.Date), "in order")
			all[d.Date] = d.Count
		}
		return all
	}
	all := of(t, events...)
	require.Equal(t, days{day("0001-01-01"): 2, day("1969-12-31"): 1, day("2026-03-01"): 1, day("2026-03-02"): 2}, counts(all))
	require.Equal(t, of(t, events[0], events[1]).Root, all.Days[3].Root, "the root of a day is that of its records")

	part, err := receipt.From(each(events...), day("2026-03-01"), day("2026-03-02"))
	require.NoError(t, err)
	require.Equal(t, days{day("0001-01-01"): 2, day("2026-03-01"): 1}, counts(part), "records without a time belong to every window")
}
