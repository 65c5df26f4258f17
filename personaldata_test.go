package auditlogs_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

func elasticOf(c *auditlogs.Client) svcLister[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter] {
	return c.PersonalDataLogs
}

var elasticFilter = auditlogs.PersonalDataLogFilter{ResourceType: "customer", ResourceID: "0f850c15-d643-480a-a2b4-9e3c26067178"}

const elasticFilterText = "eq(resource_type,customer):eq(resource_id,0f850c15-d643-480a-a2b4-9e3c26067178)"

// elasticSample is what the documented samples have in common.
func elasticSample(t *testing.T, body string, kind, email, tokenID, name, delta, url string) auditlogs.PersonalDataLog {
	t.Helper()
	var row struct {
		Initiator json.RawMessage `json:"initiator"`
	}
	require.NoError(t, json.Unmarshal(svcRows(t, body, "data")[0], &row))
	return auditlogs.PersonalDataLog{
		ID: "faf8c40f-a680-40ae-b7bc-78533bbdd8c3", StoreID: "00000000-0000-1000-8000-000000000000", Type: kind,
		Initiator: auditlogs.Initiator{
			TokenEmail: email, TokenID: tokenID, TokenName: name, TokenStoreID: "15ea9633-278c-4807-80f7-2009fed63c7e",
			TokenType: "client-credentials-token", Raw: row.Initiator,
		},
		Time: svcTime("2022-04-29T10:51:14.374Z"), EventType: "user-authentication-info.event.created",
		Delta: json.RawMessage(`{"email":"` + delta + `","id":"00000000-0000-1000-8000-111111111112","name":"some_name",` +
			`"realm_id":"00000000-0000-1000-8000-111111111111","store_id":"00000000-0000-1000-8000-000000000000","type":"user-authentication-info"}`),
		ResourceID: "00000000-0000-1000-8000-111111111112", ResourceType: "user-authentication-info", ResourcePath: url,
	}
}

