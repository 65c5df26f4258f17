package auditlogtest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const elasticPathRelated = "/v2/personal-data/related-data-entries"

// relatedServer has n entries, named by how many were added after them.
func relatedServer(t *testing.T, n int, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.ElasticPath, q))
	for i := range n {
		srv.AddRelatedDataEntries(auditlogtest.ResourceType, auditlogtest.ResourceID, auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: fmt.Sprint(n - 1 - i)})
	}
	return srv
}

func TestElasticPathRelatedEntry(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddRelatedDataEntries("customer", "1",
		auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "a"},
		auditlogs.RelatedDataEntry{Type: "odd", ResourceType: "order", ResourceID: "b"},
		auditlogs.RelatedDataEntry{ResourceType: "order", ResourceID: "c", Raw: json.RawMessage(`{"raw":1}`)})
	srv.AddRelatedDataEntries("customer", "2", auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "d"})
	get(t, srv, elasticPathRelated+"?"+params("filter", "eq(resource_type,customer):eq(resource_id,1)")).want(t, 200,
		`{"data":[{"raw":1},{"resource_id":"b","resource_type":"order","type":"odd"},`+
			`{"resource_id":"a","resource_type":"address","type":"related_data_entry"}],"links":`)
	get(t, srv, elasticPathRelated+"?"+params("filter", "eq(resource_id,2):eq(resource_type,customer)")).want(t, 200, `"resource_id":"d"`)
	get(t, srv, elasticPathRelated+"?"+params("filter", "eq(resource_type,address):eq(resource_id,a)")).want(t, 200, `{"data":[],`)
}

func TestElasticPathRelatedKnobs(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, 3, auditlogtest.Quirks{})
	ids := func() string {
		return joined(srv.RelatedDataEntries(auditlogtest.ResourceType, auditlogtest.ResourceID), func(e auditlogs.RelatedDataEntry) string { return e.ResourceID })
	}
	srv.AddRelatedDataEntries("customer", "other", auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "1"})
	if ids() != "0,1,2" {
		t.Errorf("got %s", ids())
	}
	del := func(e auditlogs.RelatedDataEntry) bool { return e.ResourceID == "1" }
	if n := srv.DeleteRelatedDataEntries(auditlogtest.ResourceType, auditlogtest.ResourceID, del); n != 1 || ids() != "0,2" {
		t.Errorf("deleted %d, left %s", n, ids())
	}
	if n := len(srv.RelatedDataEntries("customer", "other")); n != 1 {
		t.Errorf("the other resource has %d", n)
	}
}

func TestElasticPathRelatedPages(t *testing.T) {
	t.Parallel()
	type quirks = auditlogtest.Quirks
	tests := []struct {
		quirks             quirks
		offset, limit, ids string
	}{
		{quirks{}, "", "", "0,1,2,3,4"},
		{quirks{}, "1", "2", "1,2"},
		{quirks{}, "5", "100", ""},
		{quirks{}, "10000", "100", ""},
		{quirks{PageDefault: 2}, "", "", "0,1"},
		{quirks{PageCap: 3}, "1", "100", "1,2,3"},
		{quirks{ShortPages: 1}, "0", "4", "0,1"},
		{quirks{Order: auditlogtest.TimeAscending}, "0", "2", "4,3"},
		{quirks{Retention: time.Hour}, "", "", "0,1,2,3,4"},
		{quirks{LoopNext: true}, "4", "2", "0,1"},
	}
	for _, tt := range tests {
		srv := relatedServer(t, 5, tt.quirks)
		type entry struct {
			ID string `json:"resource_id"`
		}
		var page struct {
			Data []entry
			Meta struct {
				Results struct{ Total int }
				Page    struct{ Limit, Offset, Current, Total int }
			}
			Links map[string]*string
		}
		get(t, srv, elasticPathRelated+"?filter="+goodFilter+"&"+params("page[offset]", tt.offset, "page[limit]", tt.limit)).want(t, 200, "").into(t, &page)
		if got := joined(page.Data, func(e entry) string { return e.ID }); got != tt.ids {
			t.Errorf("%+v: got %s, want %s", tt.quirks, got, tt.ids)
		}
		if !tt.quirks.LoopNext && page.Meta.Results.Total != 5 {
			t.Errorf("%+v: total is %d", tt.quirks, page.Meta.Results.Total)
		}
		if tt.limit == "2" && tt.offset == "1" {
			if want := srv.URL + elasticPathRelated + "?page[offset]=3&page[limit]=2"; page.Links["next"] == nil || *page.Links["next"] != want {
				t.Errorf("next is %v, want %s", page.Links["next"], want)
			}
			if page.Meta.Page != (struct{ Limit, Offset, Current, Total int }{2, 1, 1, 3}) {
				t.Errorf("page is %+v", page.Meta.Page)
			}
		}
	}
}

func TestElasticPathRelatedRefuses(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, 1, auditlogtest.Quirks{})
	const refused, unparsed = `"detail":"bad filter: resource_id and resource_type`, `"detail":"Could not parse the supplied filter"`
	for filter, want := range map[string]string{
		"": refused, "eq(resource_id,1)": refused, "eq(resource_type,a):eq(resource_id,1):eq(id,1)": refused,
		"like(resource_type,a):eq(resource_id,1)": refused, "eq(resource_type,a):eq(resource_id,a,b)": unparsed, "x": unparsed,
	} {
		get(t, srv, elasticPathRelated+"?"+params("filter", filter)).want(t, 400, want)
	}
	for _, query := range []string{"page[offset]=10001", "page[offset]=-1", "page[limit]=101", "page[limit]=x"} {
		get(t, srv, elasticPathRelated+"?filter="+goodFilter+"&"+query).want(t, 400, `"title":"Bad Request"`)
	}
	srv.RevokeTokens()
	get(t, srv, elasticPathRelated+"?filter="+goodFilter).want(t, 401, `"Unable to validate access token"`)
}
