package auditlogs_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

func akinonOf(c *auditlogs.Client) svcLister[auditlogs.AuditEvent, auditlogs.AuditEventFilter] {
	return c.AuditEvents
}

const akinonPath = "/audit-events/"

var akinonHeader = map[string]string{"Authorization": "Token " + svcToken, "Accept": "application/json"}

func TestAuditEventsDecode(t *testing.T) {
	t.Parallel()
	generated := svcFile(t, "akinon/list_generator.json")
	var user struct {
		Results []struct {
			User json.RawMessage `json:"user"`
		} `json:"results"`
	}
	require.NoError(t, json.Unmarshal([]byte(generated), &user))
	at := svcTime("2026-01-14T13:48:15.003217Z")
	one := func(name, members string, want auditlogs.AuditEvent) svcFixture[auditlogs.AuditEvent] {
		want.UUID, want.Timestamp = "1", at
		return svcFixture[auditlogs.AuditEvent]{
			name: name, body: `{"count":1,"next":null,"previous":null,"results":[{"uuid":"1","timestamp":"2026-01-14T13:48:15.003217Z",` + members + `}]}`,
			member: "results", want: []auditlogs.AuditEvent{want}, total: 1,
		}
	}
	user1 := func(wire string, want auditlogs.AuditEventUser) svcFixture[auditlogs.AuditEvent] {
		want.Raw = json.RawMessage(wire)
		return one("user "+wire, `"user":`+wire, auditlogs.AuditEvent{User: &want})
	}
	svcDecodes(t, akinonOf, auditlogs.AuditEventFilter{}, []svcFixture[auditlogs.AuditEvent]{
		{
			name: "sample", body: svcFile(t, "akinon/list.json"), member: "results", total: 123,
			want: []auditlogs.AuditEvent{{
				UUID: "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b", Timestamp: at, ContentType: 42, ObjectID: 1017,
				URL: "https://shop.example.org/api/v1/orders/1017/", RemoteAddr: "192.0.2.10",
				Headers: json.RawMessage(`{"User-Agent":"Mozilla/5.0"}`), QueryParams: json.RawMessage(`{}`),
				PostData: json.RawMessage(`"{\"status\": \"500\"}"`), Content: json.RawMessage(`{"status":"500"}`),
				User: &auditlogs.AuditEventUser{
					ID: "7", Email: "staff@example.org", FirstName: "Sam",
					Raw: json.RawMessage(`{"id":7,"email":"staff@example.org","first_name":"Sam","is_active":true,"is_staff":true}`),
				},
			}},
		},
		{
			name: "placeholders of the documentation", body: generated, member: "results", total: 123,
			want: []auditlogs.AuditEvent{{
				UUID: "123e4567-e89b-12d3-a456-426614174000", Timestamp: svcTime("2025-12-01T13:48:15.003Z"), ContentType: 1, ObjectID: 1,
				URL: "https://example.com", RemoteAddr: "text", Content: json.RawMessage(`"any"`), Headers: json.RawMessage(`null`),
				PostData: json.RawMessage(`null`), QueryParams: json.RawMessage(`null`),
				User: &auditlogs.AuditEventUser{ID: "text", Email: "text", FirstName: "text", Raw: user.Results[0].User},
			}},
		},
		{name: "none", body: `{"count":0,"next":null,"previous":null,"results":[]}`, member: "results", total: 0},
		{
			name: "results only", body: `{"results":[{"uuid":"1","timestamp":"2026-01-14T13:48:15Z"}]}`, member: "results", total: -1,
			want: []auditlogs.AuditEvent{{UUID: "1", Timestamp: svcTime("2026-01-14T13:48:15Z")}},
		},
		one("no user", `"user":null`, auditlogs.AuditEvent{}),
		user1(`7`, auditlogs.AuditEventUser{ID: "7"}),
		user1(`9007199254740993`, auditlogs.AuditEventUser{ID: "9007199254740993"}),
		user1(`"alice"`, auditlogs.AuditEventUser{ID: "alice"}),
		user1(`""`, auditlogs.AuditEventUser{}),
		user1(`{}`, auditlogs.AuditEventUser{}),
		user1(`{"id":9007199254740993,"email":"e","first_name":"f","last_name":"l","username":"u","is_staff":false,"groups":[1,2]}`,
			auditlogs.AuditEventUser{ID: "9007199254740993", Email: "e", FirstName: "f", LastName: "l", Username: "u"}),
		user1(`{"id":"7","email":null,"first_name":null,"last_name":null,"username":null}`, auditlogs.AuditEventUser{ID: "7"}),
		user1(`{"id":null}`, auditlogs.AuditEventUser{}),
		one("nulls", `"user":null,"content_type":null,"object_id":null,"url":null,"remote_addr":null,"headers":null,"query_params":null,"post_data":null,"content":null`,
			auditlogs.AuditEvent{
				Content: json.RawMessage(`null`), Headers: json.RawMessage(`null`), PostData: json.RawMessage(`null`), QueryParams: json.RawMessage(`null`),
			}),
		one("free-form values", `"content":[1.0,{"a":null}],"headers":"{\"A\":\"b\"}","post_data":17,"query_params":true`, auditlogs.AuditEvent{
			Content: json.RawMessage(`[1.0,{"a":null}]`), Headers: json.RawMessage(`"{\"A\":\"b\"}"`), PostData: json.RawMessage(`17`), QueryParams: json.RawMessage(`true`),
		}),
		one("unknown members, largest object", `"object_id":2147483647,"content_type":9223372036854775807,"id":9007199254740993,"channel":{"a":[]}`,
			auditlogs.AuditEvent{ObjectID: 2147483647, ContentType: 9223372036854775807}),
	})
}

