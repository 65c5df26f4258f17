package auditlogsreceiver

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogsreceiver/internal/metadata"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

var noon = time.Date(2025, 3, 20, 12, 0, 0, 123456789, time.UTC)

// attributeCase is an event and the attributes of its log record.
type attributeCase struct {
	event auditlogs.Event
	want  map[string]any
}

func attributeCases() map[string]attributeCase {
	return map[string]attributeCase{
		"waldur": {
			auditlogs.DataAccessLog{
				UUID: "u1", Timestamp: noon, AccessorType: "staff", IPAddress: "192.0.2.10", User: auditlogs.UserRef{UUID: "a1", Username: "jane", FullName: "Jane Doe"},
				Accessor: &auditlogs.UserRef{UUID: "s1", Username: "sam", FullName: "Sam Staff"},
			}.AsEvent(),
			map[string]any{
				"log.record.uid": "waldur/u1", "client.address": "192.0.2.10", "user.id": "s1", "user.name": "sam", "user.full_name": "Sam Staff",
				"auditlogs.action": "view", "auditlogs.actor.kind": "staff",
				"auditlogs.target.type": "user", "auditlogs.target.id": "a1", "auditlogs.target.name": "Jane Doe",
			},
		},
		"waldur, deleted": {
			auditlogs.DataAccessLog{UUID: "u2", Timestamp: noon, User: auditlogs.UserRef{UUID: "a1"}}.AsEvent(),
			map[string]any{"log.record.uid": "waldur/u2", "auditlogs.action": "view", "auditlogs.target.type": "user", "auditlogs.target.id": "a1"},
		},
		"huawei, a user": {
			auditlogs.DataAssetLog{AuditLogID: "l1", HappenedTime: noon, Action: "VIEW", CustomerUserID: "c1", CustomerUserName: "li", ResourceID: "r1", ResourceName: "sales"}.AsEvent(),
			map[string]any{
				"log.record.uid": "huawei-eds/l1", "user.id": "c1", "user.name": "li", "auditlogs.action": "VIEW", "auditlogs.actor.kind": "user",
				"auditlogs.target.type": "data-asset", "auditlogs.target.id": "r1", "auditlogs.target.name": "sales",
			},
		},
		"huawei, a connector": {
			auditlogs.DataAssetLog{AuditLogID: "l2", HappenedTime: noon, CustomerConnectorID: "c2", CustomerConnectorName: "edge"}.AsEvent(),
			map[string]any{
				"log.record.uid": "huawei-eds/l2", "auditlogs.actor.id": "c2", "auditlogs.actor.name": "edge", "auditlogs.actor.kind": "connector",
				"auditlogs.target.type": "data-asset",
			},
		},
		"akinon, a chain": {
			auditlogs.AuditEvent{
				UUID: "e1", Timestamp: noon, RemoteAddr: "203.0.113.1, 10.0.0.1", ContentType: 7, ObjectID: 8,
				User: &auditlogs.AuditEventUser{ID: "3", Email: "a@example.org", FirstName: "A", LastName: "B", Username: "ab"},
			}.AsEvent(),
			map[string]any{
				"log.record.uid": "akinon/e1", "auditlogs.source_ip": "203.0.113.1, 10.0.0.1", "user.id": "3", "user.name": "ab", "user.full_name": "A B",
				"user.email": "a@example.org", "auditlogs.action": "request", "auditlogs.actor.kind": "user", "auditlogs.target.type": "7", "auditlogs.target.id": "8",
			},
		},
		"elastic path, a token": {
			auditlogs.PersonalDataLog{
				ID: "p1", Time: noon, EventType: "customer.updated", ResourceType: "customer", ResourceID: "c1",
				Initiator: auditlogs.Initiator{TokenEmail: "s@example.org", TokenID: "t1", TokenName: "seller", TokenType: "client-credentials-token"},
			}.AsEvent(),
			map[string]any{
				"log.record.uid": "elasticpath/p1", "user.email": "s@example.org", "auditlogs.actor.id": "t1", "auditlogs.actor.name": "seller",
				"auditlogs.actor.kind": "client-credentials-token", "auditlogs.action": "customer.updated",
				"auditlogs.target.type": "customer", "auditlogs.target.id": "c1",
			},
		},
		"thousandeyes, refused": {
			auditlogs.UserEvent{Date: noon, Event: "Login failed.", IPAddress: "198.51.100.0/24", UserID: "9", User: "Jane Doe (jane@example.org)"}.AsEvent(),
			map[string]any{
				"auditlogs.source_ip": "198.51.100.0/24", "user.id": "9", "user.full_name": "Jane Doe", "user.email": "jane@example.org",
				"auditlogs.action": "Login failed.", "auditlogs.actor.kind": "user", "auditlogs.outcome": "failure",
			},
		},
		"bytes that are no text": {
			auditlogs.Event{ID: "x", API: "waldur", Time: noon, Action: "a\xffb", Raw: json.RawMessage(`{}`)},
			map[string]any{"log.record.uid": "waldur/x", "auditlogs.action": "a\uFFFDb"},
		},
	}
}

