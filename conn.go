package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// conn is the connection to one configured API: one origin, one credential, one budget.
type conn struct {
	api       string // string(APIWaldur)
	base      *url.URL
	projectID string // Huawei only
	dialect   dialect
	http      *http.Client
	tokens    *tokenCache
	retry     RetryPolicy
	userAgent string
	logger    *slog.Logger
	hooks     Hooks
}

// call is one request of a service, before it knows origin and credential.
type call struct {
	op     string   // "DataAccessLogs.List"
	method string   // "" is GET
	path   []string // elements below the base URL, each escaped by itself
	slash  bool     // the path ends in a slash
	query  string   // encoded, without '?'
}

// reply is a successful answer, read to its end.
type reply struct {
	status    int
	header    http.Header
	body      []byte
	attempts  int
	requestID string
	rateLimit RateLimit
	date      time.Time // the server's clock; zero where it is not known
	sent      []secret  // credentials that a server may echo
}

// ask sends a call and reads its answer: one operation, as hooks see it.
func ask[T any](ctx context.Context, c *conn, call call, read func(*reply) (T, error)) (T, error) {
	return watch(ctx, c, call.op, func(ctx context.Context) (T, error) {
		r, err := c.do(ctx, call)
		if err != nil {
			var none T
			return none, err
		}
		return read(r)
	})
}

// watch lets the hook see an operation of a connection; without one it fails by itself.
func watch[T any](ctx context.Context, c *conn, op string, run func(context.Context) (T, error)) (T, error) {
	if c == nil {
		return run(ctx)
	}
	return observe(ctx, c.hooks, CallInfo{API: c.api, Op: op}, run)
}

// watched lets the hook see the operations of a feed.
func watched[T record](c *conn, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w window) (*answer[T], error) {
		return watch(ctx, c, op, func(ctx context.Context) (*answer[T], error) { return fetch(ctx, op, w) })
	}
}

// do sends a call and gives its successful answer: at most RetryPolicy.MaxAttempts requests, one more if the credential
// had to be renewed. Everything else is an *APIError, or an error without an answer.
func (c *conn) do(ctx context.Context, call call) (*reply, error) {
	if c == nil {
		return nil, fmt.Errorf("auditlogs: %s: %w", call.op, ErrNotConfigured)
	}
	target, err := c.target(call)
	if err != nil {
		return nil, err
	}
	lease, err := c.tokens.get(ctx)
	if err != nil {
		return nil, tokenError(ctx, call.op, err)
	}
	x := &exchange{attempt: attempt{op: call.op}, conn: c, budget: c.retry.MaxAttempts}
	r, err := x.send(ctx, call.method, target, lease.token)
	if err != nil || r.status/100 == 2 {
		return r, err
	}
	refusal := newAPIError(call.op, r)
	if !errors.Is(refusal, ErrUnauthorized) {
		return nil, refusal
	}
	renewed, err := c.tokens.renew(ctx, lease)
	if err != nil {
		return nil, tokenError(ctx, call.op, err)
	}
	if renewed.token.Value == lease.token.Value {
		return nil, refusal
	}
	x.budget = max(x.budget, x.n+1)
	r, err = x.send(ctx, call.method, target, renewed.token)
	if err != nil || r.status/100 == 2 {
		return r, err
	}
	return nil, newAPIError(call.op, r)
}

// failure is the error of an answer that carries one although its status is a success.
func (c *conn) failure(op string, r *reply) *APIError { return newAPIError(op, r) }

// send makes the attempts with one credential.
func (x *exchange) send(ctx context.Context, method string, target *url.URL, token Token) (*reply, error) {
	x.sent = []secret{newSecret(token.Value)}
	req := x.conn.request(context.WithValue(ctx, attemptKey{}, &x.attempt), method, target, token)
	res, err := x.run(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, contextError(x.op, ctx)
		}
		return nil, newTransportError(x.op, x.n, err)
	}
	r := newReply(res, x.n, x.sent...)
	if req.Method == http.MethodDelete && r.status == http.StatusNotFound && x.mayBeRun {
		// An earlier attempt was carried out and its answer lost: what was to be deleted is gone.
		r.status, r.body = http.StatusNoContent, nil
	}
	return r, nil
}

func (c *conn) request(ctx context.Context, method string, target *url.URL, token Token) *http.Request {
	header := http.Header{"User-Agent": {c.userAgent}, "Accept": {c.dialect.accept}}
	header.Set(c.dialect.header, c.dialect.scheme+token.Value)
	return (&http.Request{
		Method: firstOf(method, http.MethodGet), URL: target, Host: target.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
}

func newReply(res *http.Response, attempts int, sent ...secret) *reply {
	limit, _ := parseRateLimit(res.Header, time.Now())
	return &reply{
		status:    res.StatusCode,
		header:    res.Header,
		body:      bodyOf(res),
		attempts:  attempts,
		requestID: newScrubber(sent...).text(requestID(res.Header)),
		rateLimit: limit,
		date:      serverDate(res.Header),
		sent:      sent,
	}
}

func requestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Iam-Trace-Id", "X-Correlation-Id"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// target is the URL of a call: its path joined to the base URL's, never in its place.
func (c *conn) target(call call) (*url.URL, error) {
	escaped := strings.TrimSuffix(c.base.EscapedPath(), "/")
	for _, element := range call.path {
		if element == "" || element == "." || element == ".." {
			return nil, &FilterError{Op: call.op, Field: "path", Reason: "has an element that would lead elsewhere"}
		}
		escaped += "/" + url.PathEscape(element)
	}
	if call.slash {
		escaped += "/"
	}
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, &FilterError{Op: call.op, Field: "path", Reason: "cannot be escaped"}
	}
	return &url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Path: path, RawPath: escaped, RawQuery: call.query}, nil
}

// tokenError says that a call failed for want of a credential. What a login of this package says stands by itself.
func tokenError(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return contextError(op, ctx)
	}
	var (
		refused   *APIError
		decode    *DecodeError
		transport *transportError
	)
	if errors.As(err, &refused) || errors.As(err, &decode) || errors.As(err, &transport) {
		return err
	}
	return newTransportError(op+": token", 1, err)
}
