package ocsf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// TestNothingIsLost looks for every value of every record in its event: outside of raw_data, where the record is as a whole, and
// in raw_data.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, l := range logs() {
		events := generated(t, l, 300)
		for _, odd := range oddRecords {
			if odd.api == l.api {
				events = append(events, read(t, odd.api, odd.record))
			}
		}
		for _, v := range versions {
			t.Run(string(l.api)+"-"+string(v), func(t *testing.T) {
				t.Parallel()
				for _, e := range events {
					text, err := ocsf.Map(e, v)
					require.NoError(t, err)
					event := exactly(t, text).(object)
					if data, ok := event["raw_data"]; ok {
						require.Equal(t, string(e.Raw), data)
						delete(event, "raw_data")
					} else {
						require.Greater(t, len(e.Raw), 65535)
						record, err := json.Marshal(in(event, "unmapped", "record"))
						require.NoError(t, err)
						require.JSONEq(t, string(e.Raw), string(record))
					}
					everything := strings.Join(values(event), " ")
					for _, value := range values(exactly(t, e.Raw)) {
						for word := range strings.FieldsFuncSeq(value, between) {
							require.Contains(t, everything, word, "%s", e.Raw)
						}
					}
				}
			})
		}
	}
}

// between reports whether a character separates values in a text that has several: a chain of addresses, a name with an address.
func between(r rune) bool { return strings.ContainsRune(" ,()", r) }

func mapped(t testing.TB, e auditlogs.Event, v ocsf.Version) object {
	t.Helper()
	text, err := ocsf.Map(e, v)
	require.NoError(t, err)
	var event object
	require.NoError(t, json.Unmarshal(text, &event))
	return event
}

// exactly reads JSON, with all digits of its numbers.
func exactly(t testing.TB, text []byte) (value any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&value))
	return value
}

// values returns the scalars within a value that say something.
func values(of any) (all []string) {
	switch of := of.(type) {
	case map[string]any:
		for _, v := range of {
			all = append(all, values(v)...)
		}
	case []any:
		for _, v := range of {
			all = append(all, values(v)...)
		}
	case nil:
	default:
		all = append(all, fmt.Sprint(of))
	}
	return all
}

// TestNothingIsInvented maps the records that say least: what the schema requires is Unknown.
func TestNothingIsInvented(t *testing.T) {
	t.Parallel()
	for _, l := range logs() {
		e := auditlogs.Event{ID: "i", API: l.api, Time: time.UnixMilli(7)}
		switch l.api {
		case auditlogs.APIWaldur:
			e.Record = auditlogs.DataAccessLog{}
		case auditlogs.APIHuaweiEDS:
			e.Record = auditlogs.DataAssetLog{}
		case auditlogs.APIAkinon:
			e.Record = auditlogs.AuditEvent{}
		case auditlogs.APIElasticPath:
			e.Record = auditlogs.PersonalDataLog{}
		case auditlogs.APIThousandEyes:
			e.Record = auditlogs.UserEvent{}
		}
		event := mapped(t, e, ocsf.V1_8)
		require.Equal(t, 7.0, event["time"])
		require.Equal(t, string(l.api)+"/i", in(event, "metadata")["uid"])
		require.NotContains(t, event, "status_id")
		require.NotContains(t, event, "src_endpoint")
		require.Equal(t, 0.0, event["severity_id"])
		if l.api != auditlogs.APIWaldur { // whose log is of one activity
			require.Equal(t, 0.0, event["activity_id"])
		}
		if user, ok := event["actor"].(object)["user"].(object); ok {
			require.Equal(t, object{"name": "Unknown"}, user)
		}
	}
}

