package auditlogs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

const hidden = "s3cr3t-Val"

// secretForms are the places in which Akinon's records may hold a secret.
var secretForms = map[string]string{
	"header":                  `"headers":{"Authorization":"Token s3cr3t-Val"}`,
	"header, another case":    `"headers":{"AUTHORIZATION":"s3cr3t-Val","x-api-key":"s3cr3t-Val","HTTP_COOKIE":"sid=s3cr3t-Val"}`,
	"headers as a text":       `"headers":"{\"Cookie\": \"a=s3cr3t-Val\"}"`,
	"headers as lines":        `"headers":"Host: shop\r\nX-CSRFToken: s3cr3t-Val\r\n"`,
	"headers as pairs":        `"headers":[["Host","shop"],["Authorization","s3cr3t-Val"]]`,
	"headers as named values": `"headers":[{"name":"Set-Cookie","value":"s3cr3t-Val"},{"key":"X-Session-Id","value":"s3cr3t-Val"}]`,
	"lists of values":         `"headers":{"Cookie":["a=s3cr3t-Val"]}`,
	"scheme under any name":   `"headers":{"X-Forwarded-Auth":"Bearer s3cr3t-Val"}`,
	"nested JSON":             `"post_data":{"user":{"credentials":[{"password":"s3cr3t-Val"}]}}`,
	"number":                  `"post_data":{"pin":"s3cr3t-Val","user":{"new_password":{"a":"s3cr3t-Val"}}}`,
	"form":                    `"post_data":"name=x&password=s3cr3t-Val&next=%2F"`,
	"form, escaped name":      `"post_data":"user%5Bpassword%5D=s3cr3t-Val"`,
	"form, JSON within":       `"post_data":"payload=%7B%22password%22%3A%22s3cr3t-Val%22%7D"`,
	"JSON in a text":          `"post_data":"{\"client_secret\": \"s3cr3t-Val\"}"`,
	"JSON in a text in JSON":  `"post_data":"{\"body\": \"{\\\"refresh_token\\\": \\\"s3cr3t-Val\\\"}\"}"`,
	"Python's notation":       `"post_data":"<QueryDict: {'password': ['s3cr3t-Val']}>"`,
	"multipart":               `"post_data":"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ns3cr3t-Val\r\n--x--"`,
	"XML":                     `"post_data":"<login><password>s3cr3t-Val</password></login>"`,
	"query":                   `"query_params":{"access_token":"s3cr3t-Val"}`,
	"content":                 `"content":{"old":{"api_key":"s3cr3t-Val"}}`,
	"URL":                     `"url":"https://shop.example.org/reset?a=b&token=s3cr3t-Val#session=s3cr3t-Val"`,
	"unknown member":          `"environ":{"HTTP_AUTHORIZATION":"s3cr3t-Val"}`,
	"header lines in a list":  `"headers":["Authorization: Bearer s3cr3t-Val","Host: shop"]`,
	"forms in a list":         `"post_data":["token=s3cr3t-Val","page=2"]`,
	"names and values":        `"headers":["Cookie","a=s3cr3t-Val","Host","h"]`,
	"key without a value":     `"content":{"key":"s3cr3t-Val","value":null}`,
	"key that holds a pair":   `"content":{"key":"token=s3cr3t-Val","value":"x"}`,
	"form, JSON as its name":  `"post_data":{"{\"password\": \"s3cr3t-Val\"}":[""]}`,
	"query within a query":    `"url":"https://shop.example.org/?next=/reset?token=s3cr3t-Val"`,
	"user information":        `"url":"https://u:s3cr3t-Val@shop.example.org/"`,
	"escaped JSON":            `"content":"payload {\\\"password\\\": \\\"s3cr3t-Val\\\"}"`,
	"value in quotes":         `"content":"password=\"my s3cr3t-Val\" & more"`,
	"scheme within a text":    `"content":"sent Bearer s3cr3t-Val"`,
	"JSON Web Token":          `"content":"sent eyJhbGciOiJIUzI1NiJ9.s3cr3t-Val.sig"`,
}

func TestRedactedAuditEvent(t *testing.T) {
	t.Parallel()
	for name, form := range secretForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := readAs[auditlogs.AuditEvent](t, `{"uuid":"1","timestamp":"2026-03-01T12:00:00Z",`+form+`}`).(auditlogs.AuditEvent)
			masked := e.Redacted()
			for what, value := range map[string]any{"record": masked, "event": e.AsEvent().Redacted()} {
				data, err := json.Marshal(value)
				require.NoError(t, err)
				require.NotContains(t, string(data), hidden, what)
				require.Contains(t, string(data), "[redacted]", what)
			}
			require.Equal(t, e.UUID, masked.UUID)
			require.Equal(t, e.Timestamp, masked.Timestamp)

			// The record itself keeps everything.
			whole, err := json.Marshal(e)
			require.NoError(t, err)
			require.Contains(t, string(whole), hidden)
		})
	}
}