// Times without a zone are UTC, to the microsecond, in lists as in single records, and are written back as they came.
func TestAuditEventsOfNoZone(t *testing.T) {
	t.Parallel()
	at := svcTime("2026-11-01T10:00:00.123456Z")
	for came, want := range map[string]time.Time{
		"2026-11-01T10:00:00.123456":       at,
		"2026-11-01 10:00:00.123456":       at,
		"2026-11-01 10:00:00.123456+00:00": at,
		"2026-11-01T13:00:00.123456+03:00": at,
		"2026-11-01 10:00:00":              at.Truncate(time.Second),
	} {
		t.Run(came, func(t *testing.T) {
			t.Parallel()
			row := `{"uuid":"` + waldurUUID + `","timestamp":"` + came + `","object_id":1,"new":2}`
			client, _ := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
				body := row
				if strings.HasSuffix(r.URL.Path, akinonPath) {
					body = `{"count":1,"next":null,"results":[` + row + `]}`
				}
				svcAnswer(200, body)(w, r)
			})
			page, err := client.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{Since: want, Until: want.Add(time.Microsecond)})
			require.NoError(t, err)
			require.Len(t, page.Items, 1, "it is in its range")
			got, err := client.AuditEvents.Get(t.Context(), waldurUUID)
			require.NoError(t, err)
			for _, e := range []auditlogs.AuditEvent{page.Items[0], *got} {
				require.True(t, want.Equal(e.Timestamp), "%v", e.Timestamp)
				require.Equal(t, want, e.AsEvent().Time)
				svcRoundTrip(t, e, json.RawMessage(row))
				e.ObjectID = 7
				changed, err := json.Marshal(e)
				require.NoError(t, err)
				require.JSONEq(t, strings.Replace(row, `"object_id":1`, `"object_id":7`, 1), string(changed))
			}
		})
	}
}

