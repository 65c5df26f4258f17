package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// testToken is long and odd enough to be found wherever it leaks.
const testToken = "tok-S3cr3t/9f8e7d=="

// errSource is what a token source of a user's own says.
var errSource = errors.New("source failed")

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

// script answers with one step after the other, and counts the requests.
type script struct {
	mu    sync.Mutex
	steps []any // *http.Response or error
	seen  int
}

func newScript(steps ...any) *script { return &script{steps: steps} }

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen++
	if s.seen > len(s.steps) {
		return response(http.StatusTeapot, "more requests than steps"), nil
	}
	if res, ok := s.steps[s.seen-1].(*http.Response); ok {
		return res, nil
	}
	return nil, s.steps[s.seen-1].(error)
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// waldurOver is a connection over a network in memory.
func waldurOver(t testing.TB, network http.RoundTripper, tokens TokenSource, opts ...Option) *conn {
	t.Helper()
	all := append([]Option{WithWaldur("https://waldur.test/prefix", tokens), WithHTTPClient(&http.Client{Transport: network})}, opts...)
	return clientFor(t, all...).conns[APIWaldur]
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

// together runs a function in several goroutines at once.
func together(n int, f func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(f)
	}
	group.Wait()
}

// faults are the messages of the joined errors, in order.
func faults(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// jsonText is a text as encoding/json writes it.
func jsonText(s string) string {
	quoted, _ := json.Marshal(s) // a string always has a JSON form
	return string(quoted[1 : len(quoted)-1])
}
