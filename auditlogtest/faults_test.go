package auditlogtest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func statuses(t *testing.T, srv *auditlogtest.Server, path string, n int) string {
	t.Helper()
	var got []string
	for range n {
		if r, err := send(t, srv, http.MethodGet, path, ""); err != nil {
			got = append(got, "error")
		} else {
			got = append(got, fmt.Sprint(r.StatusCode))
		}
	}
	return strings.Join(got, " ")
}

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	type faults = []auditlogtest.Fault
	tests := []struct {
		faults faults
		want   string
	}{
		{faults{{Status: 503}}, "503 200 200 200 200"},
		{faults{{Status: 503, After: 1, Times: 2}}, "200 503 503 200 200"},
		{faults{{Status: 503, After: 2, Times: -1}}, "200 200 503 503 503"},
		{faults{{Status: 503}, {Status: 500}}, "503 500 200 200 200"},
		{faults{{Status: 503}, {Status: 500, After: 2}}, "503 200 500 200 200"},
		{faults{{Reset: true, After: 1, Times: 2}}, "200 error error 200 200"},
		{faults{{Status: 503, API: auditlogtest.Akinon}, {Status: 500, Token: true}}, "200 200 200 200 200"},
		{faults{{Status: 503, API: auditlogtest.Waldur}}, "503 200 200 200 200"},
	}
	for _, tt := range tests {
		srv := newServer(t)
		for _, f := range tt.faults {
			srv.Inject(f)
		}
		if got := statuses(t, srv, listPaths[auditlogtest.Waldur], 5); got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.faults, got, tt.want)
		}
	}
	srv := newServer(t)
	srv.Inject(auditlogtest.Fault{Status: 500, Times: -1})
	srv.ClearFaults()
	get(t, srv, listPaths[auditlogtest.Waldur]).want(t, 200, "")
}

func TestFaultForms(t *testing.T) {
	t.Parallel()
	tests := []struct {
		api    auditlogtest.API
		status int
		want   string
	}{
		{auditlogtest.Waldur, 400, `{"non_field_errors":[`}, {auditlogtest.Waldur, 403, `{"detail":"You do not have permission`},
		{auditlogtest.Waldur, 404, `{"detail":"Not found."}`}, {auditlogtest.Waldur, 502, `<html>`},
		{auditlogtest.Waldur, 409, `{"detail":"Conflict"}`}, {auditlogtest.Akinon, 401, `{"detail":"Invalid token."}`},
		{auditlogtest.Akinon, 429, `{"detail":"Request was throttled."}`}, {auditlogtest.HuaweiEDS, 400, `"error_code":"EDS.00011001"`},
		{auditlogtest.HuaweiEDS, 500, `{"data":null,"error_code":"EDS.00011012"`}, {auditlogtest.HuaweiEDS, 403, `APIGW.0302`},
		{auditlogtest.HuaweiEDS, 429, `APIGW.0308`}, {auditlogtest.HuaweiEDS, 503, `APIGW.0201`},
		{auditlogtest.ElasticPath, 403, `{"errors":[{"status":403,"title":"Forbidden"}]}`},
		{auditlogtest.ElasticPath, 500, `"request_id":"`}, {auditlogtest.ThousandEyes, 429, `Exhausted rate limit for the organization`},
		{auditlogtest.ThousandEyes, 500, `"title":"Internal Server Error","type":"about:blank"`},
	}
	srv := newServer(t)
	for _, tt := range tests {
		srv.Inject(auditlogtest.Fault{API: tt.api, Status: tt.status})
		get(t, srv, listPaths[tt.api]).want(t, tt.status, tt.want)
	}
	srv.Inject(auditlogtest.Fault{Status: 418, Body: `{"a":1}`, Header: http.Header{"X-Id": {"7"}}})
	if r := get(t, srv, listPaths[auditlogtest.Waldur]); r.StatusCode != 418 || r.text != `{"a":1}` || r.Header.Get("X-Id") != "7" ||
		r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s %v", r.StatusCode, r.text, r.Header)
	}
	srv.Inject(auditlogtest.Fault{Token: true, Status: 403})
	do(t, srv, "POST", "/v3/auth/tokens", "{}").want(t, 403, `{"error":{"code":403`)
}

func TestFaultTruncate(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 10)
	for _, cut := range []int{10, 1, -1} {
		srv.Inject(auditlogtest.Fault{Truncate: cut})
		r := get(t, srv, listPaths[auditlogtest.Waldur])
		if r.StatusCode != 200 || len(r.text) != max(0, cut) || !errors.Is(r.err, io.ErrUnexpectedEOF) {
			t.Errorf("cut to %d: got %d bytes, %v", cut, len(r.text), r.err)
		}
	}
	srv.Inject(auditlogtest.Fault{Truncate: 1 << 30})
	if r := get(t, srv, listPaths[auditlogtest.Waldur]); r.err != nil || len(waldurRows(t, r)) != 10 {
		t.Errorf("nothing to cut: %v", r.err)
	}
}