func TestAuditEventsUnreadable(t *testing.T) {
	t.Parallel()
	const good = `{"uuid":"1","timestamp":"2026-01-14T13:48:15Z"}`
	svcNotDecoded(t, "AuditEvents.List", akinonOf, auditlogs.AuditEventFilter{}, []svcUnreadable{
		{name: "HTML", body: "<html>\n</html>", contentType: "text/html", index: -1},
		{name: "empty", index: -1},
		{name: "null", body: "null", index: -1},
		{name: "bare list", body: "[" + good + "]", index: -1},
		{name: "failure wrapped by the proxy", body: `{"detail":"upstream failed"}`, index: -1},
		{name: "results of the wrong type", body: `{"results":"x"}`, index: -1},
		{name: "null record", body: `{"results":[` + good + `,null]}`, index: 1},
		{name: "list record", body: `{"results":[[]]}`, index: 0},
		{name: "record without id", body: `{"results":[` + good + `,{}]}`, index: 1},
		{name: "time of the wrong form", body: `{"results":[{"uuid":"1","timestamp":"2026-01-14"}]}`, index: 0},
		{name: "time without seconds", body: `{"results":[{"uuid":"1","timestamp":"2026-01-14 10:00"}]}`, index: 0},
		{name: "time of day only", body: `{"results":[{"uuid":"1","timestamp":"10:00:00"}]}`, index: 0},
		{name: "time that is a number", body: `{"results":[{"uuid":"1","timestamp":1768384095}]}`, index: 0},
		{name: "object id of the wrong type", body: `{"results":[{"uuid":"1","object_id":"x"}]}`, index: 0},
		{name: "user of the wrong type", body: `{"results":[{"uuid":"1","user":[]}]}`, index: 0},
		{name: "user that is true", body: `{"results":[{"uuid":"1","user":true}]}`, index: 0},
	})
}

func TestAuditEventsQuery(t *testing.T) {
	t.Parallel()
	with := func(pairs ...string) map[string]string {
		q := map[string]string{"sort": "-timestamp", "page": "1", "limit": "1000"}
		for i := 0; i < len(pairs); i += 2 {
			q[pairs[i]] = pairs[i+1]
		}
		return q
	}
	type filter = auditlogs.AuditEventFilter
	east := svcTime("2026-01-14T12:00:00.000001+03:00")
	svcQueries(t, akinonOf, `{"count":0,"next":null,"results":[]}`, akinonPath, akinonHeader, []string{
		"content_type", "limit", "object_id", "page", "sort", "timestamp", "timestamp__gt", "timestamp__gte", "timestamp__lt", "timestamp__lte", "user",
	}, []svcWire[filter]{
		{name: "zero", want: with()},
		{name: "content_type", filter: filter{ContentType: 42}, want: with("content_type", "42")},
		{name: "object_id", filter: filter{ObjectID: 2147483647}, want: with("object_id", "2147483647")},
		{name: "user", filter: filter{User: 9007199254740993}, want: with("user", "9007199254740993")},
		{name: "sort", filter: filter{Sort: "object_id,-timestamp"}, want: with("sort", "object_id,-timestamp")},
		{name: "sort by time", filter: filter{Sort: "timestamp"}, want: with("sort", "timestamp")},
		{name: "limit", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 20}}, want: with("limit", "20")},
		{name: "page", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 20, Offset: 40}}, want: with("limit", "20", "page", "3")},
		{
			name: "timestamp", filter: filter{Timestamp: east}, want: with("timestamp", "2026-01-14T09:00:00.000001Z"),
			raw: []string{"timestamp=2026-01-14T09%3A00%3A00.000001Z"},
		},
		{name: "timestamp__gt", filter: filter{TimestampGT: east}, want: with("timestamp__gt", "2026-01-14T09:00:00Z")},
		{name: "timestamp__lte", filter: filter{TimestampLTE: east}, want: with("timestamp__lte", "2026-01-14T09:00:00.001Z")},
		{name: "timestamp__gte", filter: filter{Since: east}, want: with("timestamp__gte", "2026-01-14T09:00:00Z")},
		{name: "timestamp__gte between milliseconds", filter: filter{Since: east.Add(999)}, want: with("timestamp__gte", "2026-01-14T09:00:00Z")},
		{name: "timestamp__lt", filter: filter{Until: east}, want: with("timestamp__lt", "2026-01-14T09:00:00.001Z")},
		{name: "timestamp__lt between milliseconds", filter: filter{Until: east.Add(1)}, want: with("timestamp__lt", "2026-01-14T09:00:00.001Z")},
		{name: "whole seconds", filter: filter{Since: svcTime("2026-01-14T09:00:00Z")}, want: with("timestamp__gte", "2026-01-14T09:00:00Z")},
		{
			name: "all", filter: filter{
				ContentType: 1, ObjectID: 2, User: 3, Since: east, Until: east.Add(time.Hour), Timestamp: east.Add(time.Minute), TimestampGT: east, TimestampLTE: east.Add(time.Minute),
			},
			want: with("content_type", "1", "object_id", "2", "user", "3", "timestamp__gte", "2026-01-14T09:00:00Z",
				"timestamp__lt", "2026-01-14T10:00:00.001Z", "timestamp", "2026-01-14T09:01:00.000001Z",
				"timestamp__gt", "2026-01-14T09:00:00Z", "timestamp__lte", "2026-01-14T09:01:00.001Z"),
		},
	})
}

