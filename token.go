package auditlogs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// TokenSource gives the credential for an API. The client asks it once, whatever number of requests wait, and again
// shortly before the token expires or when the API refuses it. Token may be called from several goroutines.
// An error of it ends the calls that wait; its context ends when nobody waits any more.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// Token is a credential. However it is printed, logged or encoded, its value does not show.
type Token struct {
	Value  string    // never printed
	Expiry time.Time // by the local clock; zero: does not expire
}

// String hides the value.
func (t Token) String() string { return redactedText }

// GoString hides the value.
func (t Token) GoString() string { return redactedText }

// Format hides the value, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedText) }

// LogValue hides the value.
func (t Token) LogValue() slog.Value { return slog.StringValue(redactedText) }

// MarshalJSON hides the value: a token cannot be stored this way.
func (t Token) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// opaque is embedded in everything that holds a secret, so that nothing prints it by accident.
type opaque struct{}

func (opaque) String() string               { return redactedText }
func (opaque) GoString() string             { return redactedText }
func (opaque) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redactedText) }
func (opaque) LogValue() slog.Value         { return slog.StringValue(redactedText) }
func (opaque) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// secret keeps a text behind a pointer: fmt prints the fields of a struct that it reaches through another one without
// asking their methods, and follows one pointer where a verb does not fit, but never shows what a *string points to.
type secret struct {
	opaque
	text *string
}

func newSecret(text string) secret { return secret{text: &text} }

func (s secret) reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// boundSource is a source that logs in: it can be checked beforehand, and does it over the client's own connections.
type boundSource interface {
	TokenSource
	check(insecure bool) error   // one or more ConfigErrors
	bind(l *loginer) TokenSource // a copy; the same source may serve several clients
}

// StaticToken is a token that does not change, such as one made by hand in the vendor's console. NewClient refuses an
// empty one. Once the API refuses it, calls are ErrUnauthorized.
func StaticToken(value string) TokenSource { return &staticToken{value: newSecret(value)} }

type staticToken struct {
	opaque
	value secret
}

func (s *staticToken) Token(context.Context) (Token, error) {
	return Token{Value: s.value.reveal()}, nil
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
