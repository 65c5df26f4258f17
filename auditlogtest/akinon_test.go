package auditlogtest_test

import (
	"encoding/json"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const akinonPath = "/api/v1/data-warehouse/audit-events/"

type akinonPage struct {
	Count          int
	Next, Previous *string
	Results        []map[string]any
}

// akinonURLs gives the column by which the tests name rows.
func (p akinonPage) urls() string {
	return joined(p.Results, func(row map[string]any) string { return row["url"].(string) })
}

func akinonGet(t *testing.T, srv *auditlogtest.Server, query string) (page akinonPage) {
	t.Helper()
	get(t, srv, akinonPath+"?"+query).want(t, 200, "").into(t, &page)
	return page
}

// akinonServer has the rows a to e, e the newest, a microsecond apart; b and c at the same time.
func akinonServer(t *testing.T, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.Akinon, q))
	for i, micros := range []int{0, 1, 1, 2, 3} {
		srv.AddAuditEvents(auditlogs.AuditEvent{
			Timestamp: day.Add(time.Duration(micros) * time.Microsecond), URL: string(rune('a' + i)),
			ContentType: int64(i % 2), ObjectID: int64(10 - i), User: &auditlogs.AuditEventUser{ID: string(rune('1' + i))},
		})
	}
	return srv
}

func TestAkinonItem(t *testing.T) {
	t.Parallel()
	const id = "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b"
	fields := `{"uuid":"` + id + `","timestamp":"2026-09-14T12:00:00.000000Z","content_type":42,"object_id":7,"url":"u",` +
		`"remote_addr":"r","headers":{"a":1},"query_params":null,"post_data":"{}","content":[1]`
	event := auditlogs.AuditEvent{
		UUID: id, Timestamp: day, ContentType: 42, ObjectID: 7, URL: "u", RemoteAddr: "r", Headers: json.RawMessage(`{"a":1}`),
		PostData: json.RawMessage(`"{}"`), Content: json.RawMessage(`[1]`),
	}
	tests := []struct {
		user *auditlogs.AuditEventUser
		want string
	}{
		{nil, `null`},
		{&auditlogs.AuditEventUser{ID: "7"}, `7`},
		{&auditlogs.AuditEventUser{Raw: json.RawMessage(`"x"`)}, `"x"`},
		{
			&auditlogs.AuditEventUser{ID: "7", Email: "e", FirstName: "f", LastName: "l", Username: "u"},
			`{"id":7,"email":"e","first_name":"f","last_name":"l","username":"u","is_active":true,"is_staff":true}`,
		},
	}
	for _, tt := range tests {
		srv := newServer(t)
		event.User = tt.user
		srv.AddAuditEvents(event)
		for _, path := range []string{akinonPath, listPaths[auditlogtest.Akinon]} {
			want := `{"results":[` + fields + `,"user":` + tt.want + `}],"count":1,"next":null,"previous":null}`
			if r := get(t, srv, path).want(t, 200, ""); r.text != want {
				t.Errorf("got  %s\nwant %s", r.text, want)
			}
			if r := get(t, srv, path+id+"/").want(t, 200, ""); r.text != fields+"}" {
				t.Errorf("got  %s\nwant %s", r.text, fields+"}")
			}
		}
		get(t, srv, akinonPath+aliceID+"/").want(t, 404, "")
		get(t, srv, akinonPath+"3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6c/").want(t, 404, `{"detail":"Not found."}`)
	}
	srv := newServer(t)
	srv.AddAuditEvents(auditlogs.AuditEvent{UUID: id, Timestamp: day})
	get(t, srv, akinonPath).want(t, 200, `"content_type":0,"object_id":null,"url":null,"remote_addr":null,"headers":null,`+
		`"query_params":null,"post_data":null,"content":null,"user":null`)
}

