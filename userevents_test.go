package auditlogs_test

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func thousandEyesOf(c *auditlogs.Client) svcLister[auditlogs.UserEvent, auditlogs.UserEventFilter] {
	return c.UserEvents
}

func TestUserEventsDecode(t *testing.T) {
	t.Parallel()
	at := svcTime("2022-07-18T21:54:54Z")
	sample := []auditlogs.UserEvent{
		{
			AccountGroupID: "1234", AccountGroupName: "Example group", Date: at, Event: "Report created.", IPAddress: "99.128.0.0/11", UserID: "2345",
			User: "Jane Doe (jane@example.org)", Resources: []auditlogs.EventResource{{Type: "reportTitle", Name: "Weekly report"}},
		},
		{
			AccountGroupID: "1234", AccountGroupName: "Example group", Date: at, Event: "Login failed.", IPAddress: "192.0.2.10",
			User: "Jane Doe (jane@example.org)",
		},
	}
	one := func(name, members string, want auditlogs.UserEvent) svcFixture[auditlogs.UserEvent] {
		want.Date = at
		return svcFixture[auditlogs.UserEvent]{
			name: name, body: `{"auditEvents":[{"date":"2022-07-18T21:54:54Z"` + members + `}]}`, member: "auditEvents", want: []auditlogs.UserEvent{want}, total: -1,
		}
	}
	var last map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(svcFile(t, "thousandeyes/list.json")), &last))
	delete(last, "_links")
	lastPage, err := json.Marshal(last)
	require.NoError(t, err)
	svcDecodes(t, thousandEyesOf, auditlogs.UserEventFilter{}, []svcFixture[auditlogs.UserEvent]{
		{name: "sample", body: svcFile(t, "thousandeyes/list.json"), member: "auditEvents", want: sample, total: -1},
		{name: "sample, the last page", body: string(lastPage), member: "auditEvents", want: sample, total: -1},
		{name: "none", body: `{"auditEvents":[],"_links":{"self":{"href":"https://api.thousandeyes.com/v7/audit-user-events"}}}`, member: "auditEvents", total: -1},
		one("nothing but the date", ``, auditlogs.UserEvent{}),
		one("ids as numbers", `,"aid":1234,"uid":9007199254740993`, auditlogs.UserEvent{AccountGroupID: "1234", UserID: "9007199254740993"}),
		one("ids as text", `,"aid":"01234","uid":"2345"`, auditlogs.UserEvent{AccountGroupID: "01234", UserID: "2345"}),
		one("nulls", `,"aid":null,"accountGroupName":null,"event":null,"ipAddress":null,"uid":null,"user":null,"resources":null`, auditlogs.UserEvent{}),
		one("no resources", `,"resources":[]`, auditlogs.UserEvent{Resources: []auditlogs.EventResource{}}),
		one("resources", `,"resources":[{"type":"testName","name":"A"},{"type":"newKind","name":"B","id":7},{}]`,
			auditlogs.UserEvent{Resources: []auditlogs.EventResource{{Type: "testName", Name: "A"}, {Type: "newKind", Name: "B"}, {}}}),
		one("unknown members", `,"event":"Something new","severity":{"n":9007199254740993}`, auditlogs.UserEvent{Event: "Something new"}),
	})
}