func TestPersonalDataLogsDecode(t *testing.T) {
	t.Parallel()
	schema, getLogs, list := svcFile(t, "elasticpath/list_schema.json"), svcFile(t, "elasticpath/list_getlogs.json"), svcFile(t, "elasticpath/list.json")
	row := func(members string) string {
		return `{"id":"1","time":"2022-04-29T10:51:14.374Z",` + members + `}`
	}
	at := svcTime("2022-04-29T10:51:14.374Z")
	one := func(name, members string, want auditlogs.PersonalDataLog) svcFixture[auditlogs.PersonalDataLog] {
		want.ID, want.Time = "1", at
		return svcFixture[auditlogs.PersonalDataLog]{
			name: name, body: `{"data":[` + row(members) + `],"meta":{"results":{"total":1}},"links":{}}`, member: "data",
			want: []auditlogs.PersonalDataLog{want}, total: 1,
		}
	}
	initiator := func(wire string, want auditlogs.Initiator) svcFixture[auditlogs.PersonalDataLog] {
		want.Raw = json.RawMessage(wire)
		return one("initiator "+wire, `"initiator":`+wire, auditlogs.PersonalDataLog{Initiator: want})
	}
	path := func(wire, want string) svcFixture[auditlogs.PersonalDataLog] {
		return one("relationships "+wire, `"relationships":`+wire, auditlogs.PersonalDataLog{ResourcePath: want})
	}
	around := func(name, rest string, total int) svcFixture[auditlogs.PersonalDataLog] {
		return svcFixture[auditlogs.PersonalDataLog]{
			name: name, body: `{"data":[` + row(`"type":"personal_data_log_entry"`) + `]` + rest + `}`, member: "data", total: total,
			want: []auditlogs.PersonalDataLog{{ID: "1", Time: at, Type: "personal_data_log_entry"}},
		}
	}
	total1 := `,"meta":{"results":{"total":1},"page":{"limit":100,"offset":0,"current":1,"total":1}}`
	svcDecodes(t, elasticOf, elasticFilter, []svcFixture[auditlogs.PersonalDataLog]{
		{
			name: "documented sample from the schema, the token's id a number", body: schema, member: "data", total: 1,
			want: []auditlogs.PersonalDataLog{elasticSample(t, schema, "string", "accounts@elasticpath.com", "1222341536243516000", "elastic path test team", "some@eamil.com", "http://www.elaticpath.com")},
		},
		{
			name: "documented sample getLogs, the token's id a text", body: getLogs, member: "data", total: 1,
			want: []auditlogs.PersonalDataLog{elasticSample(t, getLogs, "personal_data_log_entry", "accounts@molt.in", "1222341536243515939", "moltin test team", "some@email.com", "http://www.elaticpath.com")},
		},
		{
			name: "sample with both forms of no link", body: list, member: "data", total: 1,
			want: []auditlogs.PersonalDataLog{elasticSample(t, list, "personal_data_log_entry", "accounts@example.org", "1222341536243515939", "example team", "some@example.org",
				"https://useast.api.elasticpath.com/v2/authentication-realms/00000000-0000-1000-8000-111111111111/user-authentication-info/00000000-0000-1000-8000-111111111112")},
		},
		initiator(`{"access-token-id":1222341536243515939}`, auditlogs.Initiator{TokenID: "1222341536243515939"}),
		initiator(`{"access-token-id":"0001222341536243515939"}`, auditlogs.Initiator{TokenID: "0001222341536243515939"}),
		initiator(`{"access-token-id":null,"access-token-email":null,"access-token-name":null,"access-token-store-id":null,"access-token-type":null}`, auditlogs.Initiator{}),
		initiator(`{"account-id":"5","access-token-type":"account-management-token"}`, auditlogs.Initiator{TokenType: "account-management-token"}),
		initiator(`{}`, auditlogs.Initiator{}),
		initiator(`null`, auditlogs.Initiator{}),
		initiator(`"{\"access-token-id\":1222341536243515939,\"access-token-email\":\"e\",\"account-id\":\"5\"}"`, auditlogs.Initiator{TokenID: "1222341536243515939", TokenEmail: "e"}),
		initiator(`" {\"access-token-id\" : \"1222341536243515939\", \"access-token-name\":\"\\u00e9\"}\n"`, auditlogs.Initiator{TokenID: "1222341536243515939", TokenName: "é"}),
		initiator(`"{}"`, auditlogs.Initiator{}),
		initiator(`"somebody@example.org"`, auditlogs.Initiator{}),
		initiator(`"[{\"access-token-id\":1}]"`, auditlogs.Initiator{}),
		initiator(`"{\"access-token-id\":1"`, auditlogs.Initiator{}),
		initiator(`"{\"access-token-email\":\"e\",\"access-token-id\":[]}"`, auditlogs.Initiator{}),
		initiator(`"null"`, auditlogs.Initiator{}),
		initiator(`""`, auditlogs.Initiator{}),
		path(`{"resource_path":{"url":"u"}}`, "u"),
		path(`{"resource_path":"u"}`, "u"),
		path(`{"resource_path":"{\"url\":\"u\"}"}`, "u"),
		path(`"{\"resource_path\":{\"url\":\"u\"},\"links\":{\"self\":1}}"`, "u"),
		path(`"{\"resource_path\":\"u\"}"`, "u"),
		path(`"{\"resource_path\":\"{\\\"url\\\":\\\"u\\\"}\"}"`, "u"),
		path(`"https://useast.api.elasticpath.com/v2/customers/1"`, "https://useast.api.elasticpath.com/v2/customers/1"),
		path(`"{resource_path}"`, "{resource_path}"),
		path(`"{}"`, ""),
		path(`""`, ""),
		path(`"null"`, ""),
		path(`{"resource_path":"null"}`, ""),
		path(`{"resource_path":{"url":null}}`, ""),
		one("nulls", `"store_id":null,"type":null,"event_type":null,"delta":null,"resource_id":null,"resource_type":null,"relationships":null`,
			auditlogs.PersonalDataLog{Delta: json.RawMessage(`null`)}),
		one("relationships without a path", `"relationships":{}`, auditlogs.PersonalDataLog{}),
		one("relationships with a null path", `"relationships":{"resource_path":null,"links":{"self":"x"}}`, auditlogs.PersonalDataLog{}),
		one("unknown members", `"resource_type":"account_member","resource_id":"not a uuid","event_type":"x.event.merged","delta":{"n":9007199254740993,"o":{"p":[null]}},"version":2`,
			auditlogs.PersonalDataLog{
				ResourceType: "account_member", ResourceID: "not a uuid", EventType: "x.event.merged", Delta: json.RawMessage(`{"n":9007199254740993,"o":{"p":[null]}}`),
			}),
		around("next null", total1+`,"links":{"next":null,"prev":null,"last":null}`, 1),
		around("next as text", total1+`,"links":{"next":"null","prev":"null"}`, 1),
		around("next missing", total1+`,"links":{"current":"https://useast.api.elasticpath.com/v2/personal-data/logs?page[offset]=0&page[limit]=100"}`, 1),
		around("links empty", total1+`,"links":{}`, 1),
		around("links missing", total1, 1),
		around("links null", total1+`,"links":null`, 1),
		around("meta without a page", `,"meta":{"results":{"total":1}}`, 1),
	})
}

