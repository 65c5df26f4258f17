package auditlogs

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/oauth2"

	"github.com/auditlogs/auditlogs-go/internal/given"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// FromOAuth2 returns a source that takes its tokens from an [oauth2.TokenSource], for example ThousandEyes' OAuth clients,
// whose refresh tokens rotate: keeping the newest of them is up to that source. The token's type becomes [Token.Scheme], so it
// is not for Huawei, whose header has no scheme: NewClient refuses it there. A refusal by the token server is an *APIError with
// the operation "OAuth2.Token". It has the status and OAuth's error code, and nothing else of the answer, because nobody knows
// what secrets are in it.
//
// When an API refuses a token, the client asks ts again, and repeats the request if the token is another one by then. The sources
// of the oauth2 package give the same token until it expires; one that refreshes at each call, and stores the refresh token
// that it gets, recovers at once. The example shows such a source.
//
// ts is called once at a time, also if it serves several clients. An oauth2.TokenSource knows no context: a call whose context
// ends stops waiting for it, and leaves it to end by itself. Safe for concurrent use.
func FromOAuth2(ts oauth2.TokenSource) TokenSource {
	return &oauth2Source{source: ts, turn: make(chan struct{}, 1)}
}

type oauth2Source struct {
	scrub.Opaque
	source oauth2.TokenSource
	turn   chan struct{} // holds the one call that is being made
}

const oauth2Op = "OAuth2.Token"

// Token asks the source.
func (s *oauth2Source) Token(ctx context.Context) (Token, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	token, err := s.source.Token()
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused):
		return Token{}, oauth2Refusal(refused)
	case err != nil:
		return Token{}, newTransportError(oauth2Op, 1, err)
	case token == nil:
		return Token{}, &DecodeError{Op: oauth2Op, Index: -1, Err: errors.New("the source gave no token")}
	}
	return Token{Value: token.AccessToken, Scheme: token.Type(), Expiry: token.Expiry}, nil
}

// oauth2Refusal returns the error of a token server. Without its answer, which only a source of the caller's own leaves out, the
// code is all there is.
func oauth2Refusal(refused *oauth2.RetrieveError) error {
	if refused.Response == nil {
		return newTransportError(oauth2Op, 1, errors.New("the token server refused: "+scrub.Line(refused.ErrorCode, 80)))
	}
	refusal := newAPIError(oauth2Op, transport.NewReply(refused.Response, nil, 1))
	if code := scrub.ParseRefusal(refused.Body, refusal.StatusCode).Code; isOAuth2Code(code) {
		refusal.Code = code
	}
	return refusal
}

// isOAuth2Code reports whether a text has the form of OAuth's error codes, such as invalid_grant.
func isOAuth2Code(code string) bool {
	return len(code) < 50 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func (s *oauth2Source) fault(api *apiTraits) string {
	switch {
	case given.IsNil(s.source):
		return "is nil"
	case !api.hasSchemes():
		return "gives tokens with a scheme, which the header " + api.header + " does not take"
	default:
		return ""
	}
}