func TestUserEventsUnreadable(t *testing.T) {
	t.Parallel()
	const good = `{"date":"2022-07-18T21:54:54Z"}`
	svcNotDecoded(t, "UserEvents.List", thousandEyesOf, auditlogs.UserEventFilter{}, []svcUnreadable{
		{name: "HTML", body: "<html>\n</html>", contentType: "text/html", index: -1},
		{name: "empty", index: -1},
		{name: "null", body: "null", index: -1},
		{name: "bare list", body: "[" + good + "]", index: -1},
		{name: "events of the wrong type", body: `{"auditEvents":{}}`, index: -1},
		{name: "cut off", body: `{"auditEvents":[` + good, index: -1},
		{name: "null record", body: `{"auditEvents":[` + good + `,null]}`, index: 1},
		{name: "text record", body: `{"auditEvents":[` + good + `,"x"]}`, index: 1},
		{name: "date of the wrong form", body: `{"auditEvents":[{"date":"2017-06-02 18:08:06"}]}`, index: 0},
		{name: "aid of the wrong type", body: `{"auditEvents":[{"aid":{}}]}`, index: 0},
		{name: "aid that is true", body: `{"auditEvents":[{"aid":true}]}`, index: 0},
		{name: "resources of the wrong type", body: `{"auditEvents":[` + good + `,` + good + `,{"resources":"x"}]}`, index: 2},
		{name: "next without a query", body: `{"auditEvents":[],"_links":{"next":{"href":"https://api.thousandeyes.com/v7/audit-user-events"}}}`, index: -1},
		{name: "next that is no link", body: `{"auditEvents":[],"_links":{"next":{"href":":x?y"}}}`, index: -1},
		{name: "next of the wrong type", body: `{"auditEvents":[],"_links":{"next":{"href":7}}}`, index: -1},
		{name: "next that is a list", body: `{"auditEvents":[],"_links":{"next":["?cursor=1"]}}`, index: -1},
		{name: "next as text, without a query", body: `{"auditEvents":[],"_links":{"next":"https://api.thousandeyes.com/v7/audit-user-events"}}`, index: -1},
	})
}

func TestUserEventsQuery(t *testing.T) {
	t.Parallel()
	with := func(pairs ...string) map[string]string {
		q := map[string]string{"startDate": "1970-01-01T00:00:00Z"} // everything: the API's own range is unknown
		for i := 0; i < len(pairs); i += 2 {
			if q[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
				delete(q, pairs[i])
			}
		}
		return q
	}
	type filter = auditlogs.UserEventFilter
	svcQueries(t, thousandEyesOf, `{"auditEvents":[]}`, "/audit-user-events",
		map[string]string{"Authorization": "Bearer " + svcToken, "Accept": "application/hal+json, application/json, application/problem+json"},
		[]string{"aid", "useAllPermittedAids", "window", "startDate", "endDate", "max"}, []svcWire[filter]{ // cursor: TestUserEventsNext
			{name: "zero", want: with()},
			{name: "aid", filter: filter{AccountGroupID: "1234"}, want: with("aid", "1234")},
			{name: "useAllPermittedAids", filter: filter{AllPermittedAccountGroups: true}, want: with("useAllPermittedAids", "true")},
			{name: "window, the sample's", filter: filter{Window: 12 * time.Hour}, want: with("startDate", "", "window", "43200s")},
			{name: "window, the smallest", filter: filter{Window: time.Second}, want: with("startDate", "", "window", "1s")},
			{
				name: "the sample's dates", filter: filter{Since: svcTime("2022-07-17T22:00:54Z"), Until: svcTime("2022-07-18T22:00:54Z")},
				want: with("startDate", "2022-07-17T22:00:53Z", "endDate", "2022-07-18T22:00:55Z"),
				raw:  []string{"startDate=2022-07-17T22%3A00%3A53Z", "endDate=2022-07-18T22%3A00%3A55Z"},
			},
			{
				name:   "dates between seconds and in another zone",
				filter: filter{Since: svcTime("2022-07-18T01:00:54.999999999+03:00"), Until: svcTime("2022-07-18T22:00:54.000000001Z")},
				want:   with("startDate", "2022-07-17T22:00:53Z", "endDate", "2022-07-18T22:00:56Z"),
			},
			{name: "startDate alone", filter: filter{Since: svcTime("2022-07-17T22:00:54Z")}, want: with("startDate", "2022-07-17T22:00:53Z")},
			{name: "endDate never alone", filter: filter{Until: svcTime("2022-07-18T22:00:54Z")}, want: with("endDate", "2022-07-18T22:00:55Z")},
			{name: "before the long past", filter: filter{Since: svcTime("1999-01-01T00:00:00Z")}, want: with("startDate", "1998-12-31T23:59:59Z")},
			{
				name: "group and window", filter: filter{AccountGroupID: "1 2&3", Window: 90 * time.Minute},
				want: map[string]string{"aid": "1 2&3", "window": "5400s"},
			},
			{
				name: "all groups and window", filter: filter{AllPermittedAccountGroups: true, Window: 90 * time.Minute},
				want: map[string]string{"useAllPermittedAids": "true", "window": "5400s"},
			},
			{name: "page size", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: 1}}, want: with("max", "1")},
			{name: "page size of any length", filter: filter{ListOptions: auditlogs.ListOptions{PageSize: math.MaxInt32}}, want: with("max", "2147483647")},
		})
}

