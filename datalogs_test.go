package auditlogs_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

const (
	waldurPath = "/api/data-access-logs/"
	waldurUUID = "a1b2c3d4e5f67890abcdef1234567890"
	dashedUUID = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
)

func waldurOf(c *auditlogs.Client) svcLister[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter] {
	return c.DataAccessLogs
}

var waldurHeader = map[string]string{"Authorization": "Token " + svcToken, "Accept": "application/json"}

func waldurSamples() []auditlogs.DataAccessLog {
	alice := auditlogs.UserRef{UUID: waldurUUID, Username: "alice", FullName: "Alice Lebowski"}
	return []auditlogs.DataAccessLog{
		{
			UUID:           "6f1c9f0a5d7e4b0f9f1d2a3b4c5d6e7f",
			Timestamp:      svcTime("2026-01-14T09:26:53.589793Z"),
			AccessorType:   auditlogs.AccessorStaff,
			AccessedFields: []string{"email", "full_name", "phone_number"},
			User:           alice,
			Accessor:       &auditlogs.UserRef{UUID: "0d9a6e5b4c3f42a1b0c9d8e7f6a5b4c3", Username: "staff", FullName: "Sam Staff"},
			IPAddress:      "192.0.2.10",
			Context:        json.RawMessage(`{"endpoint":"/api/users/a1b2c3d4e5f67890abcdef1234567890/","method":"GET"}`),
		},
		{
			UUID:           "7a2d8e1b6c5f4d3e8a9b0c1d2e3f4a5b",
			Timestamp:      svcTime("2026-01-14T09:20:00Z"),
			AccessorType:   auditlogs.AccessorOrganizationMember,
			AccessedFields: []string{"email"},
			User:           alice,
			Context:        json.RawMessage(`{}`),
		},
	}
}

func TestDataAccessLogsDecode(t *testing.T) {
	t.Parallel()
	list := svcFile(t, "waldur/list.json")
	one := func(row string, want auditlogs.DataAccessLog) svcFixture[auditlogs.DataAccessLog] {
		return svcFixture[auditlogs.DataAccessLog]{
			body: "[" + row + "]", header: []string{"X-Result-Count", "1"}, want: []auditlogs.DataAccessLog{want}, total: 1,
		}
	}
	named := func(name string, f svcFixture[auditlogs.DataAccessLog]) svcFixture[auditlogs.DataAccessLog] {
		f.name = name
		return f
	}
	svcDecodes(t, waldurOf, auditlogs.DataAccessLogFilter{}, []svcFixture[auditlogs.DataAccessLog]{
		{
			name: "sample", body: list, want: waldurSamples(), total: 2,
			header: []string{
				"X-Result-Count", "2",
				"Link", `<https://elsewhere.example/api/data-access-logs/>; rel="first", <https://elsewhere.example/api/data-access-logs/?page=1>; rel="last"`,
			},
		},
		{name: "without a count", body: list, want: waldurSamples(), total: -1},
		{name: "with a useless count", body: list, header: []string{"X-Result-Count", "many"}, want: waldurSamples(), total: -1},
		{
			name: "in an envelope", body: `{"count":2,"next":null,"previous":null,"results":` + list + `}`,
			member: "results", want: waldurSamples(), total: 2,
		},
		{name: "none", body: `[]`, header: []string{"X-Result-Count", "0"}, want: nil, total: 0},
		named("dashed ids", one(`{"uuid":"`+dashedUUID+`","timestamp":"2026-01-14T09:20:00Z","user":{"uuid":"`+dashedUUID+`","username":"","full_name":""},"accessor":null}`,
			auditlogs.DataAccessLog{UUID: dashedUUID, Timestamp: svcTime("2026-01-14T09:20:00Z"), User: auditlogs.UserRef{UUID: dashedUUID}})),
		named("only what is required", one(`{"uuid":"1","timestamp":"2026-01-14T09:20:00.1+03:00"}`,
			auditlogs.DataAccessLog{UUID: "1", Timestamp: svcTime("2026-01-14T09:20:00.1+03:00")})),
		named("unknown members and values", one(`{"uuid":"1","timestamp":"2026-01-14T09:20:00Z","accessor_type":"robot","ip_address":"2001:db8::7","severity":{"level":18446744073709551615},"user":{"uuid":"2","username":"u","full_name":"f","email":"e"},"context":{"deep":[{"n":1.50}]},"accessed_fields":[]}`,
			auditlogs.DataAccessLog{
				UUID: "1", Timestamp: svcTime("2026-01-14T09:20:00Z"), AccessorType: "robot", IPAddress: "2001:db8::7", AccessedFields: []string{},
				User: auditlogs.UserRef{UUID: "2", Username: "u", FullName: "f"}, Context: json.RawMessage(`{"deep":[{"n":1.50}]}`),
			})),
		named("nulls", one(`{"uuid":"1","timestamp":"2026-01-14T09:20:00Z","accessor_type":null,"accessed_fields":null,"user":null,"accessor":null,"ip_address":null,"context":null}`,
			auditlogs.DataAccessLog{UUID: "1", Timestamp: svcTime("2026-01-14T09:20:00Z"), Context: json.RawMessage(`null`)})),
	})
}

