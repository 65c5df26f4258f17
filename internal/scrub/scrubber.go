package scrub

import (
	"errors"
	"html"
	"net/url"
	"strconv"
	"strings"
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
	var s Scrubber
	for _, each := range secrets {
		if len(each.Reveal()) >= minSecret {
			s.secrets = append(s.secrets, each)
		}
	}
	return s
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
	var b strings.Builder
	for i := 0; i < len(text); {
		n := 0
		for _, r := range secret {
			m := spelling(text[i+n:], r)
			if n += m; m == 0 {
				n = 0
				break
			}
		}
		if n > 0 {
			b.WriteString(Redacted)
		} else {
			n = 1
			b.WriteByte(text[i])
		}
		i += n
	}
	return b.String()
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
	case text[0] == '%' && len(text) >= 3*len(plain):
		if got, err := url.PathUnescape(text[:3*len(plain)]); err == nil && got == plain {
			return 3 * len(plain)
		}
	case text[0] == '+' && r == ' ':
		return 1
	case text[0] == '&':
		entity, _, _ := strings.Cut(text[:min(len(text), maxEntity)], ";")
		if html.UnescapeString(entity+";") == plain {
			return min(len(entity)+1, len(text)) // a text that was cut may end without the semicolon
		}
	}
	if strings.HasPrefix(text, plain) {
		return len(plain)
	}
	return 0
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