func TestAkinonQueries(t *testing.T) {
	t.Parallel()
	const micro1, micro2 = "2026-09-14T12:00:00.000001Z", "2026-09-14T12:00:00.000002Z"
	type quirks = auditlogtest.Quirks
	tests := []struct {
		quirks      quirks
		query, rows string
	}{
		{quirks{}, "", "e,d,c,b,a"},
		{quirks{}, "limit=2&page=2", "c,b"},
		{quirks{}, "limit=2&page=3", "a"},
		{quirks{PageCap: 3}, "limit=100&page=2", "b,a"},
		{quirks{}, params("timestamp__gte", micro1, "timestamp__lt", micro2), "c,b"},
		{quirks{}, params("timestamp__gt", micro1, "timestamp__lte", micro2), "d"},
		{quirks{}, params("timestamp", micro1), "c,b"},
		{quirks{}, params("timestamp", micro1, "timestamp__gt", micro1), ""},
		{quirks{}, params("timestamp", "2026-09-14T14:00:00.000001+02:00"), "c,b"},
		{quirks{}, params("timestamp__lte", "2026-09-14T12:00:00.000001999Z"), "c,b,a"},
		{quirks{MillisecondBounds: true}, params("timestamp__gte", micro2), "e,d,c,b,a"},
		{quirks{MillisecondBounds: true}, params("timestamp__lt", micro2), ""},
		{quirks{}, "content_type=1", "d,b"},
		{quirks{}, "object_id=9&content_type=1", "b"},
		{quirks{}, "user=3", "c"},
		{quirks{}, "sort=-timestamp", "e,d,c,b,a"},
		{quirks{}, "sort=timestamp", "a,b,c,d,e"},
		{quirks{}, "sort=content_type,-object_id", "a,c,e,b,d"},
		{quirks{}, "sort=nonsense", "e,d,c,b,a"},
		{quirks{Order: auditlogtest.TimeAscending}, "", "a,b,c,d,e"},
		{quirks{Order: auditlogtest.TimeAscending}, "sort=-timestamp", "e,d,c,b,a"},
		{quirks{Order: auditlogtest.TimeAscending, IgnoreSort: true}, "sort=-timestamp", "a,b,c,d,e"},
		{quirks{LoopNext: true}, "limit=2&page=70", "e,d"},
		{quirks{ShortPages: 1}, "limit=4", "e,d"},
	}
	for _, tt := range tests {
		if rows := akinonGet(t, akinonServer(t, tt.quirks), tt.query).urls(); rows != tt.rows {
			t.Errorf("%+v %s: got %s, want %s", tt.quirks, tt.query, rows, tt.rows)
		}
	}
	srv := akinonServer(t, quirks{Order: auditlogtest.Unordered})
	first, second := akinonGet(t, srv, "").urls(), akinonGet(t, srv, "").urls()
	if first != second || first == "e,d,c,b,a" || first == "a,b,c,d,e" {
		t.Errorf("unordered: %s, then %s", first, second)
	}
}

func TestAkinonLinks(t *testing.T) {
	t.Parallel()
	srv := akinonServer(t, auditlogtest.Quirks{ForeignNext: "shop.example.org"})
	page := akinonGet(t, srv, "limit=1&page=3&sort=timestamp")
	if page.Count != 5 || *page.Next != "http://shop.example.org"+akinonPath+"?limit=1&page=4&sort=timestamp" ||
		*page.Previous != srv.URL+akinonPath+"?limit=1&page=2&sort=timestamp" {
		t.Errorf("got %d %s %s", page.Count, *page.Next, *page.Previous)
	}
	if page := akinonGet(t, srv, "limit=1&page=5"); page.Next != nil {
		t.Errorf("next of the last page: %s", *page.Next)
	}
}

func TestAkinonErrors(t *testing.T) {
	t.Parallel()
	srv := akinonServer(t, auditlogtest.Quirks{})
	get(t, srv, akinonPath+"?page=2").want(t, 404, `{"detail":"Invalid page."}`)
	get(t, srv, akinonPath+"?user=me").want(t, 400, `{"user":["Enter a number."]}`)
	get(t, srv, akinonPath+"?timestamp__gte=2026-09-14").want(t, 400, `{"timestamp__gte":["Enter a valid date/time."]}`)
	// A plus sign that was not escaped is a space.
	get(t, srv, akinonPath+"?timestamp=2026-09-14T12:00:00+02:00").want(t, 400, `{"timestamp":["Enter a valid date/time."]}`)
	do(t, srv, "DELETE", akinonPath, "").want(t, 405, "detail")
}
