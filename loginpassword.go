package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// WaldurLogin logs in with a name and a password, at a server such as https://waldur.example.com. One request per token;
// a refusal is an *APIError that is ErrUnauthorized. Waldur locks a name for ten minutes after four refusals.
func WaldurLogin(baseURL, username, password string) TokenSource {
	return &passwordLogin{
		kind: &passwordKind{
			option: "WaldurLogin", field: "baseURL", op: "Waldur.Login", api: APIWaldur, path: "/api-auth/password/", member: "token",
		},
		base: baseURL, username: username, password: newSecret(password),
	}
}

// AkinonLogin logs in with a name and a password, at an Omnitron server such as https://sandbox.akinon.com. One request
// per token; a refusal is an *APIError that is ErrUnauthorized, although the server calls it 400.
func AkinonLogin(omnitronURL, username, password string) TokenSource {
	return &passwordLogin{
		kind: &passwordKind{
			option: "AkinonLogin", field: "omnitronURL", op: "Akinon.Login", api: APIAkinon, path: "/api/v1/auth/login/", member: "key",
		},
		base: omnitronURL, username: username, password: newSecret(password),
	}
}

// passwordKind is what such logins differ in.
type passwordKind struct {
	option, field, op string
	api               API
	path              string
	member            string // of the answer, that holds the token
}

type passwordLogin struct {
	opaque
	kind           *passwordKind
	base, username string
	password       secret
	bound          *loginer
}

func (s *passwordLogin) bind(l *loginer) TokenSource {
	bound := *s
	bound.bound = l
	return &bound
}

func (s *passwordLogin) check(insecure bool) error {
	_, err := loginURL(s.kind.option, s.kind.field, s.base, s.kind.path, insecure)
	return errors.Join(err, required(s.kind.option, "username", s.username, "password", s.password.reveal()))
}

// Token logs in.
func (s *passwordLogin) Token(ctx context.Context) (Token, error) {
	l := loginerFor(s.bound, s.kind.api)
	return l.observe(ctx, s.kind.op, func(ctx context.Context) (Token, error) { return s.login(ctx, l) })
}

// login sends the request and reads its answer.
func (s *passwordLogin) login(ctx context.Context, l *loginer) (Token, error) {
	if err := s.check(l.insecure); err != nil {
		return Token{}, err
	}
	target, err := loginURL(s.kind.option, s.kind.field, s.base, s.kind.path, l.insecure)
	if err != nil {
		return Token{}, err
	}
	payload := map[string]string{"username": s.username, "password": s.password.reveal()}
	r, err := l.post(ctx, s.kind.op, target, payload, s.password)
	if err != nil {
		return Token{}, s.refusal(err)
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(r.body, &answer); err != nil {
		return Token{}, &DecodeError{Op: s.kind.op, Index: -1, Err: cleanError(err, s.password)}
	}
	return gotToken(s.kind.op, Token{Value: scalarOf(answer[s.kind.member])})
}

// refusal names what Akinon answers to a bad password with a bare 400.
func (s *passwordLogin) refusal(err error) error {
	var refused *APIError
	if s.kind.api == APIAkinon && errors.As(err, &refused) && refused.StatusCode == http.StatusBadRequest && refused.Code == "" {
		refused.Code = codeBadCredential
	}
	return err
}
