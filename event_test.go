package auditlogs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var updateEvents = flag.Bool("events.update", false, "write testdata/events anew")

// eventful is what all five record types can do.
type eventful interface {
	Key() string
	AsEvent() auditlogs.Event
}

// eventCase is a record as it comes, and the event that it is.
type eventCase struct {
	name, record string
	event        auditlogs.Event // without Record and Raw
}

// eventCases are those of one API.
type eventCases struct {
	api   auditlogs.API
	read  func(*testing.T, string) eventful
	cases []eventCase
}

func readAs[T eventful](t *testing.T, text string) eventful {
	t.Helper()
	var r T
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	return r
}

func allEventCases() []eventCases {
	type (
		event  = auditlogs.Event
		actor  = auditlogs.Actor
		target = auditlogs.Target
	)
	at := svcTime("2026-03-01T11:30:00.25Z")
	return []eventCases{
		{auditlogs.APIWaldur, readAs[auditlogs.DataAccessLog], []eventCase{
			{
				"whole", `{"uuid":"6f1c","timestamp":"2026-03-01T11:30:00.25Z","accessor_type":"staff","accessed_fields":["email"],
				"user":{"uuid":"a1","username":"alice","full_name":"Alice Lebowski"},"accessor":{"uuid":"b2","username":"sam","full_name":"Sam Staff"},
				"ip_address":"192.0.2.10","context":{"endpoint":"/api/users/a1/","method":"GET"}}`,
				event{
					ID: "6f1c", Time: at, Action: "view", Actor: actor{ID: "b2", Name: "Sam Staff", Kind: "staff"},
					Target: target{"user", "a1", "Alice Lebowski"}, SourceIP: "192.0.2.10",
				},
			},
			{
				"accessor deleted, no full name, another zone",
				`{"uuid":"6f1d","timestamp":"2026-03-01T13:30:00.25+02:00","accessor_type":"self","user":{"uuid":"a1","username":"alice"},"accessor":null,"ip_address":null}`,
				event{ID: "6f1d", Time: at, Action: "view", Actor: actor{Kind: "self"}, Target: target{"user", "a1", "alice"}},
			},
		}},
		{auditlogs.APIHuaweiEDS, readAs[auditlogs.DataAssetLog], []eventCase{
			{
				"user", `{"audit_log_id":"2a17","resource_id":"r1","resource_name":"三清山.jpg","customer_user_id":"u1","customer_user_name":"张三",
				"customer_connector_id":"c1","customer_connector_name":"连接器B","happend_time":"2026-03-01T11:30:00.25Z","action":"DOWNLOAD","description":{"purpose":"review"}}`,
				event{ID: "2a17", Time: at, Action: "DOWNLOAD", Actor: actor{ID: "u1", Name: "张三", Kind: "user"}, Target: target{"data-asset", "r1", "三清山.jpg"}},
			},
			{
				"connector alone", `{"audit_log_id":"2a18","resource_id":"r1","customer_user_id":null,"customer_user_name":null,"customer_connector_id":"c1",
				"customer_connector_name":"连接器B","happend_time":"2026-03-01T11:30:00.25Z","action":"VIEW"}`,
				event{ID: "2a18", Time: at, Action: "VIEW", Actor: actor{ID: "c1", Name: "连接器B", Kind: "connector"}, Target: target{Type: "data-asset", ID: "r1"}},
			},
			{"bare, without a time", `{"audit_log_id":"2a19","happend_time":null}`, event{ID: "2a19", Target: target{Type: "data-asset"}}},
		}},
		{auditlogs.APIAkinon, readAs[auditlogs.AuditEvent], []eventCase{
			{
				"whole", `{"uuid":"3f2b","timestamp":"2026-03-01T11:30:00.25Z","content_type":42,"object_id":1017,
				"url":"https://shop.example.org/api/v1/orders/1017/?token=abc","remote_addr":"192.0.2.10, 198.51.100.7",
				"headers":{"Authorization":"Token 0123"},"post_data":"{\"status\": \"500\"}","content":{"status":"500"},
				"user":{"id":7,"email":"staff@example.org","first_name":"Sam","last_name":"Staff","username":"sam","is_staff":true}}`,
				event{
					ID: "3f2b", Time: at, Action: "request", Actor: actor{"7", "Sam Staff", "staff@example.org", "user"},
					Target: target{Type: "42", ID: "1017"}, SourceIP: "192.0.2.10, 198.51.100.7",
				},
			},
			{
				"user as a bare id", `{"uuid":"3f2c","timestamp":"2026-03-01T11:30:00.25Z","user":7,"url":null,"content_type":42,"object_id":null}`,
				event{ID: "3f2c", Time: at, Action: "request", Actor: actor{ID: "7", Kind: "user"}, Target: target{Type: "42"}},
			},
			{
				"nobody", `{"uuid":"3f2d","timestamp":"2026-03-01T11:30:00.25Z","user":null}`,
				event{ID: "3f2d", Time: at, Action: "request"},
			},
			{
				"username alone", `{"uuid":"3f2e","timestamp":"2026-03-01T11:30:00.25Z","user":{"id":"7","username":"sam"}}`,
				event{ID: "3f2e", Time: at, Action: "request", Actor: actor{ID: "7", Name: "sam", Kind: "user"}},
			},
		}},
		{auditlogs.APIElasticPath, readAs[auditlogs.PersonalDataLog], []eventCase{
			{
				"whole", `{"id":"faf8","store_id":"s1","type":"personal_data_log_entry","initiator":{"access-token-email":"accounts@example.org",
				"access-token-id":1222341536243515939,"access-token-name":"example team","access-token-type":"client-credentials-token"},
				"time":"2026-03-01T11:30:00.25Z","event_type":"customer.event.updated","delta":{"email":"some@example.org"},
				"resource_id":"c1","resource_type":"customer"}`,
				event{
					ID: "faf8", Time: at, Action: "customer.event.updated", Target: target{Type: "customer", ID: "c1"},
					Actor: actor{"1222341536243515939", "example team", "accounts@example.org", "client-credentials-token"},
				},
			},
			{"bare", `{"id":"faf9","time":"2026-03-01T11:30:00.25Z"}`, event{ID: "faf9", Time: at}},
		}},
		{auditlogs.APIThousandEyes, readAs[auditlogs.UserEvent], []eventCase{
			{
				"whole", `{"aid":"1234","accountGroupName":"Example group","date":"2026-03-01T11:30:00.25Z","event":"Report created.","ipAddress":"99.128.0.0/11",
				"uid":"2345","user":"Jane (QA) Doe (jane@example.org)","resources":[{"type":"reportTitle","name":"Weekly"},{"type":"testName","name":"A"}]}`,
				event{
					Time: at, Action: "Report created.", Actor: actor{"2345", "Jane (QA) Doe", "jane@example.org", "user"},
					Target: target{Type: "reportTitle", Name: "Weekly"}, SourceIP: "99.128.0.0/11",
				},
			},
			{
				"failed login", `{"date":"2026-03-01T11:30:00.25Z","event":"Login failed.","user":"jane@example.org"}`,
				event{Time: at, Action: "Login failed.", Actor: actor{Email: "jane@example.org", Kind: "user"}, Outcome: auditlogs.OutcomeFailure},
			},
			{
				"failed login in the older form", `{"date":"2026-03-01T11:30:00.25Z","event":"Login failed","user":"Jane (QA)"}`,
				event{Time: at, Action: "Login failed", Actor: actor{Name: "Jane (QA)", Kind: "user"}, Outcome: auditlogs.OutcomeFailure},
			},
			{"another failure is not told", `{"date":"2026-03-01T11:30:00.25Z","event":"Login failed twice."}`, event{Time: at, Action: "Login failed twice."}},
			{"nothing", `{}`, event{}},
		}},
	}
}

