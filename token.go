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

// Token is a credential. Its value is never shown, however the token is printed, logged or encoded.
type Token struct {
	Value  string    // never printed
	Expiry time.Time // by the local clock; zero if it does not expire
}

// String hides the value.
func (t Token) String() string { return scrub.Redacted }

// GoString hides the value.
func (t Token) GoString() string { return scrub.Redacted }

// Format hides the value, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, scrub.Redacted) }

// LogValue hides the value.
func (t Token) LogValue() slog.Value { return slog.StringValue(scrub.Redacted) }

// MarshalJSON hides the value, so a token cannot be stored as JSON.
func (t Token) MarshalJSON() ([]byte, error) { return []byte(`"` + scrub.Redacted + `"`), nil }

// boundSource is a source that logs in. It can be checked in advance, and it logs in over the client's own connections.
type boundSource interface {
	TokenSource
	check(insecure bool) error       // one or more ConfigErrors
	bind(c *loginClient) TokenSource // returns a copy, because the same source may serve several clients
}

// StaticToken returns a source whose token does not change, such as one that was created by hand in the vendor's
// console. NewClient refuses an empty token. Once the API refuses the token, calls return ErrUnauthorized.
func StaticToken(value string) TokenSource { return &staticToken{value: scrub.NewSecret(value)} }

type staticToken struct {
	scrub.Opaque
	value scrub.Secret
}

func (s *staticToken) Token(context.Context) (Token, error) {
	return Token{Value: s.value.Reveal()}, nil
}

// tokenFault says why a value cannot be a token, or returns "". A header may have only printable ASCII. With anything
// else, such as the newline at the end of a file, net/http would refuse the header, or worse, the value would begin a
// header of its own.
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