// Without a total the client asks once more, to see that nothing follows.
func TestPersonalDataLogsWithoutTotal(t *testing.T) {
	t.Parallel()
	for name, meta := range map[string]string{
		"meta missing": ``, "meta null": `,"meta":null`, "meta empty": `,"meta":{}`, "results null": `,"meta":{"results":null}`,
		"total null": `,"meta":{"results":{"total":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
				row := ""
				if r.URL.Query().Get("page[offset]") == "0" {
					row = `{"id":"1","time":"2022-04-29T10:51:14.374Z"}`
				}
				svcAnswer(200, `{"data":[`+row+`]`+meta+`,"links":{"next":"null"}}`)(w, r)
			})
			items, err := auditlogs.Collect(client.PersonalDataLogs.All(t.Context(), elasticFilter), 10)
			require.NoError(t, err)
			require.Len(t, items, 1)
			page, err := client.PersonalDataLogs.List(t.Context(), elasticFilter)
			require.NoError(t, err)
			assert.Equal(t, -1, page.Total)
		})
	}
}

func TestPersonalDataLogsEmpty(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"list": `{"data":[],"meta":{"results":{"total":0}},"links":{}}`, "null": `{"data":null,"meta":{"results":{"total":0}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, body))
			page, err := client.PersonalDataLogs.List(t.Context(), elasticFilter)
			require.NoError(t, err)
			assert.Empty(t, page.Items)
			assert.Empty(t, page.Next)
			assert.Zero(t, page.Total)
			log.only(t)
		})
	}
}

func TestPersonalDataLogsUnreadable(t *testing.T) {
	t.Parallel()
	const good = `{"id":"1","time":"2022-04-29T10:51:14.374Z"}`
	svcNotDecoded(t, "PersonalDataLogs.List", elasticOf, elasticFilter, []svcUnreadable{
		{name: "HTML", body: "<html>\n</html>", contentType: "text/html", index: -1},
		{name: "empty", index: -1},
		{name: "null", body: "null", index: -1},
		{name: "without data", body: `{"meta":{"results":{"total":0}},"links":{}}`, index: -1},
		{name: "data of the wrong type", body: `{"data":{}}`, index: -1},
		{name: "total of the wrong type", body: `{"data":[],"meta":{"results":{"total":"1"}}}`, index: -1},
		{name: "cut off", body: `{"data":[` + good, index: -1},
		{name: "null record", body: `{"data":[` + good + `,null]}`, index: 1},
		{name: "record without id", body: `{"data":[` + good + `,{"time":"2022-04-29T10:51:14.374Z"}]}`, index: 1},
		{name: "text record", body: `{"data":["x"]}`, index: 0},
		{name: "id of the wrong type", body: `{"data":[{"id":1}]}`, index: 0},
		{name: "time of the wrong form", body: `{"data":[{"id":"1","time":1651229474}]}`, index: 0},
		{name: "initiator of the wrong type", body: `{"data":[{"id":"1","initiator":7}]}`, index: 0},
		{name: "path of the wrong type", body: `{"data":[{"id":"1","relationships":{"resource_path":7}}]}`, index: 0},
		{name: "token id of the wrong type", body: `{"data":[{"id":"1","initiator":{"access-token-id":[]}}]}`, index: 0},
		{name: "relationships of the wrong type", body: `{"data":[{"id":"1","relationships":[]}]}`, index: 0},
	})
}

