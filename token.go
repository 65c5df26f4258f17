package auditlogs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// TokenSource gives the credential for an API. The client asks it once, whatever number of requests wait, and again
// shortly before the token expires or when the API refuses it. Token may be called from several goroutines.
// If Token fails, the calls that wait for it fail. Its context ends once no call waits any more.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// Token is a credential. However it is printed, logged or encoded, its value does not show.
type Token struct {
	Value  string    // never printed
	Expiry time.Time // by the local clock; zero: does not expire
}

// String hides the value.
func (t Token) String() string { return scrub.Redacted }

// GoString hides the value.
func (t Token) GoString() string { return scrub.Redacted }

// Format hides the value, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, scrub.Redacted) }

// LogValue hides the value.
func (t Token) LogValue() slog.Value { return slog.StringValue(scrub.Redacted) }

// MarshalJSON hides the value: a token cannot be stored this way.
func (t Token) MarshalJSON() ([]byte, error) { return []byte(`"` + scrub.Redacted + `"`), nil }

// boundSource is a source that logs in: it can be checked beforehand, and does it over the client's own connections.
type boundSource interface {
	TokenSource
	check(insecure bool) error       // one or more ConfigErrors
	bind(c *loginClient) TokenSource // a copy; the same source may serve several clients
}

// StaticToken is a token that does not change, such as one made by hand in the vendor's console. NewClient refuses an
// empty one. Once the API refuses it, calls are ErrUnauthorized.
func StaticToken(value string) TokenSource { return &staticToken{value: scrub.NewSecret(value)} }

type staticToken struct {
	scrub.Opaque
	value scrub.Secret
}

func (s *staticToken) Token(context.Context) (Token, error) {
	return Token{Value: s.value.Reveal()}, nil
}

// tokenFault says why a value cannot be a token, or "". A header carries printable ASCII; anything else, a final newline
// from a file above all, would be refused by net/http, or worse, begin a header of its own.
func tokenFault(value string) string {
	if value == "" {
		return "is empty"
	}
	for i := range len(value) {
		if value[i] <= ' ' || value[i] >= 0x7f {
			return "has a character that is not printable ASCII"
		}
	}
	return ""
}
