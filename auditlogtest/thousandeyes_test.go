package auditlogtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const thousandEyes = "/v7/audit-user-events"

type thousandEyesPage struct {
	AuditEvents        []struct{ Event string }
	StartDate, EndDate string
	Links              struct{ Self, Next struct{ Href string } } `json:"_links"`
}

func (p thousandEyesPage) events() string {
	return joined(p.AuditEvents, func(row struct{ Event string }) string { return row.Event })
}

func thousandEyesGet(t *testing.T, srv *auditlogtest.Server, address string) (page thousandEyesPage) {
	t.Helper()
	get(t, srv, address).want(t, 200, "").into(t, &page)
	return page
}

// follow reads all pages, separated by bars.
func follow(t *testing.T, srv *auditlogtest.Server, address string) string {
	t.Helper()
	var pages []string
	for address != "" && len(pages) < 20 {
		page := thousandEyesGet(t, srv, address)
		pages = append(pages, page.events())
		address = page.Links.Next.Href
	}
	return strings.Join(pages, "|")
}

// thousandEyesServer has the rows 0 to n-1, by age in seconds before day, on a clock that says day.
func thousandEyesServer(t *testing.T, n int, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.ThousandEyes, q),
		auditlogtest.WithClock(func() time.Time { return day.Add(time.Millisecond) }))
	for i := range n {
		srv.AddUserEvents(auditlogs.UserEvent{Event: fmt.Sprint(i), Date: day.Add(-time.Duration(i) * time.Second)})
	}
	return srv
}

func TestThousandEyesItem(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddUserEvents(
		auditlogs.UserEvent{
			AccountGroupID: "1234", AccountGroupName: "g", Date: day, Event: "Report created.", IPAddress: "99.128.0.0/11",
			UserID: "2345", User: "Jane <jane@example.org>", Resources: []auditlogs.EventResource{{Type: "t", Name: "n"}},
		},
		auditlogs.UserEvent{Date: day.Add(time.Second - 1), Event: "e"},
	)
	item := func(aid, uid string) string {
		return `{"auditEvents":[{"aid":` + aid + `,"accountGroupName":"Example group","date":"2026-09-14T12:00:00Z","event":"e"},` +
			`{"aid":` + aid + `,"accountGroupName":"g","date":"2026-09-14T12:00:00Z","event":"Report created.",` +
			`"ipAddress":"99.128.0.0/11","uid":` + uid + `,"user":"Jane <jane@example.org>","resources":[{"type":"t","name":"n"}]}],` +
			`"_links":{"self":{"href":"` + srv.URL + thousandEyes + `"}}}`
	}
	r := get(t, srv, thousandEyes).want(t, 200, item(`"1234"`, `"2345"`))
	if got := r.Header.Get("Content-Type"); got != "application/hal+json" {
		t.Errorf("content type %s", got)
	}
	srv.SetQuirks("", auditlogtest.Quirks{NumericIDs: true})
	get(t, srv, thousandEyes).want(t, 200, item("1234", "2345"))
}

func TestThousandEyesPages(t *testing.T) {
	t.Parallel()
	type quirks = auditlogtest.Quirks
	tests := []struct {
		quirks       quirks
		query, pages string
	}{
		{quirks{}, "", "0,1,2,3,4"},
		{quirks{PageCap: 2}, "", "0,1|2,3|4"},
		{quirks{PageCap: 2}, "?window=3s", "0,1|2,3"},
		{quirks{PageCap: 2}, "?window=3", "0,1|2,3"},
		{quirks{PageCap: 2}, "?startDate=2026-09-14T11:59:57Z", "0,1|2,3"},
		{quirks{PageCap: 2}, "?startDate=2026-09-14T11:59:57Z&endDate=2026-09-14T11:59:59%2B00:00", "1,2|3"},
		{quirks{PageCap: 2, StartExclusive: true, EndExclusive: true}, "?startDate=2026-09-14T11:59:57Z&endDate=2026-09-14T11:59:59Z", "2"},
		{quirks{PageCap: 5}, "", "0,1,2,3,4"},
		{quirks{PageCap: 4, ShortPages: 2}, "", "0,1,2,3|4"},
		{quirks{PageCap: 2, ShortPages: 2}, "", "0,1|2|3,4"},
		{quirks{PageCap: 2, EmptyPages: 2}, "", "0,1||2,3||4"},
		{quirks{PageCap: 2, EmptyRun: 2}, "", "0,1|||2,3|||4"},
		{quirks{PageCap: 2, Order: auditlogtest.TimeAscending}, "", "4,3|2,1|0"},
		{quirks{PageCap: 4, RepeatPages: 1}, "", strings.Repeat("0,1,2,3|", 19) + "0,1,2,3"},
		{quirks{PageCap: 2, RepeatPages: 2}, "", strings.Repeat("0,1|2,3|", 9) + "0,1|2,3"},
		{quirks{PageCap: 2, EndIgnored: true}, "?startDate=2026-09-14T11:59:57Z&endDate=2026-09-14T11:59:58Z", "0,1|2,3"},
		{quirks{DefaultWindow: time.Second}, "", "0,1"},
		{quirks{Retention: 2 * time.Second}, "", "0,1"},
	}
	for _, tt := range tests {
		if pages := follow(t, thousandEyesServer(t, 5, tt.quirks), thousandEyes+tt.query); pages != tt.pages {
			t.Errorf("%+v %s: got %s, want %s", tt.quirks, tt.query, pages, tt.pages)
		}
	}
}

