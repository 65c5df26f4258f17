package auditlogs

import (
	"bytes"
	"encoding/json"
)

// encodeRecord gives the wire form of a record: just as it came while its fields still say what it said then. Of a record
// that was changed, the changed fields are written anew; members that this package does not know stay as they came.
func encodeRecord[T any, P interface {
	*T
	json.Unmarshaler
}](record T, raw json.RawMessage, wire func(T) any) ([]byte, error) {
	is, err := json.Marshal(wire(record))
	if err != nil || len(raw) == 0 {
		return is, err
	}
	var came T
	if err := P(&came).UnmarshalJSON(raw); err != nil {
		return is, nil //nolint:nilerr // Raw was set by the caller and is no such record: the fields count.
	}
	was, err := json.Marshal(wire(came))
	if err != nil || bytes.Equal(is, was) {
		return raw, err
	}
	return overlay(raw, was, is)
}

// overlay writes into the object raw those members of is that differ from was, and takes out those that is lacks. Of an
// object within it, the unknown members stay too.
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
