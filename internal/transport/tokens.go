package transport

import (
	"context"
	"sync"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Token is a credential.
type Token struct {
	scrub.Opaque
	Value  string
	Scheme string    // the word before it in the header; empty: the API's own
	Expiry time.Time // by the local clock; zero: does not expire
}

// Tokens keeps the token of one API, and fetches it only once, however many requests wait for it.
type Tokens struct {
	scrub.Opaque
	source  func(context.Context) (Token, error)
	version func() string // nil: the source never changes by itself

	mu      sync.Mutex
	seen    string    // the version that current was made of
	current *Lease    // nil: none yet; a pointer, because fmt would show the value within a conn
	err     error     // of the last fetch, while there is no token
	renewAt time.Time // zero: never
	flight  *flight
}

// Lease is a token and the fetch from which it came. The generation distinguishes a refused token from one that was
// fetched later, even if a login returns the same value again.
type Lease struct {
	scrub.Opaque
	Token
	secrets    []scrub.Secret
	generation int
}

// Secrets returns the secrets of a request that carries the token.
func (l Lease) Secrets() []scrub.Secret { return l.secrets }

// flight is a fetch in progress. It outlives the request that began it as long as another request waits.
type flight struct {
	scrub.Opaque
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int
	refused bool // the current token was refused, so a failure leaves none
	version string
	result  Lease
	err     error
}

// NewTokens returns Tokens that come from a source. The source may be called from another goroutine than the one that
// waits.
func NewTokens(source func(context.Context) (Token, error)) *Tokens { return &Tokens{source: source} }

// Watch makes Get fetch a token whenever version, which must be cheap, returns another text than before the last fetch. An empty
// text says nothing.
func (c *Tokens) Watch(version func() string) { c.version = version }

// Current returns the token that Get returned last, without fetching one. It reports whether there is one.
func (c *Tokens) Current() (Lease, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil || c.current.Value == "" {
		return Lease{}, false
	}
	return *c.current, true
}

// Get returns the current token. If there is none, if it is about to expire, or if its source has changed, Get fetches a token.
func (c *Tokens) Get(ctx context.Context) (Lease, error) {
	version := ""
	if c.version != nil {
		version = c.version() // not under the lock: a file system may hang
	}
	c.mu.Lock()
	if c.flight == nil && c.fresh(version) {
		defer c.mu.Unlock()
		return *c.current, ctx.Err()
	}
	return c.join(ctx, false)
}

// fresh reports whether the current token can be used, if its source has the given version now.
func (c *Tokens) fresh(version string) bool {
	return c.current != nil && c.current.Value != "" && (c.renewAt.IsZero() || time.Now().Before(c.renewAt)) &&
		(version == "" || version == c.seen)
}

// Renew returns a token to replace one that was refused. Requests that were refused together share one fetch and its
// outcome, even a failure: servers lock accounts after a few failed logins.
func (c *Tokens) Renew(ctx context.Context, refused Lease) (Lease, error) {
	c.mu.Lock()
	if c.flight == nil && c.current.generation != refused.generation {
		defer c.mu.Unlock()
		return *c.current, c.err
	}
	return c.join(ctx, true)
}

// join waits for the fetch in progress, or begins one. The caller holds the lock, and join releases it.
func (c *Tokens) join(ctx context.Context, refused bool) (Lease, error) {
	f := c.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		var fetchCtx context.Context
		fetchCtx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		c.flight = f
		go c.fetch(fetchCtx, f)
	}
	f.refused = f.refused || refused
	f.waiters++
	c.mu.Unlock()

	select {
	case <-f.done:
		return f.result, f.err
	case <-ctx.Done():
		c.leave(f)
		return Lease{}, ctx.Err()
	}
}

// leave cancels a fetch for which nobody waits any more. The next request begins another one.
func (c *Tokens) leave(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiters--
	if f.waiters == 0 {
		f.cancel()
		if c.flight == f {
			c.flight = nil
		}
	}
}

func (c *Tokens) fetch(ctx context.Context, f *flight) {
	defer f.cancel()
	if c.version != nil {
		f.version = c.version() // before the source is read: it may change meanwhile
	}
	token, err := c.source(ctx)
	c.land(f, token, err)
	close(f.done)
}

// land stores the result of a fetch, unless the fetch was abandoned.
func (c *Tokens) land(f *flight, token Token, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight != f {
		return
	}
	c.flight = nil
	c.keep(f, token, err)
	f.result, f.err = *c.current, c.err
}

// keep stores the result of a fetch. If a renewal fails that nothing made necessary yet, the old token is used until it expires.
func (c *Tokens) keep(f *flight, token Token, err error) {
	now := time.Now()
	var old Lease
	if c.current != nil {
		old = *c.current
	}
	if err != nil && !f.refused && old.Value != "" && (old.Expiry.IsZero() || now.Before(old.Expiry)) {
		return
	}
	if err != nil {
		token = Token{}
	} else {
		c.seen = f.version
	}
	c.current, c.err = &Lease{Token: token, secrets: []scrub.Secret{scrub.NewSecret(token.Value)}, generation: old.generation + 1}, err
	c.renewAt = renewal(token.Expiry, now)
}

// renewal returns when to fetch the next token: shortly before this one expires.
func renewal(expiry, now time.Time) time.Time {
	if expiry.IsZero() {
		return time.Time{}
	}
	return expiry.Add(-min(30*time.Second, max(0, expiry.Sub(now))/4))
}