func TestDataAccessLogsUnreadable(t *testing.T) {
	t.Parallel()
	good := `{"uuid":"1","timestamp":"2026-01-14T09:20:00Z"}`
	svcNotDecoded(t, "DataAccessLogs.List", waldurOf, auditlogs.DataAccessLogFilter{}, []svcUnreadable{
		{name: "HTML", body: "<html>\n<body>Maintenance</body></html>", contentType: "text/html", index: -1},
		{name: "empty", body: "", index: -1},
		{name: "null", body: " null\n", index: -1},
		{name: "text", body: `"ok"`, index: -1},
		{name: "cut off", body: `[` + good, index: -1},
		{name: "object without results", body: `{"detail":"not what was asked for"}`, index: -1},
		{name: "results of the wrong type", body: `{"results":{}}`, index: -1},
		{name: "null record", body: `[` + good + `,null]`, index: 1},
		{name: "text record", body: `["x"]`, index: 0},
		{name: "list record", body: `[` + good + `,[]]`, index: 1},
		{name: "record without id", body: `[` + good + `,` + good + `,{"timestamp":"2026-01-14T09:20:00Z"}]`, index: 2},
		{name: "record with an empty id", body: `[{"uuid":"","timestamp":"2026-01-14T09:20:00Z"}]`, index: 0},
		{name: "id of the wrong type", body: `[{"uuid":1,"timestamp":"2026-01-14T09:20:00Z"}]`, index: 0},
		{name: "time of the wrong form", body: `[{"uuid":"1","timestamp":"yesterday"}]`, index: 0},
		{name: "fields of the wrong type", body: `[{"uuid":"1","timestamp":"2026-01-14T09:20:00Z","accessed_fields":{}}]`, index: 0},
	})
}

func TestDataAccessLogsQuery(t *testing.T) {
	t.Parallel()
	// Without bounds and order: everything, newest first, in the largest pages.
	with := func(pairs ...string) map[string]string {
		q := map[string]string{"o": "-timestamp", "page": "1", "page_size": "300"}
		for i := 0; i < len(pairs); i += 2 {
			q[pairs[i]] = pairs[i+1]
		}
		return q
	}
	type filter = auditlogs.DataAccessLogFilter
	cases := []svcWire[filter]{
		{name: "zero", want: with()},
		{name: "accessor_uuid", filter: filter{AccessorUUID: dashedUUID}, want: with("accessor_uuid", dashedUUID)},
		{name: "accessor_uuid without dashes", filter: filter{AccessorUUID: waldurUUID}, want: with("accessor_uuid", waldurUUID)},
		{name: "user_uuid", filter: filter{UserUUID: dashedUUID}, want: with("user_uuid", dashedUUID)},
		{name: "query", filter: filter{Query: "Müller & Söhne+co=1%20#?"}, want: with("query", "Müller & Söhne+co=1%20#?")},
		{name: "page_size", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 25}}, want: with("page_size", "25")},
		{name: "page_size, the largest", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 300}}, want: with("page_size", "300")},
		{name: "page", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 50, Offset: 100}}, want: with("page", "3", "page_size", "50")},
		{name: "start_date", filter: filter{Since: svcTime("2026-01-14T00:00:00Z")}, want: with("start_date", "2026-01-13")},
		{name: "start_date in another zone", filter: filter{Since: svcTime("2026-01-14T01:00:00+03:00")}, want: with("start_date", "2026-01-12")},
		{name: "end_date", filter: filter{Until: svcTime("2026-01-14T00:00:00.000000001Z")}, want: with("end_date", "2026-01-15")},
		{name: "end_date of midnight", filter: filter{Until: svcTime("2026-01-14T00:00:00Z")}, want: with("end_date", "2026-01-14")},
		{
			name: "several orders", want: with("o", "timestamp,-accessor_type,user_username"), raw: []string{"o=timestamp%2C-accessor_type%2Cuser_username"},
			filter: filter{Order: []auditlogs.DataAccessLogOrder{auditlogs.OrderTimestamp, auditlogs.OrderAccessorTypeDesc, auditlogs.OrderUserUsername}},
		},
	}
	for _, order := range []auditlogs.DataAccessLogOrder{
		"timestamp", "-timestamp", "accessor_type", "-accessor_type", "user_username", "-user_username", "accessor_username", "-accessor_username",
	} {
		cases = append(cases, svcWire[filter]{
			name: "o " + string(order), filter: filter{Order: []auditlogs.DataAccessLogOrder{order}},
			want: with("o", string(order)), raw: []string{"o=" + string(order)},
		})
	}
	for _, kind := range []auditlogs.AccessorType{"staff", "support", "organization_member", "service_provider", "self"} {
		cases = append(cases, svcWire[filter]{name: string(kind), filter: filter{AccessorType: kind}, want: with("accessor_type", string(kind))})
	}
	svcQueries(t, waldurOf, `[]`, waldurPath, waldurHeader, []string{
		"accessor_type", "accessor_uuid", "end_date", "o", "page", "page_size", "query", "start_date", "user_uuid",
	}, cases)
}

