package scrub

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted replaces a secret.
const Redacted = "[redacted]"

// Opaque is embedded in everything that contains a secret, so that nothing prints the secret by accident.
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

// Secret keeps a text behind a pointer. fmt prints the fields of a struct that it reaches through another struct
// without calling their methods, and it follows one pointer if a verb does not fit. But it never shows what a *string
// points to.
type Secret struct {
	Opaque
	text *string
}

// NewSecret returns a Secret that hides a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text, only for the request that carries it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}
