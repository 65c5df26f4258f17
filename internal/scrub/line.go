package scrub

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMessage is the maximum length in bytes of a foreign text in an error message.
const MaxMessage = 300

var urlPattern = regexp.MustCompile(`(?i)[a-z][a-z0-9+.\-]*://[^\s"'<>]+`)

// requestPattern is how Huawei's gateway quotes a request whose signature it refuses: with method, path, query and headers,
// between vertical bars or on lines of their own.
var requestPattern = regexp.MustCompile(`((?i:canonicalRequest): ?)[A-Z]+[| ][^"<>]*`)

// Line makes a foreign text safe for a message or a log: one line of valid UTF-8, at most limit bytes, without URLs, quoted
// requests and characters that move a terminal's cursor or change its writing direction.
func Line(text string, limit int) string {
	if len(text) > 16*limit { // the code below need not see what is cut off anyway
		text = text[:16*limit]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	}), " ")
	text = requestPattern.ReplaceAllString(text, "${1}[request]")
	return cut(urlPattern.ReplaceAllString(text, "[url]"), limit)
}

// WithCause appends the text of an error to a message, made safe by Line.
func WithCause(message string, err error) string {
	if err == nil {
		return message
	}
	return message + ": " + Line(err.Error(), MaxMessage)
}

// cut shortens a text to limit bytes without splitting a rune.
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