func TestPersonalDataLogsQuery(t *testing.T) {
	t.Parallel()
	with := func(pairs ...string) map[string]string {
		q := map[string]string{"filter": elasticFilterText, "page[offset]": "0", "page[limit]": "100"}
		for i := 0; i < len(pairs); i += 2 {
			q[pairs[i]] = pairs[i+1]
		}
		return q
	}
	type filter = auditlogs.PersonalDataLogFilter
	page := func(o auditlogs.ListOptions) filter {
		f := elasticFilter
		f.ListOptions = o
		return f
	}
	bounded := elasticFilter
	bounded.Since, bounded.Until = svcTime("2022-04-29T10:51:14Z"), svcTime("2022-04-29T10:51:15Z")
	cases := []svcWire[filter]{
		{
			name: "filter", filter: elasticFilter, want: with(),
			raw: []string{
				"page%5Blimit%5D=100", "page%5Boffset%5D=0",
				"filter=eq%28resource_type%2Ccustomer%29%3Aeq%28resource_id%2C0f850c15-d643-480a-a2b4-9e3c26067178%29",
			},
		},
		{name: "page[limit]", filter: page(auditlogs.ListOptions{PageSize: 20}), want: with("page[limit]", "20"), raw: []string{"page%5Blimit%5D=20"}},
		{name: "page[offset]", filter: page(auditlogs.ListOptions{Offset: 10000}), want: with("page[offset]", "10000"), raw: []string{"page%5Boffset%5D=10000"}},
		{name: "no bounds, whatever the filter says", filter: bounded, want: with()},
	}
	for _, kind := range []string{
		"customer", "account", "account-member", "account-membership", "address", "user-authentication-info", "user-authentication-oidc-profile-info",
		"user-authentication-password-profile-info", "order", "account_member",
	} {
		cases = append(cases, svcWire[filter]{
			name: kind, filter: filter{ResourceType: kind, ResourceID: "1"}, want: with("filter", "eq(resource_type,"+kind+"):eq(resource_id,1)"),
		})
	}
	svcQueries(t, elasticOf, `{"data":[],"meta":{"results":{"total":0}},"links":{}}`, "/v2/personal-data/logs",
		map[string]string{"Authorization": "Bearer " + svcToken, "Accept": "application/json"},
		[]string{"page[offset]", "page[limit]", "filter"}, cases)
}

// The filter grammar has no escapes: what it does not know as part of a value is refused, and what it knows arrives
// unchanged.
func TestPersonalDataLogsFilterGrammar(t *testing.T) {
	t.Parallel()
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$-_*."
	client, log := svcServe(t, svcAnswer(200, `{"data":[],"meta":{"results":{"total":0}}}`))
	values := []string{
		"", " ", ".", "..", "a..b", "../customer", "x,y", "x)", "(x", "x):eq(store_id,1", "x):gt(time,0", `x"`, `'x'`, `"x"`, `x\`, `x\,y`, "x y", " x", "x ", "x+y",
		"x%2Cy", "%", "x:y", "x|y", "{x}", "x@example.org", "x/y", "x\ny", "x\ry", "x\x00y", "x\ty", "é", "客户", "x\u00a0y", "x\u2028y", "\u202ex", "x\uff0cy", "\xff",
		"\U0001f600", "x&filter=1", "x;y", "x#y", "x=y", "~", "`", "^", "<x>", "[x]", "!", "?", strings.Repeat("a", 1025),
		alphabet, "$", "-", "_", "*", "a.b", "0", strings.Repeat("a", 1024),
	}
	for c := range 256 {
		values = append(values, "a"+string(rune(c))+"b", string([]byte{'a', byte(c), 'b'}))
	}
	for _, value := range values {
		allowed := value != "" && value != "." && !strings.Contains(value, "..") && len(value) <= 1024
		for i := range len(value) {
			allowed = allowed && strings.IndexByte(alphabet, value[i]) >= 0
		}
		for field, f := range map[string]auditlogs.PersonalDataLogFilter{
			"ResourceType": {ResourceType: value, ResourceID: "1"}, "ResourceID": {ResourceType: "customer", ResourceID: value},
		} {
			sent := len(log.all())
			_, err := client.PersonalDataLogs.List(t.Context(), f)
			requests := log.all()[sent:]
			if !allowed {
				svcIsFilterError(t, err, "PersonalDataLogs.List", field, value)
				require.Empty(t, requests, "%q", value)
				continue
			}
			require.NoError(t, err, "%q", value)
			require.Len(t, requests, 1)
			require.Equal(t, []string{"eq(resource_type," + f.ResourceType + "):eq(resource_id," + f.ResourceID + ")"}, requests[0].Query["filter"])
		}
	}
}