// forEachEvent runs a test for every record.
func forEachEvent(t *testing.T, test func(*testing.T, eventCase, eventful)) {
	t.Helper()
	for _, api := range allEventCases() {
		for _, tc := range api.cases {
			t.Run(string(api.api)+"/"+tc.name, func(t *testing.T) {
				t.Parallel()
				tc.event.API = api.api
				test(t, tc, api.read(t, tc.record))
			})
		}
	}
}

func TestAsEvent(t *testing.T) {
	t.Parallel()
	forEachEvent(t, func(t *testing.T, tc eventCase, r eventful) {
		want := tc.event
		if want.API == auditlogs.APIThousandEyes {
			want.ID = r.Key()
		}
		want.Record, want.Raw = r, json.RawMessage(tc.record)
		require.Equal(t, want, r.AsEvent())
	})
}

func TestEventOfUserByName(t *testing.T) {
	t.Parallel()
	for user, want := range map[string]auditlogs.Actor{
		"":                                {},
		"Jane Doe":                        {Name: "Jane Doe"},
		"Jane Doe (jane@example.org)":     {Name: "Jane Doe", Email: "jane@example.org"},
		" Jane Doe  ( jane@example.org )": {Name: "Jane Doe", Email: "jane@example.org"},
		"(jane@example.org)":              {Email: "jane@example.org"},
		"Jane Doe ()":                     {Name: "Jane Doe ()"},
		"Jane Doe (a b@example.org)":      {Name: "Jane Doe (a b@example.org)"},
		"Jane Doe jane@example.org":       {Name: "Jane Doe jane@example.org"},
		"Jane (jane@example.org":          {Name: "Jane (jane@example.org"},
		"@":                               {Name: "@"},
		"(":                               {Name: "("},
		")":                               {Name: ")"},
	} {
		if want != (auditlogs.Actor{}) {
			want.Kind = "user"
		}
		require.Equal(t, want, auditlogs.UserEvent{User: user}.AsEvent().Actor, "%q", user)
	}
}

