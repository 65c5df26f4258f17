package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The order of the handlers shows in what the observer is told, and when.
func TestOrderOfTheHandlers(t *testing.T) {
	t.Parallel()
	taking := func(wait time.Duration, res func() *http.Response) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) {
			time.Sleep(wait)
			return res(), nil
		}
	}
	fine := func() *http.Response { return response(200, "fine") }
	found := func() *http.Response { return response(302, "", "Location", "/there") }
	stuck := func(status int) func(*http.Request) (*http.Response, error) {
		return func(req *http.Request) (*http.Response, error) {
			time.Sleep(10 * time.Second)
			return reading(status, func([]byte) (int, error) { <-req.Context().Done(); return 0, req.Context().Err() }), nil
		}
	}
	slowBody := func(*http.Request) (*http.Response, error) {
		first := true
		return reading(200, func(p []byte) (int, error) {
			if !first {
				return 0, io.EOF
			}
			first = false
			time.Sleep(20 * time.Second)
			return copy(p, "slow"), nil
		}), nil
	}
	echoing := errors.New(`malformed HTTP status code "` + testToken + `"`)
	echoingBody := func(*http.Request) (*http.Response, error) {
		return reading(200, func([]byte) (int, error) { return 0, errors.New("bad chunk: " + testToken) }), nil
	}
	huge := func(*http.Request) (*http.Response, error) {
		res := fine()
		res.ContentLength = testLimit + 1
		return res, nil
	}
	once, twice := Policy{MaxAttempts: 1, MaxWait: 30 * time.Second}, Policy{MaxAttempts: 2, MinWait: time.Second, MaxWait: time.Second}

	tests := []struct {
		name      string
		policy    Policy
		perMinute int
		steps     func() []any // made within the bubble
		want      [][]string   // per call
	}{
		{
			"the observer sees an attempt whole, before it is judged", Policy{MaxAttempts: 3, MinWait: time.Second, MaxWait: 10 * time.Second}, 0,
			func() []any {
				busy := func() *http.Response { return response(503, "wait", "Retry-After", "5") }
				return []any{taking(2*time.Second, busy), taking(3*time.Second, busy), fine()}
			},
			[][]string{{
				"request 1", "response 1: 503, 4 bytes, 2s", "retry 1: 503, in 5s",
				"request 2", "response 2: 503, 4 bytes, 3s", "retry 2: 503, in 5s",
				"request 3", "response 3: 200, 4 bytes, 0s",
			}},
		},
		{
			"an error has no secrets when the observer sees it", twice, 0,
			func() []any { return []any{echoing, fine()} },
			[][]string{{
				"request 1", `response 1: malformed HTTP status code "[redacted]", 0, 0 bytes, 0s`, `retry 1: malformed HTTP status code "[redacted]", 0, in 1s`,
				"request 2", "response 2: 200, 4 bytes, 0s",
			}},
		},
		{
			"nor has an error of the body", once, 0,
			func() []any { return []any{echoingBody} },
			[][]string{{"request 1", "response 1: bad chunk: [redacted], 0, 0 bytes, 0s", "error: bad chunk: [redacted]"}},
		},
		{
			"the body belongs to the attempt and to its duration", once, 0,
			func() []any { return []any{slowBody} },
			[][]string{{"request 1", "response 1: 200, 4 bytes, 20s"}},
		},
		{
			"the time limit includes the body", twice, 0,
			func() []any { return []any{stuck(200), fine()} },
			[][]string{{
				"request 1", "response 1: no complete answer within 30s, 0, 0 bytes, 30s", "retry 1: no complete answer within 30s, 0, in 1s",
				"request 2", "response 2: 200, 4 bytes, 0s",
			}},
		},
		{
			"also that of a refusal", once, 0,
			func() []any { return []any{stuck(403)} },
			[][]string{{"request 1", "response 1: no complete answer within 30s, 0, 0 bytes, 30s", "error: no complete answer within 30s"}},
		},
		{
			"a body that is too long is an attempt without an answer", twice, 0,
			func() []any { return []any{huge} },
			[][]string{{"request 1", "response 1: response body of more than 33554432 bytes, 0, 0 bytes, 0s", "error: response body of more than 33554432 bytes"}},
		},
		{
			"a wait for the client's limit counts neither for the time limit nor in the duration", once, 1,
			func() []any { return []any{taking(2*time.Second, fine), taking(3*time.Second, fine)} },
			[][]string{{"request 1", "response 1: 200, 4 bytes, 2s"}, {"request 1 after 58s", "response 1: 200, 4 bytes, 3s"}},
		},
		{
			"nor does one for the API's", once, 0,
			func() []any {
				last := func() *http.Response {
					return response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "25")
				}
				return []any{last(), taking(29*time.Second, fine), fine()}
			},
			[][]string{{"request 1", "response 1: 200, 0 bytes, 0s"}, {"request 1 after 25s", "response 1: 200, 4 bytes, 29s"}, {"request 1", "response 1: 200, 4 bytes, 0s"}},
		},
		{
			"both waits are told as one", once, 6,
			func() []any {
				return []any{response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "25"), fine()}
			},
			[][]string{{"request 1", "response 1: 200, 0 bytes, 0s"}, {"request 1 after 25s", "response 1: 200, 4 bytes, 0s"}},
		},
		{
			"a wait is told once, although the attempt is repeated", Policy{MaxAttempts: 2, MinWait: 20 * time.Second, MaxWait: 20 * time.Second}, 6,
			func() []any { return []any{fine(), response(503, ""), fine()} },
			[][]string{
				{"request 1", "response 1: 200, 4 bytes, 0s"},
				{"request 1 after 10s", "response 1: 503, 0 bytes, 0s", "retry 1: 503, in 20s", "request 2", "response 2: 200, 4 bytes, 0s"},
			},
		},
		{
			"a redirect is part of the attempt", twice, 0,
			func() []any { return []any{taking(29*time.Second, found), taking(29*time.Second, fine)} },
			[][]string{{"request 1", "response 1: 302, 0 bytes, 29s", "request 1", "response 1: 200, 4 bytes, 29s"}},
		},
		{
			"and the attempt is repeated from its beginning", twice, 0,
			func() []any { return []any{found(), response(503, "busy"), found(), fine()} },
			[][]string{{
				"request 1", "response 1: 302, 0 bytes, 0s", "request 1", "response 1: 503, 4 bytes, 0s", "retry 1: 503, in 1s",
				"request 2", "response 2: 302, 0 bytes, 0s", "request 2", "response 2: 200, 4 bytes, 0s",
			}},
		},
		{
			"a redirect keeps the limits, and tells only its own wait", once, 6,
			func() []any { return []any{fine(), found(), taking(time.Second, fine)} },
			[][]string{
				{"request 1", "response 1: 200, 4 bytes, 0s"},
				{"request 1 after 10s", "response 1: 302, 0 bytes, 0s", "request 1 after 10s", "response 1: 200, 4 bytes, 1s"},
			},
		},
		{
			"a redirect does not tell the wait before it", once, 0,
			func() []any {
				return []any{response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "25"), found(), fine()}
			},
			[][]string{
				{"request 1", "response 1: 200, 0 bytes, 0s"},
				{"request 1 after 25s", "response 1: 302, 0 bytes, 0s", "request 1", "response 1: 200, 4 bytes, 0s"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &diary{}
				network := newScript(tt.steps()...)
				p := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: tt.policy, PerMinute: tt.perMinute, Observer: d})
				for _, want := range tt.want {
					before := len(d.all())
					_, err := list(t.Context(), t, p)
					if err != nil {
						d.add("Logs.List: error: %v", err)
					}
					for i := range want {
						want[i] = "Logs.List: " + want[i]
					}
					require.Equal(t, want, d.all()[before:])
				}
				require.Equal(t, len(network.steps), network.count())
			})
		})
	}
}