func TestPersonalDataLogsBounds(t *testing.T) {
	t.Parallel()
	row := func(at string) string { return `{"id":"` + at + `","time":"` + at + `"}` }
	times := []string{
		"2022-04-29T10:51:14.374Z", "2022-04-29T10:51:14.374000001Z", "2022-04-29T10:51:14.374000002Z", "2022-04-29T10:51:14.374000003Z", "2022-04-29T10:51:15.52Z",
	}
	f := elasticFilter
	f.Since, f.Until = svcTime(times[1]), svcTime(times[3])
	for name, order := range map[string][]int{"newest first": {4, 3, 2, 1, 0}, "oldest first": {0, 1, 2, 3, 4}, "no order": {3, 1, 4, 0, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rows, want []string
			for _, i := range order {
				rows = append(rows, row(times[i]))
				if i == 1 || i == 2 {
					want = append(want, times[i])
				}
			}
			svcTrims(t, elasticOf, svcBounds[auditlogs.PersonalDataLog, auditlogs.PersonalDataLogFilter]{
				filter: f, body: `{"data":[` + strings.Join(rows, ",") + `],"meta":{"results":{"total":5}}}`, want: want,
			})
		})
	}
}

func TestPersonalDataLogsErrors(t *testing.T) {
	t.Parallel()
	type e = auditlogs.APIError
	of := func(title, status string) string {
		return `{"errors":[{"title":"` + title + `","status":` + status + `}]}`
	}
	svcErrors(t, "PersonalDataLogs.List", elasticOf, elasticFilter, []svcRefusal{
		{
			name: "documented 400", status: 400, body: svcFile(t, "elasticpath/error_missing_filter.json"), is: auditlogs.ErrInvalidRequest,
			want: e{Code: "Bad Request", Message: "bad filter: resource_id and resource_type are the filter fields that are both mandatory and only they are allowed"},
		},
		{
			name: "documented 500", status: 500, body: svcFile(t, "elasticpath/error_internal.json"), is: auditlogs.ErrServer,
			want: e{Code: "Internal Server Error", Message: "there was a problem processing your request"},
		},
		{
			name: "documented schema", status: 400, body: svcFile(t, "elasticpath/error_schema.json"), is: auditlogs.ErrInvalidRequest,
			want: e{Code: "string", Message: "string"},
		},
		{
			name: "400 without a status", status: 400, body: `{"errors":[{"detail":"Could not parse the supplied filter","title":"Bad Request"}]}`,
			want: e{Code: "Bad Request", Message: "Could not parse the supplied filter"}, is: auditlogs.ErrInvalidRequest,
		},
		{
			name: "several", status: 400, body: `{"errors":[{"title":"A","detail":"a","source":"s"},{"title":"B","detail":"b","request_id":"r2"}]}`, header: []string{"X-Request-Id", "r1"},
			want: e{Code: "A", Message: "a; b", RequestID: "r2"}, is: auditlogs.ErrInvalidRequest,
		},
		{
			name: "401 with a number", status: 401, body: of("Unable to validate access token", "401"), is: auditlogs.ErrUnauthorized,
			want: e{Code: "Unable to validate access token", Message: "Unable to validate access token"},
		},
		{name: "401 with a text", status: 401, body: of("Unauthorized", `"401"`), want: e{Code: "Unauthorized"}, is: auditlogs.ErrUnauthorized},
		{name: "403", status: 403, body: of("Forbidden", "403"), want: e{Code: "Forbidden"}, is: auditlogs.ErrForbidden},
		{name: "404", status: 404, body: of("Not Found", "404"), want: e{Code: "Not Found"}, is: auditlogs.ErrNotFound},
		{name: "409", status: 409, body: of("Conflict", "409"), want: e{Code: "Conflict"}},
		{
			name: "429", status: 429, body: of("Too Many Requests", "429"), header: []string{"Retry-After", "1"},
			want: e{Code: "Too Many Requests", RetryAfter: time.Second}, is: auditlogs.ErrRateLimited,
		},
		{
			name: "500 with a request id", status: 500, is: auditlogs.ErrServer,
			body: `{"errors":[{"title":"Internal Server Error","status":"500","request_id":"9f2b"}]}`,
			want: e{Code: "Internal Server Error", Message: "Internal Server Error", RequestID: "9f2b"},
		},
		{name: "no errors", status: 403, body: `{"errors":[]}`, want: e{}, is: auditlogs.ErrForbidden},
		{name: "503 of a proxy", status: 503, body: "upstream connect error", header: []string{"Content-Type", "text/plain"}, is: auditlogs.ErrServer},
	})
}