func TestDataAccessLogsBounds(t *testing.T) {
	t.Parallel()
	row := func(at string) string { return `{"uuid":"` + at + `","timestamp":"` + at + `"}` }
	svcTrims(t, waldurOf, svcBounds[auditlogs.DataAccessLog, auditlogs.DataAccessLogFilter]{
		filter: auditlogs.DataAccessLogFilter{Since: svcTime("2026-01-14T09:00:00.000000001Z"), Until: svcTime("2026-01-14T09:00:00.000000004Z")},
		body: "[" + strings.Join([]string{
			row("2026-01-15T00:00:00Z"), row("2026-01-14T09:00:00.000000004Z"), row("2026-01-14T09:00:00.000000003Z"),
			row("2026-01-14T12:00:00.000000001+03:00"), row("2026-01-14T09:00:00Z"), row("2026-01-13T09:00:00Z"),
		}, ",") + "]",
		header: []string{"X-Result-Count", "6"},
		asked:  map[string]string{"start_date": "2026-01-13", "end_date": "2026-01-15"},
		want:   []string{"2026-01-14T09:00:00.000000003Z", "2026-01-14T12:00:00.000000001+03:00"},
	})
}

// waldurRefusals are the answers that Django gives to every method; the messages are translated and stand for nothing.
func waldurRefusals() []svcRefusal {
	type e = auditlogs.APIError
	id := []string{"X-Request-Id", "req-1"}
	return []svcRefusal{
		{
			name: "400 of one field", status: 400, body: `{"accessor_type":["Select a valid choice. nobody is not one of the available choices."]}`, header: id,
			want: e{Fields: map[string][]string{"accessor_type": {"Select a valid choice. nobody is not one of the available choices."}}, RequestID: "req-1"},
			is:   auditlogs.ErrInvalidRequest,
		},
		{
			name: "400 of several fields", status: 400, body: `{"o":["a","b"],"start_date":["Enter a valid date."],"non_field_errors":["c"]}`,
			want: e{Message: "c", Fields: map[string][]string{"o": {"a", "b"}, "start_date": {"Enter a valid date."}, "non_field_errors": {"c"}}},
			is:   auditlogs.ErrInvalidRequest,
		},
		{name: "401", status: 401, body: `{"detail":"Invalid token."}`, want: e{Message: "Invalid token."}, is: auditlogs.ErrUnauthorized},
		{name: "403", status: 403, body: `{"detail":"Sie dürfen das nicht."}`, want: e{Message: "Sie dürfen das nicht."}, is: auditlogs.ErrForbidden},
		{name: "404", status: 404, body: `{"detail":"Invalid page."}`, want: e{Message: "Invalid page."}, is: auditlogs.ErrNotFound},
		{name: "404 of an old server", status: 404, body: "<h1>Not Found</h1>", header: []string{"Content-Type", "text/html"}, is: auditlogs.ErrNotFound},
		{name: "405", status: 405, body: `{"detail":"Method \"GET\" not allowed."}`, want: e{Message: `Method "GET" not allowed.`}, is: auditlogs.ErrInvalidRequest},
		{
			name: "429", status: 429, body: `{"detail":"Request was throttled."}`, header: []string{"Retry-After", "30"},
			want: e{Message: "Request was throttled.", RetryAfter: 30 * time.Second}, is: auditlogs.ErrRateLimited,
		},
		{name: "409", status: 409, body: `{"detail":"Cannot delete this object because it is referenced by others."}`, want: e{Message: "Cannot delete this object because it is referenced by others."}},
		{name: "500", status: 500, body: "<html>\n" + strings.Repeat("x", 5000), header: []string{"Content-Type", "text/html"}, is: auditlogs.ErrServer},
		{name: "502 without a body", status: 502, is: auditlogs.ErrServer},
		{name: "503", status: 503, body: `{"detail":"down"}`, want: e{Message: "down"}, is: auditlogs.ErrServer},
	}
}

