package wire

import (
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendText appends a text as a string of JSON, in the shortest form. Bytes that are not UTF-8 are replaced.
func AppendText(to []byte, text string) []byte {
	return append(AppendInside(append(to, '"'), text), '"')
}

// AppendInside appends what is between the quotation marks of a string of JSON.
func AppendInside(to []byte, text string) []byte {
	begin, copied, ascii := len(to), 0, byte(0)
	for i := range len(text) {
		c := text[i]
		if ascii |= c; !mustEscape[c] {
			continue
		}
		to = append(to, text[copied:i]...)
		to = appendEscape(to, c)
		copied = i + 1
	}
	if ascii < utf8.RuneSelf || utf8.ValidString(text) {
		return append(to, text[copied:]...)
	}
	quoted, _ := jsontext.AppendQuote(nil, text) // the error says that bytes were replaced
	return append(to[:begin], quoted[1:len(quoted)-1]...)
}

// AppendQuoted is AppendText for a long text with many characters to escape, such as JSON in JSON.
func AppendQuoted(to, text []byte) []byte {
	if !utf8.Valid(text) {
		to, _ = jsontext.AppendQuote(to, text) // the error says that bytes were replaced
		return to
	}
	to = roomFor(append(to, '"'), len(text))
	at := len(to)
	to = to[:cap(to)]
	for i, c := range text {
		switch {
		case !mustEscape[c]:
			to[at] = c
			at++
		case c == '"' || c == '\\':
			to[at], to[at+1] = '\\', c
			at += 2
		default:
			to = roomFor(appendEscape(to[:at], c), len(text)-i)
			at = len(to)
			to = to[:cap(to)]
		}
	}
	return append(to[:at], '"')
}

// roomFor makes room for so many bytes of a text, of which each may need two.
func roomFor(to []byte, size int) []byte { return slices.Grow(to, 2*size) }

// mustEscape has the bytes that JSON does not allow in a string as they are.
var mustEscape = func() (must [256]bool) {
	for c := range ' ' {
		must[c] = true
	}
	must['"'], must['\\'] = true, true
	return must
}()

func appendEscape(to []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(to, '\\', c)
	case '\b':
		return append(to, `\b`...)
	case '\f':
		return append(to, `\f`...)
	case '\n':
		return append(to, `\n`...)
	case '\r':
		return append(to, `\r`...)
	case '\t':
		return append(to, `\t`...)
	default:
		const digits = "0123456789abcdef"
		return append(append(to, `\u00`...), digits[c>>4], digits[c&0xf])
	}
}

// AppendCompact appends one JSON value without the white space between its tokens; bytes that are not UTF-8 are replaced. ok
// is false, and nothing is appended, if it is not one JSON value, or one with an object that has two members of one name, which
// many stores refuse.
func AppendCompact(to, value []byte) (out []byte, ok bool) {
	if isPlainText(value) {
		return append(to, value...), true
	}
	out, err := jsontext.AppendFormat(to, ValidText(value), jsontext.PreserveRawStrings(true))
	if err != nil {
		return to, false
	}
	return out, true
}

// IsValid reports whether a text is one JSON value that AppendCompact would accept without replacing bytes.
func IsValid(text []byte) bool { return jsontext.Value(text).IsValid() }

// isPlainText reports whether a value is a string without escapes, which is most of what is copied.
func isPlainText(value []byte) bool {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return false
	}
	inside := value[1 : len(value)-1]
	for _, c := range inside {
		if mustEscape[c] {
			return false
		}
	}
	return utf8.Valid(inside)
}