func TestPersonalDataLogsBadInput(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.PersonalDataLogFilter
	cases := []svcBad[filter]{
		{name: "missing", field: "ResourceType", filter: filter{ResourceID: "1"}},
		{name: "missing", field: "ResourceID", filter: filter{ResourceType: "customer"}},
		{name: "blank", field: "ResourceType", filter: filter{ResourceType: " ", ResourceID: "1"}},
	}
	add := func(name, field string, change func(*filter)) {
		f := elasticFilter
		change(&f)
		cases = append(cases, svcBad[filter]{name: name, field: field, filter: f})
	}
	for _, id := range svcBadIDs {
		if len(id) == 257 {
			continue // long, but within the API's bound
		}
		add("bad id", "ResourceID", func(f *filter) { f.ResourceID = id })
		add("bad id", "ResourceType", func(f *filter) { f.ResourceType = id })
	}
	add("too large", "PageSize", func(f *filter) { f.PageSize = 101 })
	add("too large", "Offset", func(f *filter) { f.Offset = 10001 })
	for field, all := range svcBadPaging() {
		for _, options := range all {
			add("paging", field, func(f *filter) { f.ListOptions = options })
		}
	}
	for field, all := range svcBadTimes() {
		for _, bounds := range all {
			add("range", field, func(f *filter) { f.Since, f.Until = bounds[0], bounds[1] })
		}
	}
	svcRefuses(t, "PersonalDataLogs.List", elasticOf, cases)

	client, _ := svcServe(t, svcAnswer(200, `{}`))
	_, err := client.PersonalDataLogs.List(t.Context(), filter{})
	var joined interface{ Unwrap() []error }
	require.ErrorAs(t, err, &joined)
	assert.Len(t, joined.Unwrap(), 2, "all that is wrong is said at once")
	assert.True(t, errors.Is(err, auditlogs.ErrInvalidFilter))
}