// The attributes of each kind of record.
func TestAttributes(t *testing.T) {
	t.Parallel()
	for name, tc := range attributeCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.event.API == auditlogs.APIThousandEyes {
				tc.want["log.record.uid"] = "thousandeyes/" + tc.event.ID
			}
			require.Equal(t, tc.want, converted(t, &Config{Body: BodyRecord}, raw(t, tc.event)).Attributes().AsRaw())
		})
	}
}

// raw gives an event the original record that an API would have sent.
func raw(t *testing.T, e auditlogs.Event) auditlogs.Event {
	t.Helper()
	if e.Raw == nil {
		text, err := json.Marshal(e.Record)
		require.NoError(t, err)
		e.Raw = text
	}
	return e
}

// converted returns the one log record of an event.
func converted(t *testing.T, config *Config, e auditlogs.Event) plog.LogRecord {
	t.Helper()
	logs, err := newConverter(config, "waldur/prod", "https://audit.example.com:8443/api", "1.2.3").logs([]auditlogs.Event{e})
	require.NoError(t, err)
	require.Equal(t, 1, logs.LogRecordCount())
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
}

// What is around the body: times, resource and scope.
func TestLogRecord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := auditlogs.Event{ID: "u1", API: "waldur", Time: noon, Raw: json.RawMessage(`{"b":1,"a":[true,null,"x",1.5,{}]}`)}
		logs, err := newConverter(&Config{Body: BodyRecord}, "waldur/prod", "https://[2001:db8::1]:8443/api", "1.2.3").logs([]auditlogs.Event{e, e})
		require.NoError(t, err)
		require.Equal(t, 1, logs.ResourceLogs().Len())
		resource := logs.ResourceLogs().At(0)
		require.Equal(t, map[string]any{
			"auditlogs.source": "waldur/prod", "auditlogs.api": "waldur", "server.address": "2001:db8::1", "server.port": int64(8443),
		}, resource.Resource().Attributes().AsRaw())
		require.Regexp(t, `^https://opentelemetry.io/schemas/1\.\d+\.0$`, resource.SchemaUrl())
		require.Equal(t, 1, resource.ScopeLogs().Len())
		scope := resource.ScopeLogs().At(0)
		require.Equal(t, metadata.ScopeName, scope.Scope().Name())
		require.Equal(t, "1.2.3", scope.Scope().Version())
		require.Equal(t, 2, scope.LogRecords().Len())
		l := scope.LogRecords().At(1)
		require.Equal(t, noon, l.Timestamp().AsTime())
		require.Equal(t, time.Now().UTC(), l.ObservedTimestamp().AsTime())
		require.Equal(t, plog.SeverityNumberUnspecified, l.SeverityNumber())
		require.Empty(t, l.SeverityText())
		require.Equal(t, `{"a":[true,null,"x",1.5,{}],"b":1}`, l.Body().AsString())
	})
}

// A time that a log record cannot hold is left out.
func TestOddTimes(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{{}, noon.AddDate(-100, 0, 0), noon.AddDate(500, 0, 0)} {
		e := auditlogs.Event{ID: "u1", API: "waldur", Time: at, Raw: json.RawMessage(`{}`)}
		require.Zero(t, converted(t, &Config{Body: BodyRecord}, e).Timestamp())
	}
}