// Of a next link the query is used as it stands, cursor and repeated parameters included, and nothing else.
func TestUserEventsNext(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ href, query string }{
		"the sample's": {
			"https://api.thousandeyes.com/v7/audit-user-events?aid=1234&cursor=b2Zmc2V0PTU1MDE4Mzgw&startDate=2022-07-17T22:00:54Z&endDate=2022-07-18T22:00:54Z",
			"aid=1234&cursor=b2Zmc2V0PTU1MDE4Mzgw&startDate=2022-07-17T22:00:54Z&endDate=2022-07-18T22:00:54Z",
		},
		"of another host":         {"http://attacker.example/x?cursor=1", "cursor=1"},
		"a path":                  {"/v7/audit-user-events?cursor=1", "cursor=1"},
		"a query":                 {"?cursor=1", "cursor=1"},
		"parameters twice":        {"https://api.thousandeyes.com/v7/audit-user-events?max=500&cursor=a%3D&max=500&aid=1&aid=1", "max=500&cursor=a%3D&max=500&aid=1&aid=1"},
		"with a fragment":         {"https://api.thousandeyes.com/v7/audit-user-events?cursor=1#top", "cursor=1"},
		"with user information":   {"https://user:secret@api.thousandeyes.com/v7/audit-user-events?cursor=1", "cursor=1"},
		"of a cursor like base64": {"?cursor=a+b/c==", "cursor=a+b/c=="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			href, err := json.Marshal(tc.href)
			require.NoError(t, err)
			for form, next := range map[string]string{"object": `{"href":` + string(href) + `,"templated":false,"title":"next"}`, "text": string(href)} {
				n := 0
				client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
					if n++; n == 1 {
						svcAnswer(200, `{"auditEvents":[{"date":"2022-07-18T21:54:54Z"}],"_links":{"next":`+next+`,"previous":{"href":"?cursor=0"}}}`)(w, r)
						return
					}
					svcAnswer(200, `{"auditEvents":[{"date":"2022-07-18T21:54:53Z"}],"_links":{}}`)(w, r)
				})
				all, err := auditlogs.Collect(client.UserEvents.All(t.Context(), auditlogs.UserEventFilter{}), 10)
				require.NoError(t, err, form)
				assert.Len(t, all, 2, form)
				requests := log.all()
				require.Len(t, requests, 2, form)
				assert.Equal(t, tc.query, requests[1].RawQuery, form)
				assert.Equal(t, svcPrefix+"/audit-user-events", requests[1].Path)
				assert.Equal(t, "Bearer "+svcToken, requests[1].Header.Get("Authorization"))
			}
		})
	}
}

func TestUserEventsLastPage(t *testing.T) {
	t.Parallel()
	for name, links := range map[string]string{
		"no links": ``, "links null": `,"_links":null`, "links empty": `,"_links":{}`, "self only": `,"_links":{"self":{"href":"?a=b"}}`,
		"next null": `,"_links":{"next":null}`, "next empty": `,"_links":{"next":{}}`, "href empty": `,"_links":{"next":{"href":""}}`, "href null": `,"_links":{"next":{"href":null}}`,
		"next empty text": `,"_links":{"next":""}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(200, `{"auditEvents":[{"date":"2022-07-18T21:54:54Z"}]`+links+`}`))
			page, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
			assert.Len(t, page.Items, 1)
			assert.Empty(t, page.Next)
			log.only(t)
		})
	}
	for name, body := range map[string]string{"no events": `{"auditEvents":[]}`, "and no errors": `{"auditEvents":[],"errors":[],"error":null}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, body))
			page, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
			assert.Empty(t, page.Items)
			assert.Empty(t, page.Next)
			assert.Equal(t, -1, page.Total)
		})
	}
}

