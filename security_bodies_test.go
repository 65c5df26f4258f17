package auditlogs_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// meter is a transport over the real network that counts what is read of bodies, after decompression.
type meter struct {
	*http.Transport
	requests, bytes atomic.Int64
}

func newMeter() *meter { return &meter{Transport: &http.Transport{}} }

func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	m.requests.Add(1)
	res, err := m.Transport.RoundTrip(req)
	if err == nil {
		res.Body = &meteredBody{res.Body, m}
	}
	return res, err
}

type meteredBody struct {
	io.ReadCloser
	meter *meter
}

func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.meter.bytes.Add(int64(n))
	return n, err
}

// zeros is a gzip stream of 64 MiB of zeros, in 64 KiB. Streams may follow each other.
func zeros(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 64 {
		_, err := z.Write(make([]byte, 1<<20))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return packed.Bytes()
}

// endless writes the same again and again, until the client goes away.
func endless(w http.ResponseWriter, r *http.Request, chunk []byte) {
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestBodiesWithoutEnd: of a bomb of gigabytes, a body without an end or one of a claimed terabyte, no more is read than
// WithMaxBodyBytes and a byte; of refusals no more than 64 KiB per attempt.
func TestBodiesWithoutEnd(t *testing.T) {
	t.Parallel()
	const limit, refusalLimit = 256 << 10, 64 << 10
	bomb, blanks := zeros(t), bytes.Repeat([]byte(" "), 32<<10)
	bodies := map[string]http.HandlerFunc{
		"bomb": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(w, r, bomb)
		},
		"no end": func(w http.ResponseWriter, r *http.Request) { endless(w, r, blanks) },
		"a terabyte": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(int64(1<<40)))
			endless(w, r, blanks)
		},
	}
	forEachVisitor(t, func(t *testing.T, v visitor) {
		for name, body := range bodies {
			for _, status := range []int{200, 302, 400, 401, 404, 429, 503} {
				server := secServe(t, false, func(w http.ResponseWriter, r *http.Request) { body(&statusWriter{w, status, false}, r) })
				network := newMeter()
				c := v.client(t, server.URL, network, auditlogs.WithMaxBodyBytes(limit))
				_, err := v.list(t.Context(), c, listing{})
				requests, read := network.requests.Load(), network.bytes.Load()
				if status == 200 {
					require.ErrorIs(t, err, auditlogs.ErrBodyTooLarge, name)
					require.EqualValues(t, 1, requests, "asked again")
					require.LessOrEqual(t, read, int64(limit+1), name)
					continue
				}
				var refusal *auditlogs.APIError
				require.ErrorAs(t, err, &refusal, name)
				require.Equal(t, status, refusal.StatusCode)
				require.LessOrEqual(t, len(refusal.Body), 4<<10)
				require.LessOrEqual(t, requests, int64(3))
				require.LessOrEqual(t, read, requests*refusalLimit, name)
			}
		}
	})
}

// statusWriter writes the status before the first byte.
type statusWriter struct {
	http.ResponseWriter
	status int
	begun  bool
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if !w.begun {
		w.begun = true
		w.WriteHeader(w.status)
	}
	return w.ResponseWriter.Write(p)
}

// TestHeadersWithoutEnd: nor does a header without an end fill the memory: net/http stops at 10 MiB.
func TestHeadersWithoutEnd(t *testing.T) {
	t.Parallel()
	server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for line := bytes.Repeat([]byte("X-Padding: 0123456789\r\n"), 1000); err == nil; {
			_, err = conn.Write(line)
		}
	})
	v := visitors()[0]
	c := v.client(t, server.URL, newMeter(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	_, err := v.list(t.Context(), c, listing{})
	require.ErrorContains(t, err, "headers exceeded")
	require.NotContains(t, err.Error(), "127.0.0.1")
}

// dripping is a body that gives a byte a second, for ever, unless nobody waits for it any more.
type dripping struct{ req *http.Request }

func (d dripping) Read(p []byte) (int, error) {
	select {
	case <-d.req.Context().Done():
		return 0, d.req.Context().Err()
	case <-time.After(time.Second):
		return copy(p, " "), nil
	}
}

func (dripping) Close() error { return nil }

// drip is a network whose every answer drips.
type drip struct {
	status   int
	header   http.Header
	requests atomic.Int64
}

func (d *drip) RoundTrip(req *http.Request) (*http.Response, error) {
	d.requests.Add(1)
	return &http.Response{StatusCode: d.status, Header: d.header, Body: dripping{req}, ContentLength: -1}, nil
}

// TestSlowServersCostAttemptsTimesTimeout: a server that never ends an answer, or asks to wait, holds a call up for no
// longer than MaxAttempts times the timeout, and the waits between.
func TestSlowServersCostAttemptsTimesTimeout(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 503} {
		for _, wait := range []string{"", "29", "31", "999999999"} {
			t.Run(fmt.Sprint(status, " ", wait), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					for _, s := range subjects() {
						network := &drip{status: status, header: http.Header{"Retry-After": {wait}}}
						c, err := auditlogs.NewClient(
							s.connect("https://api.test", auditlogs.StaticToken(secToken)), auditlogs.WithHTTPClient(&http.Client{Transport: network}))
						require.NoError(t, err)
						begin := time.Now()
						_, err = s.list(t.Context(), c, listing{})
						require.Error(t, err)
						require.LessOrEqual(t, time.Since(begin), 3*30*time.Second+2*30*time.Second)
						require.LessOrEqual(t, network.requests.Load(), int64(3))
						var timeout interface{ Timeout() bool }
						require.True(t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
					}
				})
			})
		}
	}
}

// TestSlowRedirectsCountAnew: each of an attempt's redirects, of which there are five at most, has the timeout again; what
// they lead to in vain is an answer, and not asked for once more.
func TestSlowRedirectsCountAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, s := range subjects() {
			var requests atomic.Int64
			network := roundTrip(func(*http.Request) (*http.Response, error) {
				requests.Add(1)
				time.Sleep(29 * time.Second)
				return &http.Response{StatusCode: 302, Header: http.Header{"Location": {"/again"}}, Body: http.NoBody}, nil
			})
			c, err := auditlogs.NewClient(
				s.connect("https://api.test", auditlogs.StaticToken(secToken)), auditlogs.WithHTTPClient(&http.Client{Transport: network}))
			require.NoError(t, err)
			begin := time.Now()
			_, err = s.list(t.Context(), c, listing{})
			var refusal *auditlogs.APIError
			require.ErrorAs(t, err, &refusal)
			require.EqualValues(t, 1+5, requests.Load())
			require.LessOrEqual(t, time.Since(begin), (1+5)*30*time.Second)
		}
	})
}

// roundTrip is a network in memory.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