// What is no secret stays.
func TestRedactedKeepsTheRest(t *testing.T) {
	t.Parallel()
	const record = `{"uuid":"1","timestamp":"2026-03-01T12:00:00Z","content_type":42,"object_id":1017,
		"url":"https://shop.example.org/a/?page=2&author=x","headers":{"User-Agent":"Mozilla/5.0 (X11; Linux)","Accept":"a/b;q=0.9"},
		"post_data":"name=Ann+Lee&keyword=monkeys&note=a%3Db","content":{"price":12345678901234567890,"tags":["a","b"],"empty":null},
		"query_params":{},"user":{"id":7,"email":"staff@example.org","is_staff":true}}`
	e := readAs[auditlogs.AuditEvent](t, record).(auditlogs.AuditEvent)
	got, err := json.Marshal(e.Redacted())
	require.NoError(t, err)
	require.JSONEq(t, record, string(got))
	require.Contains(t, string(got), "12345678901234567890")

	for _, e := range []eventful{
		auditlogs.DataAccessLog{UUID: "1", Raw: json.RawMessage(`{"uuid":"1"}`)}, auditlogs.DataAssetLog{}, auditlogs.UserEvent{},
	} {
		require.Equal(t, e.AsEvent(), e.AsEvent().Redacted())
	}
	own := auditlogs.Event{API: "own", Raw: json.RawMessage(`{"password":"s3cr3t-Val","n":1}`)}
	require.JSONEq(t, `{"password":"[redacted]","n":1}`, string(own.Redacted().Raw))
}

func TestRedactedOfBrokenJSON(t *testing.T) {
	t.Parallel()
	e := auditlogs.AuditEvent{UUID: "1", Headers: json.RawMessage(`{"Cookie": s3cr3t-Val`), URL: "https://a/?token=s3cr3t-Val"}
	masked := e.Redacted()
	require.Equal(t, auditlogs.AuditEvent{UUID: "1"}, masked)
	require.Equal(t, `"[redacted]"`, string(auditlogs.Event{Raw: json.RawMessage(`{`)}.Redacted().Raw))
	l := auditlogs.PersonalDataLog{ID: "1", Delta: json.RawMessage(`{"email": s3cr3t-Val`)}.Redacted()
	require.Equal(t, `"[redacted]"`, string(l.Delta))

	deep := `"s3cr3t-Val"`
	for range 12 {
		data, err := json.Marshal(`{"password": ` + deep + `}`)
		require.NoError(t, err)
		deep = string(data)
	}
	e = auditlogs.AuditEvent{UUID: "1", PostData: json.RawMessage(`{"a":` + deep + `}`)}
	require.NotContains(t, string(e.Redacted().PostData), hidden)
}

func TestRedactedPersonalDataLog(t *testing.T) {
	t.Parallel()
	l := readAs[auditlogs.PersonalDataLog](t, `{"id":"1","time":"2026-03-01T12:00:00Z","delta":{"email":"s3cr3t-Val","address":{"s3cr3t-Val":1},"age":77},
		"resource_type":"customer","more":1}`).(auditlogs.PersonalDataLog)
	data, err := json.Marshal(l.AsEvent().Redacted())
	require.NoError(t, err)
	require.NotContains(t, string(data), hidden)
	require.NotContains(t, string(data), "77")
	require.Contains(t, string(data), `"delta":{"address":"[redacted]","age":"[redacted]","email":"[redacted]"}`)
	require.Contains(t, string(data), `"more":1`)
	require.Contains(t, string(l.Delta), hidden, "the record itself keeps everything")
	for delta, want := range map[string]string{`null`: `null`, `[1]`: `"[redacted]"`, `"x"`: `"[redacted]"`, `{}`: `{}`} {
		l := auditlogs.PersonalDataLog{ID: "1", Delta: json.RawMessage(delta)}
		require.Equal(t, want, string(l.Redacted().Delta))
	}
	require.Empty(t, auditlogs.PersonalDataLog{ID: "1"}.Redacted().Delta)
}

