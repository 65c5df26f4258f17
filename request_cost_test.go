//go:build !race

package auditlogs

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-querystring/query"
	"github.com/hashicorp/go-retryablehttp" //nolint:depguard // what the client is compared with
	"github.com/stretchr/testify/require"
)

// BenchmarkRequest sends the simplest request, over a network in memory, through the client and by hand.
func BenchmarkRequest(b *testing.B) {
	for name, send := range countRequests(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := send(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestRequestAllocations holds the price of the client's promises: an attempt's time limit, which is five allocations, the call
// and its loop, the body in memory and the reply. Under the race detector, fmt allocates at random, because sync.Pool does.
func TestRequestAllocations(t *testing.T) { //nolint:paralleltest // what others allocate would be counted, too
	allocations := map[string]float64{}
	for name, send := range countRequests(t) {
		require.NoError(t, send(), name)
		allocations[name] = testing.AllocsPerRun(200, func() { _ = send() })
	}
	require.LessOrEqual(t, allocations["client"]-allocations["by hand"], 10.0, "%v", allocations)
}

// countRequests returns two ways to send the request of Count: that of the client, and that of somebody who uses the
// same libraries and has no promise to keep.
func countRequests(t testing.TB) map[string]func() error {
	network := transportFunc(func(req *http.Request) (*http.Response, error) { return countAnswer(req), nil })
	client := clientFor(t, WithWaldur("https://waldur.test/prefix", StaticToken(testToken)), WithHTTPClient(&http.Client{Transport: network}))
	return map[string]func() error{
		"client": func() error {
			_, err := client.DataAccessLogs.Count(t.Context(), DataAccessLogFilter{Query: "private"})
			return err
		},
		"by hand": byHand(t.Context(), network),
	}
}

// byHand returns a function that sends the request of Count with the libraries alone.
func byHand(ctx context.Context, network http.RoundTripper) func() error {
	client := retryablehttp.NewClient()
	client.HTTPClient, client.Logger = &http.Client{Transport: network}, nil
	sent := map[string]string{"User-Agent": userAgent, "Accept": acceptJSON, "Cache-Control": "no-cache", "Authorization": "Token " + testToken}
	return func() error {
		values, err := query.Values(dataAccessLogQuery{Query: "private"})
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, "https://waldur.test/prefix/api/data-access-logs/?"+values.Encode(), nil)
		if err != nil {
			return err
		}
		for name, value := range sent {
			req.Header.Set(name, value)
		}
		again, err := retryablehttp.FromRequest(req)
		if err != nil {
			return err
		}
		res, err := client.Do(again)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
}

// countHeader is of an answer such as Waldur's server gives.
var countHeader = http.Header{
	"Date": {"Wed, 14 Jan 2026 09:40:00 GMT"}, "Content-Type": {acceptJSON}, "X-Result-Count": {"7"}, "X-Request-Id": {"0f850c15"},
}

func countAnswer(req *http.Request) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: countHeader, Body: http.NoBody, ContentLength: -1, Request: req}
}
