package transport

import (
	"net/http"
	"sync/atomic"
	"time"
)

const (
	defaultTimeout = 30 * time.Second
	// maxIdlePerHost keeps the connections of pages that are read ahead. net/http would close all but two.
	maxIdlePerHost = 32
	// maxSilence is the longest time without a byte before a connection is pinged, and again before it is given up.
	maxSilence = 10 * time.Second
)

// handler makes one attempt, or does a part of it around the next handler.
type handler func(*Attempt, *http.Request) (*http.Response, error)

// Network is the access to the network that all APIs of a client share.
type Network struct {
	base     http.RoundTripper
	jar      http.CookieJar
	redirect redirectRule // the caller's
	timeout  time.Duration
	maxBody  int64
	silent   atomic.Bool // an attempt timed out, and its connection may be dead
}

// NewNetwork uses the caller's HTTP client, or none if own is nil, without changing it. A client without a timeout gets
// 30 seconds for each attempt. No body may be longer than maxBody.
func NewNetwork(own *http.Client, maxBody int64) *Network {
	n := &Network{timeout: defaultTimeout, maxBody: maxBody}
	if own != nil {
		n.base, n.jar, n.redirect = own.Transport, own.Jar, own.CheckRedirect
		if own.Timeout > 0 {
			n.timeout = own.Timeout
		}
	}
	if n.base == nil {
		n.base = newBase(n.timeout)
	}
	return n
}

// DefaultNetwork returns a Network that uses net/http's own connections, for a single request that needs no pool of its
// own.
func DefaultNetwork(maxBody int64) *Network {
	return NewNetwork(&http.Client{Transport: http.DefaultTransport}, maxBody)
}

// newBase returns a transport with a pool of its own. It pings HTTP/2 connections on which nothing arrives, and closes those
// that do not answer, before an attempt over them reaches its limit: a peer that is gone without a word would otherwise
// take every attempt.
func newBase(limit time.Duration) http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody replaced it, for example by a tracing transport
		return http.DefaultTransport
	}
	own := standard.Clone()
	own.MaxIdleConnsPerHost = maxIdlePerHost
	if own.HTTP2 == nil {
		silence := min(limit/3, maxSilence)
		own.HTTP2 = &http.HTTP2Config{SendPingTimeout: silence, PingTimeout: silence, WriteByteTimeout: silence}
	}
	return own
}

// CloseIdleConnections closes the connections that no request uses.
func (n *Network) CloseIdleConnections() {
	if pool, ok := n.base.(interface{ CloseIdleConnections() }); ok {
		pool.CloseIdleConnections()
	}
}

// Client sends requests to one API, with its budget, its pace and its retries.
type Client struct {
	attempt  handler
	redirect redirectRule
	jar      http.CookieJar
	policy   Policy
	observer Observer
}

// Settings are what the requests to one API have of their own.
type Settings struct {
	Policy    Policy
	Observer  Observer
	PerMinute int     // requests that may be sent; 0 means no limit
	Limiter   Limiter // nil: none
	Signer    Signer  // nil: they are not signed
}

// APIClient returns the Client for requests to one API.
func (n *Network) APIClient(o Settings) *Client {
	attempt := n.attemptChain(o.Observer)
	attempt = sign(o.Signer, attempt)
	attempt = share(o.Limiter, attempt) // last of the waits, so that a request that waits for something else takes nobody's turn
	attempt = keepPace(&pace{max: o.Policy.MaxWait}, attempt)
	attempt = limit(o.PerMinute, attempt)
	return &Client{attempt: attempt, redirect: followSameOrigin(n.redirect), jar: n.jar, policy: o.Policy, observer: o.Observer}
}

// LoginClient returns the Client for logins, without redirects, because their body is the credential.
func (n *Network) LoginClient(p Policy, o Observer) *Client {
	return &Client{attempt: n.attemptChain(o), redirect: followNothing, jar: n.jar, policy: p, observer: o}
}

// attemptChain returns the handler for one attempt without waits. Read it from the bottom up: the observer sees the
// whole attempt; errors no longer contain secrets at that point; the timeout includes the body, which is read within
// the attempt.
func (n *Network) attemptChain(o Observer) handler {
	attempt := send(n.base)
	attempt = readBody(&bodyReader{limit: n.maxBody}, attempt)
	attempt = timeout(n.timeout, attempt)
	attempt = leaveSilent(n, attempt)
	attempt = scrubErrors(attempt)
	return observe(o, attempt)
}

// send returns the last handler, which uses the network itself.
func send(base http.RoundTripper) handler {
	return func(_ *Attempt, req *http.Request) (*http.Response, error) { return base.RoundTrip(req) }
}
