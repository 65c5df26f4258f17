package auditlogs

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

const (
	defaultTimeout = 30 * time.Second
	// maxIdlePerHost keeps the connections of pages that are read ahead; net/http would close all but two.
	maxIdlePerHost = 32
	userAgent      = "auditlogs-go"
)

// stack is what all connections of a client share: the way to the network, and what is done on it.
type stack struct {
	base      http.RoundTripper
	jar       http.CookieJar
	redirect  func(*http.Request, []*http.Request) error // the caller's
	timeout   time.Duration
	maxBody   int64
	userAgent string
	logger    *slog.Logger
	hooks     Hooks
}

// newStack takes over the caller's HTTP client, if there is one, without changing it. One without a timeout gets ours.
func newStack(cfg *config) *stack {
	s := &stack{timeout: defaultTimeout, maxBody: cfg.maxBody, userAgent: cfg.userAgent, logger: cfg.logger, hooks: cfg.hooks}
	if own := cfg.http; own != nil {
		s.base, s.jar, s.redirect = own.Transport, own.Jar, own.CheckRedirect
		if own.Timeout > 0 {
			s.timeout = own.Timeout
		}
	}
	if s.base == nil {
		s.base = newTransport()
	}
	return s
}

func newTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody put a tracing transport in its place
		return http.DefaultTransport
	}
	own := standard.Clone()
	own.MaxIdleConnsPerHost = maxIdlePerHost
	return own
}

// chain is one attempt, from the outside in: it is observed, bounded in time, and its body is read.
// The outermost part has no CloseIdleConnections on purpose: go-retryablehttp calls it after every failure, and would
// close the connections of other calls.
func (s *stack) chain(api string) http.RoundTripper {
	var next http.RoundTripper = &bodyReader{next: s.base, limit: s.maxBody}
	next = &deadline{next: next, limit: s.timeout}
	return &observer{next: next, api: api, logger: s.logger, hooks: s.hooks}
}

// apiClient is the HTTP client for the requests of one API. It has no timeout of its own, which would count the waits
// for a rate limit.
func (s *stack) apiClient(api string, perMinute int, maxWait time.Duration) *http.Client {
	paced := &pacer{next: s.chain(api), max: maxWait}
	return &http.Client{
		Transport:     newLimiter(paced, perMinute),
		CheckRedirect: followSameOrigin(s.redirect),
		Jar:           s.jar,
	}
}

// loginClient is the HTTP client for the logins of one API.
func (s *stack) loginClient(api string) *http.Client {
	return &http.Client{Transport: s.chain(api), CheckRedirect: followNothing, Jar: s.jar}
}

// deadline bounds one attempt, its body included.
type deadline struct {
	next  http.RoundTripper
	limit time.Duration
}

func (d *deadline) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), d.limit)
	defer cancel() // the body was read
	res, err := d.next.RoundTrip(req.WithContext(ctx))
	if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
		return nil, &timeoutError{d.limit}
	}
	return res, err
}

// observer tells the hooks and the log about one attempt.
type observer struct {
	next   http.RoundTripper
	api    string
	logger *slog.Logger
	hooks  Hooks
}

func (o *observer) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	a, ok := ctx.Value(attemptKey{}).(*attempt)
	if !ok {
		return o.next.RoundTrip(req)
	}
	o.hooks.request(ctx, RequestInfo{API: o.api, Op: a.op, Attempt: a.n, Waited: a.waited})
	a.waited = 0
	start := time.Now()
	res, err := o.next.RoundTrip(req)
	info := ResponseInfo{API: o.api, Op: a.op, Attempt: a.n, Duration: time.Since(start)}
	if err != nil {
		err = cleanError(err, a.sent...) // net/http quotes the lines of an answer that it cannot read
		info.Err = newTransportError(a.op, 1, err)
	} else {
		info.Status, info.Bytes = res.StatusCode, int64(len(bodyOf(res)))
	}
	o.log(ctx, info)
	o.hooks.response(ctx, info)
	return res, err
}

func (o *observer) log(ctx context.Context, info ResponseInfo) {
	if !o.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := make([]slog.Attr, 0, 6)
	attrs = append(attrs, slog.String("api", info.API), slog.String("op", info.Op), slog.Int("attempt", info.Attempt),
		slog.Duration("duration", info.Duration))
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", info.Status), slog.Int64("bytes", info.Bytes))
	}
	o.logger.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}

// bodyOf is the body that the chain has read.
func bodyOf(res *http.Response) []byte {
	if body, ok := res.Body.(*readBody); ok {
		return body.data
	}
	return nil
}