// However a record or an event is printed or logged, its content does not show, and it takes one line. JSON is whole.
func TestRecordsPrintWithoutTheirContent(t *testing.T) {
	t.Parallel()
	const secretRecord = `{"uuid":"id-1","audit_log_id":"id-1","id":"id-1","uid":"id-1","timestamp":"2026-03-01T12:00:00Z",
		"headers":{"Authorization":"s3cr3t-Val"},"post_data":"password=s3cr3t-Val","content":"s3cr3t-Val","query_params":"s3cr3t-Val",
		"url":"https://u:s3cr3t-Val@shop/s3cr3t-Val?a=s3cr3t-Val","delta":{"email":"s3cr3t-Val"},"context":{"a":"s3cr3t-Val"},
		"description":{"a":"s3cr3t-Val"},"accessed_fields":["s3cr3t-Val"],"accountGroupName":"s3cr3t-Val"}`
	for _, api := range allEventCases() {
		r := api.read(t, secretRecord)
		for _, value := range []any{r, r.AsEvent(), &r, []eventful{r}, struct{ Record eventful }{r}, map[string]any{"a": r}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T %v"} {
				text := fmt.Sprintf(verb, value)
				if verb == "%T %v" {
					text = fmt.Sprintf(verb, value, value)
				}
				require.NotContains(t, text, hidden, "%s of %s", verb, api.api)
				require.NotContains(t, text, fmt.Sprintf("%x", hidden), "%s of %s", verb, api.api)
				require.NotContains(t, text, strings.Trim(fmt.Sprintf("%d", []byte(hidden)), "[]"), "%s of %s", verb, api.api)
				require.Equal(t, 1, len(strings.Split(text, "\n")))
			}
		}
		var b bytes.Buffer
		for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
			slog.New(handler).Info("got", "record", r, "event", r.AsEvent())
		}
		require.NotContains(t, b.String(), hidden)
		require.Contains(t, b.String(), string(api.api))
		data, err := json.Marshal(r.AsEvent())
		require.NoError(t, err)
		require.Contains(t, string(data), hidden)
	}
	u := auditlogs.AuditEventUser{ID: "7", Raw: json.RawMessage(`{"id":7,"date_of_birth":"s3cr3t-Val"}`)}
	i := auditlogs.Initiator{TokenName: "team", Raw: json.RawMessage(`{"access-token-name":"team","more":"s3cr3t-Val"}`)}
	require.Equal(t, "7 team", fmt.Sprintf("%v %+v", u, i))
	require.NotContains(t, fmt.Sprintf("%d %x", u, i), strings.Trim(fmt.Sprintf("%d", []byte(hidden)), "[]"))
}

func TestEventAsText(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, api := range allEventCases() {
		lines = append(lines, fmt.Sprint(api.read(t, api.cases[0].record)))
	}
	lines = append(lines, auditlogs.Event{}.String(), fmt.Sprintf("%q", auditlogs.Event{
		API: "own", Action: "a\nb\x1b[31m " + strings.Repeat("x", 500), Outcome: auditlogs.OutcomeFailure, SourceIP: "https://a/?b",
	}))
	require.Equal(t, []string{
		"2026-03-01T11:30:00.25Z waldur view by Sam Staff on user a1 from 192.0.2.10",
		"2026-03-01T11:30:00.25Z huawei-eds DOWNLOAD by 张三 on data-asset r1",
		"2026-03-01T11:30:00.25Z akinon request by Sam Staff on 42 1017 from 192.0.2.10, 198.51.100.7",
		"2026-03-01T11:30:00.25Z elasticpath customer.event.updated by example team on customer c1",
		"2026-03-01T11:30:00.25Z thousandeyes Report created by Jane (QA) Doe on reportTitle Weekly from 99.128.0.0/11",
		"",
		`"own a b [31m ` + strings.Repeat("x", 88) + `… from [url] (failure)"`,
	}, lines)
}

func TestEventAsAttributes(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	drop := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key != "event" {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: drop}))
	for _, api := range allEventCases() {
		event := api.read(t, api.cases[min(1, len(api.cases)-1)].record).AsEvent()
		event.Source = "log"
		log.Info("", "event", event)
	}
	log.Info("", "event", auditlogs.Event{})
	key := allEventCases()[4].read(t, allEventCases()[4].cases[1].record).Key()
	require.Equal(t, strings.Join([]string{
		`{"event":{"id":"6f1d","time":"2026-03-01T11:30:00.25Z","api":"waldur","source":"log","action":"view","actor":{"kind":"self"},"target":{"type":"user","id":"a1"}}}`,
		`{"event":{"id":"2a18","time":"2026-03-01T11:30:00.25Z","api":"huawei-eds","source":"log","action":"VIEW","actor":{"id":"c1","name":"连接器B","kind":"connector"},"target":{"type":"data-asset","id":"r1"}}}`,
		`{"event":{"id":"3f2c","time":"2026-03-01T11:30:00.25Z","api":"akinon","source":"log","action":"request","actor":{"id":"7","kind":"user"},"target":{"type":"42"}}}`,
		`{"event":{"id":"faf9","time":"2026-03-01T11:30:00.25Z","api":"elasticpath","source":"log"}}`,
		`{"event":{"id":"` + key + `","time":"2026-03-01T11:30:00.25Z","api":"thousandeyes","source":"log","action":"Login failed.","actor":{"email":"jane@example.org","kind":"user"},"outcome":"failure"}}`,
		`{}`, ``,
	}, "\n"), b.String())
}
