package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
)

// ID reads an identifier that seldom recurs: a string, a number or null. It keeps the digits of a number exactly.
func (r *Reader) ID(to *string) {
	if said, ok := r.textOrNumber(); ok {
		*to = r.own(said)
	}
}

// StringOrNumber reads a string, a number or null, for values that recur. It keeps the digits of a number exactly.
func (r *Reader) StringOrNumber(to *string) {
	if said, ok := r.textOrNumber(); ok {
		*to = r.recurring(said)
	}
}

func (r *Reader) textOrNumber() (said []byte, ok bool) {
	raw := r.value()
	if r.err == nil && kindOf(raw[0]) == kindNumber {
		return raw, true
	}
	if !r.is(kindText, raw) {
		return nil, false
	}
	return r.unquoted(raw), true
}

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
	case r.IsText():
		r.textMap(to)
	default:
		r.objectMap(to)
	}
}

// objectMap reads an object.
func (r *Reader) objectMap(to *map[string]string) {
	if *to == nil && r.IsObject() {
		*to = map[string]string{}
	}
	for name := range r.Members {
		key := r.recurring(name)
		(*to)[key] = r.looseText()
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

// looseText reads a value of any kind as text: a string, or the JSON of another value without blanks. null is empty.
func (r *Reader) looseText() (text string) {
	if r.IsText() || r.isNull() {
		r.Interned(&text)
		return text
	}
	raw := r.value()
	if r.err != nil {
		return ""
	}
	var compact bytes.Buffer
	r.fail(json.Compact(&compact, raw))
	return r.recurring(ValidText(compact.Bytes()))
}