func TestAuditEventsBounds(t *testing.T) {
	t.Parallel()
	row := func(at string) string { return `{"uuid":"` + at + `","timestamp":"` + at + `"}` }
	const a, b, c, d = "2026-01-14T09:00:00.000001Z", "2026-01-14T09:00:00.000001001Z", "2026-01-14T09:00:00.000001002Z", "2026-01-14T09:00:00.000001003Z"
	body := `{"count":4,"next":null,"results":[` + strings.Join([]string{row(d), row(c), row(b), row(a)}, ",") + `]}`
	type filter = auditlogs.AuditEventFilter
	for name, tc := range map[string]svcBounds[auditlogs.AuditEvent, filter]{
		"Since and Until": {
			filter: filter{Since: svcTime(b), Until: svcTime(d)}, want: []string{c, b},
			asked: map[string]string{"timestamp__gte": "2026-01-14T09:00:00Z", "timestamp__lt": "2026-01-14T09:00:00.001Z"},
		},
		"TimestampGT and TimestampLTE": {filter: filter{TimestampGT: svcTime(b), TimestampLTE: svcTime(d)}, want: []string{d, c}},
		"Timestamp":                    {filter: filter{Timestamp: svcTime(c)}, want: []string{c}},
		"the narrowest counts":         {filter: filter{Since: svcTime(a), TimestampGT: svcTime(a), Until: svcTime(d), TimestampLTE: svcTime(b)}, want: []string{b}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.body = body
			svcTrims(t, akinonOf, tc)
		})
	}
}

func TestAuditEventsErrors(t *testing.T) {
	t.Parallel()
	type e = auditlogs.APIError
	modest := auditlogs.AuditEventFilter{Sort: "-timestamp", ListOptions: auditlogs.ListOptions{PageSize: 100}}
	svcErrors(t, "AuditEvents.List", akinonOf, modest, append(waldurRefusals(),
		svcRefusal{
			name: "400 of the documentation", status: 400, body: `{"timestamp__gte":["Enter a valid date/time."],"user":{"id":["A valid integer is required."]}}`,
			want: e{Fields: map[string][]string{"timestamp__gte": {"Enter a valid date/time."}, "user.id": {"A valid integer is required."}}}, is: auditlogs.ErrInvalidRequest,
		},
		svcRefusal{name: "400 with a text in place of a list", status: 400, body: `{"sort":"unknown"}`, want: e{Fields: map[string][]string{"sort": {"unknown"}}}, is: auditlogs.ErrInvalidRequest},
		svcRefusal{name: "400 of a list", status: 400, body: `["no"]`, want: e{Message: "no"}, is: auditlogs.ErrInvalidRequest},
	))
}