func TestPersonalDataLogChanged(t *testing.T) {
	t.Parallel()
	const came = `{"id":"1","type":"personal_data_log_entry","initiator":{"access-token-email":"e","access-token-id":1222341536243515939,"account-id":"5"},` +
		`"time":"2022-04-29T10:51:14.374Z","delta":{"email":"some@example.org"},"resource_id":"2","relationships":{"resource_path":{"url":"u","x":1},"links":{"self":"s"}},"version":2}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.PersonalDataLog)
		want   string
	}{
		"nothing":      {func(*auditlogs.PersonalDataLog) {}, came},
		"delta gone":   {func(l *auditlogs.PersonalDataLog) { l.Delta = nil }, strings.Replace(came, `"delta":{"email":"some@example.org"},`, "", 1)},
		"another path": {func(l *auditlogs.PersonalDataLog) { l.ResourcePath = "v" }, strings.Replace(came, `"url":"u"`, `"url":"v"`, 1)},
		"email gone":   {func(l *auditlogs.PersonalDataLog) { l.Initiator.TokenEmail = "" }, strings.Replace(came, `"access-token-email":"e",`, "", 1)},
		"another token": {
			func(l *auditlogs.PersonalDataLog) { l.Initiator.TokenID = "8" }, strings.Replace(came, `1222341536243515939`, `"8"`, 1),
		},
		"every Raw gone": {
			func(l *auditlogs.PersonalDataLog) { l.Raw, l.Initiator.Raw = nil, nil },
			`{"id":"1","type":"personal_data_log_entry","initiator":{"access-token-email":"e","access-token-id":"1222341536243515939"},` +
				`"time":"2022-04-29T10:51:14.374Z","delta":{"email":"some@example.org"},"resource_id":"2","relationships":{"resource_path":{"url":"u"}}}`,
		},
		"all gone": {func(l *auditlogs.PersonalDataLog) { *l = auditlogs.PersonalDataLog{} }, `{"id":"","initiator":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l auditlogs.PersonalDataLog
			require.NoError(t, json.Unmarshal([]byte(came), &l))
			tc.change(&l)
			got, err := json.Marshal(l)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
			svcSameNumbers(t, []byte(tc.want), got)
		})
	}
}

// What was text stays text as long as it is not changed, and becomes the documented object if it is.
func TestPersonalDataLogOfTextsChanged(t *testing.T) {
	t.Parallel()
	const initiator, relationships = `"{\"access-token-id\": 1222341536243515939}"`, `"{\"resource_path\": {\"url\": \"u\"}}"`
	const came = `{"id":"1","initiator":` + initiator + `,"relationships":` + relationships + `,"version":2}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.PersonalDataLog)
		want   string
	}{
		"nothing":      {func(*auditlogs.PersonalDataLog) {}, came},
		"the id":       {func(l *auditlogs.PersonalDataLog) { l.ID = "2" }, strings.Replace(came, `"id":"1"`, `"id":"2"`, 1)},
		"another path": {func(l *auditlogs.PersonalDataLog) { l.ResourcePath = "v" }, strings.Replace(came, relationships, `{"resource_path":{"url":"v"}}`, 1)},
		"no path":      {func(l *auditlogs.PersonalDataLog) { l.ResourcePath = "" }, strings.Replace(came, `"relationships":`+relationships+`,`, "", 1)},
		"another token": {
			func(l *auditlogs.PersonalDataLog) { l.Initiator.TokenID = "8" }, strings.Replace(came, initiator, `{"access-token-id":"8"}`, 1),
		},
		"Raw gone": {
			func(l *auditlogs.PersonalDataLog) { l.Raw = nil }, `{"id":"1","initiator":` + initiator + `,"relationships":{"resource_path":{"url":"u"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l auditlogs.PersonalDataLog
			require.NoError(t, json.Unmarshal([]byte(came), &l))
			require.Equal(t, "1222341536243515939", l.Initiator.TokenID)
			require.Equal(t, initiator, string(l.Initiator.Raw))
			tc.change(&l)
			got, err := json.Marshal(l)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
			if name == "nothing" {
				require.Equal(t, came, string(got), "to the byte")
			}
		})
	}
}

// An initiator that is a text, as the vendor's overview has it, is all that says who it was.
func TestInitiatorsThatAreTextsAreActors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]auditlogs.Actor{
		`"jane@example.com"`: {Email: "jane@example.com"}, `"Jane Doe"`: {Name: "Jane Doe"},
		`"Jane Doe (jane@example.com)"`: {Name: "Jane Doe", Email: "jane@example.com"}, `null`: {}, `""`: {}, `{}`: {},
		`"{\"access-token-name\":\"CI\"}"`: {Name: "CI"},
	} {
		var log auditlogs.PersonalDataLog
		require.NoError(t, log.UnmarshalJSON([]byte(`{"id":"1","initiator":`+text+`}`)))
		require.Equal(t, want, log.AsEvent().Actor, text)
	}
}