func TestNetworkOfTheCaller(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	network := newScript(response(200, "", "Set-Cookie", "stick=7; Secure"), response(200, ""), response(200, ""))
	own := &http.Client{Transport: network, Jar: jar}
	n := NewNetwork(own, testLimit)
	for _, p := range []*Client{n.APIClient(Settings{Policy: usual, Observer: &diary{}}), n.APIClient(Settings{Policy: usual, Observer: &diary{}}), n.LoginClient(usual, &diary{})} {
		_, err := list(t.Context(), t, p)
		require.NoError(t, err)
	}
	require.Empty(t, network.seen[0].Header.Get("Cookie"))
	require.Equal(t, "stick=7", network.seen[1].Header.Get("Cookie"))
	require.Equal(t, "stick=7", network.seen[2].Header.Get("Cookie"))
	require.Equal(t, &http.Client{Transport: network, Jar: jar}, own, "is not changed")
}

// The pool of a network made here is not net/http's, and keeps the connections of pages that are read ahead.
func TestNetworkOfOnesOwn(t *testing.T) {
	t.Parallel()
	for _, own := range []*http.Client{nil, {}} {
		base, ok := NewNetwork(own, testLimit).base.(*http.Transport)
		require.True(t, ok)
		require.NotSame(t, http.DefaultTransport, base)
		require.Equal(t, maxIdlePerHost, base.MaxIdleConnsPerHost)
		require.Less(t, base.HTTP2.SendPingTimeout+base.HTTP2.PingTimeout, defaultTimeout)
	}
	require.Equal(t, http.DefaultTransport, DefaultNetwork(testLimit).base)
}

