package auditlogs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// loginClient sends logins: over the client's own connections or, for a source that is used without a client, over
// connections of the same kind.
type loginClient struct {
	api       API
	client    *transport.Client
	userAgent string
	hooks     Hooks
	insecure  bool // http:// is allowed for every host
}

func newLoginClient(api API, cfg *config, network *transport.Network) *loginClient {
	r := &report{api: api, logger: cfg.log(), hooks: cfg.hooks}
	return &loginClient{api: api, client: network.LoginClient(transport.Policy(cfg.retry), r), userAgent: cfg.userAgent, hooks: cfg.hooks, insecure: cfg.insecure}
}

// or returns the client that a source is bound to, or one with the defaults of NewClient.
func (c *loginClient) or(api API) *loginClient {
	if c != nil {
		return c
	}
	return newLoginClient(api, newConfig(), transport.DefaultNetwork(defaultMaxBody))
}

// loginURL returns the URL of a login below a base URL.
func loginURL(option, field, base, path string, insecure bool) (*url.URL, error) {
	u, fault := parseBaseURL(base, insecure)
	if fault != "" {
		return nil, &ConfigError{Option: option, Field: field, Reason: fault}
	}
	u.Path, u.RawPath = u.Path+path, u.EscapedPath()+path
	return u, nil
}

// login runs a login and reports it to the hook.
func (c *loginClient) login(ctx context.Context, op string, login func(context.Context) (Token, error)) (Token, error) {
	return span(ctx, c.hooks, CallInfo{API: c.api, Op: op}, login)
}

// post sends a login once. It does not repeat a login that may have arrived, because servers lock accounts after a few bad
// logins, and some count before they look. Only if no connection was made, the password was never sent.
func (c *loginClient) post(ctx context.Context, op string, target *url.URL, payload any, secrets ...scrub.Secret) (*transport.Reply, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return nil, newTransportError(op, 1, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, newTransportError(op, 1, err)
	}
	req.Header.Set("Content-Type", acceptJSON)
	req.Header.Set("Accept", acceptJSON)
	req.Header.Set("User-Agent", c.userAgent)
	x := c.client.NewCall(op)
	r, err := x.Once(req, secrets...)
	if err != nil {
		return nil, failure(ctx, x, err)
	}
	if !r.OK() {
		return nil, newAPIError(op, r)
	}
	return r, nil
}

// required reports the parts of a login that are missing. The pairs are names and values in turn.
func required(option string, pairs ...string) error {
	var errs []error
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			errs = append(errs, &ConfigError{Option: option, Field: pairs[i], Reason: "is empty"})
		}
	}
	return errors.Join(errs...)
}

// gotToken checks the token of a login answer, which may lack it.
func gotToken(op string, token Token) (Token, error) {
	if fault := token.fault(); fault != "" {
		return Token{}, &DecodeError{Op: op, Index: -1, Err: errors.New("the token " + fault)}
	}
	return token, nil
}

// WaldurLogin returns a source that logs in with a user name and a password, at a server such as
// https://waldur.example.com. Each token costs one request. A refusal is an *APIError that is ErrUnauthorized. Waldur
// locks a user name for ten minutes after four refusals. So a login is repeated only if no connection was made.
func WaldurLogin(baseURL, username, password string) TokenSource {
	return &passwordLogin{
		kind: &passwordKind{
			option: "WaldurLogin", field: "baseURL", op: "Waldur.Login", api: APIWaldur, path: "/api-auth/password/", member: "token",
		},
		base: baseURL, username: username, password: scrub.NewSecret(password),
	}
}

// AkinonLogin returns a source that logs in with a user name and a password, at an Omnitron server such as
// https://sandbox.akinon.com. Each token costs one request. A refusal is an *APIError that is ErrUnauthorized, although
// the status is 400. A login is repeated only if no connection was made.
func AkinonLogin(omnitronURL, username, password string) TokenSource {
	return &passwordLogin{
		kind: &passwordKind{
			option: "AkinonLogin", field: "omnitronURL", op: "Akinon.Login", api: APIAkinon, path: "/api/v1/auth/login/", member: "key",
		},
		base: omnitronURL, username: username, password: scrub.NewSecret(password),
	}
}

// passwordKind is what differs between the logins with a password.
type passwordKind struct {
	option, field, op string
	api               API
	path              string
	member            string // the member of the answer that holds the token
}

type passwordLogin struct {
	scrub.Opaque
	kind           *passwordKind
	base, username string
	password       scrub.Secret
	client         *loginClient
}

func (s *passwordLogin) bind(c *loginClient) TokenSource {
	bound := *s
	bound.client = c
	return &bound
}

func (s *passwordLogin) check(insecure bool) error {
	_, err := loginURL(s.kind.option, s.kind.field, s.base, s.kind.path, insecure)
	return errors.Join(err, required(s.kind.option, "username", s.username, "password", s.password.Reveal()))
}

// Token logs in.
func (s *passwordLogin) Token(ctx context.Context) (Token, error) {
	c := s.client.or(s.kind.api)
	return c.login(ctx, s.kind.op, func(ctx context.Context) (Token, error) { return s.login(ctx, c) })
}

// login sends the request and reads its answer.
func (s *passwordLogin) login(ctx context.Context, c *loginClient) (Token, error) {
	if err := s.check(c.insecure); err != nil {
		return Token{}, err
	}
	target, err := loginURL(s.kind.option, s.kind.field, s.base, s.kind.path, c.insecure)
	if err != nil {
		return Token{}, err
	}
	payload := map[string]string{"username": s.username, "password": s.password.Reveal()}
	r, err := c.post(ctx, s.kind.op, target, payload, s.password)
	if err != nil {
		return Token{}, s.refusal(err)
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(r.Body, &answer); err != nil {
		return Token{}, &DecodeError{Op: s.kind.op, Index: -1, Err: r.CleanError(err)}
	}
	return gotToken(s.kind.op, Token{Value: scrub.Scalar(answer[s.kind.member])})
}

// refusal sets a code for Akinon's answer to a bad password, a 400 without a code.
func (s *passwordLogin) refusal(err error) error {
	var refused *APIError
	if s.kind.api == APIAkinon && errors.As(err, &refused) && refused.StatusCode == http.StatusBadRequest && refused.Code == "" {
		refused.Code = codeBadCredential
	}
	return err
}