func TestUserEventsRateLimit(t *testing.T) {
	t.Parallel()
	client, _ := svcServe(t, svcAnswer(200, `{"auditEvents":[]}`, "X-Organization-Rate-Limit-Limit", "240",
		"X-Organization-Rate-Limit-Remaining", "238", "X-Organization-Rate-Limit-Reset", "1768383720", "X-Request-Id", "req-7"))
	page, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	assert.Equal(t, auditlogs.RateLimit{Limit: 240, Remaining: 238, Reset: time.Unix(1768383720, 0).UTC()}, page.RateLimit)
	assert.Equal(t, "req-7", page.RequestID)
}

func TestUserEventsBounds(t *testing.T) {
	t.Parallel()
	row := func(at string) string { return `{"date":"` + at + `","event":"` + at + `"}` }
	key := func(at string) string { return auditlogs.UserEvent{Date: svcTime(at), Event: at}.Key() }
	times := []string{
		"2022-07-18T22:00:56Z", "2022-07-18T22:00:55.5Z", "2022-07-18T22:00:55Z", "2022-07-18T22:00:54.500000001Z", "2022-07-18T22:00:54.5Z", "2022-07-18T22:00:54Z",
	}
	var rows []string
	for _, at := range times {
		rows = append(rows, row(at))
	}
	svcTrims(t, thousandEyesOf, svcBounds[auditlogs.UserEvent, auditlogs.UserEventFilter]{
		filter: auditlogs.UserEventFilter{Since: svcTime(times[3]), Until: svcTime(times[1])},
		body:   `{"auditEvents":[` + strings.Join(rows, ",") + `]}`,
		asked:  map[string]string{"startDate": "2022-07-18T22:00:53Z", "endDate": "2022-07-18T22:00:57Z"},
		want:   []string{key(times[2]), key(times[3])},
	})
}

// Events have no id: equal ones of one second are told apart by counting.
func TestUserEventsOrdinal(t *testing.T) {
	t.Parallel()
	const a, b = `{"date":"2022-07-18T21:54:54Z","event":"a"}`, `{"date":"2022-07-18T21:54:54Z","event":"b"}`
	client, _ := svcServe(t, svcAnswer(200, `{"auditEvents":[`+a+`,`+b+`,`+a+`,`+a+`,{"date":"2022-07-18T21:54:53Z","event":"a"}]}`))
	page, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	var ordinals []int
	keys := map[string]bool{}
	for _, e := range page.Items {
		ordinals = append(ordinals, e.Ordinal)
		keys[e.Key()] = true
		wire, err := json.Marshal(e)
		require.NoError(t, err)
		assert.JSONEq(t, string(e.Raw), string(wire), "the ordinal is not part of the JSON")
	}
	assert.Equal(t, []int{0, 0, 1, 2, 0}, ordinals)
	assert.Len(t, keys, 5)
}

func TestUserEventKey(t *testing.T) {
	t.Parallel()
	type event = auditlogs.UserEvent
	resource := func(kind, name string) auditlogs.EventResource {
		return auditlogs.EventResource{Type: kind, Name: name}
	}
	base := event{
		AccountGroupID: "1", AccountGroupName: "g", Date: svcTime("2022-07-18T21:54:54Z"), Event: "e", IPAddress: "i", UserID: "2", User: "u",
		Resources: []auditlogs.EventResource{resource("t", "n"), resource("t", "m"), resource("t", "m")},
	}
	keys := map[string]bool{base.Key(): true}
	for i, change := range []func(*event){
		func(e *event) { e.AccountGroupID = "x" },
		func(e *event) { e.AccountGroupID = "" },
		func(e *event) { e.AccountGroupID, e.AccountGroupName = "", "1" },
		func(e *event) { e.AccountGroupID, e.AccountGroupName = "", "" },
		func(e *event) { e.Date = e.Date.Add(time.Second) },
		func(e *event) { e.Event = "x" },
		func(e *event) { e.IPAddress = "x" },
		func(e *event) { e.UserID = "x" },
		func(e *event) { e.UserID = "" },
		func(e *event) { e.UserID, e.User = "", "2" },
		func(e *event) { e.UserID, e.User = "", "" },
		func(e *event) { e.Resources = nil },
		func(e *event) { e.Resources = e.Resources[:2] },
		func(e *event) {
			e.Resources = []auditlogs.EventResource{resource("tn", ""), resource("t", "m"), resource("t", "m")}
		},
		func(e *event) { e.Resources = append(e.Resources[:3:3], auditlogs.EventResource{}) },
		func(e *event) { e.Ordinal = 1 },
	} {
		e := base
		change(&e)
		assert.False(t, keys[e.Key()], "change %d", i)
		keys[e.Key()] = true
	}
	for i, change := range []func(*event){
		func(e *event) { e.Date = e.Date.In(time.FixedZone("", 3600)) },
		func(e *event) { e.Raw = json.RawMessage(`{"aid":1}`) },
		func(e *event) { e.AccountGroupName = "renamed" },
		func(e *event) { e.User = "renamed" },
		func(e *event) {
			e.Resources = []auditlogs.EventResource{e.Resources[1], e.Resources[0], e.Resources[2]}
		},
	} {
		e := base
		change(&e)
		assert.Equal(t, base.Key(), e.Key(), "change %d", i)
		assert.Equal(t, base.Key(), e.AsEvent().ID, "change %d", i)
	}
	assert.Equal(t, "n", base.Resources[0].Name, "the event is not changed")
}