func TestAuditEventsBadInput(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.AuditEventFilter
	at, far := svcTime("2026-01-14T09:00:00Z"), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []svcBad[filter]{
		{name: "negative", field: "ContentType", filter: filter{ContentType: -1}},
		{name: "negative", field: "ObjectID", filter: filter{ObjectID: -1}},
		{name: "too large", field: "ObjectID", filter: filter{ObjectID: 2147483648}},
		{name: "negative", field: "User", filter: filter{User: -1}},
		{name: "line break", field: "Sort", filter: filter{Sort: "timestamp\n"}},
		{name: "too large", field: "PageSize", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 1001}}},
		{name: "far", field: "Timestamp", filter: filter{Timestamp: far}},
		{name: "far", field: "TimestampGT", filter: filter{TimestampGT: far}},
		{name: "far", field: "TimestampLTE", filter: filter{TimestampLTE: far}},
		{name: "before Since", field: "Timestamp", filter: filter{Since: at, Timestamp: at.Add(-1)}},
		{name: "at Until", field: "Timestamp", filter: filter{Until: at, Timestamp: at}},
		{name: "at TimestampGT", field: "Timestamp", filter: filter{TimestampGT: at, Timestamp: at}},
		{name: "after TimestampLTE", field: "Timestamp", filter: filter{TimestampLTE: at, Timestamp: at.Add(1)}},
		{name: "at TimestampLTE", field: "TimestampGT", filter: filter{TimestampGT: at, TimestampLTE: at}},
		{name: "at Until", field: "TimestampGT", filter: filter{TimestampGT: at, Until: at}},
		{name: "just before Until", field: "TimestampGT", filter: filter{TimestampGT: at.Add(-1), Until: at}},
		{name: "before Since", field: "TimestampLTE", filter: filter{TimestampLTE: at.Add(-1), Since: at}},
	}
	for field, all := range svcBadPaging() {
		for _, options := range all {
			cases = append(cases, svcBad[filter]{name: "paging", field: field, filter: filter{ListOptions: options}})
		}
	}
	for field, all := range svcBadTimes() {
		for _, bounds := range all {
			cases = append(cases, svcBad[filter]{name: "range", field: field, filter: filter{Since: bounds[0], Until: bounds[1]}})
		}
	}
	svcRefuses(t, "AuditEvents.List", akinonOf, cases)
}

func TestAuditEventsGet(t *testing.T) {
	t.Parallel()
	const id = "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b"
	body := svcFile(t, "akinon/retrieve.json")
	want := auditlogs.AuditEvent{
		UUID: id, Timestamp: svcTime("2026-01-14T13:48:15.003217Z"), ContentType: 42, ObjectID: 1017,
		URL: "https://shop.example.org/api/v1/orders/1017/", RemoteAddr: "192.0.2.10", Content: json.RawMessage(`{"status":"500"}`),
		Headers: json.RawMessage(`null`), QueryParams: json.RawMessage(`null`), PostData: json.RawMessage(`null`), Raw: svcRows(t, body, ".")[0],
	}
	for _, asked := range []string{id, strings.ReplaceAll(id, "-", "")} {
		t.Run(asked, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, body))
			got, err := client.AuditEvents.Get(t.Context(), asked)
			require.NoError(t, err)
			require.Equal(t, svcCompact(t, want), svcCompact(t, *got))
			svcRoundTrip(t, *got, want.Raw)
			r := log.only(t)
			assert.Equal(t, http.MethodGet, r.Method)
			assert.Equal(t, svcPrefix+akinonPath+id+"/", r.Path)
			assert.Empty(t, r.RawQuery)
			svcHeader(t, r, akinonHeader)
		})
	}
}

