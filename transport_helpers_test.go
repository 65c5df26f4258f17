package auditlogs

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// testToken is long and odd enough to be found wherever it leaks.
const testToken = "tok-S3cr3t/9f8e7d=="

// transportFunc is a network in memory.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// response makes a response; headers come in pairs.
func response(status int, body string, headers ...string) *http.Response {
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Add(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// script answers with one step after the other, and remembers the requests.
type script struct {
	mu    sync.Mutex
	steps []func(*http.Request) (*http.Response, error)
	seen  []*http.Request
}

func newScript(steps ...any) *script {
	s := &script{}
	for _, step := range steps {
		switch step := step.(type) {
		case *http.Response:
			s.steps = append(s.steps, func(*http.Request) (*http.Response, error) { return step, nil })
		case error:
			s.steps = append(s.steps, func(*http.Request) (*http.Response, error) { return nil, step })
		case func(*http.Request) (*http.Response, error):
			s.steps = append(s.steps, step)
		}
	}
	return s
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, req)
	s.mu.Unlock()
	if n >= len(s.steps) {
		return response(http.StatusTeapot, "more requests than steps"), nil
	}
	return s.steps[n](req)
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// waldurOver is a connection over a network in memory.
func waldurOver(t testing.TB, network http.RoundTripper, opts ...Option) *conn {
	t.Helper()
	all := append([]Option{
		WithWaldur("https://waldur.test/prefix", StaticToken(testToken)),
		WithHTTPClient(&http.Client{Transport: network}),
	}, opts...)
	c, err := NewClient(all...)
	require.NoError(t, err)
	return c.waldur
}

// serve is a server that is gone, with all its connections, when the test ends.
func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// clientFor closes the client's connections when the test ends.
func clientFor(t testing.TB, opts ...Option) *Client {
	t.Helper()
	c, err := NewClient(opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

var listCall = call{op: "DataAccessLogs.List", path: []string{"api", "data-access-logs"}, slash: true, query: "page=1&query=private"}

// sourceFunc is a token source of a user's own.
type sourceFunc func(context.Context) (Token, error)

func (f sourceFunc) Token(ctx context.Context) (Token, error) { return f(ctx) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
