package faults_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// line is the only way between a client and a server: a proxy, which is replaced when the line turns bad or good. That
// breaks all connections, so that no request is half on the one and half on the other.
type line struct {
	t         *testing.T
	toxic     toxic
	upstream  string
	transport *http.Transport
	patience  time.Duration // after which a connection that is silent breaks; 0: never

	mu      sync.Mutex
	proxy   *toxiproxy.Proxy
	address string // of the proxy; nobody listens there while the line is down
	bad     bool
}

// newLine begins with a good line. The transport is changed to use it, whatever address it is asked for.
func newLine(t *testing.T, x toxic, upstream string, transport *http.Transport) *line {
	t.Helper()
	l := &line{t: t, toxic: x, upstream: upstream, transport: transport, patience: 30 * time.Millisecond}
	transport.DialContext = l.dial
	l.open("")
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		l.proxy.Stop()
	})
	return l
}

func (l *line) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	l.mu.Lock()
	address, silent := l.address, l.bad && l.toxic.silent
	l.mu.Unlock()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil && silent && l.patience > 0 {
		err = conn.SetDeadline(time.Now().Add(l.patience))
	}
	return conn, err
}

// turn makes the line bad or good, if it is not.
func (l *line) turn(bad bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bad == bad {
		return
	}
	l.bad = bad
	l.transport.CloseIdleConnections()
	l.proxy.Stop()
	switch {
	case !bad:
		l.open("")
	case l.toxic.json != "":
		l.open(l.toxic.json)
	}
}

// open starts a proxy with a toxic, or with none.
func (l *line) open(toxic string) {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l.proxy = toxiproxy.NewProxy(server, "line", "127.0.0.1:0", l.upstream)
	if toxic != "" {
		if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			l.t.Errorf("toxic: %v", err)
		}
	}
	if err := l.proxy.Start(); err != nil {
		l.t.Errorf("proxy: %v", err)
	}
	l.address = l.proxy.Listen
}