func TestThousandEyesLinks(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2})
	page := thousandEyesGet(t, srv, thousandEyes+"?window=1h&max=500&aid=1234")
	base := srv.URL + thousandEyes
	if got, want := page.Links.Self.Href, base+"?aid=1234&max=500&window=1h&aid=1234&max=500&window=1h"; got != want {
		t.Errorf("self is %s, want %s", got, want)
	}
	next := page.Links.Next.Href
	if !strings.HasPrefix(next, base+"?aid=1234&max=500&cursor=") ||
		!strings.HasSuffix(next, "&startDate=2026-09-14T11:00:00Z&endDate=2026-09-14T12:00:00Z") {
		t.Errorf("next is %s", next)
	}
	if page.StartDate != "2026-09-14T11:00:00Z" || page.EndDate != "2026-09-14T12:00:00Z" {
		t.Errorf("dates %s, %s", page.StartDate, page.EndDate)
	}
	// The cursor keeps its place whatever happens before it, and if its own row goes.
	srv.AddUserEvents(auditlogs.UserEvent{Event: "new", Date: day})
	srv.DeleteUserEvents(func(e auditlogs.UserEvent) bool { return e.Event == "1" })
	if pages := follow(t, srv, next); pages != "2,3|4" {
		t.Errorf("after the cursor: %s", pages)
	}
	srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 2, ForeignNext: "evil.example"})
	if href := thousandEyesGet(t, srv, thousandEyes).Links.Next.Href; !strings.HasPrefix(href, "http://evil.example/v7/") {
		t.Errorf("next is %s", href)
	}
}

func TestThousandEyesLoop(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2})
	second := thousandEyesGet(t, srv, thousandEyes).Links.Next.Href
	srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 2, LoopNext: true})
	for range 3 {
		page := thousandEyesGet(t, srv, second)
		if page.Links.Next.Href != second || page.events() != "2,3" {
			t.Errorf("got %s and %s, want %s", page.events(), page.Links.Next.Href, second)
		}
	}
}

func TestThousandEyesCursorLifetime(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2, CursorLifetime: 2})
	next := thousandEyesGet(t, srv, thousandEyes).Links.Next.Href
	get(t, srv, next).want(t, 200, "")
	get(t, srv, next).want(t, 200, "")
	get(t, srv, next).want(t, 400, `"errors":[{"code":"bad-parameter","field":"cursor","message":"Expired cursor."}]`)
}

func TestThousandEyesRefusesEveryCursor(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2, CursorLifetime: -1})
	next := thousandEyesGet(t, srv, thousandEyes).Links.Next.Href
	get(t, srv, next).want(t, 400, `"message":"Expired cursor."`)
}

func TestThousandEyesPlainNext(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2, PlainNext: true})
	get(t, srv, thousandEyes).want(t, 200, `"next":"`+srv.URL+thousandEyes+`?cursor=`)
}

