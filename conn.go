package auditlogs

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// conn is the connection to one configured API: one origin, one credential, one rate limit. It converts the results of
// its transport to public errors: a reply that is not a success becomes an *APIError, and a failure a *TransportError.
type conn struct {
	api       API
	base      *url.URL
	projectID string // Huawei only
	names     fieldNames
	traits    *apiTraits
	client    *transport.Client
	source    TokenSource
	signs     bool              // the source signs each attempt, and gives no token
	tokens    *transport.Tokens // of the source
	retry     RetryPolicy
	header    http.Header // what every request says, with an empty place for the token
	report    *report
	hooks     Hooks
}

// call is one request of a service, without origin and credential.
type call struct {
	op     string   // "DataAccessLogs.List"
	method string   // "" is GET
	path   []string // elements below the base URL, each escaped by itself
	slash  bool     // the path ends in a slash
	query  string   // encoded, without '?'

	bodies *transport.Buffers // for the body of the answer; nil: memory of its own
}

// ask sends a call and reads its answer. For hooks, this is one operation.
func ask[T any](ctx context.Context, c *conn, call call, read func(*transport.Reply) (T, error)) (T, error) {
	return operation(ctx, c, call.op, func(ctx context.Context) (T, error) {
		r, err := c.do(ctx, call)
		if err != nil {
			var none T
			return none, err
		}
		return read(r)
	})
}

// operation reports an operation of a connection to the hook. Without a connection, run fails by itself.
func operation[T any](ctx context.Context, c *conn, op string, run func(context.Context) (T, error)) (T, error) {
	if c == nil {
		return run(ctx)
	}
	return span(ctx, c.hooks, CallInfo{API: c.api, Op: op}, run)
}

// do sends a call and returns its answer, with an *APIError unless that is a success. It sends at most RetryPolicy.MaxAttempts requests, or one more if
// the credential had to be renewed after the last of them.
func (c *conn) do(ctx context.Context, call call) (*transport.Reply, error) {
	if c == nil {
		return nil, notConfigured(call.op)
	}
	target, err := c.target(call)
	if err != nil {
		return nil, err
	}
	x := c.client.NewCall(call.op)
	x.Buffers = call.bodies
	if c.signs { // a refused signature is the answer, too: Huawei locks a key after five
		return c.answer(ctx, x, call.method, target, transport.Lease{})
	}
	lease, err := c.tokens.Get(ctx)
	if err != nil {
		return nil, tokenError(ctx, call.op, err)
	}
	r, refusal := c.answer(ctx, x, call.method, target, lease)
	if r == nil || !errors.Is(refusal, ErrUnauthorized) {
		return r, refusal
	}
	renewed, err := c.tokens.Renew(ctx, lease)
	if err != nil {
		return nil, tokenError(ctx, call.op, err)
	}
	if renewed.Value == lease.Value && renewed.Scheme == lease.Scheme {
		return r, refusal
	}
	return c.answer(ctx, x, call.method, target, renewed)
}

// answer makes the attempts with one credential and returns the answer, with an *APIError unless that is a success.
func (c *conn) answer(ctx context.Context, x *transport.Call, method string, target *url.URL, lease transport.Lease) (*transport.Reply, error) {
	r, err := c.send(ctx, x, method, target, lease)
	if err != nil || r.OK() {
		return r, err
	}
	return r, newAPIError(x.Op, r)
}

// send makes the attempts with one credential: a token or, if they are signed, none.
func (c *conn) send(ctx context.Context, x *transport.Call, method string, target *url.URL, lease transport.Lease) (*transport.Reply, error) {
	req := c.request(ctx, method, target, lease.Token)
	r, err := x.Send(req, lease.Secrets()...)
	if err != nil {
		return nil, failure(ctx, x, err)
	}
	if req.Method == http.MethodDelete && r.Status == http.StatusNotFound && x.MayBeRun() {
		// An earlier attempt succeeded but its answer was lost: the record is already deleted.
		r.Status, r.Body = http.StatusNoContent, nil
	}
	return r, nil
}

// failure returns the error of a call without an answer. If its context ended, the error also says why an earlier attempt
// failed.
func failure(ctx context.Context, x *transport.Call, err error) error {
	if ctx.Err() == nil {
		return newTransportError(x.Op, x.Number, err)
	}
	switch f := x.Failed(); {
	case f == nil:
		return contextError(x.Op, ctx)
	case f.Reply != nil:
		return contextErrorAfter(x.Op, ctx, newAPIError(x.Op, f.Reply))
	default:
		return contextErrorAfter(x.Op, ctx, newTransportError(x.Op, f.Attempts, f.Err))
	}
}

func (c *conn) request(ctx context.Context, method string, target *url.URL, token transport.Token) *http.Request {
	if method == "" {
		method = http.MethodGet
	}
	header := c.header.Clone()
	if !c.signs {
		header[c.traits.header][0] = c.traits.credential(token)
	}
	return (&http.Request{
		Method: method, URL: target, Host: target.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
}

// target returns the URL of a call. The path of the call is appended to that of the base URL and never replaces it.
func (c *conn) target(call call) (*url.URL, error) {
	elements := append(make([]string, 0, 8), strings.TrimSuffix(c.base.EscapedPath(), "/"))
	for _, element := range call.path {
		if element == "" || element == "." || element == ".." {
			return nil, &FilterError{Op: call.op, Field: "path", Reason: "has an element that would lead elsewhere"}
		}
		elements = append(elements, url.PathEscape(element))
	}
	if call.slash {
		elements = append(elements, "")
	}
	escaped := strings.Join(elements, "/")
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, &FilterError{Op: call.op, Field: "path", Reason: "cannot be escaped"}
	}
	return &url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Path: path, RawPath: escaped, RawQuery: call.query}, nil
}

// fetchToken asks the source for a token that can be sent.
func (c *conn) fetchToken(ctx context.Context) (transport.Token, error) {
	token, err := c.source.Token(ctx)
	if err != nil {
		return transport.Token{}, err
	}
	token = token.withoutScheme()
	if fault := c.traits.tokenFault(token); fault != "" {
		return transport.Token{}, errors.New("the token " + fault)
	}
	return transport.Token{Value: token.Value, Scheme: token.Scheme, Expiry: token.Expiry}, nil
}

// tokenPart ends the operation of an error of a source that is not this package's.
const tokenPart = ": token"

// tokenError returns the error of a call that got no credential. An error of a login of this package is returned as it
// is.
func tokenError(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return contextError(op, ctx)
	}
	var (
		refused     *APIError
		decode      *DecodeError
		unreachable *TransportError
	)
	if errors.As(err, &refused) || errors.As(err, &decode) || errors.As(err, &unreachable) {
		return err
	}
	return newTransportError(op+tokenPart, 1, err)
}
