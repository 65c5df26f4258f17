package auditlogtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const (
	aliceID = "a1b2c3d4e5f67890abcdef1234567890"
	samID   = "0d9a6e5b4c3f42a1b0c9d8e7f6a5b4c3"
)

func waldurRows(t *testing.T, r reply) []map[string]any {
	t.Helper()
	var rows []map[string]any
	r.into(t, &rows)
	return rows
}

// fields gives accessed_fields[0], which the tests use as a name.
func fields(rows []map[string]any) string {
	return joined(rows, func(row map[string]any) string { return row["accessed_fields"].([]any)[0].(string) })
}

func named(name string, t time.Time) auditlogs.DataAccessLog {
	return auditlogs.DataAccessLog{Timestamp: t, AccessedFields: []string{name}}
}

func TestWaldurItem(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddDataAccessLogs(
		auditlogs.DataAccessLog{
			UUID: "6F1C9F0A-5D7E-4B0F-9F1D-2A3B4C5D6E7F", Timestamp: day.Add(589793 * time.Microsecond),
			AccessorType: auditlogs.AccessorStaff, AccessedFields: []string{"email"},
			User:      auditlogs.UserRef{UUID: aliceID, Username: "alice", FullName: "Alice <& Lebowski>"},
			Accessor:  &auditlogs.UserRef{UUID: samID, Username: "sam", FullName: "Sam"},
			IPAddress: "192.0.2.10", Context: json.RawMessage(`{"method":"GET"}`),
		},
		auditlogs.DataAccessLog{UUID: samID, Timestamp: day},
	)
	wants := []string{
		`{"uuid":"6f1c9f0a5d7e4b0f9f1d2a3b4c5d6e7f","timestamp":"2026-09-14T12:00:00.589793Z","accessor_type":"staff",` +
			`"accessed_fields":["email"],"user":{"uuid":"` + aliceID + `","username":"alice","full_name":"Alice <& Lebowski>"},` +
			`"accessor":{"uuid":"` + samID + `","username":"sam","full_name":"Sam"},"ip_address":"192.0.2.10","context":{"method":"GET"}}`,
		`{"uuid":"` + samID + `","timestamp":"2026-09-14T12:00:00Z","accessor_type":"","accessed_fields":[],` +
			`"user":{"uuid":"","username":"","full_name":""},"accessor":null,"ip_address":null,"context":{}}`,
	}
	if r := get(t, srv, "/api/data-access-logs/"); r.text != "["+wants[0]+","+wants[1]+"]" {
		t.Errorf("got %s", r.text)
	}
	for _, id := range []string{"6f1c9f0a5d7e4b0f9f1d2a3b4c5d6e7f", "6f1c9f0a-5d7e-4b0f-9f1d-2a3b4c5d6e7f"} {
		if r := get(t, srv, "/api/data-access-logs/"+id+"/"); r.text != wants[0] {
			t.Errorf("%s: got %s", id, r.text)
		}
	}
	const path = "/api/data-access-logs/" + samID + "/"
	do(t, srv, http.MethodPost, path, "").want(t, 405, `Method \"POST\" not allowed.`)
	if r := do(t, srv, http.MethodDelete, path, "").want(t, 204, ""); r.text != "" {
		t.Errorf("body %q", r.text)
	}
	do(t, srv, http.MethodDelete, path, "").want(t, 404, `{"detail":"Not found."}`)
	get(t, srv, path).want(t, 404, `{"detail":"Not found."}`)
	get(t, srv, "/api/data-access-logs/nonsense/").want(t, 404, "")
	if n := len(srv.DataAccessLogs()); n != 1 {
		t.Errorf("%d rows left", n)
	}
}

