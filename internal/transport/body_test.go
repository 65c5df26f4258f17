package transport

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// served is a call to a server.
func served(t *testing.T, maxBody int64, handler http.HandlerFunc) func(method string) (*Reply, error) {
	t.Helper()
	server := serve(t, handler)
	p := realNetwork(t, nil, maxBody).APIClient(Settings{Policy: quick, Observer: &diary{}})
	return func(method string) (*Reply, error) {
		return p.NewCall("Logs.List").Send(request(t.Context(), t, method, server.URL))
	}
}

func TestBodySizes(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for name, write := range map[string]func(http.ResponseWriter, string){
		"length": func(w http.ResponseWriter, body string) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
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
			call := served(t, limit, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				write(w, strings.Repeat("x", int(size.Load())))
			})
			for _, n := range []int64{0, 1, limit - 1, limit} {
				size.Store(n)
				r, err := call(http.MethodGet)
				require.NoError(t, err)
				require.Len(t, r.Body, int(n))
			}
			requests.Store(0)
			for _, n := range []int64{limit + 1, 50 * limit} {
				size.Store(n)
				_, err := call(http.MethodGet)
				var tooLarge *TooLargeError
				require.ErrorAs(t, err, &tooLarge)
				require.EqualValues(t, limit, tooLarge.Limit)
				require.EqualError(t, err, "response body of more than 1000 bytes")
			}
			require.EqualValues(t, 2, requests.Load(), "not tried again")
		})
	}
}

func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	call := served(t, testLimit, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) < 3 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "whole")
	})
	r, err := call(http.MethodGet)
	require.NoError(t, err)
	require.Equal(t, "whole", string(r.Body))
	require.Equal(t, 3, r.Attempts)
	requests.Store(-10)
	_, err = call(http.MethodGet)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.EqualValues(t, -7, requests.Load())
}

// Of a refusal, no more is read than anybody will look at, even if a success may be longer, and never more than a success.
func TestLargeErrorBodyKeepsItsStatus(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int64]int{1 << 19: maxErrorRead, 100: 100} {
		call := served(t, limit, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		})
		r, err := call(http.MethodGet)
		require.NoError(t, err)
		require.Equal(t, 403, r.Status)
		require.Len(t, r.Body, want)
	}
}

func TestBodiesThatAreNone(t *testing.T) {
	t.Parallel()
	call := served(t, 10, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Result-Count", "7")
		w.Header().Set("Content-Length", "1000000")
		if r.Method == http.MethodDelete {
			w.Header().Del("Content-Length")
			w.WriteHeader(http.StatusNoContent)
		}
	})
	for _, method := range []string{http.MethodHead, http.MethodDelete} {
		r, err := call(method)
		require.NoError(t, err)
		require.Empty(t, r.Body)
		require.Equal(t, "7", r.Header.Get("X-Result-Count"))
	}
	without := response(200, "")
	without.Body = nil
	r, err := list(t.Context(), t, over(newScript(without), usual))
	require.NoError(t, err)
	require.Empty(t, r.Body)
}

// failing is a body that breaks off, and reports whether it was closed.
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
			_, err := readBody(&bodyReader{limit: 100}, send(newScript(res)))(&Attempt{}, request(ctx, t, http.MethodGet, testURL))
			require.True(t, body.closed)
			require.Equal(t, status == 500 && ctx.Err() == nil, err == nil, "a refusal is kept unless nobody waits for it")
		}
	}
	for _, res := range []*http.Response{response(200, "much"), response(201, "much")} {
		body := &failing{err: io.EOF}
		res.Body, res.ContentLength = body, 1000
		_, err := readBody(&bodyReader{limit: 100}, send(newScript(res)))(&Attempt{}, request(t.Context(), t, http.MethodGet, testURL))
		require.Error(t, err)
		require.True(t, body.closed, "also one that is not read")
	}
}

// A body that was read can be read again by net/http, and by oauth2, which sends its request itself.
func TestBodyInMemory(t *testing.T) {
	t.Parallel()
	res, err := readBody(&bodyReader{limit: 100}, send(newScript(response(200, "text"))))(&Attempt{}, request(t.Context(), t, http.MethodGet, testURL))
	require.NoError(t, err)
	require.Equal(t, "text", string(Body(res)))
	again, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, "text", string(again))
	require.NoError(t, res.Body.Close())
	require.Nil(t, Body(response(200, "text")), "one that did not come through a pipe")
}

func TestMemoryIsNotGivenOnTrust(t *testing.T) {
	t.Parallel()
	b := &bodyReader{limit: 32 << 20}
	require.EqualValues(t, maxPresize+512, b.sizeOf(&http.Response{ContentLength: 32 << 20}))
	require.EqualValues(t, 100+512, b.sizeOf(&http.Response{ContentLength: 100}))
	b.last.Store(5000)
	require.EqualValues(t, 5000+512, b.sizeOf(&http.Response{ContentLength: -1}))
	require.EqualValues(t, 5000+512, b.sizeOf(&http.Response{ContentLength: 10, Uncompressed: true}), "the length is that of the compressed body")
	p := over(newScript(response(200, strings.Repeat("x", 1<<20)), reading(200, strings.NewReader("small").Read)), usual)
	_, err := list(t.Context(), t, p)
	require.NoError(t, err)
	r, err := list(t.Context(), t, p)
	require.NoError(t, err)
	require.Equal(t, "small", string(r.Body))
	require.Less(t, cap(r.Body), 1000, "a small page does not keep a large buffer alive")
}

// A buffer has one owner at a time: no reply sees another's bytes, whether buffers are given back or not.
func TestBuffersHaveOneOwner(t *testing.T) {
	t.Parallel()
	network := roundTrip(func(req *http.Request) (*http.Response, error) {
		return response(200, strings.Repeat(req.URL.Query().Get("letter"), 2*largeBuffer)), nil
	})
	p := over(network, usual)
	var shared Buffers
	together(16, func(n int) {
		letter := string(rune('a' + n))
		want := strings.Repeat(letter, 2*largeBuffer)
		var kept []*Reply
		for i := range 50 {
			x := p.NewCall("Logs.List")
			x.Buffers = &shared
			r, err := x.Send(request(t.Context(), t, http.MethodGet, "https://api.test/?letter="+letter))
			require.NoError(t, err)
			require.True(t, string(r.Body) == want, "bytes of another reply")
			if i%2 == 0 {
				r.Release()
				require.Nil(t, r.Body)
				r.Release() // gives nothing back a second time
			} else {
				kept = append(kept, r)
			}
		}
		for _, r := range kept {
			require.True(t, string(r.Body) == want, "bytes of a later reply")
		}
	})
}