func TestDataAccessLogsErrors(t *testing.T) {
	t.Parallel()
	svcErrors(t, "DataAccessLogs.List", waldurOf, auditlogs.DataAccessLogFilter{}, waldurRefusals())
}

func badDataAccessLogFilters() []svcBad[auditlogs.DataAccessLogFilter] {
	type filter = auditlogs.DataAccessLogFilter
	cases := []svcBad[filter]{
		{name: "unknown", field: "AccessorType", filter: filter{AccessorType: "robot"}},
		{name: "other case", field: "AccessorType", filter: filter{AccessorType: "Staff"}},
		{name: "two in one", field: "AccessorType", filter: filter{AccessorType: "staff,support"}},
		{name: "unknown", field: "Order", filter: filter{Order: []auditlogs.DataAccessLogOrder{"uuid"}}},
		{name: "empty", field: "Order", filter: filter{Order: []auditlogs.DataAccessLogOrder{"timestamp", ""}}},
		{name: "two in one", field: "Order", filter: filter{Order: []auditlogs.DataAccessLogOrder{"timestamp,-user_username"}}},
		{name: "plus", field: "Order", filter: filter{Order: []auditlogs.DataAccessLogOrder{"+timestamp"}}},
		{name: "line break", field: "Query", filter: filter{Query: "a\nb"}},
		{name: "NUL", field: "Query", filter: filter{Query: "a\x00"}},
		{name: "not UTF-8", field: "Query", filter: filter{Query: "\xc3\x28"}},
		{name: "too large", field: "PageSize", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 301}}},
	}
	for _, id := range svcBadUUIDs {
		cases = append(cases,
			svcBad[filter]{name: "not a UUID", field: "AccessorUUID", filter: filter{AccessorUUID: id}},
			svcBad[filter]{name: "not a UUID", field: "UserUUID", filter: filter{UserUUID: id}})
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
	return cases
}

func TestDataAccessLogsBadInput(t *testing.T) {
	t.Parallel()
	svcRefuses(t, "DataAccessLogs.List", waldurOf, badDataAccessLogFilters())
}

func TestDataAccessLogsGet(t *testing.T) {
	t.Parallel()
	body := svcFile(t, "waldur/retrieve.json")
	want := auditlogs.DataAccessLog{
		UUID:           waldurUUID,
		Timestamp:      svcTime("2026-01-14T09:26:53.589793Z"),
		AccessorType:   auditlogs.AccessorSupport,
		AccessedFields: []string{"email", "civil_number"},
		User:           auditlogs.UserRef{UUID: "5b4c3f42a1b0c9d8e7f6a5b4c30d9a6e", Username: "bob", FullName: "Bob Builder"},
		Accessor:       &auditlogs.UserRef{UUID: "0d9a6e5b4c3f42a1b0c9d8e7f6a5b4c3", Username: "support", FullName: "Sue Support"},
		IPAddress:      "2001:db8::7",
		Context:        json.RawMessage(`{"endpoint":"/api/users/5b4c3f42a1b0c9d8e7f6a5b4c30d9a6e/","method":"GET"}`),
		Raw:            svcRows(t, body, ".")[0],
	}
	for _, id := range []string{waldurUUID, dashedUUID, strings.ToUpper(dashedUUID)} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, body))
			got, err := client.DataAccessLogs.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, svcCompact(t, want), svcCompact(t, *got))
			svcRoundTrip(t, *got, want.Raw)
			r := log.only(t)
			assert.Equal(t, http.MethodGet, r.Method)
			assert.Equal(t, svcPrefix+waldurPath+id+"/", r.Path)
			assert.Empty(t, r.RawQuery)
			svcHeader(t, r, waldurHeader)
		})
	}
}