func TestWaldurPages(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for i := range 25 {
		srv.AddDataAccessLogs(named(fmt.Sprint(i), day.Add(-time.Duration(i)*time.Hour)))
	}
	base := srv.URL + "/api/data-access-logs/"
	link := func(page, rel string) string {
		if page != "" {
			page = "?page=" + page
		}
		return "<" + base + page + `>; rel="` + rel + `"`
	}
	tests := []struct {
		query, rows, links string
	}{
		{"", "0,1,2,3,4,5,6,7,8,9", link("", "first") + ", " + link("2", "next") + ", " + link("3", "last")},
		{
			"page=2", "10,11,12,13,14,15,16,17,18,19",
			link("", "first") + ", " + link("", "prev") + ", " + link("3", "next") + ", " + link("3", "last"),
		},
		{"page=3", "20,21,22,23,24", link("", "first") + ", " + link("2", "prev") + ", " + link("3", "last")},
		{"page=last", "20,21,22,23,24", link("", "first") + ", " + link("2", "prev") + ", " + link("3", "last")},
		{"page_size=2&page=13", "24", ""},
		{"page_size=3&page_size=2", "0,1", ""},
		{"page_size=0", "0,1,2,3,4,5,6,7,8,9", ""},
		{"page_size=-5", "0,1,2,3,4,5,6,7,8,9", ""},
		{"page_size=x", "0,1,2,3,4,5,6,7,8,9", ""},
		{"page_size=1000&page=1&unknown=1", "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24", ""},
	}
	for _, tt := range tests {
		r := get(t, srv, "/api/data-access-logs/?"+tt.query).want(t, 200, "")
		if rows := fields(waldurRows(t, r)); rows != tt.rows {
			t.Errorf("%s: got %s, want %s", tt.query, rows, tt.rows)
		}
		if links := r.Header.Get("Link"); tt.links != "" && links != tt.links {
			t.Errorf("%s: got links\n%s, want\n%s", tt.query, links, tt.links)
		}
		if count := r.Header.Get("X-Result-Count"); count != "25" {
			t.Errorf("%s: count %s", tt.query, count)
		}
	}
	for _, page := range []string{"0", "4", "abc", "-1"} {
		get(t, srv, "/api/data-access-logs/?page="+page).want(t, 404, `{"detail":"Invalid page."}`)
	}
	if r := do(t, srv, http.MethodHead, "/api/data-access-logs/?end_date=2026-09-13", ""); r.Header.Get("X-Result-Count") != "12" || r.text != "" {
		t.Errorf("HEAD: %v %q", r.Header, r.text)
	}
	empty := get(t, newServer(t), "/api/data-access-logs/").want(t, 200, "[]")
	if l := empty.Header.Get("Link"); !strings.HasSuffix(l, `?page=1>; rel="last"`) || strings.Contains(l, "next") {
		t.Errorf("links of nothing: %s", l)
	}
}

func TestWaldurPageCap(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 700)
	count := func(query string) int {
		return len(waldurRows(t, get(t, srv, "/api/data-access-logs/?"+query)))
	}
	if n := count("page_size=5000"); n != 300 {
		t.Errorf("%d rows", n)
	}
	srv.SetQuirks(auditlogtest.Waldur, auditlogtest.Quirks{PageCap: 200})
	if n, last := count("page_size=300"), count("page_size=300&page=4"); n != 200 || last != 100 {
		t.Errorf("%d and %d rows", n, last)
	}
}

