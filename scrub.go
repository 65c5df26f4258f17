package auditlogs

import (
	"encoding/json"
	"net/url"
	"regexp"
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

var urlPattern = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.\-]*://[^\s"'<>]+`)

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
	forms *strings.Replacer
}

// newScrubber knows each secret as it is and as JSON, forms and paths spell it.
func newScrubber(secrets ...secret) scrubber {
	var pairs []string
	for _, s := range secrets {
		text := s.reveal()
		if len(text) < minSecret {
			continue
		}
		for _, form := range []string{text, jsonText(text), url.QueryEscape(text), url.PathEscape(text)} {
			pairs = append(pairs, form, redactedText)
		}
	}
	return scrubber{forms: strings.NewReplacer(pairs...)}
}

func jsonText(s string) string {
	quoted, _ := json.Marshal(s) // a string always has a JSON form
	return string(quoted[1 : len(quoted)-1])
}

// text is the text without the secrets.
func (s scrubber) text(text string) string {
	if s.forms == nil {
		return text
	}
	return s.forms.Replace(text)
}
