package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Text reads a string that seldom recurs, or null.
func (r *Reader) Text(to *string) {
	if raw := r.value(); r.is(kindText, raw) {
		*to = r.own(r.unquoted(raw))
	}
}

// Interned reads a string or null, for values that recur.
func (r *Reader) Interned(to *string) {
	if raw := r.value(); r.is(kindText, raw) {
		*to = r.recurring(r.unquoted(raw))
	}
}

// unquoted returns what the string says that was read last. Bytes that are not UTF-8, and escapes that are no character, are
// replaced.
func (r *Reader) unquoted(raw []byte) []byte {
	if r.valid && r.escape >= r.offset() {
		return raw[1 : len(raw)-1]
	}
	return r.decoded(raw)
}

// decoded is unquoted, with a closer look.
func (r *Reader) decoded(raw []byte) []byte {
	inner := raw[1 : len(raw)-1]
	if begin := r.offset() - len(raw); r.escape < begin {
		r.findEscape(begin)
	}
	if r.escape >= r.offset() && (r.valid || utf8.Valid(inner)) {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // an error says that something was replaced
	return text
}

// findEscape looks for the first backslash from a position on. So all of the data is searched only once.
func (r *Reader) findEscape(from int) {
	r.escape = len(r.data)
	if i := bytes.IndexByte(r.data[from:], '\\'); i >= 0 {
		r.escape = from + i
	}
}

// Time reads a time as RFC 3339, or null.
func (r *Reader) Time(to *time.Time) {
	if raw := r.value(); r.is(kindText, raw) {
		r.fail(to.UnmarshalText(raw[1 : len(raw)-1]))
	}
}

// Bool reads true, false or null.
func (r *Reader) Bool(to *bool) {
	if raw := r.value(); r.is(kindBool, raw) {
		*to = raw[0] == 't'
	}
}

// Int reads an integer or null.
func (r *Reader) Int(to *int64) {
	raw := r.value()
	if !r.is(kindNumber, raw) {
		return
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if r.fail(err); err == nil {
		*to = n
	}
}

// Count reads an integer of the machine's size, or null.
func (r *Reader) Count(to *int) {
	n := int64(*to)
	if r.Int(&n); r.err == nil && int64(int(n)) != n {
		r.err = strconv.ErrRange
	}
	*to = int(n)
}

// InternedList reads an array of strings that recur, or null.
func (r *Reader) InternedList(to *[]string) {
	if r.null() {
		*to = nil
		return
	}
	names := room(&r.names, listPiece)
	for range r.elements {
		var name string
		r.Interned(&name)
		names = append(names, name)
	}
	*to = settle(&r.names, names)
}

// Filled skips a value of any kind, and reports whether it says anything: whether it is not null, false, 0, or an empty text,
// list or object.
func (r *Reader) Filled() bool {
	switch raw := r.value(); {
	case r.err != nil:
		return false
	case raw[0] == '[' || raw[0] == '{':
		return len(bytes.TrimSpace(raw[1:len(raw)-1])) > 0
	default:
		switch string(raw) {
		case "null", "false", "0", `""`:
			return false
		default:
			return true
		}
	}
}

// Embedded reads a text. If the text is itself a JSON object, read reads that, and ok is true. If that fails, the text is
// one like any other, and what read has read does not count.
func (r *Reader) Embedded(read func(*Reader)) (text string, ok bool) {
	if r.Text(&text); !isObject(bytes.TrimLeft([]byte(text), " \t\r\n")) {
		return text, false
	}
	in := newReader(json.RawMessage(text), r.strings)
	read(in)
	in.end()
	return text, in.err == nil
}
