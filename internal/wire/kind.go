package wire

import "fmt"

// kind is the kind of a JSON value.
type kind string

const (
	kindNull   kind = "null"
	kindBool   kind = "bool"
	kindNumber kind = "number"
	kindText   kind = "string"
	kindArray  kind = "array"
	kindObject kind = "object"
)

// kindOf returns the kind of the value that begins with a byte.
func kindOf(first byte) kind {
	switch first {
	case '"':
		return kindText
	case '{':
		return kindObject
	case '[':
		return kindArray
	case 'n':
		return kindNull
	case 't', 'f':
		return kindBool
	default:
		return kindNumber
	}
}

// is reports whether a value is of a kind. For null it returns false; any other kind is an error.
func (r *Reader) is(want kind, raw []byte) bool {
	switch {
	case r.err != nil:
		return false
	case want == kindText && raw[0] == '"':
		return true
	}
	got := kindOf(raw[0])
	if got != want && got != kindNull {
		r.err = fmt.Errorf("%s in place of %s", got, want)
	}
	return got == want
}
