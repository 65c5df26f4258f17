package transport

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

const (
	// testToken is long and odd enough to be found wherever it leaks.
	testToken = "tok-S3cr3t/9f8e7d=="
	testURL   = "https://api.test/logs?query=private"
	testLimit = 32 << 20
)

var (
	usual = Policy{MaxAttempts: 3, MinWait: 500 * time.Millisecond, MaxWait: 30 * time.Second}
	quick = Policy{MaxAttempts: 3, MaxWait: time.Nanosecond} // for real networks
)

// response is an answer; headers come in pairs.
func response(status int, body string, headers ...string) *http.Response {
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Add(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func headerOf(pairs ...string) http.Header { return response(200, "", pairs...).Header }

// reads is a body that is read by a function.
type reads func([]byte) (int, error)

func (f reads) Read(p []byte) (int, error) { return f(p) }
func (reads) Close() error                 { return nil }

// reading is an answer whose body is read by a function, and whose length is not known.
func reading(status int, body reads) *http.Response {
	res := response(status, "")
	res.Body, res.ContentLength = body, -1
	return res
}

// script is a network in memory. It answers with one step after the other, and remembers the requests.
type script struct {
	mu    sync.Mutex
	steps []any
	seen  []*http.Request
}

// newScript takes answers, errors, and functions from a request to both.
func newScript(steps ...any) *script { return &script{steps: steps} }

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, req)
	s.mu.Unlock()
	if n >= len(s.steps) {
		return response(http.StatusTeapot, "more requests than steps"), nil
	}
	switch step := s.steps[n].(type) {
	case *http.Response:
		return step, nil
	case error:
		return nil, step
	case func(*http.Request) (*http.Response, error):
		return step(req)
	default:
		panic(fmt.Sprintf("no step: %T", step))
	}
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// diary is an observer that writes down what it is told.
type diary struct {
	mu    sync.Mutex
	lines []string
	waits []time.Duration // before retries
}

func (d *diary) add(format string, values ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, values...))
}

func (d *diary) Request(_ context.Context, a Attempt) {
	if a.Waited > 0 {
		d.add("%s: request %d after %s", a.Op, a.Number, a.Waited)
	} else {
		d.add("%s: request %d", a.Op, a.Number)
	}
}

func (d *diary) Response(_ context.Context, a Attempt, o Outcome) {
	if o.Err != nil {
		d.add("%s: response %d: %v, %d, %d bytes, %s", a.Op, a.Number, o.Err, o.Status, o.Bytes, o.Duration)
	} else {
		d.add("%s: response %d: %d, %d bytes, %s", a.Op, a.Number, o.Status, o.Bytes, o.Duration)
	}
}

func (d *diary) Retry(_ context.Context, a Attempt, r RetryInfo) {
	if r.Err != nil {
		d.add("%s: retry %d: %v, %d, in %s", a.Op, a.Number, WithoutURL(r.Err), r.Status, r.Wait)
	} else {
		d.add("%s: retry %d: %d, in %s", a.Op, a.Number, r.Status, r.Wait)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waits = append(d.waits, r.Wait)
}

// all is everything that was written down, for tests that look only for a part of it.
func (d *diary) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// over is the way to an API over a network in memory.
func over(network http.RoundTripper, p Policy) *Client {
	return NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: p, Observer: &diary{}})
}

// request is one that carries testToken.
func request(ctx context.Context, t testing.TB, method, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Token "+testToken)
	return req
}

// list makes a call that only reads.
func list(ctx context.Context, t testing.TB, p *Client) (*Reply, error) {
	t.Helper()
	return p.NewCall("Logs.List").Send(request(ctx, t, http.MethodGet, testURL), scrub.NewSecret(testToken))
}

// serve is a server that is gone, with all its connections, when the test ends.
func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// realNetwork is one whose connections are closed when the test ends.
func realNetwork(t testing.TB, own *http.Client, maxBody int64) *Network {
	t.Helper()
	n := NewNetwork(own, maxBody)
	t.Cleanup(n.CloseIdleConnections)
	return n
}

// together runs a function n times at once, and waits for all of them.
func together(n int, f func(n int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}
