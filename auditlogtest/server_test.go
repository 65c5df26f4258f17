package auditlogtest_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func TestInMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		srv.Generate(1, 50)
		srv.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Delay: time.Hour})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Reset: true})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Truncate: 5})
		begin := time.Now()
		get(t, srv, listPaths[auditlogtest.Waldur]).want(t, 200, "")
		if waited := time.Since(begin); waited != time.Hour {
			t.Errorf("waited for %v", waited)
		}
		if _, err := send(t, srv, http.MethodGet, listPaths[auditlogtest.Akinon], ""); err == nil {
			t.Error("the connection held")
		}
		if r := get(t, srv, listPaths[auditlogtest.HuaweiEDS]); r.err == nil {
			t.Error("the body was whole")
		}
		if got := get(t, srv, thousandEyes).Header.Get("Date"); got != time.Now().UTC().Format(http.TimeFormat) {
			t.Errorf("Date is %s", got)
		}
		if n := len(srv.Options()); n != 6 {
			t.Errorf("%d options", n)
		}
	})
}

// TestCloseUnderWay closes while a request waits; in a bubble, a goroutine that is left over is an error.
func TestCloseUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		srv.Inject(auditlogtest.Fault{Delay: 24 * time.Hour})
		done := make(chan error)
		go func() {
			_, err := send(t, srv, http.MethodGet, thousandEyes, "")
			done <- err
		}()
		synctest.Wait()
		srv.Close()
		if err := <-done; err == nil {
			t.Error("the request was answered")
		}
		srv.Close()
		if _, err := send(t, srv, http.MethodGet, thousandEyes, ""); err == nil {
			t.Error("a closed server answered")
		}
	})
}

func TestCloseLeavesNothing(t *testing.T) { //nolint:paralleltest // it counts goroutines
	before := runtime.NumGoroutine()
	for range 10 {
		srv := auditlogtest.NewServer()
		get(t, srv, thousandEyes).want(t, 200, "")
		srv.Close()
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 11)
	other := httptest.NewServer(http.StripPrefix("/prefix", srv.Handler()))
	defer other.Close()
	r := get(t, srv, other.URL+"/prefix/api/data-access-logs/").want(t, 200, "")
	if link := r.Header.Get("Link"); !strings.Contains(link, "<"+other.URL+"/") {
		t.Errorf("links %s", link)
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for api, path := range map[auditlogtest.API]string{
		auditlogtest.Waldur: "/api/data-access-logs/", auditlogtest.HuaweiEDS: huaweiPath, auditlogtest.Akinon: "/audit-events/",
		auditlogtest.ElasticPath: elasticPath + "?filter=" + goodFilter, auditlogtest.ThousandEyes: "/audit-user-events",
	} {
		r := get(t, srv, srv.BaseURL(api)+path).want(t, 200, "")
		if _, err := http.ParseTime(r.Header.Get("Date")); err != nil {
			t.Error(err)
		}
	}
	if n := len(srv.Options()); n != 5 {
		t.Errorf("%d options", n)
	}
}

func TestFraming(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.GenerateFor(auditlogtest.Waldur, 1, 10)
	plain := get(t, srv, listPaths[auditlogtest.Waldur])
	for _, q := range []auditlogtest.Quirks{{Chunked: true}, {Gzip: true}, {Chunked: true, Gzip: true}, {UntilClose: true}, {ByteOrderMark: true}} {
		srv.SetQuirks("", q)
		r := get(t, srv, listPaths[auditlogtest.Waldur])
		text, marked := strings.CutPrefix(r.text, "\uFEFF")
		if marked != q.ByteOrderMark || q.UntilClose != (r.ContentLength < 0 && r.TransferEncoding == nil && r.Close) && !q.Chunked && !q.Gzip {
			t.Errorf("%+v: marked %t, length %d, encoding %v", q, marked, r.ContentLength, r.TransferEncoding)
		}
		if text != plain.text || r.Uncompressed != q.Gzip || q.Chunked && r.ContentLength >= 0 {
			t.Errorf("%+v: length %d, uncompressed %t, %d bytes", q, r.ContentLength, r.Uncompressed, len(r.text))
		}
	}
}
