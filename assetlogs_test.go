package auditlogs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
)

func huaweiOf(c *auditlogs.Client) svcLister[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter] {
	return c.DataAssetLogs
}

var huaweiFilter = auditlogs.DataAssetLogFilter{InstanceID: "instance-1", ConnectorID: "connector-2"}

func TestDataAssetLogsDecode(t *testing.T) {
	t.Parallel()
	log := func(id, resource, connector, at string, description map[string]string) auditlogs.DataAssetLog {
		return auditlogs.DataAssetLog{
			AuditLogID: id, ResourceID: resource, ResourceName: "三清山.jpg", CustomerConnectorID: connector, CustomerConnectorName: "连接器B",
			HappenedTime: svcTime(at), Action: auditlogs.DataAssetView, Description: description,
		}
	}
	whole := []auditlogs.DataAssetLog{
		log("2a178fd057834c13a4570a1b2c3d4e5f", "bdcfd032-fe52-448b-a673-0a1b2c3d4e5f", "c1bf9bd7-52fc-435b-ae55-0a1b2c3d4e5f", "2023-12-01T16:10:28Z", nil),
		log("74ae9d9af228437e89ad0a1b2c3d4e5f", "7c9cafa2-0eb0-4dae-bd8d-0a1b2c3d4e5f", "c1bf9bd7-52fc-435b-ae55-0a1b2c3d4e5f", "2023-12-01T15:09:36Z",
			map[string]string{"purpose": "review"}),
	}
	one := func(name, row string, want auditlogs.DataAssetLog) svcFixture[auditlogs.DataAssetLog] {
		return svcFixture[auditlogs.DataAssetLog]{
			name: name, body: `{"data":[` + row + `],"total":1,"error_code":null,"error_msg":null}`, member: "data",
			want: []auditlogs.DataAssetLog{want}, total: 1,
		}
	}
	form := func(text, at string) svcFixture[auditlogs.DataAssetLog] {
		return one("time as "+text, `{"audit_log_id":"1","happend_time":`+text+`}`, auditlogs.DataAssetLog{AuditLogID: "1", HappenedTime: svcTime(at)})
	}
	svcDecodes(t, huaweiOf, huaweiFilter, []svcFixture[auditlogs.DataAssetLog]{
		{
			name: "documented sample, without a total", body: svcFile(t, "huawei-eds/list_seed.json"), member: "data", total: -1,
			want: []auditlogs.DataAssetLog{
				log("2a178fd057834c13a457************", "bdcfd032-fe52-448b-a673-************", "c1bf9bd7-52fc-435b-ae55-************", "2023-12-01T16:10:28Z", nil),
				log("74ae9d9af228437e89ad************", "7c9cafa2-0eb0-4dae-bd8d-************", "c1bf9bd7-52fc-435b-ae55-************", "2023-12-01T15:09:36Z", nil),
			},
		},
		{name: "whole ids", body: svcFile(t, "huawei-eds/list.json"), member: "data", want: whole, total: -1},
		{
			name: "the list as the vendor's SDK calls it", body: strings.Replace(svcFile(t, "huawei-eds/list.json"), `"data"`, `"total":2,"rows"`, 1), member: "rows", want: whole, total: 2,
		},
		{
			name: "both names, one of them empty", body: strings.Replace(svcFile(t, "huawei-eds/list.json"), "{", `{"rows":[],"total":2,`, 1), member: "data", want: whole, total: 2,
		},
		{
			name: "both names, one of them null", body: strings.Replace(svcFile(t, "huawei-eds/list.json"), `"data"`, `"data":null,"rows"`, 1), member: "rows", want: whole, total: -1,
		},
		{
			name: "a total of 0 beside rows", body: strings.Replace(svcFile(t, "huawei-eds/list.json"), "{", `{"total":0,"error_code":"","error_msg":"",`, 1),
			member: "data", want: whole, total: 0,
		},
		one("every field", `{"audit_log_id":"1","resource_id":"2","resource_name":"3","customer_user_id":"4","customer_user_name":"5",`+
			`"customer_connector_id":"6","customer_connector_name":"7","happend_time":"2023-12-01T16:10:28Z","action":"DOWNLOAD","description":{"a":"b","c":""}}`,
			auditlogs.DataAssetLog{
				AuditLogID: "1", ResourceID: "2", ResourceName: "3", CustomerUserID: "4", CustomerUserName: "5", CustomerConnectorID: "6",
				CustomerConnectorName: "7", HappenedTime: svcTime("2023-12-01T16:10:28Z"), Action: auditlogs.DataAssetDownload,
				Description: map[string]string{"a": "b", "c": ""},
			}),
		one("nulls", `{"audit_log_id":"1","resource_id":null,"resource_name":null,"customer_user_id":null,"customer_user_name":null,`+
			`"customer_connector_id":null,"customer_connector_name":null,"happend_time":null,"action":null,"description":null}`,
			auditlogs.DataAssetLog{AuditLogID: "1"}),
		one("null within the description", `{"audit_log_id":"1","happend_time":"2023-12-01T16:10:28Z","description":{"a":null}}`,
			auditlogs.DataAssetLog{AuditLogID: "1", HappenedTime: svcTime("2023-12-01T16:10:28Z"), Description: map[string]string{"a": ""}}),
		one("unknown members and action", `{"audit_log_id":"1","happend_time":"2023-12-01T16:10:28Z","action":"SHRED","new":{"n":9007199254740993}}`,
			auditlogs.DataAssetLog{AuditLogID: "1", HappenedTime: svcTime("2023-12-01T16:10:28Z"), Action: "SHRED"}),
		one("null id", `{"audit_log_id":null,"resource_id":"2","happend_time":"2023-12-01T16:10:28Z"}`,
			auditlogs.DataAssetLog{ResourceID: "2", HappenedTime: svcTime("2023-12-01T16:10:28Z")}),
		one("numbers as ids", `{"audit_log_id":9007199254740993,"resource_id":123456789012345678901234567890,"customer_user_id":0,"customer_connector_id":-7,`+
			`"happend_time":"2023-12-01T16:10:28Z"}`,
			auditlogs.DataAssetLog{
				AuditLogID: "9007199254740993", ResourceID: "123456789012345678901234567890", CustomerUserID: "0", CustomerConnectorID: "-7",
				HappenedTime: svcTime("2023-12-01T16:10:28Z"),
			}),
		one("a description of other values", `{"audit_log_id":"1","description":{"n":9007199254740993,"f":1.50,"b":true,"z":null,"l":[ 1, {"x" : "é"} ],"o":{},"t":"{\"k\":1}"}}`,
			auditlogs.DataAssetLog{AuditLogID: "1", Description: map[string]string{
				"n": "9007199254740993", "f": "1.50", "b": "true", "z": "", "l": `[1,{"x":"é"}]`, "o": "{}", "t": `{"k":1}`,
			}}),
		one("a description as text", `{"audit_log_id":"1","description":"{\"purpose\":\"review\",\"n\":7}"}`,
			auditlogs.DataAssetLog{AuditLogID: "1", Description: map[string]string{"purpose": "review", "n": "7"}}),
		one("a description of words", `{"audit_log_id":"1","description":"for review"}`,
			auditlogs.DataAssetLog{AuditLogID: "1", Description: map[string]string{"": "for review"}}),
		one("an empty description", `{"audit_log_id":"1","description":""}`, auditlogs.DataAssetLog{AuditLogID: "1"}),
		form(`"2023-12-02T00:10:28+0800"`, "2023-12-02T00:10:28+08:00"),
		form(`"2023-12-02T00:10:28.123+0800"`, "2023-12-02T00:10:28.123+08:00"),
		form(`"2023-12-02 00:10:28+08"`, "2023-12-02T00:10:28+08:00"),
		form(`"2023-12-01T16:10:28.123Z"`, "2023-12-01T16:10:28.123Z"),
		form(`"2023-12-02T00:10:28+08:00"`, "2023-12-02T00:10:28+08:00"),
		form(`"2023-12-01T16:10:28"`, "2023-12-01T16:10:28Z"),
		form(`"2023-12-01 16:10:28"`, "2023-12-01T16:10:28Z"),
		form(`1701447028`, "2023-12-01T16:10:28Z"),
		form(`1701447028123`, "2023-12-01T16:10:28.123Z"),
		form(`"1701447028123"`, "2023-12-01T16:10:28.123Z"),
	})
}

