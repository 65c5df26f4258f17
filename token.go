package auditlogs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// TokenSource provides the credential for an API. The client calls Token once, however many requests wait for the
// token. It calls it again shortly before the token expires, or when the API refuses the token. Token may be called
// from several goroutines. If Token fails, the calls that wait for it fail. Its context ends when no call waits any
// more.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// Token is a credential. Packages fmt, log/slog, encoding/json and encoding/xml never show its value, unless fmt reaches it
// through an unexported field of another type.
type Token struct {
	Value  string    // never printed
	Expiry time.Time // by the local clock; zero if it does not expire
	// Scheme is the word before the value in the header, such as "Bearer". If it is empty, it is the API's own: "Bearer" for
	// Elastic Path and ThousandEyes, "Token" for Akinon, and none for Huawei. Waldur has two: "Bearer" for personal access
	// tokens (w_…) and OIDC tokens (JWT), "Token" for all others. A Value that begins with one of these two words and a blank
	// is the same as that Scheme and the rest of the Value.
	Scheme string
}

// String hides the value.
func (t Token) String() string { return scrub.Redacted }

// GoString hides the value.
func (t Token) GoString() string { return scrub.Redacted }

// Format hides the value, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, scrub.Redacted) }

// LogValue hides the value.
func (t Token) LogValue() slog.Value { return slog.StringValue(scrub.Redacted) }

// MarshalText hides the value.
func (t Token) MarshalText() ([]byte, error) { return []byte(scrub.Redacted), nil }

// MarshalJSON hides the value, so a token cannot be stored as JSON.
func (t Token) MarshalJSON() ([]byte, error) { return []byte(`"` + scrub.Redacted + `"`), nil }

// plainSource is a source that has its token at hand, and can say what is wrong with it before anything is sent.
type plainSource interface {
	TokenSource
	fault(api *apiTraits) string // "" if nothing is
}

// boundSource is a source that logs in. It can be checked in advance, and it logs in over the client's own connections.
type boundSource interface {
	TokenSource
	check(insecure bool) error       // one or more ConfigErrors
	bind(c *loginClient) TokenSource // returns a copy, because the same source may serve several clients
}

// watchedSource is a source whose token may change at any time, which its version shows.
type watchedSource interface {
	TokenSource
	version() string
}

// StaticToken returns a source whose token does not change, such as one that was created by hand in the vendor's
// console. It may begin with its scheme, as in "Bearer eyJ…"; see [Token]. NewClient refuses an empty token. Once the API
// refuses the token, calls return ErrUnauthorized.
func StaticToken(value string) TokenSource { return &staticToken{value: scrub.NewSecret(value)} }

type staticToken struct {
	scrub.Opaque
	value scrub.Secret
}

func (s *staticToken) Token(context.Context) (Token, error) {
	return Token{Value: s.value.Reveal()}, nil
}

func (s *staticToken) fault(api *apiTraits) string {
	return api.tokenFault(Token{Value: s.value.Reveal()}.withoutScheme())
}
