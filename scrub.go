package auditlogs

import (
	"errors"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	redactedText = "[redacted]"
	maxMessage   = 300 // bytes of a foreign text within an error message
	// minSecret is the length from which a secret is looked for in foreign texts: shorter ones would be found by chance
	// and shred the text.
	minSecret = 4
)

var urlPattern = regexp.MustCompile(`(?i)[a-z][a-z0-9+.\-]*://[^\s"'<>]+`)

// oneLine makes a foreign text fit for a message or a log: one line, valid UTF-8, nothing that moves a terminal's cursor
// or turns its writing direction, no URL, and at most limit bytes.
func oneLine(text string, limit int) string {
	if len(text) > 16*limit { // the patterns below need not see what is cut anyway
		text = text[:16*limit]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	}), " ")
	return cut(urlPattern.ReplaceAllString(text, "[url]"), limit)
}

// cut shortens a text to limit bytes, between two runes.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// scrubber takes secrets out of what a server echoes.
type scrubber struct {
	opaque
	secrets []secret
}

func newScrubber(secrets ...secret) scrubber {
	var s scrubber
	for _, each := range secrets {
		if len(each.reveal()) >= minSecret {
			s.secrets = append(s.secrets, each)
		}
	}
	return s
}

// text is the text without the secrets, as they are and as JSON, forms, paths and HTML spell them.
func (s scrubber) text(text string) string {
	for _, each := range s.secrets {
		text = strings.ReplaceAll(text, each.reveal(), redactedText)
		text = replaceSpelled(text, each.reveal())
	}
	return text
}

// cleanError is an error as it is, or, where it quotes one of the secrets, its text without them.
func cleanError(err error, secrets ...secret) error {
	text := err.Error()
	if clean := newScrubber(secrets...).text(text); clean != text {
		return errors.New(clean)
	}
	return err
}

// replaceSpelled takes a secret out in which characters are escaped. Which ones are differs between servers: not all escape
// a slash in JSON, or an ampersand, and few escape everything.
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
			b.WriteString(redactedText)
		} else {
			n = 1
			b.WriteByte(text[i])
		}
		i += n
	}
	return b.String()
}

// spelling is how many bytes at the beginning of a text stand for a character; 0 if they stand for another one.
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
			return len(entity) + 1
		}
	}
	if strings.HasPrefix(text, plain) {
		return len(plain)
	}
	return 0
}

// maxEntity is the length of the longest escape of HTML for a character that needs one.
const maxEntity = len("&#1114111;")

func codeUnit(hex string) rune {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
