package auditlogs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// oddTexts are texts as they stand in JSON, and what they say.
var oddTexts = map[string]struct{ wire, text string }{
	"Latin-1":            {"Jos\xe9 M\xfcller", "Jos\uFFFD M\uFFFDller"},
	"bytes in a row":     {"a\xff\xfe\x80b", "a\uFFFD\uFFFD\uFFFDb"},
	"cut within a rune":  {"a\xe4\xb8", "a\uFFFD\uFFFD"},
	"surrogate as bytes": {"a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb"},
	"with an escape":     {"\\u00e9\xff\\n", "\u00e9\uFFFD\n"},
	"high surrogate":     {`a\ud800b`, "a\uFFFDb"},
	"low surrogate":      {`a\udc00`, "a\uFFFD"},
	"surrogates reversed": {
		`a\udc00\ud800`, "a\uFFFD\uFFFD",
	},
	"pair of surrogates": {`a\ud83d\ude00`, "a\U0001F600"},
	"NUL":                {`a\u0000b`, "a\x00b"},
	"mark":               {"\uFEFFa", "\uFEFFa"},
	"replacement":        {"a\uFFFDb", "a\uFFFDb"},
}

// A text that is no UTF-8, or half a character, makes neither a record unreadable nor the JSON of records and events
// invalid.
func TestOddTexts(t *testing.T) {
	t.Parallel()
	oddRecords(t, "Waldur", `[{"uuid":"6f1c9f0a5d7e4b0f9f1d2a3b4c5d6e7f","timestamp":"2026-01-14T09:26:53Z","accessor_type":"~","accessed_fields":["~"],`+
		`"user":{"uuid":"a1","username":"~","full_name":"~"},"accessor":{"uuid":"b2","username":"~"},"ip_address":"~","context":{"~":"~"},"odd ~":["~"]}]`,
		func(c *auditlogs.Client) svcLister[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter] {
			return c.DataAccessLogs
		},
		auditlogs.DataAccessLogFilter{}, func(r *auditlogs.DataAccessLog) *string { return &r.User.Username })
	oddRecords(t, "Huawei", `{"data":[{"audit_log_id":"2a178fd057834c13a4570a1b2c3d4e5f","resource_id":"bd","resource_name":"~","customer_user_name":"~",`+
		`"happend_time":"2023-12-01T16:10:28Z","action":"~","description":{"~":"~"},"odd ~":{"~":"~"}}],"offset":0,"limit":10,"total_count":1}`,
		func(c *auditlogs.Client) svcLister[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter] {
			return c.DataAssetLogs
		},
		auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c"}, func(r *auditlogs.DataAssetLog) *string { return &r.ResourceName })
	oddRecords(t, "Akinon", `{"count":1,"next":null,"previous":null,"results":[{"uuid":"3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b","timestamp":"2026-01-14T13:48:15Z",`+
		`"content_type":42,"object_id":1,"url":"~","remote_addr":"~","headers":{"User-Agent":"~","~":"~"},"query_params":{"~":"~"},"post_data":"~",`+
		`"content":{"~":["~"]},"user":{"id":7,"email":"~","odd":"~"},"odd ~":"~"}]}`,
		func(c *auditlogs.Client) svcLister[auditlogs.AuditEvent, auditlogs.AuditEventFilter] {
			return c.AuditEvents
		},
		auditlogs.AuditEventFilter{}, func(r *auditlogs.AuditEvent) *string { return &r.URL })
	oddRecords(t, "Elastic Path", `{"data":[{"id":"faf8c40f-a680-40ae-b7bc-78533bbdd8c3","type":"personal_data_log_entry","initiator":{"access-token-email":"~",`+
		`"access-token-name":"~","odd ~":"~"},"time":"2022-04-29T10:51:14.374Z","event_type":"~","delta":{"~":"~"},"resource_id":"r","resource_type":"~"}],`+
		`"meta":{"results":{"total":1},"page":{"limit":100,"offset":0,"current":1,"total":1}},"links":{"next":null}}`,
		func(c *auditlogs.Client) svcLister[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter] {
			return c.PersonalDataLogs
		},
		auditlogs.PersonalDataLogFilter{ResourceType: "t", ResourceID: "r"}, func(r *auditlogs.PersonalDataLog) *string { return &r.EventType })
	oddRecords(t, "ThousandEyes", `{"auditEvents":[{"aid":"1234","accountGroupName":"~","date":"2022-07-18T21:54:54Z","event":"~","ipAddress":"~","uid":"2",`+
		`"user":"~","resources":[{"type":"~","name":"~"}],"odd ~":"~"}],"_links":{"self":{"href":"~"}}}`,
		func(c *auditlogs.Client) svcLister[auditlogs.UserEvent, auditlogs.UserEventFilter] {
			return c.UserEvents
		},
		auditlogs.UserEventFilter{}, func(r *auditlogs.UserEvent) *string { return &r.User })
}

// oddRecord is a record of any API.
type oddRecord interface {
	Key() string
	AsEvent() auditlogs.Event
}

// oddRecords reads a body in which each ~ is an odd text.
func oddRecords[T oddRecord, F any](t *testing.T, api, body string, of func(*auditlogs.Client) svcLister[T, F], filter F, field func(*T) *string) {
	t.Helper()
	for name, odd := range oddTexts {
		t.Run(api+" "+name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, strings.ReplaceAll(body, "~", odd.wire), "X-Result-Count", "1"))
			p, err := of(client).List(t.Context(), filter)
			require.NoError(t, err)
			require.Len(t, p.Items, 1)
			record := p.Items[0]
			require.Equal(t, odd.text, *field(&record))
			event := record.AsEvent()
			require.Contains(t, string(event.Raw), odd.wire, "Raw is what came")

			var again T
			readAgain(t, record, &again)
			require.Equal(t, odd.text, *field(&again))
			require.Equal(t, record.Key(), again.Key())
			var eventAgain auditlogs.Event
			readAgain(t, event, &eventAgain)
			require.Equal(t, event.String(), eventAgain.String())
			require.Equal(t, []any{event.ID, event.Actor, event.Target, event.Action}, []any{eventAgain.ID, eventAgain.Actor, eventAgain.Target, eventAgain.Action})
			readAgain(t, event.Redacted(), &eventAgain)
			readAgain(t, event.Redacted().Record, &again)
			unknown := event
			unknown.Record, unknown.API = nil, "other"
			readAgain(t, unknown, &eventAgain)
			readAgain(t, unknown.Redacted(), &eventAgain)
			readAgain(t, p, &map[string]any{})

			*field(&record) = "changed"
			readAgain(t, record, &again)
			require.Equal(t, "changed", *field(&again))
		})
	}
}

// readAgain writes a value as JSON, which must be valid, and reads it.
func readAgain(t *testing.T, value, to any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	require.True(t, utf8.Valid(text), "%q", text)
	require.NoError(t, json.Unmarshal(text, to))
}

// A control character that is not escaped is no JSON.
func TestBareNUL(t *testing.T) {
	t.Parallel()
	client, _ := svcServe(t, svcAnswer(200, "[{\"uuid\":\"6f1c9f0a5d7e4b0f9f1d2a3b4c5d6e7f\",\"timestamp\":\"2026-01-14T09:26:53Z\",\"ip_address\":\"a\x00b\"}]"))
	_, err := client.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	var decode *auditlogs.DecodeError
	require.ErrorAs(t, err, &decode)
}
