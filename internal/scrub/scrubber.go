package scrub

import (
	"errors"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// minSecret is the minimum length of a secret that is searched for in foreign texts. Shorter secrets would match by
// chance and make the text unreadable.
const minSecret = 4

// Scrubber removes secrets from texts that a server echoes.
type Scrubber struct {
	Opaque
	secrets []Secret
}

// NewScrubber returns a scrubber for the given secrets.
func NewScrubber(secrets ...Secret) Scrubber {
	short := func(s Secret) bool { return len(s.Reveal()) < minSecret }
	if slices.ContainsFunc(secrets, short) {
		secrets = slices.DeleteFunc(slices.Clone(secrets), short)
	}
	return Scrubber{secrets: secrets}
}

// Text returns the text without the secrets, both as they are and as JSON, forms, paths and HTML escape them.
func (s Scrubber) Text(text string) string {
	for _, each := range s.secrets {
		text = strings.ReplaceAll(text, each.Reveal(), Redacted)
		text = replaceSpelled(text, each.Reveal())
	}
	return text
}

// Error returns the error itself or, if its text quotes one of the secrets, a new error with the text without them.
func Error(err error, secrets ...Secret) error {
	text := err.Error()
	if clean := NewScrubber(secrets...).Text(text); clean != text {
		return errors.New(clean)
	}
	return err
}

// replaceSpelled removes a secret in which characters are escaped. Servers differ in which ones they escape: not all
// escape a slash in JSON, or an ampersand, and few escape everything.
func replaceSpelled(text, secret string) string {
	if !strings.ContainsAny(text, `\%&+`) {
		return text
	}
	first, _ := utf8.DecodeRuneInString(secret)
	begin := string(first)[0]
	var b strings.Builder
	done := 0
	for i := 0; i < len(text); {
		n := 0
		if text[i] == begin || escapes(text[i]) { // few bytes; for others, spelled would say the same, but later
			n = spelled(text[i:], secret)
		}
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[done:i])
		b.WriteString(Redacted)
		i += n
		done = i
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// escapes reports whether an escape of a character may begin with the byte.
func escapes(b byte) bool { return b == '\\' || b == '%' || b == '&' || b == '+' }

// spelled returns how many bytes at the beginning of a text stand for the secret, or 0 if they stand for something else.
func spelled(text, secret string) int {
	n := 0
	for _, r := range secret {
		m := spelling(text[n:], r)
		if m == 0 {
			return 0
		}
		n += m
	}
	return n
}

// spelling returns how many bytes at the beginning of a text stand for the character, or 0 if they stand for another
// one.
func spelling(text string, r rune) int {
	plain := string(r)
	switch {
	case text == "":
		return 0
	case text[0] == '\\' && len(text) >= 6 && text[1] == 'u' && codeUnit(text[2:6]) == r:
		return 6
	case text[0] == '\\' && strings.HasPrefix(text[1:], plain):
		return 1 + len(plain)
	case text[0] == '%' && isPercent(text, plain):
		return 3 * len(plain)
	case text[0] == '+' && r == ' ':
		return 1
	case text[0] == '&':
		entity, _, _ := strings.Cut(text[:min(len(text), maxEntity)], ";")
		if mayBeEntity(entity, r) && html.UnescapeString(entity+";") == plain {
			return min(len(entity)+1, len(text)) // a text that was cut may end without the semicolon
		}
	}
	if strings.HasPrefix(text, plain) {
		return len(plain)
	}
	return 0
}

// isPercent reports whether a text begins with the bytes of another one in percent signs.
func isPercent(text, plain string) bool {
	if len(text) < 3*len(plain) {
		return false
	}
	for i := range len(plain) {
		if at := text[3*i:]; at[0] != '%' || codeUnit(at[1:3]) != rune(plain[i]) {
			return false
		}
	}
	return true
}

// mayBeEntity reports whether a text that begins with an ampersand may be an HTML escape for the character. Letters and
// digits have no names in HTML, only numbers. So the parameters of a query, the usual text with ampersands, are none.
func mayBeEntity(text string, r rune) bool {
	plain := '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	return !plain || strings.HasPrefix(text, "&#")
}

// maxEntity is the length of the longest HTML escape for a character that needs one.
const maxEntity = len("&#1114111;")

func codeUnit(hex string) rune {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