// svcGetUnreadable are answers to Get that are no record.
var svcGetUnreadable = map[string]string{
	"HTML": "<html>", "empty": "", "null": "null", "list": "[]", "text": `"x"`, "without id": `{}`, "empty id": `{"uuid":""}`,
	"cut off": `{"uuid":"1"`, "time of the wrong form": `{"uuid":"1","timestamp":"14.01.2026"}`,
}

func TestDataAccessLogsGetUnreadable(t *testing.T) {
	t.Parallel()
	for name, body := range svcGetUnreadable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, body))
			got, err := client.DataAccessLogs.Get(t.Context(), waldurUUID)
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "DataAccessLogs.Get", decode.Op)
			assert.Nil(t, got)
		})
	}
}

func TestDataAccessLogsDelete(t *testing.T) {
	t.Parallel()
	for _, id := range []string{waldurUUID, dashedUUID} {
		client, log := svcServe(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		require.NoError(t, client.DataAccessLogs.Delete(t.Context(), id))
		r := log.only(t)
		assert.Equal(t, http.MethodDelete, r.Method)
		assert.Equal(t, svcPrefix+waldurPath+id+"/", r.Path)
		assert.Empty(t, r.RawQuery)
		svcHeader(t, r, waldurHeader)
	}
}

// The calls for one record, and how they name themselves.
func waldurSingles() map[string]func(context.Context, *auditlogs.Client, string) error {
	return map[string]func(context.Context, *auditlogs.Client, string) error{
		"DataAccessLogs.Get": func(ctx context.Context, c *auditlogs.Client, id string) error {
			_, err := c.DataAccessLogs.Get(ctx, id)
			return err
		},
		"DataAccessLogs.Delete": func(ctx context.Context, c *auditlogs.Client, id string) error {
			return c.DataAccessLogs.Delete(ctx, id)
		},
		"AuditEvents.Get": func(ctx context.Context, c *auditlogs.Client, id string) error {
			_, err := c.AuditEvents.Get(ctx, id)
			return err
		},
	}
}

func TestSingleRecordErrors(t *testing.T) {
	t.Parallel()
	for op, do := range waldurSingles() {
		for _, tc := range waldurRefusals() {
			t.Run(op+" "+tc.name, func(t *testing.T) {
				t.Parallel()
				client, log := svcServe(t, svcAnswer(tc.status, tc.body, tc.header...))
				svcIsRefusal(t, tc, op, op, do(t.Context(), client, waldurUUID))
				log.only(t)
			})
		}
	}
}

func TestSingleRecordBadInput(t *testing.T) {
	t.Parallel()
	for op, do := range waldurSingles() {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, `{}`))
			for _, id := range append([]string{""}, svcBadUUIDs...) {
				svcIsFilterError(t, do(t.Context(), client, id), op, "uuid", op)
			}
			assert.Empty(t, log.all())
		})
	}
}

