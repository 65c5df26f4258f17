package auditlogs_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// silentLine is the network between clients and a server. Its connections can become silent: whatever is sent over them
// is lost, and neither side learns of that.
type silentLine struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once

	mu    sync.Mutex
	lines []*silentConn
}

func newSilentLine() *silentLine {
	return &silentLine{accepted: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *silentLine) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	conn := &silentConn{Conn: client}
	select {
	case l.accepted <- server:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, conn)
	return conn, nil
}

// silence makes the connections so far silent, and reports how many there are. New ones are fine.
func (l *silentLine) silence() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.lines {
		conn.silent.Store(true)
	}
	return len(l.lines)
}

func (l *silentLine) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *silentLine) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *silentLine) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

type silentConn struct {
	net.Conn
	silent atomic.Bool
}

func (c *silentConn) Write(p []byte) (int, error) {
	if c.silent.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *silentConn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.silent.Load() {
			return n, err
		}
	}
}

// silentServer serves all five APIs over HTTP/2 on the line, and gives a transport that reaches it.
func silentServer(t *testing.T, l *silentLine, srv *auditlogtest.Server) *http.Transport {
	t.Helper()
	web := httptest.NewUnstartedServer(srv.Handler())
	require.NoError(t, web.Listener.Close())
	web.Listener, web.EnableHTTP2 = l, true
	web.StartTLS()
	t.Cleanup(web.Close)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	transport := &http.Transport{DialContext: l.dial, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

const lineURL = "https://127.0.0.1:1"

// silentClient configures all five APIs on the line.
func silentClient(t *testing.T, opts ...auditlogs.Option) *auditlogs.Client {
	t.Helper()
	const base, token = lineURL, auditlogtest.Token
	client, err := auditlogs.NewClient(append(opts,
		auditlogs.WithWaldur(base, auditlogs.StaticToken(token)),
		auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, auditlogs.StaticToken(token)),
		auditlogs.WithAkinon(base+"/api/v1/data-warehouse", auditlogs.StaticToken(token)),
		auditlogs.WithElasticPath(base, auditlogs.StaticToken(token)),
		auditlogs.WithThousandEyes(base+"/v7", auditlogs.StaticToken(token)),
	)...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// attempts counts the attempts of a client, and keeps why they were repeated.
type attempts struct {
	mu     sync.Mutex
	n      int
	causes []error
}

func (a *attempts) hooks() auditlogs.Hooks {
	return auditlogs.Hooks{
		OnRequest: func(context.Context, auditlogs.RequestInfo) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.n++
		},
		OnRetry: func(_ context.Context, info auditlogs.RetryInfo) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.causes = append(a.causes, info.Err)
		},
	}
}

// TestSilentConnection lists over a pooled HTTP/2 connection whose peer is gone without a word: only the attempt that
// finds that out fails.
func TestSilentConnection(t *testing.T) { //nolint:paralleltest // changes http.DefaultTransport for a moment
	for _, s := range subjects() { //nolint:paralleltest // as above
		for name, own := range map[string]func(*http.Transport) []auditlogs.Option{
			"pool of the library": func(network *http.Transport) []auditlogs.Option {
				standard := http.DefaultTransport
				http.DefaultTransport = network
				t.Cleanup(func() { http.DefaultTransport = standard })
				return nil
			},
			"pool of the caller": func(network *http.Transport) []auditlogs.Option {
				return []auditlogs.Option{auditlogs.WithHTTPClient(&http.Client{Transport: network})}
			},
			"pool of the caller that pings": func(network *http.Transport) []auditlogs.Option {
				network.HTTP2 = &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 5 * time.Second}
				return []auditlogs.Option{auditlogs.WithHTTPClient(&http.Client{Transport: network})}
			},
		} {
			t.Run(s.name+", "+name, func(t *testing.T) {
				standard := http.DefaultTransport
				synctest.Test(t, func(t *testing.T) {
					srv := auditlogtest.NewServer(auditlogtest.InMemory())
					defer srv.Close()
					s.add(srv, row{"row", time.Now().Add(-time.Hour)})
					line, seen := newSilentLine(), &attempts{}
					client := silentClient(t, append(own(silentServer(t, line, srv)), auditlogs.WithHooks(seen.hooks()))...)
					http.DefaultTransport = standard
					for range 2 {
						p, err := s.list(t.Context(), client, listing{})
						require.NoError(t, err)
						require.Len(t, p.keys, 1)
					}
					require.Equal(t, 2, seen.n)
					require.Equal(t, 1, line.silence(), "one connection for all requests")
					p, err := s.list(t.Context(), client, listing{})
					require.NoError(t, err)
					require.Len(t, p.keys, 1)
					require.Equal(t, 4, seen.n, "%v", seen.causes)
					var timeout *auditlogs.TimeoutError
					require.Equal(t, name == "pool of the caller", errors.As(seen.causes[0], &timeout), "%v", seen.causes)
				})
			})
		}
	}
}

// TestSilentConnectionOfOtherCalls has calls over the same silent connection that begin at different times, so that it is
// never idle, with less patience than they take together to find that out.
func TestSilentConnectionOfOtherCalls(t *testing.T) { //nolint:paralleltest // changes http.DefaultTransport for a moment
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		line, seen := newSilentLine(), &attempts{}
		http.DefaultTransport = silentServer(t, line, srv)
		client := silentClient(t, auditlogs.WithHooks(seen.hooks()), auditlogs.WithHTTPClient(&http.Client{Timeout: 6 * time.Second}))
		http.DefaultTransport = standard
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.NoError(t, err)
		line.silence()
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() {
				_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
				require.NoError(t, err)
			})
			time.Sleep(time.Second)
		}
		calls.Wait()
		require.LessOrEqual(t, seen.n, 1+2*5)
	})
}