func TestUserEventsErrors(t *testing.T) {
	t.Parallel()
	type e = auditlogs.APIError
	problem := []string{"Content-Type", "application/problem+json"}
	svcErrors(t, "UserEvents.List", thousandEyesOf, auditlogs.UserEventFilter{Since: svcTime("2026-01-13T00:00:00Z")}, []svcRefusal{
		{
			name: "400", status: 400, body: svcFile(t, "thousandeyes/error_400.json"), header: problem, is: auditlogs.ErrInvalidRequest,
			want: e{Code: "Bad Request", Message: "One or more fields are invalid.", Fields: map[string][]string{"window": {"Cannot be used with startDate or endDate."}}},
		},
		{
			name: "400 of several fields", status: 400, header: problem, is: auditlogs.ErrInvalidRequest,
			body: `{"title":"Bad Request","status":400,"errors":[{"code":"a","field":"aid","message":"A"},{"code":"b","field":"aid","message":"B"},{"code":"c","field":"cursor"}]}`,
			want: e{Code: "Bad Request", Fields: map[string][]string{"aid": {"A", "B"}, "cursor": {"c"}}},
		},
		{
			name: "401", status: 401, body: svcFile(t, "thousandeyes/error_401.json"), is: auditlogs.ErrUnauthorized,
			want: e{Code: "invalid_token", Message: "Invalid access token"},
		},
		{
			name: "403", status: 403, body: svcFile(t, "thousandeyes/error_403.json"), header: problem, is: auditlogs.ErrForbidden,
			want: e{Code: "Forbidden", Message: "Insufficient permissions to query endpoint"},
		},
		{
			name: "404", status: 404, body: svcFile(t, "thousandeyes/error_404.json"), header: problem, is: auditlogs.ErrNotFound,
			want: e{Code: "Not Found", Message: "Not found"},
		},
		{
			name: "429 with Retry-After", status: 429, body: svcFile(t, "thousandeyes/error_429.json"), header: append(problem, "Retry-After", "12", "X-Request-Id", "r"),
			want: e{Code: "Too Many Requests", Message: "Exhausted rate limit for the organization", RetryAfter: 12 * time.Second, RequestID: "r"}, is: auditlogs.ErrRateLimited,
		},
		{
			name: "500", status: 500, body: svcFile(t, "thousandeyes/error_500.json"), header: problem, is: auditlogs.ErrServer,
			want: e{Code: "Internal Server Error", Message: "Internal server error"},
		},
		{
			name: "the older shape", status: 400, body: `{"timestamp":1768383720,"httpStatus":"BAD_REQUEST","errors":["Bad window"],"path":"/v7/audit-user-events"}`,
			want: e{Code: "BAD_REQUEST", Message: "Bad window"}, is: auditlogs.ErrInvalidRequest,
		},
		{
			name: "a problem with a long title only, as observed", status: 400, header: problem, is: auditlogs.ErrInvalidRequest,
			body: `{"type":"about:blank","title":"There were some errors in your request. Error in field window : It cannot be used with dates.","status":400,"instance":"/v7/audit-user-events"}`,
			want: e{
				Code:    "There were some errors in your request. Error in field window : It cannot be used with dates.",
				Message: "There were some errors in your request. Error in field window : It cannot be used with dates.",
			},
		},
		{
			name: "errorMessage, as observed", status: 401, is: auditlogs.ErrUnauthorized,
			body: `{"errorMessage":"401 Not Authorized\nPlease use the right token."}`, want: e{Message: "401 Not Authorized Please use the right token."},
		},
		{
			name: "Spring's, as observed", status: 403, is: auditlogs.ErrForbidden,
			body: `{"timestamp":"2026-07-27T10:00:00.000+00:00","status":403,"error":"Forbidden","path":"/v7/audit-user-events"}`,
			want: e{Code: "Forbidden", Message: "Forbidden"},
		},
		{
			name: "Spring's, with another reason", status: 400, is: auditlogs.ErrInvalidRequest,
			body: `{"timestamp":1785146400000,"status":400,"error":"Odd request","path":"/v7/audit-user-events"}`,
			want: e{Code: "Odd request", Message: "Odd request"},
		},
		{name: "Spring's, without a reason", status: 404, body: `{"timestamp":1785146400000,"status":404,"path":"/v7/audit-user-events"}`, is: auditlogs.ErrNotFound},
		{name: "404 with an empty body, as observed", status: 404, is: auditlogs.ErrNotFound},
		{
			name: "the older shape without errors", status: 404, body: `{"timestamp":1768383720,"httpStatus":"NOT_FOUND","errors":[],"path":"/v7/audit-user-events"}`,
			want: e{Code: "NOT_FOUND"}, is: auditlogs.ErrNotFound,
		},
		{name: "OAuth without a description", status: 401, body: `{"error":"invalid_token"}`, want: e{Code: "invalid_token", Message: "invalid_token"}, is: auditlogs.ErrUnauthorized},
		{name: "502", status: 502, body: "<html>\nBad Gateway</html>", header: []string{"Content-Type", "text/html"}, is: auditlogs.ErrServer},
		{name: "503 of maintenance", status: 503, is: auditlogs.ErrServer},
	})
}

