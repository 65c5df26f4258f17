package clustertest

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy is a way to a node on which data can be held up: as in a network that is cut, no connection is closed, and what was sent
// arrives when it heals. (Toxiproxy drops what was sent, and then closes the connections.)
type proxy struct {
	listener net.Listener
	target   string

	mu   sync.Mutex
	open chan struct{} // closed while data flows
	cons map[net.Conn]bool
	over bool
}

// newProxy starts a proxy that leads to an address, until the test ends.
func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, target: target, open: make(chan struct{}), cons: map[net.Conn]bool{}}
	close(p.open)
	go p.serve()
	t.Cleanup(p.close)
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// cut holds up all data, in both directions.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = make(chan struct{})
}

// heal lets data flow again.
func (p *proxy) heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.open)
}

func (p *proxy) gate() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

func (p *proxy) serve() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.lead(from)
	}
}

// lead leads one connection to the target.
func (p *proxy) lead(from net.Conn) {
	defer p.forget(from)
	if !p.keep(from) {
		return
	}
	<-p.gate()
	var d net.Dialer
	to, err := d.DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		return // as if nobody listened
	}
	defer p.forget(to)
	if !p.keep(to) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(to, from) })
	both.Go(func() { p.copy(from, to) })
	both.Wait()
}

// copy copies what one side says to the other, and its end too.
func (p *proxy) copy(to, from net.Conn) {
	text := make([]byte, 32<<10)
	for {
		n, err := from.Read(text)
		<-p.gate()
		if _, failed := to.Write(text[:n]); err != nil || failed != nil {
			_, _ = to.Close(), from.Close()
			return
		}
	}
}

// keep notes a connection. It reports false if the test is over.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cons[c] = true
	return !p.over
}

func (p *proxy) forget(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = c.Close()
	delete(p.cons, c)
}

func (p *proxy) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	_ = p.listener.Close()
	for c := range p.cons {
		_ = c.Close()
	}
}
