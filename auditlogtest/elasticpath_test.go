package auditlogtest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const elasticPath = "/v2/personal-data/logs"

type elasticPathPage struct {
	Data []struct{ ID string }
	Meta struct {
		Results struct{ Total *int }
		Page    struct{ Limit, Offset, Current, Total int }
	}
	Links map[string]*string
}

func (p elasticPathPage) ids() string {
	return joined(p.Data, func(row struct{ ID string }) string { return row.ID })
}

func elasticPathGet(t *testing.T, srv *auditlogtest.Server, offset, limit string) (page elasticPathPage) {
	t.Helper()
	get(t, srv, listPaths[auditlogtest.ElasticPath]+"&"+params("page[offset]", offset, "page[limit]", limit)).
		want(t, 200, "").into(t, &page)
	return page
}

// elasticPathServer has n rows, named by their age.
func elasticPathServer(t *testing.T, n int, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.ElasticPath, q))
	for i := range n {
		srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: fmt.Sprint(i), Time: day.Add(-time.Duration(i) * time.Second)})
	}
	return srv
}

func TestElasticPathItem(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{
		ID: "1", StoreID: "2", Time: day.Add(520*time.Millisecond + 999), EventType: "customer.event.created",
		Initiator: auditlogs.Initiator{
			TokenEmail: "e", TokenID: "1222341536243515939", TokenName: "n", TokenStoreID: "s", TokenType: "t",
		},
		Delta: json.RawMessage(`{"name":"x"}`), ResourcePath: "https://p",
	})
	item := func(tokenID string) string {
		return `{"data":[{"id":"1","store_id":"2","type":"personal_data_log_entry","initiator":{"access-token-email":"e",` +
			`"access-token-id":` + tokenID + `,"access-token-name":"n","access-token-store-id":"s","access-token-type":"t"},` +
			`"time":"2026-09-14T12:00:00.52Z","event_type":"customer.event.created","delta":{"name":"x"},"resource_id":"` +
			auditlogtest.ResourceID + `","resource_type":"customer","relationships":{"resource_path":{"url":"https://p"}}}],`
	}
	get(t, srv, listPaths[auditlogtest.ElasticPath]).want(t, 200, item(`"1222341536243515939"`))
	srv.SetQuirks(auditlogtest.ElasticPath, auditlogtest.Quirks{NumericIDs: true})
	get(t, srv, listPaths[auditlogtest.ElasticPath]).want(t, 200, item(`1222341536243515939`))
}