func TestAuditEventsGetUnreadable(t *testing.T) {
	t.Parallel()
	for name, body := range svcGetUnreadable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, body))
			got, err := client.AuditEvents.Get(t.Context(), waldurUUID)
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "AuditEvents.Get", decode.Op)
			assert.Nil(t, got)
		})
	}
}

func TestAuditEventChanged(t *testing.T) {
	t.Parallel()
	const came = `{"uuid":"1","timestamp":"2026-01-14T13:48:15.003217Z","user":{"id":7,"email":"e","is_staff":true},"content_type":42,"object_id":17,` +
		`"remote_addr":"192.0.2.1","url":"https://example.org/?token=secret","headers":{"Cookie":"c"},"post_data":null,"channel":3}`
	for name, tc := range map[string]struct {
		came   string
		change func(*auditlogs.AuditEvent)
		want   string
	}{
		"nothing":      {came, func(*auditlogs.AuditEvent) {}, came},
		"headers gone": {came, func(e *auditlogs.AuditEvent) { e.Headers = nil }, strings.Replace(came, `"headers":{"Cookie":"c"},`, "", 1)},
		"headers cut": {
			came, func(e *auditlogs.AuditEvent) { e.Headers = json.RawMessage(`{"Cookie":"[redacted]"}`) },
			strings.Replace(came, `{"Cookie":"c"}`, `{"Cookie":"[redacted]"}`, 1),
		},
		"url gone":    {came, func(e *auditlogs.AuditEvent) { e.URL = "" }, strings.Replace(came, `"url":"https://example.org/?token=secret",`, "", 1)},
		"user gone":   {came, func(e *auditlogs.AuditEvent) { e.User = nil }, strings.Replace(came, `{"id":7,"email":"e","is_staff":true}`, "null", 1)},
		"within user": {came, func(e *auditlogs.AuditEvent) { e.User.Email = "" }, strings.Replace(came, `"email":"e",`, "", 1)},
		"user id":     {came, func(e *auditlogs.AuditEvent) { e.User.ID = "8" }, strings.Replace(came, `"id":7`, `"id":"8"`, 1)},
		"no object":   {came, func(e *auditlogs.AuditEvent) { e.ObjectID = 0 }, strings.Replace(came, `"object_id":17,`, "", 1)},
		"more of a bare id": {
			`{"uuid":"1","user":7}`, func(e *auditlogs.AuditEvent) { e.User.Email = "e" }, `{"uuid":"1","user":{"id":"7","email":"e"}}`,
		},
		"another bare id": {`{"uuid":"1","user":7}`, func(e *auditlogs.AuditEvent) { e.User.ID = "8" }, `{"uuid":"1","user":{"id":"8"}}`},
		"a user at last":  {`{"uuid":"1","user":null}`, func(e *auditlogs.AuditEvent) { e.User = &auditlogs.AuditEventUser{ID: "8"} }, `{"uuid":"1","user":{"id":"8"}}`},
		"Raw gone":        {`{"uuid":"1","user":7,"new":1}`, func(e *auditlogs.AuditEvent) { e.Raw = nil }, `{"uuid":"1","user":7}`},
		"every Raw gone": {
			came, func(e *auditlogs.AuditEvent) { e.Raw, e.User.Raw = nil, nil },
			`{"uuid":"1","timestamp":"2026-01-14T13:48:15.003217Z","user":{"id":"7","email":"e"},"content_type":42,"object_id":17,` +
				`"remote_addr":"192.0.2.1","url":"https://example.org/?token=secret","headers":{"Cookie":"c"},"post_data":null}`,
		},
		"Raw of another kind": {`{"uuid":"1"}`, func(e *auditlogs.AuditEvent) { e.Raw = json.RawMessage(`[1]`) }, `{"uuid":"1","user":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e auditlogs.AuditEvent
			require.NoError(t, json.Unmarshal([]byte(tc.came), &e))
			tc.change(&e)
			got, err := json.Marshal(e)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
		})
	}
}