func TestDataAccessLogsCount(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.DataAccessLogFilter
	for name, tc := range map[string]struct {
		filter filter
		want   map[string]string
	}{
		"zero": {filter{}, map[string]string{}},
		"days": {
			filter{Since: svcTime("2026-01-14T00:00:00Z"), Until: svcTime("2026-01-16T00:00:00Z")},
			map[string]string{"start_date": "2026-01-14", "end_date": "2026-01-15"},
		},
		"one day": {
			filter{Since: svcTime("2026-02-28T00:00:00Z"), Until: svcTime("2026-03-01T00:00:00Z")},
			map[string]string{"start_date": "2026-02-28", "end_date": "2026-02-28"},
		},
		"days in another zone": {
			filter{Since: svcTime("2026-01-14T03:00:00+03:00"), Until: svcTime("2026-01-14T19:00:00-05:00")},
			map[string]string{"start_date": "2026-01-14", "end_date": "2026-01-14"},
		},
		"since": {filter{Since: svcTime("2026-01-14T00:00:00Z")}, map[string]string{"start_date": "2026-01-14"}},
		"until": {filter{Until: svcTime("2026-01-14T00:00:00Z")}, map[string]string{"end_date": "2026-01-13"}},
		"everything else": {
			filter{AccessorType: auditlogs.AccessorSelf, AccessorUUID: waldurUUID, UserUUID: dashedUUID, Query: "a b"},
			map[string]string{"accessor_type": "self", "accessor_uuid": waldurUUID, "user_uuid": dashedUUID, "query": "a b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Result-Count", "1234567") })
			n, err := client.DataAccessLogs.Count(t.Context(), tc.filter)
			require.NoError(t, err)
			assert.Equal(t, 1234567, n)
			r := log.only(t)
			assert.Equal(t, http.MethodHead, r.Method)
			assert.Equal(t, svcPrefix+waldurPath, r.Path)
			svcHeader(t, r, waldurHeader)
			got := map[string]string{}
			for name, values := range r.Query {
				require.Len(t, values, 1, name)
				got[name] = values[0]
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestDataAccessLogsCountUnreadable(t *testing.T) {
	t.Parallel()
	for name, header := range map[string][]string{
		"missing": nil, "empty": {"X-Result-Count", ""}, "text": {"X-Result-Count", "many"}, "negative": {"X-Result-Count", "-1"},
		"fraction": {"X-Result-Count", "1.5"}, "too large": {"X-Result-Count", "99999999999999999999"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, "", header...))
			n, err := client.DataAccessLogs.Count(t.Context(), auditlogs.DataAccessLogFilter{})
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "DataAccessLogs.Count", decode.Op)
			assert.Equal(t, -1, decode.Index)
			assert.Zero(t, n)
		})
	}
}

func TestDataAccessLogsCountErrors(t *testing.T) {
	t.Parallel()
	for status, is := range map[int]error{
		400: auditlogs.ErrInvalidRequest, 401: auditlogs.ErrUnauthorized, 403: auditlogs.ErrForbidden, 404: auditlogs.ErrNotFound,
		429: auditlogs.ErrRateLimited, 500: auditlogs.ErrServer,
	} {
		client, _ := svcServe(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := client.DataAccessLogs.Count(t.Context(), auditlogs.DataAccessLogFilter{})
		svcIsRefusal(t, svcRefusal{status: status, is: is}, "DataAccessLogs.Count", "Count", err)
	}
}

func TestDataAccessLogsCountBadInput(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.DataAccessLogFilter
	cases := append(badDataAccessLogFilters(),
		svcBad[filter]{name: "not a day", field: "Since", filter: filter{Since: svcTime("2026-01-14T00:00:00.000000001Z")}},
		svcBad[filter]{name: "a day elsewhere", field: "Since", filter: filter{Since: svcTime("2026-01-14T00:00:00+03:00")}},
		svcBad[filter]{name: "not a day", field: "Until", filter: filter{Until: svcTime("2026-01-14T12:00:00Z")}},
		svcBad[filter]{
			name: "one of two is no day", field: "Until",
			filter: filter{Since: svcTime("2026-01-14T00:00:00Z"), Until: svcTime("2026-01-15T00:00:01Z")},
		},
		svcBad[filter]{name: "given", field: "Cursor", filter: filter{ListOptions: auditlogs.ListOptions{Cursor: "al1.x"}}},
	)
	for _, tc := range cases {
		t.Run(tc.field+": "+tc.name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, "", "X-Result-Count", "1"))
			n, err := client.DataAccessLogs.Count(t.Context(), tc.filter)
			svcIsFilterError(t, err, "DataAccessLogs.Count", tc.field, "Count")
			assert.Zero(t, n)
			assert.Empty(t, log.all())
		})
	}
}