// TestActivities goes through what the logs call what was done.
func TestActivities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		api          auditlogs.API
		record       string
		kind         float64
		activityName string
	}{
		{auditlogs.APIWaldur, `{"uuid":"a"}`, 300402, "Read"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"VIEW"}`, 600614, "Open"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"DOWNLOAD"}`, 600602, "Download"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"MODIFY"}`, 600603, "Update"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"DELETE"}`, 600604, "Delete"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"FORWARD"}`, 300499, "FORWARD"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"view"}`, 300499, "view"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a","action":"NONE"}`, 300400, "Unknown"},
		{auditlogs.APIHuaweiEDS, `{"audit_log_id":"a"}`, 300400, "Unknown"},
		{auditlogs.APIAkinon, `{"uuid":"a"}`, 600100, "Unknown"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"Accept":"*/*"}}`, 600100, "Unknown"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"brew"}}`, 600100, "Unknown"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"GET"}}`, 600302, "Read"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"Request-Method":"HEAD"}}`, 600302, "Read"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{":method":"PUT"}}`, 600303, "Update"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"PATCH"}}`, 600303, "Update"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"DELETE"}}`, 600304, "Delete"},
		{auditlogs.APIAkinon, `{"uuid":"a","headers":{"REQUEST_METHOD":"POST"}}`, 600399, "POST"},
		{auditlogs.APIElasticPath, `{"id":"a","event_type":"customer.event.created"}`, 300401, "Create"},
		{auditlogs.APIElasticPath, `{"id":"a","event_type":"customer.event.updated"}`, 300403, "Update"},
		{auditlogs.APIElasticPath, `{"id":"a","event_type":"customer.event.deleted"}`, 300404, "Delete"},
		{auditlogs.APIElasticPath, `{"id":"a","event_type":"customer.event.merged"}`, 300499, "customer.event.merged"},
		{auditlogs.APIElasticPath, `{"id":"a","event_type":"created"}`, 300499, "created"},
		{auditlogs.APIElasticPath, `{"id":"a"}`, 300400, "Unknown"},
		{auditlogs.APIThousandEyes, `{"event":"Login."}`, 300201, "Logon"},
		{auditlogs.APIThousandEyes, `{"event":"login failed"}`, 300201, "Logon"},
		{auditlogs.APIThousandEyes, `{"event":"User logged out."}`, 300202, "Logoff"},
		{auditlogs.APIThousandEyes, `{"event":"Login settings updated."}`, 300403, "Update"},
		{auditlogs.APIThousandEyes, `{"event":"Report created."}`, 300401, "Create"},
		{auditlogs.APIThousandEyes, `{"event":"Test viewed"}`, 300402, "Read"},
		{auditlogs.APIThousandEyes, `{"event":"User role changed."}`, 300403, "Update"},
		{auditlogs.APIThousandEyes, `{"event":"Label deleted."}`, 300404, "Delete"},
		{auditlogs.APIThousandEyes, `{"event":"Agent enabled."}`, 300408, "Enable"},
		{auditlogs.APIThousandEyes, `{"event":"Agent disabled."}`, 300409, "Disable"},
		{auditlogs.APIThousandEyes, `{"event":"Created by chance."}`, 300499, "Created by chance."},
		{auditlogs.APIThousandEyes, `{"aid":"1"}`, 300400, "Unknown"},
	} {
		for _, v := range versions {
			e := read(t, c.api, c.record)
			event := mapped(t, e, v)
			require.Equal(t, c.kind, event["type_uid"], c.record)
			require.Equal(t, c.activityName, event["activity_name"], c.record)
			if official := schemaAtHand(t, v); official != nil {
				text, err := ocsf.Map(e, v)
				require.NoError(t, err)
				require.Empty(t, official.check(text), c.record)
			}
		}
	}
}

// TestOperationOfTheCaller knows what was done if the caller says so.
func TestOperationOfTheCaller(t *testing.T) {
	t.Parallel()
	e := read(t, auditlogs.APIAkinon, `{"uuid":"a","object_id":7,"content_type":4}`)
	e.Action = "refund order"
	event := mapped(t, e, ocsf.V1_8)
	require.Equal(t, 600399.0, event["type_uid"])
	require.Equal(t, object{"operation": "refund order"}, event["api"])
	require.Equal(t, object{"name": "Unknown"}, event["src_endpoint"])
	require.Equal(t, []any{object{"uid": "7", "type": "4"}}, event["resources"])
}

// TestRedactedEvents has no secret in any part of an event.
func TestRedactedEvents(t *testing.T) {
	t.Parallel()
	for api, record := range map[auditlogs.API]string{
		auditlogs.APIAkinon: `{"uuid":"a","url":"https://h/p?token=s3cr3t","headers":{"Authorization":"Token s3cr3t","REQUEST_METHOD":"POST"},
			"query_params":{"token":"s3cr3t"},"post_data":"password=s3cr3t","content":{"api_key":"s3cr3t"},"object_id":1}`,
		auditlogs.APIElasticPath: `{"id":"a","delta":{"email":"s3cr3t","more":{"name":"s3cr3t"}}}`,
	} {
		e := read(t, api, record)
		for _, v := range versions {
			open, err := ocsf.Map(e, v)
			require.NoError(t, err)
			require.Contains(t, string(open), "s3cr3t")
			for _, e := range []auditlogs.Event{e.Redacted(), without(e.Redacted())} {
				text, err := ocsf.Map(e, v)
				require.NoError(t, err)
				require.NotContains(t, string(text), "s3cr3t")
				require.Contains(t, string(text), "[redacted]")
			}
		}
	}
}

// TestRefusedEvents says why an event cannot be mapped.
func TestRefusedEvents(t *testing.T) {
	t.Parallel()
	good := read(t, auditlogs.APIWaldur, `{"uuid":"a"}`)
	noTime, early, late, foreign := good, good, good, good
	noTime.Time = time.Time{}
	early.Time = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
	late.Time = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))
	foreign.Record = nil
	broken := good
	broken.Raw, broken.Record = nil, failing{}
	for _, c := range []struct {
		event   auditlogs.Event
		version ocsf.Version
		want    error
	}{
		{good, "1.7.0", ocsf.ErrUnknownVersion},
		{good, "", ocsf.ErrUnknownVersion},
		{noTime, ocsf.V1_8, ocsf.ErrNoTime},
		{early, ocsf.V1_8, ocsf.ErrNoTime},
		{late, ocsf.V1_8, ocsf.ErrNoTime},
		{foreign, ocsf.V1_8, ocsf.ErrUnknownRecord},
		{auditlogs.Event{Time: good.Time, Record: &auditlogs.UserEvent{}}, ocsf.V1_3, ocsf.ErrUnknownRecord},
		{broken, ocsf.V1_8, errFailing},
	} {
		text, err := ocsf.Map(c.event, c.version)
		require.ErrorIs(t, err, c.want)
		require.Nil(t, text)
	}
}

var errFailing = errors.New("failing")

type failing struct{}

func (failing) MarshalJSON() ([]byte, error) { return nil, errFailing }

// TestRawThatIsNoJSON stays JSON, whatever a caller gives as Raw.
func TestRawThatIsNoJSON(t *testing.T) {
	t.Parallel()
	official := schemaOf(t, ocsf.V1_8)
	for _, raw := range []string{
		`{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":}`, `{"a":1`, `{"a":[1`, `{"a":"\`, `{"a\":1}`, `{"a":tru}`, `{"\q":1}`, `{"a":"\x01"}`, "{\"a\":\"\n\"}",
		`[]`, `"x"`, `7`, `null`, "{\"\xff\":\"\xfe\"}", `{"a":1}{"b":2}`, `{"a":1,"a":2,"b":3}`, `{"context":{"method":"GET}}`, `{:,,"a":1}`, "\x00",
		"{\"a\":[1,\r2]}", "{\"a\":[1,\n2]}", `{"a":01}`, `{"a":}}`, `{"user":{"uuid":"x"},"user":{"b":[{"c":"}"}]}}`,
	} {
		e := read(t, auditlogs.APIWaldur, `{"uuid":"a"}`)
		e.Raw = []byte(raw)
		text, err := ocsf.Map(e, ocsf.V1_8)
		require.NoError(t, err)
		require.Empty(t, official.check(text), "%q: %s", raw, text)
	}
}

// TestRawOfAnotherRecord keeps what the record does not know.
func TestRawOfAnotherRecord(t *testing.T) {
	t.Parallel()
	e := read(t, auditlogs.APIAkinon, `{"uuid":"a"}`)
	e.Raw = []byte(`{"uuid":"a","user":7}`)
	require.Equal(t, object{"user": 7.0}, mapped(t, e, ocsf.V1_8)["unmapped"])
}

// FuzzMap maps any record with any bytes beside it, and gets JSON: an event, where the official schema is at hand.
func FuzzMap(f *testing.F) {
	official := map[ocsf.Version]*schema{}
	for _, v := range versions {
		official[v] = schemaAtHand(f, v)
	}
	for _, odd := range oddRecords {
		if len(odd.record) < len(long) {
			f.Add(odd.record, `{"a":"b"}`)
			f.Add(odd.record, odd.record)
		}
	}
	f.Fuzz(func(t *testing.T, record, raw string) {
		for _, l := range logs() {
			e, ok := fuzzed(l.api, record)
			if !ok {
				continue
			}
			for _, e := range []auditlogs.Event{e, {ID: e.ID, API: e.API, Time: e.Time, Record: e.Record, Raw: []byte(raw)}} {
				for _, v := range versions {
					text, err := ocsf.Map(e, v)
					if err != nil {
						require.ErrorIs(t, err, ocsf.ErrNoTime)
						continue
					}
					require.True(t, json.Valid(text) && utf8.Valid(text), "%s", text)
					if s := official[v]; s != nil {
						require.Empty(t, s.check(text), "%s", text)
					}
				}
			}
		}
	})
}

func fuzzed(api auditlogs.API, record string) (e auditlogs.Event, ok bool) {
	event, err := json.Marshal(map[string]any{"v": 1, "id": "i", "api": api, "time": time.Unix(7, 0), "record": json.RawMessage(record)})
	if err != nil {
		return e, false
	}
	return e, json.Unmarshal(event, &e) == nil && e.Record != nil
}