func TestWaldurFilter(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	alice := auditlogs.UserRef{UUID: aliceID, Username: "alice", FullName: "Alice Müller"}
	sam := auditlogs.UserRef{UUID: samID, Username: "Sam", FullName: "Sam Staff"}
	at := func(s string) time.Time {
		parsed, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	add := func(name, when string, kind auditlogs.AccessorType, user auditlogs.UserRef, by *auditlogs.UserRef) {
		srv.AddDataAccessLogs(auditlogs.DataAccessLog{
			Timestamp: at(when), AccessorType: kind, AccessedFields: []string{name}, User: user, Accessor: by,
		})
	}
	add("a", "2026-09-14T00:00:00Z", auditlogs.AccessorStaff, alice, &sam)
	add("b", "2026-09-14T23:59:59.999999Z", auditlogs.AccessorSelf, sam, &sam)
	add("c", "2026-09-15T00:00:00Z", auditlogs.AccessorSupport, alice, nil)
	add("d", "2026-09-13T23:59:59.999999Z", auditlogs.AccessorStaff, sam, &alice)
	tests := []struct{ query, rows string }{
		{"", "c,b,a,d"},
		{"start_date=2026-09-14", "c,b,a"},
		{"end_date=2026-09-14", "b,a,d"},
		{"start_date=2026-09-14&end_date=2026-09-14", "b,a"},
		{"accessor_type=staff", "a,d"},
		{"accessor_type=service_provider", ""},
		{"user_uuid=" + aliceID, "c,a"},
		{"user_uuid=a1b2c3d4-e5f6-7890-abcd-ef1234567890", "c,a"},
		{"accessor_uuid=" + samID, "b,a"},
		{"query=m%C3%BCLLER", "c,a,d"},
		{"query=SAM", "b,a,d"},
		{"o=timestamp", "d,a,b,c"},
		{"o=-timestamp", "c,b,a,d"},
		{"o=accessor_type,timestamp", "b,d,a,c"},
		{"o=accessor_type,-timestamp", "b,a,d,c"},
		{"o=-user_username,timestamp", "a,c,d,b"},
		{"o=accessor_username,timestamp", "a,b,d,c"},
		{"o=-accessor_username,timestamp", "c,d,a,b"},
		{"o=timestamp&o=-timestamp", "c,b,a,d"},
		{"accessor_type=", "c,b,a,d"},
	}
	for _, tt := range tests {
		if rows := fields(waldurRows(t, get(t, srv, "/api/data-access-logs/?"+tt.query).want(t, 200, ""))); rows != tt.rows {
			t.Errorf("%s: got %s, want %s", tt.query, rows, tt.rows)
		}
	}
	bad := []struct{ query, want string }{
		{"start_date=2026-09-14T00:00:00Z", `{"start_date":["Enter a valid date."]}`},
		{"end_date=2026-02-30", `{"end_date":["Enter a valid date."]}`},
		{"accessor_type=nobody", `{"accessor_type":["Select a valid choice. nobody is not one of the available choices."]}`},
		{"accessor_uuid=1", `{"accessor_uuid":["Enter a valid UUID."]}`},
		{"o=timestamp,uuid", `{"o":["Select a valid choice. uuid is not one of the available choices."]}`},
		{"o=x&user_uuid=y", `"user_uuid":["Enter a valid UUID."]`},
	}
	for _, tt := range bad {
		get(t, srv, "/api/data-access-logs/?"+tt.query).want(t, 400, tt.want)
	}
	srv.SetQuirks(auditlogtest.Waldur, auditlogtest.Quirks{TimeZone: time.FixedZone("", 2*60*60)})
	r := get(t, srv, "/api/data-access-logs/?start_date=2026-09-14&end_date=2026-09-14")
	if rows := fields(waldurRows(t, r)); rows != "a,d" {
		t.Errorf("in another zone: %s", rows)
	}
}

func TestWaldurEnvelope(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.Waldur, auditlogtest.Quirks{
		Envelope: true, ForeignNext: "https://other.example",
	}))
	srv.GenerateFor(auditlogtest.Waldur, 1, 25)
	r := get(t, srv, "/api/data-access-logs/?page=2&o=timestamp").want(t, 200, "")
	var page struct {
		Count          int
		Next, Previous *string
		Results        []map[string]any
	}
	r.into(t, &page)
	if page.Count != 25 || len(page.Results) != 10 || r.Header.Get("Link")+r.Header.Get("X-Result-Count") != "" ||
		*page.Next != "https://other.example/api/data-access-logs/?o=timestamp&page=3" ||
		*page.Previous != srv.URL+"/api/data-access-logs/?o=timestamp" {
		t.Errorf("got %+v", page)
	}
}

func TestWaldurQuirks(t *testing.T) {
	t.Parallel()
	type quirks = auditlogtest.Quirks
	tests := []struct {
		quirks            quirks
		query, rows, link string
	}{
		{quirks{LoopNext: true}, "page_size=2&page=9", "0,1", `?page=10&page_size=2>; rel="next"`},
		{quirks{ShortPages: 1}, "page_size=4", "0,1", `page=2&page_size=4>; rel="next"`},
		{quirks{ShortPages: 2}, "page_size=4", "0,1,2,3", ""},
		{quirks{ForeignNext: "evil.example"}, "page_size=2", "0,1", `<http://evil.example/api/data-access-logs/?page=2&page_size=2>; rel="next"`},
		{quirks{Retention: 2 * time.Hour}, "", "0,1,2", ""},
		{quirks{PageDefault: 3}, "", "0,1,2", ""},
	}
	for _, tt := range tests {
		srv := newServer(t, auditlogtest.WithQuirks("", tt.quirks), auditlogtest.WithClock(func() time.Time { return day }))
		for i := range 5 {
			srv.AddDataAccessLogs(named(fmt.Sprint(i), day.Add(-time.Duration(i)*time.Hour)))
		}
		r := get(t, srv, "/api/data-access-logs/?"+tt.query).want(t, 200, "")
		if rows := fields(waldurRows(t, r)); rows != tt.rows || !strings.Contains(r.Header.Get("Link"), tt.link) {
			t.Errorf("%+v: got %s, %s", tt.quirks, rows, r.Header.Get("Link"))
		}
	}
}
