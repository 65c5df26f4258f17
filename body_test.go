package auditlogs

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func waldurAt(t *testing.T, handler http.HandlerFunc, opts ...Option) *conn {
	t.Helper()
	server := serve(t, handler)
	all := append([]Option{WithWaldur(server.URL, StaticToken(testToken)), WithRetry(RetryPolicy{MaxWait: time.Nanosecond})}, opts...)
	return clientFor(t, all...).waldur
}

func TestBodySizes(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for name, write := range map[string]func(http.ResponseWriter, string){
		"length": func(w http.ResponseWriter, body string) {
			w.Header().Set("Content-Length", itoa(int64(len(body))))
			_, _ = io.WriteString(w, body)
		},
		"chunks": func(w http.ResponseWriter, body string) {
			for len(body) > 0 {
				n := min(len(body), 300)
				_, _ = io.WriteString(w, body[:n])
				w.(http.Flusher).Flush()
				body = body[n:]
			}
		},
		"gzip": func(w http.ResponseWriter, body string) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, body)
			_ = z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var size, requests atomic.Int64
			c := waldurAt(t, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				write(w, strings.Repeat("x", int(size.Load())))
			}, WithMaxBodyBytes(limit))
			for _, n := range []int64{0, 1, limit - 1, limit} {
				size.Store(n)
				r, err := c.do(t.Context(), listCall)
				require.NoError(t, err)
				require.Len(t, r.body, int(n))
			}
			requests.Store(0)
			for _, n := range []int64{limit + 1, 50 * limit} {
				size.Store(n)
				_, err := c.do(t.Context(), listCall)
				require.ErrorIs(t, err, ErrBodyTooLarge)
				require.EqualError(t, err, "auditlogs: DataAccessLogs.List: response body too large: more than 1000 bytes")
			}
			require.EqualValues(t, 2, requests.Load(), "not tried again")
		})
	}
}

func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	c := waldurAt(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) < 3 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "whole")
	})
	r, err := c.do(t.Context(), listCall)
	require.NoError(t, err)
	require.Equal(t, "whole", string(r.body))
	require.Equal(t, 3, r.attempts)
	requests.Store(-10)
	_, err = c.do(t.Context(), listCall)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestLargeErrorBodyKeepsItsStatus(t *testing.T) {
	t.Parallel()
	c := waldurAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
	}, WithMaxBodyBytes(1<<19))
	_, err := c.do(t.Context(), listCall)
	var refusal *APIError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, 403, refusal.StatusCode)
	require.Len(t, refusal.Body, maxErrorBody)
}

func TestBodiesThatAreNone(t *testing.T) {
	t.Parallel()
	c := waldurAt(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Result-Count", "7")
		w.Header().Set("Content-Length", "1000000")
		if r.Method == http.MethodDelete {
			w.Header().Del("Content-Length")
			w.WriteHeader(http.StatusNoContent)
		}
	}, WithMaxBodyBytes(10))
	for _, method := range []string{http.MethodHead, http.MethodDelete} {
		r, err := c.do(t.Context(), call{op: "X.Y", method: method})
		require.NoError(t, err)
		require.Empty(t, r.body)
		require.Equal(t, "7", r.header.Get("X-Result-Count"))
	}
	without := response(200, "")
	without.Body = nil
	r, err := waldurOver(t, newScript(without)).do(t.Context(), listCall)
	require.NoError(t, err)
	require.Empty(t, r.body)
}

// failing is a body that breaks off, and tells whether it was closed.
type failing struct {
	err    error
	closed bool
}

func (f *failing) Read([]byte) (int, error) { return 0, f.err }
func (f *failing) Close() error             { f.closed = true; return nil }

func TestBodiesAreClosed(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, status := range []int{200, 500} {
		for _, ctx := range []context.Context{t.Context(), ended} {
			body := &failing{err: errors.New("reset")}
			res := response(status, "")
			res.Body, res.ContentLength = body, -1
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://h", nil)
			require.NoError(t, err)
			reader := &bodyReader{next: newScript(res), limit: 100}
			_, err = reader.RoundTrip(req)
			require.True(t, body.closed)
			require.Equal(t, status == 500 && ctx.Err() == nil, err == nil, "a refusal is kept unless nobody waits for it")
		}
	}
}

func TestMemoryIsNotGivenOnTrust(t *testing.T) {
	t.Parallel()
	b := &bodyReader{limit: 32 << 20}
	require.EqualValues(t, maxPresize+512, b.sizeOf(&http.Response{ContentLength: 32 << 20}))
	require.EqualValues(t, 100+512, b.sizeOf(&http.Response{ContentLength: 100}))
	b.last.Store(5000)
	require.EqualValues(t, 5000+512, b.sizeOf(&http.Response{ContentLength: -1}))
	network := newScript(response(200, strings.Repeat("x", 1<<20)), func(*http.Request) (*http.Response, error) {
		res := response(200, "small")
		res.ContentLength = -1
		return res, nil
	})
	c := waldurOver(t, network)
	_, err := c.do(t.Context(), listCall)
	require.NoError(t, err)
	r, err := c.do(t.Context(), listCall)
	require.NoError(t, err)
	require.Less(t, cap(r.body), 1000, "a small page does not keep a large buffer alive")
}