func TestDataAssetLogsEmpty(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"list": `{"data":[],"total":0}`, "null": `{"data":null,"total":0,"error_code":null,"error_msg":null}`,
		"rows": `{"total":0,"rows":[]}`, "null rows": `{"total":0,"rows":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := svcServe(t, svcAnswer(200, body))
			page, err := client.DataAssetLogs.List(t.Context(), huaweiFilter)
			require.NoError(t, err)
			assert.Empty(t, page.Items)
			assert.Empty(t, page.Next)
		})
	}
}

func TestDataAssetLogsUnreadable(t *testing.T) {
	t.Parallel()
	const good = `{"audit_log_id":"1","happend_time":"2023-12-01T16:10:28Z"}`
	svcNotDecoded(t, "DataAssetLogs.List", huaweiOf, huaweiFilter, []svcUnreadable{
		{name: "HTML", body: "<html>\n</html>", contentType: "text/html", index: -1},
		{name: "empty", index: -1},
		{name: "null", body: "null", index: -1},
		{name: "bare list", body: "[" + good + "]", index: -1},
		{name: "data of the wrong type", body: `{"data":{}}`, index: -1},
		{name: "cut off", body: `{"data":[` + good, index: -1},
		{name: "null record", body: `{"data":[` + good + `,null]}`, index: 1},
		{name: "number record", body: `{"data":[` + good + `,1]}`, index: 1},
		{name: "neither list", body: `{"total":1,"entities":[` + good + `]}`, index: -1},
		{name: "both lists", body: `{"data":[` + good + `],"rows":[` + good + `]}`, index: -1},
		{name: "both lists, the other way", body: `{"rows":[` + good + `],"data":[` + good + `]}`, index: -1},
		{name: "rows of the wrong type", body: `{"rows":{}}`, index: -1},
		{name: "id of the wrong type", body: `{"data":[{"audit_log_id":true}]}`, index: 0},
		{name: "id of the wrong type", body: `{"data":[{"audit_log_id":"1","resource_id":[]}]}`, index: 0},
		{name: "zone of the wrong form", body: `{"data":[{"audit_log_id":"1","happend_time":"2023-12-01T16:10:28+2400"}]}`, index: 0},
		{name: "time of the wrong form", body: `{"data":[` + good + `,{"audit_log_id":"1","happend_time":"昨天"}]}`, index: 1},
		{name: "description of the wrong type", body: `{"data":[{"audit_log_id":"1","description":[]}]}`, index: 0},
	})
}

func TestDataAssetLogsQuery(t *testing.T) {
	t.Parallel()
	with := func(pairs ...string) map[string]string {
		q := map[string]string{"offset": "0", "limit": "999"}
		for i := 0; i < len(pairs); i += 2 {
			q[pairs[i]] = pairs[i+1]
		}
		return q
	}
	type filter = auditlogs.DataAssetLogFilter
	set := func(change func(*filter)) filter {
		f := huaweiFilter
		change(&f)
		return f
	}
	cases := []svcWire[filter]{
		{name: "zero", filter: huaweiFilter, want: with()},
		{name: "connector_keywords", filter: set(func(f *filter) { f.ConnectorKeywords = "连接器 B&C" }), want: with("connector_keywords", "连接器 B&C")},
		{name: "user_keywords", filter: set(func(f *filter) { f.UserKeywords = "a+b%" }), want: with("user_keywords", "a+b%"), raw: []string{"user_keywords=a%2Bb%25"}},
		{name: "limit", filter: set(func(f *filter) { f.PageSize = 10 }), want: with("limit", "10")},
		{name: "limit, the largest", filter: set(func(f *filter) { f.PageSize = 999 }), want: with("limit", "999")},
		{name: "start_time", filter: set(func(f *filter) { f.Since = svcTime("2026-01-14T09:00:00Z") }), want: with("start_time", "2026-01-14T08:59:59Z")},
		{
			name: "start_time between seconds and in another zone", want: with("start_time", "2026-01-14T08:59:59Z"), raw: []string{"start_time=2026-01-14T08%3A59%3A59Z"},
			filter: set(func(f *filter) { f.Since = svcTime("2026-01-14T12:00:00.999999999+03:00") }),
		},
		{name: "end_time", filter: set(func(f *filter) { f.Until = svcTime("2026-01-14T09:00:00Z") }), want: with("end_time", "2026-01-14T09:00:01Z")},
		{
			name: "end_time between seconds", want: with("end_time", "2026-01-14T09:00:02Z"),
			filter: set(func(f *filter) { f.Until = svcTime("2026-01-14T09:00:00.000000001Z") }),
		},
	}
	for _, action := range []auditlogs.DataAssetAction{
		auditlogs.DataAssetView, auditlogs.DataAssetModify, auditlogs.DataAssetDownload, auditlogs.DataAssetProcess, auditlogs.DataAssetNotify,
		auditlogs.DataAssetVerify, auditlogs.DataAssetDelete, auditlogs.DataAssetForward, auditlogs.DataAssetApprove, auditlogs.DataAssetTerminate,
		auditlogs.DataAssetNone, "ARCHIVE_2", "view",
	} {
		cases = append(cases, svcWire[filter]{
			name: string(action), filter: set(func(f *filter) { f.Action = action }), want: with("action", string(action)),
		})
	}
	svcQueries(t, huaweiOf, `{"data":[]}`, "/v1/"+svcProject+"/eds/instances/instance-1/connectors/connector-2/audit-logs",
		map[string]string{"X-Auth-Token": svcToken, "Accept": "application/json"},
		[]string{"connector_keywords", "user_keywords", "action", "start_time", "end_time", "offset", "limit"}, cases)
}

// What an id may hold reaches the server within its own element of the path.
func TestDataAssetLogsPath(t *testing.T) {
	t.Parallel()
	client, log := svcServe(t, svcAnswer(200, `{"data":[]}`))
	_, err := client.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{InstanceID: "a b+c;d", ConnectorID: "é@:=&"})
	require.NoError(t, err)
	assert.Equal(t, svcPrefix+"/v1/"+svcProject+"/eds/instances/a%20b+c%3Bd/connectors/%C3%A9@:=&/audit-logs", log.only(t).Path)
}

// Whatever the offset counts, the caller's rows to skip become that.
func TestDataAssetLogsOffset(t *testing.T) {
	t.Parallel()
	client, log := svcServe(t, svcAnswer(200, `{"data":[]}`))
	_, err := client.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{
		InstanceID: "i", ConnectorID: "c", ListOptions: auditlogs.ListOptions{Offset: 5, PageSize: 5},
	})
	require.NoError(t, err)
	requests := log.all()
	require.Len(t, requests, 2, "asked for offset 0 and 1, to learn what it counts")
	assert.Equal(t, "0", requests[0].Query.Get("offset"))
	assert.Equal(t, "1", requests[1].Query.Get("offset"))
}

func TestDataAssetLogsBounds(t *testing.T) {
	t.Parallel()
	row := func(at string) string { return `{"audit_log_id":"` + at + `","happend_time":"` + at + `"}` }
	f := huaweiFilter
	f.Since, f.Until = svcTime("2026-01-14T09:00:00.000000001Z"), svcTime("2026-01-14T09:00:01.000000001Z")
	svcTrims(t, huaweiOf, svcBounds[auditlogs.DataAssetLog, auditlogs.DataAssetLogFilter]{
		filter: f,
		body: `{"data":[` + strings.Join([]string{
			row("2026-01-14T09:00:02Z"), row("2026-01-14T09:00:01.000000001Z"), row("2026-01-14T09:00:01Z"),
			row("2026-01-14T09:00:00.000000001Z"), row("2026-01-14T09:00:00Z"), row("2026-01-14T08:59:59Z"),
		}, ",") + "]}",
		asked: map[string]string{"start_time": "2026-01-14T08:59:59Z", "end_time": "2026-01-14T09:00:03Z"},
		want:  []string{"2026-01-14T09:00:01Z", "2026-01-14T09:00:00.000000001Z"},
	})
}

func TestDataAssetLogsErrors(t *testing.T) {
	t.Parallel()
	type e = auditlogs.APIError
	eds := func(status int, code string, is error) svcRefusal {
		return svcRefusal{
			name: code, status: status, body: `{"data":null,"total":null,"error_code":"` + code + `","error_msg":"words"}`,
			want: e{Code: code, Message: "words"}, is: is,
		}
	}
	named := func(name string, r svcRefusal) svcRefusal {
		r.name = name
		return r
	}
	cases := []svcRefusal{
		{
			name: "400 sample", status: 400, body: svcFile(t, "huawei-eds/error_400.json"),
			want: e{Code: "EDS.00011001", Message: "Invalid parameter."}, is: auditlogs.ErrInvalidRequest,
		},
		{
			name: "500 sample", status: 500, body: svcFile(t, "huawei-eds/error_500.json"),
			want: e{Code: "EDS.00011012", Message: "Unknown server error."}, is: auditlogs.ErrServer,
		},
		{
			name: "401 of the gateway", status: 401, body: svcFile(t, "huawei-eds/error_gateway_401.json"),
			want: e{Code: "APIGW.0301", Message: "Incorrect IAM authentication information", RequestID: "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}, is: auditlogs.ErrUnauthorized,
		},
		{
			name: "404 of the gateway", status: 404, body: svcFile(t, "huawei-eds/error_gateway_404.json"),
			want: e{Code: "APIGW.0101", Message: "The API does not exist or has not been published in an environment", RequestID: "0a1b2c3d4e5f60718293a4b5c6d7e8f9"},
			is:   auditlogs.ErrNotFound,
		},
		{
			name: "429 of the gateway", status: 429, body: `{"error_code":"APIG.0308","error_msg":"The throttling threshold has been reached","request_id":"r"}`,
			header: []string{"X-Request-Id", "other", "Retry-After", "2"},
			want:   e{Code: "APIG.0308", Message: "The throttling threshold has been reached", RequestID: "r", RetryAfter: 2 * time.Second}, is: auditlogs.ErrRateLimited,
		},
		named("413", eds(413, "APIGW.0201", auditlogs.ErrInvalidRequest)),
		eds(403, "APIGW.0302", auditlogs.ErrForbidden),
		eds(400, "EDS.00011003", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00011011", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00011012", auditlogs.ErrServer),
		eds(400, "EDS.00011015", auditlogs.ErrForbidden),
		eds(400, "EDS.00011016", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00021006", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00021604", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00021606", auditlogs.ErrForbidden),
		eds(400, "EDS.00021619", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.00021905", auditlogs.ErrNotFound),
		eds(400, "EDS.00021911", auditlogs.ErrForbidden),
		eds(400, "EDS.00021915", auditlogs.ErrForbidden),
		eds(400, "EDS.00021916", auditlogs.ErrInvalidRequest),
		eds(400, "EDS.99999999", auditlogs.ErrInvalidRequest),
		named("200 with a code", eds(200, "EDS.00011001", auditlogs.ErrInvalidRequest)),
		named("200 without permission", eds(200, "EDS.00011015", auditlogs.ErrForbidden)),
		named("200 not found", eds(200, "EDS.00021905", auditlogs.ErrNotFound)),
		named("200 refused by the gateway", eds(200, "APIGW.0301", auditlogs.ErrUnauthorized)),
		{name: "502 of a proxy", status: 502, body: "<html>bad gateway</html>", is: auditlogs.ErrServer},
	}
	svcErrors(t, "DataAssetLogs.List", huaweiOf, huaweiFilter, cases)
}

func TestDataAssetLogsBadInput(t *testing.T) {
	t.Parallel()
	type filter = auditlogs.DataAssetLogFilter
	var cases []svcBad[filter]
	add := func(name, field string, change func(*filter)) {
		f := huaweiFilter
		change(&f)
		cases = append(cases, svcBad[filter]{name: name, field: field, filter: f})
	}
	for _, id := range append([]string{""}, svcBadIDs...) {
		add("bad id", "InstanceID", func(f *filter) { f.InstanceID = id })
		add("bad id", "ConnectorID", func(f *filter) { f.ConnectorID = id })
	}
	for _, action := range []auditlogs.DataAssetAction{"VIEW,MODIFY", " VIEW", "VIEW ", "VI-EW", "VIEW\n", "查看", "\xff", auditlogs.DataAssetAction(strings.Repeat("A", 65))} {
		add(string(action), "Action", func(f *filter) { f.Action = action })
	}
	for _, text := range []string{"a\nb", "\x00", "\xff", "a\u2028b"} {
		add("bad text", "ConnectorKeywords", func(f *filter) { f.ConnectorKeywords = text })
		add("bad text", "UserKeywords", func(f *filter) { f.UserKeywords = text })
	}
	add("too large", "PageSize", func(f *filter) { f.PageSize = 1000 })
	add("too large", "Offset", func(f *filter) { f.Offset = 1_000_000 })
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
	svcRefuses(t, "DataAssetLogs.List", huaweiOf, cases)
}

func TestDataAssetLogKey(t *testing.T) {
	t.Parallel()
	a := auditlogs.DataAssetLog{AuditLogID: "1", ResourceID: "x"}
	assert.Equal(t, "1", a.Key())
	b := auditlogs.DataAssetLog{ResourceID: "x", HappenedTime: svcTime("2023-12-01T16:10:28Z")}
	keys := map[string]bool{b.Key(): true}
	for _, change := range []func(*auditlogs.DataAssetLog){
		func(l *auditlogs.DataAssetLog) { l.ResourceID, l.ResourceName = "", "x" },
		func(l *auditlogs.DataAssetLog) { l.CustomerUserID = "u" },
		func(l *auditlogs.DataAssetLog) { l.CustomerUserName = "u" },
		func(l *auditlogs.DataAssetLog) { l.CustomerConnectorID = "u" },
		func(l *auditlogs.DataAssetLog) { l.CustomerConnectorName = "u" },
		func(l *auditlogs.DataAssetLog) { l.HappenedTime = l.HappenedTime.Add(time.Second) },
		func(l *auditlogs.DataAssetLog) { l.Action = "VIEW" },
	} {
		l := b
		change(&l)
		assert.False(t, keys[l.Key()], "%+v", l)
		keys[l.Key()] = true
	}
}

// Keys are in cursors and stores: those of records without an ID stay what they were in earlier releases.
func TestDataAssetLogKeyStays(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"resource_id":"r","happend_time":"2023-12-01T16:10:28Z","action":"VIEW","description":{"a":"b","c":null}}`:         "a722a0e2088c1436097f8e2d9f760c1a",
		`{"resource_id":"r","happend_time":"2023-12-02T00:10:28+0800","action":"VIEW","description":{"c":"","a":"b"}}`:       "a722a0e2088c1436097f8e2d9f760c1a",
		`{"resource_id":"r","happend_time":"2023-12-01T16:10:28Z","action":"VIEW","description":"{\"a\":\"b\",\"c\":\"\"}"}`: "a722a0e2088c1436097f8e2d9f760c1a",
	} {
		var l auditlogs.DataAssetLog
		require.NoError(t, json.Unmarshal([]byte(body), &l))
		assert.Equal(t, want, l.Key(), body)
	}
}

// What is read of odd forms is written as it came, and so is the rest when something else was changed.
func TestDataAssetLogOddFormsChanged(t *testing.T) {
	t.Parallel()
	const came = `{"audit_log_id":9007199254740993,"resource_name":"a.jpg","happend_time":"2023-12-02T00:10:28+0800","description":{"n":[1, 2],"a":"b"}}`
	for name, tc := range map[string]struct {
		came   string
		change func(*auditlogs.DataAssetLog)
		want   string
	}{
		"nothing":                      {came, func(*auditlogs.DataAssetLog) {}, came},
		"another field":                {came, func(l *auditlogs.DataAssetLog) { l.ResourceName = "b.jpg" }, strings.Replace(came, "a.jpg", "b.jpg", 1)},
		"an attribute":                 {came, func(l *auditlogs.DataAssetLog) { l.Description["a"] = "c" }, strings.Replace(came, `"a":"b"`, `"a":"c"`, 1)},
		"an attribute of another kind": {came, func(l *auditlogs.DataAssetLog) { l.Description["n"] = "3" }, strings.Replace(came, `[1, 2]`, `"3"`, 1)},
		"the id":                       {came, func(l *auditlogs.DataAssetLog) { l.AuditLogID = "2" }, strings.Replace(came, `9007199254740993`, `"2"`, 1)},
		"beside a text":                {`{"audit_log_id":"1","happend_time":null,"description":"words"}`, func(l *auditlogs.DataAssetLog) { l.ResourceID = "r" }, `{"audit_log_id":"1","happend_time":null,"description":"words","resource_id":"r"}`},
		"a text of attributes": {
			`{"audit_log_id":"1","happend_time":null,"description":"{\"a\":1}"}`, func(l *auditlogs.DataAssetLog) { l.Description["b"] = "2" },
			`{"audit_log_id":"1","happend_time":null,"description":{"a":"1","b":"2"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l auditlogs.DataAssetLog
			require.NoError(t, json.Unmarshal([]byte(tc.came), &l))
			tc.change(&l)
			got, err := json.Marshal(l)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
			svcSameNumbers(t, []byte(tc.want), got)
		})
	}
}

func TestDataAssetLogChanged(t *testing.T) {
	t.Parallel()
	const came = `{"audit_log_id":"1","resource_name":"a.jpg","customer_user_name":"bob","happend_time":"2023-12-01 16:10:28","action":"VIEW","description":{"a":"b"},"new":1}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.DataAssetLog)
		want   string
	}{
		"nothing":          {func(*auditlogs.DataAssetLog) {}, came},
		"emptied":          {func(l *auditlogs.DataAssetLog) { l.CustomerUserName = "" }, strings.Replace(came, `"customer_user_name":"bob",`, "", 1)},
		"a text":           {func(l *auditlogs.DataAssetLog) { l.ResourceName = "<b>" }, strings.Replace(came, "a.jpg", "<b>", 1)},
		"description gone": {func(l *auditlogs.DataAssetLog) { l.Description = nil }, strings.Replace(came, `"description":{"a":"b"},`, "", 1)},
		"another instant": {
			func(l *auditlogs.DataAssetLog) { l.HappenedTime = l.HappenedTime.Add(time.Second) },
			strings.Replace(came, "2023-12-01 16:10:28", "2023-12-01T16:10:29Z", 1),
		},
		"Raw gone": {
			func(l *auditlogs.DataAssetLog) { l.Raw = nil },
			`{"audit_log_id":"1","resource_name":"a.jpg","customer_user_name":"bob","happend_time":"2023-12-01T16:10:28Z","action":"VIEW","description":{"a":"b"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l auditlogs.DataAssetLog
			require.NoError(t, json.Unmarshal([]byte(came), &l))
			tc.change(&l)
			got, err := json.Marshal(l)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
		})
	}
}