// No error says the same words twice, whatever form it came in.
func TestUserEventsErrorsSayNothingTwice(t *testing.T) {
	t.Parallel()
	const op = "auditlogs: UserEvents.List: "
	long := strings.Repeat("There were errors in the request. ", 6) + "Error in field window."
	for body, want := range map[string]string{
		`{"type":"about:blank","title":"` + long + `","status":400}`:                op + "400 Bad Request: " + long,
		`{"title":"Bad Request","status":400,"detail":"bad request"}`:               op + "400 Bad Request",
		`{"title":"Odd.","status":400,"errors":[{"field":"aid","message":"Odd."}]}`: op + "400 Bad Request: Odd.",
		`{"timestamp":1,"status":400,"error":"Bad Request","path":"/v7"}`:           op + "400 Bad Request",
		`{"errorMessage":"400 Bad Request"}`:                                        op + "400 Bad Request",
		`{"error":"odd_request"}`:                                                   op + "400 Bad Request: odd_request",
		`{"title":"Odd","detail":"Very odd."}`:                                      op + "400 Bad Request: Odd: Very odd.",
	} {
		client, _ := svcServe(t, svcAnswer(http.StatusBadRequest, body))
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{Since: svcTime("2026-01-13T00:00:00Z")})
		require.EqualError(t, err, want)
	}
	for body, want := range map[string]string{
		`{"error":"Maintenance"}`: `has errors: Maintenance`, // which is code and message
		`{"title":"Maintenance"}`: `has no "auditEvents", the list of records: Maintenance`,
	} {
		client, _ := svcServe(t, svcAnswer(http.StatusOK, body))
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.EqualError(t, err, op+"unreadable answer: the answer with status 200 "+want)
	}
}

// A reset without Retry-After is counted from the answer's own date. The client then keeps to it: one request only.
func TestUserEventsReset(t *testing.T) {
	t.Parallel()
	client, _ := svcServe(t, svcAnswer(429, svcFile(t, "thousandeyes/error_429.json"), "X-Organization-Rate-Limit-Limit", "240",
		"X-Organization-Rate-Limit-Remaining", "0", "X-Organization-Rate-Limit-Reset", "1768384820")) // 10:00:20
	_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, 20*time.Second, refusal.RetryAfter)
}

