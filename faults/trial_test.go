package faults_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

const (
	pageRows = 25  // long enough for a page to be cut
	rows     = 140 // at first
)

// noon is the server's time at first.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// trial is one service behind a line, and a client.
type trial struct {
	logs.Log
	*line
	t       *testing.T
	srv     *auditlogtest.Server
	url     string
	base    []auditlogs.Option
	policy  auditlogs.RetryPolicy
	version atomic.Int32 // of HTTP, as the server sees it

	mu       sync.Mutex
	schedule func(attempt int) (bad bool)
	attempts int // all so far
	retries  int // all that followed a failed attempt
	polls    int // of Follow that failed
	longest  int // attempts of one call
	clock    time.Time
}

// always is a schedule without an end.
func always(from int) func(int) bool { return func(attempt int) bool { return attempt >= from } }

func never(int) bool { return false }

func newTrial(t *testing.T, l logs.Log, w wire, x toxic, schedule func(int) bool, attempts int) *trial {
	t.Helper()
	tr := &trial{
		Log: l, t: t, schedule: schedule, clock: noon,
		policy: auditlogs.RetryPolicy{MaxAttempts: attempts, MinWait: time.Millisecond, MaxWait: 3 * time.Millisecond},
	}
	tr.srv = auditlogtest.NewServer(auditlogtest.WithClock(tr.now))
	t.Cleanup(tr.srv.Close)
	if !l.Sized {
		tr.srv.SetQuirks(l.API, auditlogtest.Quirks{PageCap: pageRows})
	}
	for n := range rows {
		l.Add(tr.srv, logs.Row{Number: n, At: noon.Add(-time.Duration(rows-n) * 750 * time.Millisecond)})
	}
	tr.serve(w, x)
	return tr
}

// serve lets the service answer on the wire, at the other end of a line.
func (tr *trial) serve(w wire, x toxic) {
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tr.version.Store(int32(r.ProtoMajor))
		tr.srv.Handler().ServeHTTP(w, r)
	}))
	front.Config.ErrorLog = log.New(io.Discard, "", 0) // broken handshakes are wanted
	if front.EnableHTTP2 = w.h2; w.h2 {
		front.StartTLS()
	} else {
		front.Start()
	}
	tr.t.Cleanup(front.Close)
	// It speaks with the test's certificate authority, and is closed with the server.
	transport := front.Client().Transport.(*http.Transport)
	tr.line = newLine(tr.t, x, front.Listener.Addr().String(), transport)
	tr.url = front.URL
	tr.base = (&auditlogtest.Server{URL: front.URL}).Options() // only the address matters for them
}

// client makes another client of the service.
func (tr *trial) client(policy auditlogs.RetryPolicy) *auditlogs.Client {
	return tr.clientWithTimeout(policy, 0)
}

func (tr *trial) clientWithTimeout(policy auditlogs.RetryPolicy, timeout time.Duration) *auditlogs.Client {
	client, err := auditlogs.NewClient(append(tr.base,
		auditlogs.WithHTTPClient(&http.Client{Transport: tr.transport, Timeout: timeout}),
		auditlogs.WithRetry(policy),
		auditlogs.WithHooks(auditlogs.Hooks{OnRequest: tr.onRequest, OnRetry: tr.onRetry}))...)
	if err != nil {
		tr.t.Fatal(err)
	}
	return client
}

// onRequest counts attempts, and turns the line before those that the schedule says.
func (tr *trial) onRequest(_ context.Context, info auditlogs.RequestInfo) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.attempts++
	tr.longest = max(tr.longest, info.Attempt)
	tr.turn(tr.schedule(tr.attempts))
}

func (tr *trial) onRetry(_ context.Context, info auditlogs.RetryInfo) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if strings.HasSuffix(info.Op, ".Follow") {
		tr.polls++
		return
	}
	tr.retries++
}

// clear makes the line good, for good.
func (tr *trial) clear() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.schedule = never
	tr.turn(false)
}

func (tr *trial) now() time.Time {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.clock
}

// read reads pages into the tally until they end or fail, and gives the cursor after the last one.
func (tr *trial) read(client *auditlogs.Client, tally *logs.Tally, o auditlogs.ListOptions) (auditlogs.Cursor, error) {
	if tr.Sized {
		o.PageSize = pageRows
	}
	last := o.Cursor
	for page, err := range tr.Pages(tr.t.Context(), client, logs.Query{ListOptions: o}) {
		if err != nil {
			return last, err
		}
		tally.Add(page.Numbers...)
		last = page.Next
	}
	return last, nil
}

// bounded checks that no call made more attempts than allowed.
func (tr *trial) bounded() {
	tr.t.Helper()
	if tr.longest > tr.policy.MaxAttempts {
		tr.t.Errorf("%d attempts of one call, where %d are allowed", tr.longest, tr.policy.MaxAttempts)
	}
}

// carried checks that the wire was the one that was wanted.
func (tr *trial) carried(w wire) {
	tr.t.Helper()
	want := int32(1)
	if w.h2 {
		want = 2
	}
	if got := tr.version.Load(); got != want {
		tr.t.Errorf("HTTP/%d, want HTTP/%d", got, want)
	}
}

// exact checks that everything came, and nothing twice.
func exact(t *testing.T, tally *logs.Tally) {
	t.Helper()
	if err := tally.Exact(); err != nil {
		t.Error(err)
	}
}
