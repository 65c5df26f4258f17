package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// Text reads a string or null.
func (r *Reader) Text(to *string) { r.text(r.value(), to, nil) }

// Interned reads a string or null, for values that recur.
func (r *Reader) Interned(to *string) { r.text(r.value(), to, r.strings) }

// text reads a string. A string with escapes or invalid UTF-8 is rare and left to encoding/json, so that the results
// agree.
func (r *Reader) text(raw []byte, to *string, strings *stringTable) {
	if !r.is(jx.String, raw) {
		return
	}
	if !plain(raw) {
		r.fail(json.Unmarshal(raw, to))
		return
	}
	*to = strings.of(raw[1 : len(raw)-1])
}

// plain reports whether the strings in a value need no decoding.
func plain(raw []byte) bool { return bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) }

// is reports whether a value is of a kind. For null it returns false; any other kind is an error.
func (r *Reader) is(want jx.Type, raw []byte) bool {
	if r.err != nil || raw[0] == 'n' {
		return false
	}
	if raw[0] == '"' && want == jx.String {
		return true
	}
	got := jx.Raw(raw).Type()
	if got != want {
		r.err = fmt.Errorf("%v in place of %v", got, want)
	}
	return got == want
}

// Time reads a time as RFC 3339, or null.
func (r *Reader) Time(to *time.Time) {
	if raw := r.value(); r.is(jx.String, raw) {
		r.fail(to.UnmarshalText(raw[1 : len(raw)-1]))
	}
}

// Bool reads true, false or null.
func (r *Reader) Bool(to *bool) {
	if raw := r.value(); r.is(jx.Bool, raw) {
		*to = raw[0] == 't'
	}
}

// Int reads an integer or null.
func (r *Reader) Int(to *int64) {
	raw := r.value()
	if !r.is(jx.Number, raw) {
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

// Raw reads a value of any kind unchanged, including null. The result is part of the data, or of the copy that element
// returns, and has no room to append.
func (r *Reader) Raw(to *json.RawMessage) { r.keep(to, r.value()) }

// InternedList reads an array of strings that recur, or null.
func (r *Reader) InternedList(to *[]string) {
	if r.null() {
		*to = nil
		return
	}
	names := make([]string, 0, 4)
	for range r.elements {
		var name string
		r.Interned(&name)
		names = append(names, name)
	}
	*to = names
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

// value skips a value and returns its bytes, without blanks around them.
func (r *Reader) value() []byte {
	if r.err != nil {
		return nil
	}
	raw, err := r.dec.Raw()
	if err != nil {
		r.failed(err)
		return nil
	}
	for raw[0] <= ' ' { // the parser returns an element with the blanks before it
		raw = raw[1:]
	}
	r.at = r.place(raw) + len(raw)
	return raw
}