func TestNetworkOverAnotherDefaultTransport(t *testing.T) { //nolint:paralleltest // changes what all tests share
	standard := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = standard })
	tracing := newScript(response(200, "traced"))
	http.DefaultTransport = tracing
	r, err := list(t.Context(), t, NewNetwork(nil, testLimit).APIClient(Settings{Policy: usual, Observer: &diary{}}))
	require.NoError(t, err)
	require.Equal(t, "traced", string(r.Body))
}

// closing is a network that counts how often its idle connections are closed.
type closing struct {
	*script
	closed atomic.Int64
}

func (c *closing) CloseIdleConnections() { c.closed.Add(1) }

// A failure closes no connections, which other calls may need. Only the one who owns the network does, and an attempt after
// one that got no answer in time.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := &closing{script: newScript(io.EOF, io.EOF, io.EOF)}
		n := NewNetwork(&http.Client{Transport: network}, testLimit)
		_, err := list(t.Context(), t, n.APIClient(Settings{Policy: usual, Observer: &diary{}}))
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, network.closed.Load())
		n.CloseIdleConnections()
		require.EqualValues(t, 1, network.closed.Load())
		NewNetwork(&http.Client{Transport: newScript()}, testLimit).CloseIdleConnections() // has none
	})
	synctest.Test(t, func(t *testing.T) {
		slow := func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}
		network := &closing{script: newScript(slow, response(503, ""), slow, response(200, ""), slow, response(200, ""))}
		n := NewNetwork(&http.Client{Transport: network}, testLimit)
		p, once := n.APIClient(Settings{Policy: usual, Observer: &diary{}}), n.APIClient(Settings{Policy: Policy{MaxAttempts: 1}, Observer: &diary{}})
		_, err := list(t.Context(), t, p) // slow, 503, slow
		require.Error(t, err)
		require.EqualValues(t, 1, network.closed.Load(), "once for each")
		_, err = list(t.Context(), t, once)
		require.NoError(t, err)
		require.EqualValues(t, 2, network.closed.Load(), "also by another call")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = list(ctx, t, once)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = list(t.Context(), t, once)
		require.NoError(t, err)
		require.EqualValues(t, 3, network.closed.Load(), "also if the caller had less time")
	})
}

// A connection is free for the next request, whatever became of the last answer.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	var peers []string
	statuses := []int{200, 302, 404, 500, 503, 200}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(statuses[len(peers)])
		peers = append(peers, r.RemoteAddr) // one request after the other
		_, _ = io.WriteString(w, "text")
	})
	p := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: quick, Observer: &diary{}})
	for len(peers) < len(statuses) {
		_, err := p.NewCall("Logs.List").Send(request(t.Context(), t, http.MethodGet, server.URL))
		require.NoError(t, err)
	}
	for _, peer := range peers {
		require.Equal(t, peers[0], peer)
	}
}