func TestFaultTruncateUntilClose(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 10)
	srv.SetQuirks("", auditlogtest.Quirks{UntilClose: true})
	for _, cut := range []int{10, 1, -1} {
		srv.Inject(auditlogtest.Fault{Truncate: cut})
		r := get(t, srv, listPaths[auditlogtest.Waldur])
		if r.StatusCode != 200 || len(r.text) != max(0, cut) || r.err != nil {
			t.Errorf("cut to %d: got %d bytes, %v", cut, len(r.text), r.err)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	refusals := map[auditlogtest.API]string{
		auditlogtest.Waldur: "Request was throttled. Expected available in 50 seconds.", auditlogtest.HuaweiEDS: "APIGW.0308",
		auditlogtest.Akinon: "throttled", auditlogtest.ElasticPath: `"status":429`, auditlogtest.ThousandEyes: `"status":429`,
	}
	for _, api := range auditlogtest.APIs() {
		t.Run(string(api), func(t *testing.T) {
			t.Parallel()
			now := day.Add(10*time.Second + 1)
			srv := newServer(t, auditlogtest.WithClock(func() time.Time { return now }))
			srv.SetRateLimit(api, 2)
			get(t, srv, listPaths[api]).want(t, 200, "")
			get(t, srv, listPaths[api]).want(t, 200, "")
			r := get(t, srv, listPaths[api]).want(t, 429, refusals[api])
			after := r.Header.Get("Retry-After")
			if want := api == auditlogtest.HuaweiEDS || api == auditlogtest.ElasticPath; want != (after == "") || after != "" && after != "50" {
				t.Errorf("Retry-After is %q", after)
			}
			if r.Header.Get("Date") != "Mon, 14 Sep 2026 12:00:10 GMT" {
				t.Errorf("Date is %s", r.Header.Get("Date"))
			}
			now = day.Add(time.Minute)
			get(t, srv, listPaths[api]).want(t, 200, "")
		})
	}
}

func TestRateLimitHeaders(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.WithClock(func() time.Time { return day }))
	const name = "X-Organization-Rate-Limit-"
	says := func() string {
		h := get(t, srv, thousandEyes).Header
		return h.Get(name+"Limit") + " " + h.Get(name+"Remaining") + " " + h.Get(name+"Reset")
	}
	got := []string{says(), says()}
	srv.SetRateLimit(auditlogtest.ThousandEyes, 1)
	got = append(got, says(), says())
	srv.SetRateLimit(auditlogtest.ThousandEyes, 0)
	got = append(got, says())
	want := []string{"240 239 1789387260", "240 239 1789387260", "1 0 1789387260", "1 0 1789387260", "240 239 1789387260"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBeforeRequest(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.BeforeRequest(func(api auditlogtest.API, n int) {
		if api == auditlogtest.Waldur {
			srv.AddDataAccessLogs(named(fmt.Sprint(n), day))
		}
		if n == 3 {
			srv.DeleteDataAccessLogs(func(l auditlogs.DataAccessLog) bool { return l.AccessedFields[0] == "1" })
		}
	})
	for _, want := range []string{"1", "2,1", "3,2"} {
		if got := fields(waldurRows(t, get(t, srv, listPaths[auditlogtest.Waldur]))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		get(t, srv, listPaths[auditlogtest.Akinon])
	}
	do(t, srv, "POST", "/api-auth/password/", "{}") // not a data request

	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { get(t, srv, listPaths[auditlogtest.Waldur]) })
	}
	group.Wait()
	if n := len(srv.DataAccessLogs()); n != 22 {
		t.Errorf("%d rows", n)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	get(t, srv, thousandEyes+"?aid=5&x=a%20b", "X-Test", "1")
	get(t, srv, thousandEyes)
	get(t, srv, "/nowhere").want(t, 404, "")
	requests := srv.Requests(auditlogtest.ThousandEyes)
	if len(requests) != 2 {
		t.Fatalf("%d requests", len(requests))
	}
	r := requests[0]
	if r.Method != "GET" || r.Path != thousandEyes || r.RawQuery != "aid=5&x=a%20b" || r.Query.Get("x") != "a b" ||
		r.Header.Get("X-Test") != "1" || r.Status != 403 || requests[1].Status != 200 {
		t.Errorf("recorded %+v", requests)
	}
	if n := len(srv.Requests("")); n != 1 {
		t.Errorf("%d other requests", n)
	}
	srv.ResetRequests()
	if n := len(srv.Requests(auditlogtest.ThousandEyes)); n != 0 {
		t.Errorf("%d requests after the reset", n)
	}
}
