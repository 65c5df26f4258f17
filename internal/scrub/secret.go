package scrub

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted stands in place of a secret.
const Redacted = "[redacted]"

// Opaque is embedded in everything that holds a secret, so that nothing prints it by accident.
type Opaque struct{}

// String hides the value that embeds it.
func (Opaque) String() string { return Redacted }

// GoString hides the value that embeds it.
func (Opaque) GoString() string { return Redacted }

// Format hides the value that embeds it, whatever the verb.
func (Opaque) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Redacted) }

// LogValue hides the value that embeds it.
func (Opaque) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalJSON hides the value that embeds it.
func (Opaque) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// Secret keeps a text behind a pointer. fmt prints the fields of a struct that it reaches through another struct without
// asking their methods, and follows one pointer where a verb does not fit, but it never shows what a *string points to.
type Secret struct {
	Opaque
	text *string
}

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text, for the request that carries it and for nothing else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}
