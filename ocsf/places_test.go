package ocsf_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// TestPlaces looks up where records put what is unusual in them; nil is nowhere.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		api    auditlogs.API
		record string
		place  string
		want   any
	}{
		{auditlogs.APIWaldur, `{"uuid":"a","accessor_type":"user"}`, "actor.user.type_id", 1.0},
		{auditlogs.APIWaldur, `{"uuid":"a","accessor_type":"user"}`, "actor.user.type", "User"},
		{auditlogs.APIWaldur, `{"uuid":"a","accessor_type":"staff"}`, "actor.user.type", "staff"},
		{auditlogs.APIWaldur, `{"uuid":"a","user":{"uuid":"u","more":[1]}}`, "unmapped.user", object{"more": []any{1.0}}},
		{auditlogs.APIWaldur, `{"uuid":"a","user":{"uuid":"u"}}`, "entity.user", object{"uid": "u"}},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"method":"GET HEAD"}}`, "http_request", nil},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"method":"GET HEAD"}}`, "unmapped.context.method", "GET HEAD"},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"method":"PATCH"}}`, "http_request.http_method", "PATCH"},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"/a","endpoint":"/b"}}`, "http_request.url.path", "/b"},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"/a","endpoint":"/b"}}`, "unmapped", nil},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{` + strings.Repeat(`"x":1,`, 100) + `"x":2}}`, "unmapped.context", object{"x": 2.0}},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"/a\\","x":"\""}}`, "http_request.url.path", `/a\`},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"/a\\","x":"\""}}`, "unmapped.context", object{"x": `"`}},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"endpoint":"\ud800"}}`, "raw_data", `{"uuid":"a","context":{"endpoint":"\ud800"}}`},
		{auditlogs.APIWaldur, `{"uuid":"a","context":{"e":1,"\u0065":2}}`, "unmapped.record", `{"uuid":"a","context":{"e":1,"\u0065":2}}`},
		{auditlogs.APIWaldur, `{"uuid":"a","ip_address":"fe80::1%a\nb"}`, "src_endpoint", object{"name": "fe80::1%a\nb"}},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","happend_time":1700000000}`, "time", 1700000000000.0},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","happend_time":1700000000}`, "unmapped.happend_time", 1700000000.0},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","happend_time":"2026-03-01 19:30:00+0800"}`, "metadata.original_time", "2026-03-01 19:30:00+0800"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","happend_time":"2026-03-01 19:30:00+0800"}`, "time_dt", "2026-03-01T11:30:00Z"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","customer_user_id":"u"}`, "actor.user", object{"uid": "u"}},
		{auditlogs.APIAkinon, `{"uuid":"a","timestamp":"2026-03-01 11:30:00.123456"}`, "time", 1772364600123.0},
		{auditlogs.APIAkinon, `{"uuid":"a","timestamp":"2026-03-01 11:30:00.123456"}`, "time_dt", "2026-03-01T11:30:00.123456Z"},
		{auditlogs.APIAkinon, `{"uuid":"a","url":"/p?next=https://x/y"}`, "web_resources.name", "/p"},
		{auditlogs.APIAkinon, `{"uuid":"a","url":"https://h#/p"}`, "web_resources.name", "Unknown"},
		{auditlogs.APIAkinon, `{"uuid":"a","url":"https://h/p#f"}`, "web_resources.name", "/p"},
		{auditlogs.APIAkinon, `{"uuid":"a","object_id":1,"url":"https://h/p"}`, "web_resources.name", nil},
		{auditlogs.APIAkinon, `{"uuid":"a","user":7}`, "actor.user", object{"uid": "7"}},
		{auditlogs.APIAkinon, `{"uuid":"a","user":7}`, "unmapped", nil},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"GET"},"headers":{"REQUEST_METHOD":"DELETE"}}`, "activity_name", "Delete"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"GE\u0054"}}`, "class_uid", 6001.0},
		{auditlogs.APIAkinon, `{"uuid":"a","remote_addr":"192.0.2.1,"}`, "src_endpoint", object{"ip": "192.0.2.1"}},
		{auditlogs.APIAkinon, `{"uuid":"a","content":{"a":1,"a":2}}`, "unmapped", object{"record": `{"uuid":"a","content":{"a":1,"a":2}}`}},
		{auditlogs.APIElasticPath, `{"id":"a","initiator":{"access-token-type":"user","access-token-id":"1"}}`, "actor.user.type", "User"},
		{auditlogs.APIElasticPath, `{"id":"a","initiator":{"access-token-id":12345678901234567890}}`, "actor.user.uid", "12345678901234567890"},
		{auditlogs.APIThousandEyes, `{"event":"Login.","resources":[{"type":"t","name":"n"}]}`, "unmapped.resources", []any{object{"type": "t", "name": "n"}}},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","resources":[{"type":"t","name":"n"}]}`, "unmapped", nil},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","resources":[{"type":"t","name":"n","id":7}]}`, "unmapped.resources.id", 7.0},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","resources":[]}`, "unmapped", nil},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","user":"Z (z@example.org)"}`, "actor.user.type_id", nil},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","user":"Z (z@example.org)"}`, "unmapped", nil},
		{auditlogs.APIThousandEyes, `{"event":"Report created.","user":"Z (z@localhost)"}`, "unmapped.user", "Z (z@localhost)"},
		{auditlogs.APIThousandEyes, `{"event":" Report created. "}`, "activity_name", "Create"},
	} {
		event := mapped(t, read(t, c.api, c.record), ocsf.V1_8)
		require.Equal(t, c.want, at(event, c.place), "%s: %s", c.record, c.place)
	}
}

// TestMethods knows all HTTP methods of the official schema.
func TestMethods(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		methods := schemaOf(t, v).Objects["http_request"].Attributes["http_method"].Enum
		require.NotEmpty(t, methods)
		for method := range methods {
			waldur := mapped(t, read(t, auditlogs.APIWaldur, `{"uuid":"a","context":{"method":"`+method+`"}}`), v)
			require.Equal(t, object{"http_method": method}, waldur["http_request"])
			akinon := mapped(t, read(t, auditlogs.APIAkinon, `{"uuid":"a","headers":{":method":"`+method+`"}}`), v)
			require.Equal(t, object{"http_method": method}, akinon["http_request"])
		}
	}
}

// TestForeignRaw maps bytes beside a record that are not its own: what they lack is not there, and what they have is unmapped.
func TestForeignRaw(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]any{
		``:                            nil, // the record is written
		` `:                           nil,
		`{"context":{"method":"GETx`:  `{"context":{"method":"GETx`,
		`{"context":{"endpoint":"/ax`: `{"context":{"endpoint":"/ax`,
		`{"uuid":"b"}`:                nil,
		`{"a":1}`:                     nil,
		`[1,{"a":2}]`:                 nil,
	} {
		e := read(t, auditlogs.APIWaldur, `{"uuid":"a","context":{"x":1}}`)
		e.Raw = []byte(raw)
		event := mapped(t, e, ocsf.V1_8)
		require.NotContains(t, event, "http_request", raw)
		require.Equal(t, want, at(event, "unmapped.record"), raw)
		if raw != "" {
			require.Equal(t, raw, event["raw_data"])
		} else {
			require.Equal(t, object{"context": object{"x": 1.0}}, event["unmapped"])
		}
	}
}

// TestRawWithoutMembers takes what has a place from the event, whatever the bytes beside it lack.
func TestRawWithoutMembers(t *testing.T) {
	t.Parallel()
	official := schemaOf(t, ocsf.V1_8)
	for api, records := range fullRecords {
		for _, record := range records {
			e := read(t, api, record)
			e.Raw = []byte(`{}`)
			text, err := ocsf.Map(e, ocsf.V1_8)
			require.NoError(t, err)
			require.Empty(t, official.check(text))
			require.NotContains(t, mapped(t, e, ocsf.V1_8), "unmapped")
		}
	}
}

// TestNothingIsKept maps events one after the other, of which the later ones have less.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	full := read(t, auditlogs.APIElasticPath, fullRecords[auditlogs.APIElasticPath][0])
	empty := read(t, auditlogs.APIWaldur, `{"uuid":"a"}`)
	alone := mapped(t, empty, ocsf.V1_3)
	require.NotContains(t, alone["metadata"], "tenant_uid")
	for range 100 {
		require.NotEmpty(t, in(mapped(t, full, ocsf.V1_3), "metadata")["tenant_uid"])
		require.Equal(t, alone, mapped(t, empty, ocsf.V1_3))
	}
}

// TestEventOfAnotherAPI maps events whose API a caller left out, or mixed up: the record says what they are.
func TestEventOfAnotherAPI(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogs.API{"", auditlogs.APIAkinon, `x"`} {
		e := read(t, auditlogs.APIWaldur, `{"uuid":"a","timestamp":"2026-03-01T11:30:00Z"}`)
		e.API = api
		metadata := in(mapped(t, e, ocsf.V1_3), "metadata")
		require.Equal(t, "waldur/a", metadata["uid"])
		require.Equal(t, "Waldur", in(metadata, "product")["name"])
		require.Equal(t, "2026-03-01T11:30:00Z", metadata["original_time"])
	}
}

// TestFieldsOfTheCaller prefers what a caller wrote into the event to what the record says.
func TestFieldsOfTheCaller(t *testing.T) {
	t.Parallel()
	e := read(t, auditlogs.APIWaldur, `{"uuid":"a","accessor":{"username":"u","full_name":"U"},"user":{"username":"v","full_name":"V"}}`)
	e.Time = time.Date(2026, 3, 1, 13, 30, 0, 0, time.FixedZone("", 7200))
	e.Actor.Name, e.Target.Name = "somebody", "somebody else"
	event := mapped(t, e, ocsf.V1_8)
	require.Equal(t, "2026-03-01T11:30:00Z", event["time_dt"])
	require.Equal(t, object{"name": "somebody"}, in(event, "actor", "user"))
	require.Equal(t, object{"name": "somebody else"}, in(event, "entity", "user"))
	require.Equal(t, "somebody else", in(event, "entity")["name"])
}

// TestLongTexts leaves out what 1.3.0 does not allow, also what only the caller gave.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	official := schemaOf(t, ocsf.V1_3)
	most := strings.Repeat("x", 65535)
	for size, there := range map[int]bool{65535: true, 65536: false} {
		e := read(t, auditlogs.APIAkinon, `{"uuid":"a"}`)
		e.ID = most[:min(size, 65535)-len("akinon/")] + strings.Repeat("x", size-65535)
		e.Source = strings.Repeat("x", size)
		e.Action = strings.Repeat("x", size)
		e.Raw = []byte(`{"timestamp":"` + strings.Repeat("x", size-2) + `","more":"` + most + `"}`)
		text, err := ocsf.Map(e, ocsf.V1_3)
		require.NoError(t, err)
		require.Empty(t, official.check(text))
		var event object
		require.NoError(t, json.Unmarshal(text, &event))
		for _, place := range []string{"metadata.uid", "metadata.log_name", "metadata.event_code", "metadata.original_time"} {
			require.Equal(t, there, at(event, place) != nil, "%s: %d", place, size)
		}
		require.Equal(t, most, at(event, "unmapped.record.more"))
	}
}
