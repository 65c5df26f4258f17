package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"

	"github.com/go-faster/jx"
)

// ID reads an identifier that seldom recurs: a string, a number or null. It keeps the digits of a number exactly.
func (r *Reader) ID(to *string) {
	raw := r.value()
	if r.err == nil && isNumber(raw) {
		*to = string(raw)
		return
	}
	r.text(raw, to, nil)
}

// StringOrNumber reads a string, a number or null, for values that recur. It keeps the digits of a number exactly.
func (r *Reader) StringOrNumber(to *string) {
	raw := r.value()
	if r.err == nil && isNumber(raw) {
		*to = r.strings.of(raw)
		return
	}
	r.text(raw, to, r.strings)
}

func isNumber(raw []byte) bool { return raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9' }

// Said skips a value of any kind, and reports whether it is true, or a text that says so.
func (r *Reader) Said() bool {
	raw := r.value()
	return r.err == nil && strings.EqualFold(strings.Trim(string(raw), `"`), "true")
}

// LooseMap reads an object that should have strings only, or null. A value that is no string becomes its JSON without blanks,
// and null the empty string. A string in place of the object may hold the object as JSON. Any other string is the value of the
// empty name, and an empty one adds nothing. As in encoding/json, what the map has already stays.
func (r *Reader) LooseMap(to *map[string]string) {
	switch {
	case r.null():
		*to = nil
	case r.err != nil:
	case r.dec.Next() == jx.String:
		r.textMap(to)
	case !plain(r.peek()): // rare and left to encoding/json, so that the results agree
		r.rareMap(to)
	default:
		if *to == nil {
			*to = map[string]string{}
		}
		for name := range r.Members {
			(*to)[r.strings.of(name)] = r.looseText()
		}
	}
}

// textMap reads a string in place of an object.
func (r *Reader) textMap(to *map[string]string) {
	var text string
	if r.Text(&text); r.err != nil || text == "" {
		return
	}
	inner := newReader([]byte(text), r.strings)
	if inner.IsObject() {
		all := maps.Clone(*to)
		inner.LooseMap(&all)
		if inner.end(); inner.err == nil {
			*to = all
			return
		}
	}
	if *to == nil {
		*to = map[string]string{}
	}
	(*to)[""] = text
}

func (r *Reader) rareMap(to *map[string]string) {
	raw := r.value()
	if !r.is(jx.Object, raw) {
		return
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		r.fail(err)
		return
	}
	if *to == nil {
		*to = map[string]string{}
	}
	for name, value := range values {
		inner := newReader(value, r.strings)
		(*to)[name] = inner.looseText()
		r.fail(inner.err)
	}
}

// looseText reads a value of any kind as text: a string, or the JSON of another value without blanks. null is empty.
func (r *Reader) looseText() (text string) {
	if r.err == nil && (r.dec.Next() == jx.String || r.isNull()) {
		r.Interned(&text)
		return text
	}
	raw := r.value()
	if r.err != nil {
		return ""
	}
	var compact bytes.Buffer
	r.fail(json.Compact(&compact, raw))
	return r.strings.of(ValidText(compact.Bytes()))
}