func TestElasticPathPages(t *testing.T) {
	t.Parallel()
	srv := elasticPathServer(t, 26, auditlogtest.Quirks{})
	base := srv.URL + elasticPath
	page := elasticPathGet(t, srv, "", "")
	if len(page.Data) != 25 || *page.Meta.Results.Total != 26 || page.Meta.Page.Total != 2 || page.Meta.Page.Limit != 25 {
		t.Errorf("got %+v", page)
	}
	page = elasticPathGet(t, srv, "10", "5")
	if page.ids() != "10,11,12,13,14" || page.Meta.Page != (struct{ Limit, Offset, Current, Total int }{5, 10, 3, 6}) {
		t.Errorf("got %s %+v", page.ids(), page.Meta)
	}
	for name, want := range map[string]string{
		"current": base + "?page[offset]=10&page[limit]=5", "first": base + "?page[offset]=0&page[limit]=5",
		"last": base + "?page[offset]=25&page[limit]=5", "next": base + "?page[offset]=15&page[limit]=5",
		"prev": base + "?page[offset]=5&page[limit]=5",
	} {
		if got := page.Links[name]; got == nil || *got != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	page = elasticPathGet(t, srv, "10000", "100")
	if len(page.Data) != 0 || *page.Meta.Results.Total != 26 || page.Links["next"] != nil {
		t.Errorf("past the end: %+v", page)
	}
}

func TestElasticPathQuirks(t *testing.T) {
	t.Parallel()
	type quirks = auditlogtest.Quirks
	for next, want := range map[auditlogtest.NextForm]string{
		auditlogtest.NextNull: `"next":null,"prev":null}`, auditlogtest.NextNullText: `"next":"null","prev":"null"}`,
		auditlogtest.NextMissing: `page[limit]=25"},"meta"`, auditlogtest.NextNoLinks: `"links":{}`,
	} {
		get(t, elasticPathServer(t, 1, quirks{Next: next}), listPaths[auditlogtest.ElasticPath]).want(t, 200, want)
	}
	tests := []struct {
		quirks             quirks
		offset, limit, ids string
	}{
		{quirks{Order: auditlogtest.TimeAscending}, "1", "2", "3,2"},
		{quirks{PageCap: 3}, "0", "100", "0,1,2"},
		{quirks{ShortPages: 1}, "1", "4", "1,2"},
		{quirks{LoopNext: true}, "4", "2", "0,1"},
		{quirks{PageDefault: 2}, "0", "", "0,1"},
	}
	for _, tt := range tests {
		page := elasticPathGet(t, elasticPathServer(t, 5, tt.quirks), tt.offset, tt.limit)
		if page.ids() != tt.ids {
			t.Errorf("%+v: got %s, want %s", tt.quirks, page.ids(), tt.ids)
		}
	}
	if page := elasticPathGet(t, elasticPathServer(t, 5, quirks{LoopNext: true}), "100", "2"); page.Links["next"] == nil || *page.Meta.Results.Total < 103 {
		t.Errorf("loop ends: %+v", page)
	}
	if page := elasticPathGet(t, elasticPathServer(t, 5, quirks{Total: auditlogtest.TotalMissing}), "", ""); page.Meta.Results.Total != nil {
		t.Errorf("total is %d", *page.Meta.Results.Total)
	}
}

func TestElasticPathFilter(t *testing.T) {
	t.Parallel()
	srv := elasticPathServer(t, 1, auditlogtest.Quirks{})
	srv.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: "x", ResourceType: "account", ResourceID: "a b$_*.-9"})
	const (
		refused  = `"detail":"bad filter: resource_id and resource_type are the filter fields that are both mandatory and only they are allowed","status":"400"`
		unparsed = `{"errors":[{"detail":"Could not parse the supplied filter","title":"Bad Request"}]}`
		id       = auditlogtest.ResourceID
	)
	tests := []struct {
		filter string
		status int
		want   string
	}{
		{"eq(resource_id," + id + "):eq(resource_type,customer)", 200, `"id":"0"`},
		{"eq(resource_type,account):eq(resource_id,a b$_*.-9)", 200, `"id":"x"`},
		{"eq(resource_type,order):eq(resource_id,1)", 200, `{"data":[],`},
		{"", 400, refused},
		{"eq(resource_type,customer)", 400, refused},
		{"eq(resource_type,customer):eq(resource_type,customer)", 400, refused},
		{"eq(resource_type,customer):eq(resource_id,1):eq(id,1)", 400, refused},
		{"like(resource_type,customer):eq(resource_id,1)", 400, refused},
		{"eq(resource_type,customer):eq(resource_id,)", 400, unparsed},
		{"eq(resource_type,customer):eq(resource_id,a:b)", 400, unparsed},
		{"eq(resource_type,customer):eq(resource_id,a@b)", 400, unparsed},
		{`eq(resource_type,"customer"):eq(resource_id,1)`, 400, unparsed},
		{"eq(resource_type,customer)eq(resource_id,1)", 400, unparsed},
		{"nonsense", 400, unparsed},
	}
	for _, tt := range tests {
		get(t, srv, elasticPath+"?"+params("filter", tt.filter)).want(t, tt.status, tt.want)
	}
	get(t, srv, elasticPath).want(t, 400, refused)
	for _, query := range []string{"page[offset]=10001", "page[offset]=-1", "page[limit]=101", "page[limit]=x"} {
		get(t, srv, listPaths[auditlogtest.ElasticPath]+"&"+query).want(t, 400, `"title":"Bad Request"`)
	}
}