// A program that changes a record, so as to redact it, gets the change and keeps what it does not know.
func TestDataAccessLogChanged(t *testing.T) {
	t.Parallel()
	const came = `{"uuid":"1","timestamp":"2026-01-14T09:20:00Z","accessor_type":"staff","accessed_fields":["email"],` +
		`"user":{"uuid":"2","username":"alice","full_name":"Alice","email":"alice@example.org"},"accessor":{"uuid":"3","username":"s","full_name":"S"},` +
		`"ip_address":"192.0.2.10","context":{"a":1,"b":{"c":2}},"severity":9007199254740993}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.DataAccessLog)
		want   string
	}{
		"nothing":         {func(*auditlogs.DataAccessLog) {}, came},
		"a text":          {func(l *auditlogs.DataAccessLog) { l.AccessorType = "self" }, strings.Replace(came, `"staff"`, `"self"`, 1)},
		"emptied":         {func(l *auditlogs.DataAccessLog) { l.IPAddress = "" }, strings.Replace(came, `"ip_address":"192.0.2.10",`, "", 1)},
		"context gone":    {func(l *auditlogs.DataAccessLog) { l.Context = nil }, strings.Replace(came, `"context":{"a":1,"b":{"c":2}},`, "", 1)},
		"context cut":     {func(l *auditlogs.DataAccessLog) { l.Context = json.RawMessage(`{"b":{}}`) }, strings.Replace(came, `{"a":1,"b":{"c":2}}`, `{"b":{}}`, 1)},
		"fields gone":     {func(l *auditlogs.DataAccessLog) { l.AccessedFields = nil }, strings.Replace(came, `"accessed_fields":["email"],`, "", 1)},
		"no fields":       {func(l *auditlogs.DataAccessLog) { l.AccessedFields = []string{} }, strings.Replace(came, `["email"]`, `[]`, 1)},
		"accessor gone":   {func(l *auditlogs.DataAccessLog) { l.Accessor = nil }, strings.Replace(came, `{"uuid":"3","username":"s","full_name":"S"}`, `null`, 1)},
		"within a user":   {func(l *auditlogs.DataAccessLog) { l.User.Username = "x" }, strings.Replace(came, `"alice"`, `"x"`, 1)},
		"another instant": {func(l *auditlogs.DataAccessLog) { l.Timestamp = l.Timestamp.Add(time.Second) }, strings.Replace(came, `20:00Z`, `20:01Z`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l auditlogs.DataAccessLog
			require.NoError(t, json.Unmarshal([]byte(came), &l))
			tc.change(&l)
			got, err := json.Marshal(l)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
			svcSameNumbers(t, []byte(tc.want), got)
			assert.JSONEq(t, came, string(l.Raw), "Raw stays as it came")
		})
	}
}

func TestDataAccessLogByHand(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]auditlogs.DataAccessLog{
		`{"uuid":"","user":{"uuid":"","username":"","full_name":""},"accessor":null}`: {},
		`{"uuid":"1","timestamp":"2026-01-14T09:20:00Z","accessor_type":"self","accessed_fields":["email"],"user":{"uuid":"2","username":"a","full_name":"A"},` +
			`"accessor":{"uuid":"2","username":"a","full_name":"A"},"ip_address":"192.0.2.1","context":{"method":"GET"}}`: {
			UUID: "1", Timestamp: svcTime("2026-01-14T09:20:00Z"), AccessorType: "self", AccessedFields: []string{"email"},
			User: auditlogs.UserRef{UUID: "2", Username: "a", FullName: "A"}, Accessor: &auditlogs.UserRef{UUID: "2", Username: "a", FullName: "A"},
			IPAddress: "192.0.2.1", Context: json.RawMessage(`{"method":"GET"}`),
		},
	} {
		got, err := json.Marshal(l)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}

// One variable for many records must not let one write into another.
func TestDecodeIntoOneVariable(t *testing.T) {
	t.Parallel()
	var (
		l   auditlogs.DataAccessLog
		all []auditlogs.DataAccessLog
	)
	for _, text := range []string{
		`{"uuid":"1","accessor":{"uuid":"a"},"accessed_fields":["x","y"],"ip_address":"192.0.2.1"}`,
		`{"uuid":"2","accessor":{"uuid":"b"},"accessed_fields":["z"]}`,
	} {
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		all = append(all, l)
	}
	assert.Equal(t, "a", all[0].Accessor.UUID)
	assert.Equal(t, []string{"x", "y"}, all[0].AccessedFields)
	assert.Empty(t, all[1].IPAddress)

	var e auditlogs.AuditEvent
	require.NoError(t, json.Unmarshal([]byte(`{"uuid":"1","user":7,"remote_addr":"192.0.2.1","content":{"a":1}}`), &e))
	first := e
	require.NoError(t, json.Unmarshal([]byte(`{"uuid":"2","user":8,"content":{"b":2}}`), &e))
	assert.Equal(t, "7", first.User.ID)
	assert.JSONEq(t, `{"a":1}`, string(first.Content))
	assert.Empty(t, e.RemoteAddr)
}
