package auditlogs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// loginer is what a login is sent with: the client's own connections, or, for a source that is used by itself, ones of
// the same kind.
type loginer struct {
	api      string
	stack    *stack
	insecure bool
}

// loginerFor gives the client's, or one with the defaults of NewClient.
func loginerFor(bound *loginer, api API) *loginer {
	if bound != nil {
		return bound
	}
	cfg := newConfig()
	s := newStack(cfg)
	s.base = http.DefaultTransport // not a pool of its own for a single request
	return &loginer{api: string(api), stack: s}
}

// loginURL is the address of a login below a base URL.
func loginURL(option, field, base, path string, insecure bool) (*url.URL, error) {
	u, fault := parseBaseURL(base, insecure)
	if fault != "" {
		return nil, &ConfigError{Option: option, Field: field, Reason: fault}
	}
	u.Path, u.RawPath = u.Path+path, u.EscapedPath()+path
	return u, nil
}

// observe lets the hook see a login.
func (l *loginer) observe(ctx context.Context, op string, login func(context.Context) (Token, error)) (Token, error) {
	return observe(ctx, l.stack.hooks, CallInfo{API: l.api, Op: op}, login)
}

// post sends a login once: a login that may have been carried out is not repeated, as accounts are locked after a few.
func (l *loginer) post(ctx context.Context, op string, target *url.URL, payload any, secrets ...secret) (*reply, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return nil, newTransportError(op, 1, err)
	}
	req, err := http.NewRequestWithContext(observed(ctx, op, secrets...), http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, newTransportError(op, 1, err)
	}
	req.Header.Set("Content-Type", acceptJSON)
	req.Header.Set("Accept", acceptJSON)
	req.Header.Set("User-Agent", l.stack.userAgent)
	res, err := l.stack.loginClient(l.api).Do(req)
	if err != nil {
		return nil, loginError(ctx, op, err)
	}
	r := newReply(res, 1, secrets...)
	if r.status/100 != 2 {
		return nil, newAPIError(op, r)
	}
	return r, nil
}

// observed lets hooks and log see a login as a call of one attempt.
func observed(ctx context.Context, op string, sent ...secret) context.Context {
	return context.WithValue(ctx, attemptKey{}, &attempt{op: op, n: 1, sent: sent})
}

func loginError(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return contextError(op, ctx)
	}
	return newTransportError(op, 1, err)
}

// required reports the parts of a login that are missing, given as pairs of name and value.
func required(option string, pairs ...string) error {
	var errs []error
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			errs = append(errs, &ConfigError{Option: option, Field: pairs[i], Reason: "is empty"})
		}
	}
	return errors.Join(errs...)
}

// gotToken is the token of a login's answer, which may lack it.
func gotToken(op string, token Token) (Token, error) {
	if fault := tokenFault(token.Value); fault != "" {
		return Token{}, &DecodeError{Op: op, Index: -1, Err: &tokenFaultError{fault}}
	}
	return token, nil
}
