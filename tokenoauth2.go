package auditlogs

import (
	"context"
	"errors"

	"golang.org/x/oauth2"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// FromOAuth2 returns a source that takes its tokens from an [oauth2.TokenSource], for example ThousandEyes' OAuth clients,
// whose refresh tokens rotate: keeping the newest of them is up to that source. The token's type becomes [Token.Scheme], so it
// is not for Huawei, whose header has no scheme. A refusal by the token server is an *APIError with the operation
// "OAuth2.Token", without the server's answer in Body, because nobody knows what secrets are in it. An oauth2.TokenSource knows no
// context: a call whose context ends stops waiting for it, and leaves it to end by itself. Safe for concurrent use if ts
// is; the client calls it once at a time.
func FromOAuth2(ts oauth2.TokenSource) TokenSource { return &oauth2Source{source: ts} }

type oauth2Source struct {
	scrub.Opaque
	source oauth2.TokenSource
}

const oauth2Op = "OAuth2.Token"

// Token asks the source.
func (s *oauth2Source) Token(context.Context) (Token, error) {
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
		return newTransportError(oauth2Op, 1, errors.New("the token server refused: "+refused.ErrorCode))
	}
	refusal := newAPIError(oauth2Op, transport.NewReply(refused.Response, refused.Body, 1))
	refusal.Body = nil
	return refusal
}

func (s *oauth2Source) fault() string {
	if isNil(s.source) {
		return "is nil"
	}
	return ""
}