func TestThousandEyesMax(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{})
	if pages := follow(t, srv, thousandEyes+"?max=2"); pages != "0,1|2,3|4" {
		t.Errorf("got %s", pages)
	}
	get(t, srv, thousandEyes+"?max=2&window=1h").want(t, 200, thousandEyes+"?max=2&cursor=")
	srv.SetQuirks("", auditlogtest.Quirks{PageCap: 4, PageDefault: 3})
	for query, want := range map[string]string{"": "0,1,2", "?max=500": "0,1,2,3", "?max=1": "0"} {
		if got := thousandEyesGet(t, srv, thousandEyes+query).events(); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	for _, bad := range []string{"0", "-1", "many"} {
		get(t, srv, thousandEyes+"?max="+bad).want(t, 400, `"errors":[{"code":"bad-parameter","field":"max"`)
	}
	srv.SetQuirks("", auditlogtest.Quirks{RefuseMax: true})
	get(t, srv, thousandEyes+"?max=2").want(t, 400, `"errors":[{"code":"bad-parameter","field":"max"`)
	get(t, srv, thousandEyes).want(t, 200, "")
}

func TestThousandEyesBareNext(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 5, auditlogtest.Quirks{PageCap: 2, BareNext: 2})
	get(t, srv, thousandEyes).want(t, 200, `"next":{"href":"`+srv.URL+thousandEyes+`?cursor=`)
	get(t, srv, thousandEyes+"?window=1h").want(t, 200, `"next":{"href":"`+srv.URL+thousandEyes+`"}`)
	srv.SetQuirks("", auditlogtest.Quirks{PageCap: 2, BareNext: 1, PlainNext: true})
	get(t, srv, thousandEyes+"?window=1h").want(t, 200, `"next":"`+srv.URL+thousandEyes+`"`)
	get(t, srv, thousandEyes+"?window=1s").want(t, 200, `"_links":{"self":{`)
}

func TestThousandEyesShufflesResources(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{ShuffleResources: true}))
	srv.AddUserEvents(auditlogs.UserEvent{Date: day, Resources: []auditlogs.EventResource{{Type: "a", Name: "b"}, {Type: "c", Name: "d"}}})
	get(t, srv, thousandEyes).want(t, 200, `"resources":[{"type":"c","name":"d"},{"type":"a","name":"b"}]`)
	get(t, srv, thousandEyes).want(t, 200, `"resources":[{"type":"a","name":"b"},{"type":"c","name":"d"}]`)
}

func TestThousandEyesGroups(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 2, auditlogtest.Quirks{})
	srv.AddUserEvents(auditlogs.UserEvent{AccountGroupID: "99", Event: "x", Date: day.Add(-time.Minute)})
	for query, want := range map[string]string{
		"": "0,1", "?aid=1234": "0,1", "?aid=99": "x", "?useAllPermittedAids=true": "0,1,x",
		"?aid=99&useAllPermittedAids=true": "0,1,x", "?useAllPermittedAids=false": "0,1",
	} {
		if got := thousandEyesGet(t, srv, thousandEyes+query).events(); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	get(t, srv, thousandEyes+"?aid=5").want(t, 403, `"detail":"Insufficient permissions to query endpoint"`)
}

func TestThousandEyesErrors(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 1, auditlogtest.Quirks{})
	for query, field := range map[string]string{
		"window=1h&startDate=2026-09-14T11:59:57Z": "window", "window=1h&endDate=2026-09-14T11:59:57Z": "window",
		"window=1y": "window", "window=-1h": "window", "window=99999999999999999999": "window",
		"window=99999999999w": "window", "endDate=2026-09-14T11:59:57Z": "endDate", "startDate=2026-09-14": "startDate",
		"startDate=2026-09-14T11:59:57%2B02:00":                       "startDate",
		"startDate=2026-09-14T11:59:57Z&endDate=x":                    "endDate",
		"startDate=2026-09-14T11:59:57Z&endDate=2026-09-14T11:59:56Z": "startDate",
		"cursor=nonsense": "cursor", "useAllPermittedAids=1": "useAllPermittedAids",
	} {
		r := get(t, srv, thousandEyes+"?"+query).want(t, 400, `"field":"`+field+`"`)
		r.want(t, 400, `"status":400,"title":"Bad Request","type":"validation-error"`)
		if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: content type %s", query, got)
		}
	}
	get(t, srv, "/v7/other").want(t, 404, `"title":"Not Found"`)
}
