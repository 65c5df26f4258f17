package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unicode/utf8"
)

// Encode returns the wire form of a value. If its fields are unchanged, this is exactly what was received. If fields
// were changed, only these are written anew; members that this library does not know stay as received. But bytes that
// are not UTF-8, which is no JSON, are replaced.
func (c *Codec[T]) Encode(value T) ([]byte, error) {
	encoded, err := c.encode(value)
	return ValidText(encoded), err
}

// ValidText returns JSON with the replacement character in place of each byte that is not UTF-8. This is what reading such
// JSON gives, so the result is read as the same value.
func ValidText(text json.RawMessage) json.RawMessage {
	if utf8.Valid(text) {
		return text
	}
	return json.RawMessage(string([]rune(string(text))))
}

func (c *Codec[T]) encode(value T) ([]byte, error) {
	raw := *c.Raw(&value)
	if len(raw) == 0 {
		return json.Marshal(c.Wire(value))
	}
	var came T
	unreadable := c.Decode(raw, &came) != nil
	if !unreadable && reflect.DeepEqual(value, came) {
		return raw, nil
	}
	is, err := json.Marshal(c.Wire(value))
	if err != nil || unreadable { // Raw was set by the caller and is no such value: the fields count.
		return is, err
	}
	was, err := json.Marshal(c.Wire(came))
	if err != nil || bytes.Equal(is, was) {
		return raw, err
	}
	return overlay(raw, was, is)
}

// overlay writes into the object raw the members of is that differ from was, and removes the members that is lacks. In
// nested objects, unknown members stay, too.
func overlay(raw, was, is json.RawMessage) ([]byte, error) {
	var members, before, after map[string]json.RawMessage
	for data, object := range map[*json.RawMessage]*map[string]json.RawMessage{&raw: &members, &was: &before, &is: &after} {
		if err := json.Unmarshal(*data, object); err != nil {
			return is, nil //nolint:nilerr // Not an object, so there is nothing to keep of it.
		}
	}
	if members == nil { // null
		return is, nil
	}
	for name := range before {
		if _, kept := after[name]; !kept {
			delete(members, name)
		}
	}
	for name, value := range after {
		if bytes.Equal(value, before[name]) {
			continue
		}
		if isObject(value) && isObject(before[name]) && isObject(members[name]) {
			if value, err := overlay(members[name], before[name], value); err == nil {
				members[name] = value
				continue
			}
		}
		members[name] = value
	}
	return json.Marshal(members)
}

func isObject(value json.RawMessage) bool { return len(value) > 0 && value[0] == '{' }
