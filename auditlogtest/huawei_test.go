package auditlogtest_test

import (
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

type huaweiPage struct {
	Data []struct {
		ID string `json:"audit_log_id"`
	}
	Total *int
}

func huaweiIDs(t *testing.T, r reply) string {
	t.Helper()
	var page huaweiPage
	r.want(t, 200, "").into(t, &page)
	return joined(page.Data, func(row struct {
		ID string `json:"audit_log_id"`
	}) string {
		return row.ID
	})
}

// huaweiServer has five rows, e the newest, two in one second.
func huaweiServer(t *testing.T, q auditlogtest.Quirks) *auditlogtest.Server {
	t.Helper()
	srv := newServer(t, auditlogtest.WithQuirks(auditlogtest.HuaweiEDS, q))
	for i, seconds := range []int{0, 1, 1, 2, 3} {
		srv.AddDataAssetLogs(auditlogs.DataAssetLog{
			AuditLogID: string(rune('a' + i)), HappenedTime: day.Add(time.Duration(seconds) * time.Second),
			Action:                []auditlogs.DataAssetAction{"VIEW", "MODIFY", "DOWNLOAD"}[i%3],
			CustomerConnectorName: "连接器" + string(rune('A'+i)), CustomerUserName: "user" + string(rune('1'+i)),
		})
	}
	return srv
}

func TestHuaweiItem(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.AddDataAssetLogs(auditlogs.DataAssetLog{
		AuditLogID: "1", ResourceID: "2", ResourceName: "三清山.jpg", CustomerUserID: "3", CustomerUserName: "4",
		CustomerConnectorID: "5", CustomerConnectorName: "6", HappenedTime: day.Add(time.Second - 1), Action: "VIEW",
		Description: map[string]string{"k": "v"},
	})
	get(t, srv, huaweiPath).want(t, 200, `{"data":[{"audit_log_id":"1","resource_id":"2","resource_name":"三清山.jpg",`+
		`"customer_user_id":"3","customer_user_name":"4","customer_connector_id":"5","customer_connector_name":"6",`+
		`"happend_time":"2026-09-14T12:00:00Z","action":"VIEW","description":{"k":"v"}}],"error_code":null,"error_msg":null,"total":1}`)
	srv.DeleteDataAssetLogs(func(auditlogs.DataAssetLog) bool { return true })
	srv.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: "1"})
	get(t, srv, huaweiPath).want(t, 200, `{"audit_log_id":"1","resource_id":null,"resource_name":null,"customer_user_id":null,`+
		`"customer_user_name":null,"customer_connector_id":null,"customer_connector_name":null,"happend_time":null,`+
		`"action":null,"description":null}`)
}

func TestHuaweiQueries(t *testing.T) {
	t.Parallel()
	const second1, second2 = "2026-09-14T12:00:01Z", "2026-09-14T12:00:02Z"
	type quirks = auditlogtest.Quirks
	tests := []struct {
		quirks      quirks
		query, rows string
	}{
		{quirks{}, "", "e,d,c,b,a"},
		{quirks{}, "limit=2", "e,d"},
		{quirks{}, "limit=2&offset=1", "d,c"},
		{quirks{OffsetPages: true}, "limit=2&offset=1", "c,b"},
		{quirks{}, "offset=999999", ""},
		{quirks{PageCap: 3}, "limit=5&offset=1", "d,c,b"},
		{quirks{PageCap: 2, OffsetPages: true}, "limit=5&offset=2", "a"},
		{quirks{}, "start_time=" + second1 + "&end_time=" + second2, "d,c,b"},
		{quirks{StartExclusive: true}, "start_time=" + second1 + "&end_time=" + second2, "d"},
		{quirks{EndExclusive: true}, "start_time=" + second1 + "&end_time=" + second2, "c,b"},
		{quirks{}, "action=VIEW", "d,a"},
		{quirks{}, "action=PROCESS", ""},
		{quirks{}, "connector_keywords=" + "%E5%99%A8B", "b"},
		{quirks{}, "user_keywords=r3", "c"},
		{quirks{Order: auditlogtest.TimeAscending}, "", "a,b,c,d,e"},
		{quirks{Order: auditlogtest.TimeAscending}, "limit=2&offset=1", "b,c"},
		{quirks{ShortPages: 1}, "", "e,d,c"},
		{quirks{ShortPages: 1}, "limit=1", "e"},
		{quirks{ShortPages: 2}, "", "e,d,c,b,a"},
		{quirks{LoopNext: true}, "limit=2&offset=4", "e,d"},
	}
	for _, tt := range tests {
		srv := huaweiServer(t, tt.quirks)
		if rows := huaweiIDs(t, get(t, srv, huaweiPath+"?"+tt.query)); rows != tt.rows {
			t.Errorf("%+v %s: got %s, want %s", tt.quirks, tt.query, rows, tt.rows)
		}
	}
}

func TestHuaweiLimit(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 1200)
	for query, want := range map[string]int{"": 10, "?limit=1000": 999, "?limit=999&offset=999": 201} {
		if n := strings.Count(huaweiIDs(t, get(t, srv, huaweiPath+query)), ",") + 1; n != want {
			t.Errorf("%s: %d rows, want %d", query, n, want)
		}
	}
}

func TestHuaweiErrors(t *testing.T) {
	t.Parallel()
	srv := huaweiServer(t, auditlogtest.Quirks{})
	tests := []struct {
		path   string
		status int
		want   string
	}{
		{huaweiPath + "?limit=0", 400, `{"data":null,"error_code":"EDS.00011001","error_msg":"Invalid parameter.","total":null}`},
		{huaweiPath + "?limit=ten", 400, "EDS.00011001"},
		{huaweiPath + "?offset=-1", 400, "EDS.00011001"},
		{huaweiPath + "?offset=1000000", 400, "EDS.00011001"},
		{huaweiPath + "?action=view", 400, "EDS.00011001"},
		{huaweiPath + "?start_time=2026-09-14", 400, "EDS.00011011"},
		{huaweiPath + "?start_time=2026-09-14T12:00:00.5Z", 400, "EDS.00011011"},
		{huaweiPath + "?end_time=2026-09-14T12:00:00%2B00:00", 400, "EDS.00011011"},
		{strings.Replace(huaweiPath, auditlogtest.ConnectorID, "other", 1), 400, "EDS.00021905"},
		{strings.Replace(huaweiPath, auditlogtest.InstanceID, "other", 1), 400, "EDS.00021905"},
		{strings.Replace(huaweiPath, auditlogtest.ProjectID, "other", 1), 400, "EDS.00011015"},
		{huaweiPath + "/more", 404, `"error_code":"APIGW.0101"`},
	}
	for _, tt := range tests {
		get(t, srv, tt.path).want(t, tt.status, tt.want)
	}
	get(t, srv, huaweiPath, "X-Auth-Token", "bad").want(t, 401,
		`{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","request_id":"`)
}

func TestHuaweiTotal(t *testing.T) {
	t.Parallel()
	for total, want := range map[auditlogtest.Total]string{
		auditlogtest.TotalRight: `"total":5`, auditlogtest.TotalZero: `"total":0`, auditlogtest.TotalMissing: `"error_msg":null}`,
	} {
		srv := huaweiServer(t, auditlogtest.Quirks{Total: total})
		get(t, srv, huaweiPath+"?limit=1").want(t, 200, want)
	}
	var page huaweiPage
	get(t, huaweiServer(t, auditlogtest.Quirks{Total: auditlogtest.TotalWrong}), huaweiPath).into(t, &page)
	if page.Total == nil || *page.Total == 5 {
		t.Errorf("total is %v", page.Total)
	}
}