// The JSON form of events is a promise: a change of these files is one for everybody who stored events.
func TestEventJSONIsStable(t *testing.T) {
	t.Parallel()
	for _, api := range allEventCases() {
		t.Run(string(api.api), func(t *testing.T) {
			t.Parallel()
			var events []auditlogs.Event
			for _, tc := range api.cases {
				events = append(events, api.read(t, tc.record).AsEvent())
			}
			if user, ok := events[0].Record.(auditlogs.UserEvent); ok {
				user.Ordinal = 2
				events[0] = user.AsEvent()
			}
			events[0].Source = "a source"
			got, err := json.MarshalIndent(events, "", "  ")
			require.NoError(t, err)
			file := filepath.Join("testdata", "events", string(api.api)+".json")
			if *updateEvents {
				require.NoError(t, os.WriteFile(file, append(got, '\n'), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, strings.TrimSpace(string(want)), string(got))

			var again []auditlogs.Event
			require.NoError(t, json.Unmarshal(want, &again))
			for i := range again {
				requireSameEvent(t, events[i], again[i])
			}
		})
	}
}

// requireSameEvent compares events whose original JSON may differ in blanks.
func requireSameEvent(t *testing.T, want, got auditlogs.Event) {
	t.Helper()
	require.IsType(t, want.Record, got.Record)
	require.Equal(t, compacted(t, want), compacted(t, got))
}

// compacted is an event without the blanks of its original JSON.
func compacted(t *testing.T, e auditlogs.Event) auditlogs.Event {
	t.Helper()
	e = svcCompact(t, e)
	switch r := e.Record.(type) {
	case auditlogs.DataAccessLog:
		e.Record = svcCompact(t, r)
	case auditlogs.DataAssetLog:
		e.Record = svcCompact(t, r)
	case auditlogs.AuditEvent:
		e.Record = svcCompact(t, r)
	case auditlogs.PersonalDataLog:
		e.Record = svcCompact(t, r)
	case auditlogs.UserEvent:
		e.Record = svcCompact(t, r)
	}
	return e
}

func TestEventJSONComesBack(t *testing.T) {
	t.Parallel()
	forEachEvent(t, func(t *testing.T, _ eventCase, r eventful) {
		event := r.AsEvent()
		event.Source = "source"
		data, err := json.Marshal(event)
		require.NoError(t, err)
		var again auditlogs.Event
		require.NoError(t, json.Unmarshal(data, &again))
		requireSameEvent(t, event, again)
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(data), string(twice))
	})
}

func TestEventJSONOfTheEqualEvents(t *testing.T) {
	t.Parallel()
	event := auditlogs.UserEvent{Date: noon, Event: "Login.", Ordinal: 3}.AsEvent()
	data, err := json.Marshal(event)
	require.NoError(t, err)
	var again auditlogs.Event
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, event.ID, again.Record.(auditlogs.UserEvent).Key())
}