// The body is the OCSF event that package ocsf makes, in the version that is set, or the record.
func TestBody(t *testing.T) {
	t.Parallel()
	e := raw(t, auditlogs.DataAccessLog{UUID: "u1", Timestamp: noon, User: auditlogs.UserRef{UUID: "a1"}, AccessedFields: []string{"email"}}.AsEvent())
	for _, version := range []ocsf.Version{ocsf.V1_8, ocsf.V1_3} {
		want, err := ocsf.Map(e, version)
		require.NoError(t, err)
		got := converted(t, &Config{Body: BodyOCSF, OCSFVersion: string(version)}, e).Body()
		require.JSONEq(t, string(want), got.AsString())
		inner, _ := got.Map().Get("metadata")
		stated, _ := inner.Map().Get("version")
		require.Equal(t, string(version), stated.Str())
	}
	require.JSONEq(t, string(e.Raw), converted(t, &Config{Body: BodyRecord}, e).Body().AsString())

	e.Time = time.Time{} // of which there is no OCSF event
	l := converted(t, &Config{Body: BodyOCSF, OCSFVersion: string(ocsf.V1_8)}, e)
	require.JSONEq(t, string(e.Raw), l.Body().AsString())
	require.NotEmpty(t, attribute(l, keyBodyError))

	e.Raw = json.RawMessage(`{"a":`)
	_, err := newConverter(&Config{Body: BodyRecord}, "waldur/prod", "", "").logs([]auditlogs.Event{e})
	require.ErrorContains(t, err, `the record "waldur/u1" cannot be written as a log record`)
}

// With redact, no value that Event.Redacted masks is in a log record.
func TestRedact(t *testing.T) {
	t.Parallel()
	e := raw(t, auditlogs.AuditEvent{UUID: "e1", Timestamp: noon, Headers: json.RawMessage(`{"Cookie":"hunter2"}`)}.AsEvent())
	for _, body := range []string{BodyOCSF, BodyRecord} {
		config := &Config{Body: body, OCSFVersion: string(ocsf.V1_8)}
		require.Contains(t, text(t, converted(t, config, e)), "hunter2")
		config.Redact = true
		require.NotContains(t, text(t, converted(t, config, e)), "hunter2")
	}
}

// text returns a log record as JSON.
func text(t *testing.T, l plog.LogRecord) string {
	t.Helper()
	logs := plog.NewLogs()
	l.CopyTo(logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
	got, err := new(plog.JSONMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	return string(got)
}

// A number stays what it is, or becomes a text with the same digits.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"0": int64(0), "-1": int64(-1), "9223372036854775807": int64(9223372036854775807), "-9223372036854775808": int64(-9223372036854775808),
		"9223372036854775808": "9223372036854775808", "9223372036854775809": "9223372036854775809", "12345678901234567890": "12345678901234567890",
		"18446744073709551616": "18446744073709551616", "1e3": 1000.0, "1E+3": 1000.0, "1.0": 1.0, "1.10": 1.1, "0.1": 0.1, "-0.25e-3": -0.00025, "100000000000000000000": 1e20,
		"0.1000000000000000055511151231257827": "0.1000000000000000055511151231257827", "1e400": "1e400", "-1e-400": "-1e-400", "0e400": 0.0,
		"1e99999999999999999999": "1e99999999999999999999", "5e-324": 5e-324, "123456789.123456789": "123456789.123456789",
	} {
		v := pcommon.NewValueEmpty()
		require.NoError(t, putJSON(v, []byte(text)), text)
		require.Equal(t, want, v.AsRaw(), text)
	}
}

// Members keep their order, and JSON that is none is an error.
func TestJSON(t *testing.T) {
	t.Parallel()
	v := pcommon.NewValueEmpty()
	require.NoError(t, putJSON(v, []byte(`{"z":1,"a":{"y":[[]],"b":"\ud800"},"m":null}`)))
	var names []string
	for name := range v.Map().All() {
		names = append(names, name)
	}
	require.Equal(t, []string{"z", "a", "m"}, names)
	require.Equal(t, map[string]any{"z": int64(1), "a": map[string]any{"y": []any{[]any{}}, "b": "\uFFFD"}, "m": nil}, v.AsRaw())
	for _, text := range []string{``, `{`, `{"a"`, `{"a":}`, `[1`, `[1,]`, `{} {}`, `nul`, `{1:2}`, `"a`, `{"a":[{"b":`} {
		require.Error(t, putJSON(pcommon.NewValueEmpty(), []byte(text)), text)
	}
	require.NoError(t, putJSON(v, []byte(`{"a":{"b":1},"a":2}`)))
	require.Equal(t, map[string]any{"a": int64(2)}, v.AsRaw(), "the last of two equal names counts")
}