func TestUserEventsBadInput(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.UserEventFilter
	at := svcTime("2026-01-14T09:00:00Z")
	cases := []svcBad[filter]{
		{name: "negative", field: "Window", filter: filter{Window: -time.Hour}},
		{name: "part of a second", field: "Window", filter: filter{Window: time.Second + 1}},
		{name: "less than a second", field: "Window", filter: filter{Window: time.Millisecond}},
		{name: "with Since", field: "Window", filter: filter{Window: time.Hour, Since: at}},
		{name: "with Until", field: "Window", filter: filter{Window: time.Hour, Until: at}},
		{name: "with both", field: "Window", filter: filter{Window: time.Hour, Since: at, Until: at.Add(1)}},
		{name: "with one group", field: "AllPermittedAccountGroups", filter: filter{AccountGroupID: "1234", AllPermittedAccountGroups: true}},
		{name: "none here", field: "Offset", filter: filter{ListOptions: auditlogs.ListOptions{Offset: 1}}},
	}
	for _, id := range svcBadIDs {
		cases = append(cases, svcBad[filter]{name: "bad id", field: "AccountGroupID", filter: filter{AccountGroupID: id}})
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
	svcRefuses(t, "UserEvents.List", thousandEyesOf, cases)
}

func TestUserEventChanged(t *testing.T) {
	t.Parallel()
	const came = `{"aid":1234,"date":"2022-07-18T21:54:54Z","event":"e","ipAddress":"192.0.2.1","uid":"5","user":"Jane (jane@example.org)","resources":[{"type":"t","name":"n","id":1}],"new":1}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.UserEvent)
		want   string
	}{
		"nothing":        {func(*auditlogs.UserEvent) {}, came},
		"the ordinal":    {func(e *auditlogs.UserEvent) { e.Ordinal = 3 }, came},
		"the same group": {func(e *auditlogs.UserEvent) { e.AccountGroupID = "1234" }, came},
		"another group":  {func(e *auditlogs.UserEvent) { e.AccountGroupID = "9" }, strings.Replace(came, `1234`, `"9"`, 1)},
		"user gone":      {func(e *auditlogs.UserEvent) { e.User = "" }, strings.Replace(came, `"user":"Jane (jane@example.org)",`, "", 1)},
		"id gone":        {func(e *auditlogs.UserEvent) { e.UserID = "" }, strings.Replace(came, `"uid":"5",`, "", 1)},
		"resources gone": {func(e *auditlogs.UserEvent) { e.Resources = nil }, strings.Replace(came, `"resources":[{"type":"t","name":"n","id":1}],`, "", 1)},
		"Raw gone": {
			func(e *auditlogs.UserEvent) { e.Raw = nil },
			`{"aid":"1234","date":"2022-07-18T21:54:54Z","event":"e","ipAddress":"192.0.2.1","uid":"5","user":"Jane (jane@example.org)","resources":[{"type":"t","name":"n"}]}`,
		},
		"all gone": {func(e *auditlogs.UserEvent) { *e = auditlogs.UserEvent{} }, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e auditlogs.UserEvent
			require.NoError(t, json.Unmarshal([]byte(came), &e))
			tc.change(&e)
			got, err := json.Marshal(e)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
		})
	}
}

// A window keeps its beginning when the server refuses a token and the listing begins anew, by dates: older events, which the
// window leaves out, do not come.
func TestUserEventsWindowAfterARefusedToken(t *testing.T) {
	t.Parallel()
	now := svcTime("2026-01-14T10:00:00Z")
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }),
		auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 5}))
	t.Cleanup(srv.Close)
	for i := range 40 { // one each three minutes: twenty within the hour
		srv.AddUserEvents(auditlogs.UserEvent{Date: now.Add(-time.Duration(3*i+1) * time.Minute), Event: "Login", User: "somebody"})
	}
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusGone, After: 2})
	got, err := auditlogs.Collect(clientOf(t, srv).UserEvents.All(t.Context(), auditlogs.UserEventFilter{Window: time.Hour}), 100)
	require.NoError(t, err)
	require.Len(t, got, 20)
	require.False(t, got[19].Date.Before(now.Add(-time.Hour)))
}