func TestEventJSONOfOthers(t *testing.T) {
	t.Parallel()
	// An API that this package does not know keeps its record as JSON.
	own := auditlogs.Event{ID: "1", API: "badge-reader", Action: "open", Raw: json.RawMessage(`{"door":3}`)}
	data, err := json.Marshal(own)
	require.NoError(t, err)
	require.Equal(t, `{"v":1,"id":"1","api":"badge-reader","action":"open","record":{"door":3}}`, string(data))
	var again auditlogs.Event
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, own, again)

	// A field of the record that was changed is written as it is now.
	changed := readAs[auditlogs.PersonalDataLog](t, `{"id":"1","store_id":"2","more":true}`).(auditlogs.PersonalDataLog)
	changed.StoreID = "3"
	data, err = json.Marshal(changed.AsEvent())
	require.NoError(t, err)
	require.Contains(t, string(data), `"more":true`)
	require.Contains(t, string(data), `"store_id":"3"`)

	for _, bad := range []string{
		`{"v":2,"id":"1"}`, `{"id":"1"}`, `{"v":0}`, `{"v":-1}`, `[]`, `{"v":1,"api":"waldur","record":7}`, `{"v":1,"time":"noon"}`,
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &again), bad)
	}
	require.NoError(t, json.Unmarshal([]byte(`{"v":1,"api":"waldur","record":null,"later":{}}`), &again))
	require.Equal(t, auditlogs.Event{API: "waldur"}, again)

	// Time is in UTC, whatever it was.
	data, err = json.Marshal(auditlogs.Event{Time: time.Date(2026, 1, 1, 0, 0, 0, 5, time.FixedZone("", 3600))})
	require.NoError(t, err)
	require.Equal(t, `{"v":1,"id":"","time":"2025-12-31T23:00:00.000000005Z"}`, string(data))
}

// The members come in the documented order, and what is empty is left out.
func TestEventJSONOrder(t *testing.T) {
	t.Parallel()
	order := []string{"v", "id", "time", "api", "source", "action", "actor", "target", "source_ip", "outcome", "ordinal", "record"}
	forEachEvent(t, func(t *testing.T, _ eventCase, r eventful) {
		data, err := json.Marshal(r.AsEvent())
		require.NoError(t, err)
		decoder := json.NewDecoder(bytes.NewReader(data))
		_, err = decoder.Token()
		require.NoError(t, err)
		last := -1
		for decoder.More() {
			name, err := decoder.Token()
			require.NoError(t, err)
			i := slices.Index(order, name.(string))
			require.Greater(t, i, last, name)
			last = i
			var value json.RawMessage
			require.NoError(t, decoder.Decode(&value))
			if name != "record" {
				require.NotContains(t, []string{`""`, `{}`, `null`}, string(value), name)
			}
		}
	})
}

// A time that has no year of JSON in UTC keeps its zone, so that its event can be written and read.
func TestEventJSONAtTheEndOfTime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"9999-12-31T23:59:59-05:00", "0000-01-01T00:00:00+05:00"} {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		for e := (auditlogs.Event{ID: "1", Time: at}); ; {
			line, err := e.MarshalJSON()
			require.NoError(t, err)
			require.Contains(t, string(line), text)
			if e.API != "" { // the second time
				break
			}
			require.NoError(t, e.UnmarshalJSON(line))
			require.True(t, e.Time.Equal(at))
			e.API = "read back"
		}
	}
}
