package scrub

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
)

// Refusal is what the bodies of errors have in common, whatever their form. Its texts are unchanged.
type Refusal struct {
	Code, Message, RequestID string
	Fields                   map[string][]string // messages per parameter
}

// ParseRefusal reads the error bodies of all five APIs, their gateways and their login servers: Django's detail or map
// of fields, Huawei's envelope and Keystone, errors similar to JSON:API, RFC 9457 problems and OAuth. The API alone
// does not decide the form, because gateways may answer in its place, so one reader knows all forms. If the form is
// unknown, such as HTML, everything stays empty.
//
// The Message is the reason, whatever member has it: if no other has one, it is the title of a problem or the text in
// error, which are the Code as well.
func ParseRefusal(body []byte, status int) Refusal {
	body = bytes.TrimSpace(body)
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		if len(body) > 0 && body[0] == '[' { // Django's ValidationError with a list
			return Refusal{Message: textOf(body)}
		}
		return Refusal{}
	}
	parsed, reason := flatError(object), label(object)
	if inner := Object(object["error"]); inner != nil { // Keystone
		nested := flatError(inner)
		parsed.Code = cmp.Or(nested.Code, parsed.Code)
		parsed.Message = cmp.Or(nested.Message, parsed.Message)
		reason = cmp.Or(label(inner), reason)
	}
	parsed.addErrors(object["errors"])
	parsed.Message = cmp.Or(parsed.Message, reason)
	if parsed.Code == "" && parsed.Message == "" && parsed.Fields == nil && status/100 == 4 {
		dropEnvelope(object)
		parsed.Fields = fieldMap(object, 3)
		parsed.Message = strings.Join(parsed.Fields["non_field_errors"], " ")
	}
	return parsed
}

// label returns the words that name a kind of error: the title of a problem (RFC 9457), or the text in error, as Spring
// and OAuth have it. A number is none.
func label(object map[string]json.RawMessage) string {
	for _, name := range []string{"title", "error"} {
		raw := object[name]
		if len(raw) == 0 || raw[0] != '"' && raw[0] != '[' {
			continue
		}
		if text := textOf(raw); text != "" {
			return text
		}
	}
	return ""
}

// dropEnvelope removes the members that say when and where an error was, as Spring and RFC 9457 have them. A list under
// such a name stays: it has Django's messages about a parameter of that name.
func dropEnvelope(object map[string]json.RawMessage) {
	for _, name := range []string{"timestamp", "status", "path", "type", "instance"} {
		if Scalar(object[name]) != "" {
			delete(object, name)
		}
	}
}

// flatError reads the members of one object. If there are several candidates, the more specific name comes first.
func flatError(object map[string]json.RawMessage) Refusal {
	pick := func(names ...string) string {
		for _, name := range names {
			if text := textOf(object[name]); text != "" {
				return text
			}
		}
		return ""
	}
	var e Refusal
	if Object(object["error"]) == nil {
		e.Code = pick("error_code", "error", "title", "code", "httpStatus")
	} else {
		e.Code = pick("error_code", "title", "code", "httpStatus")
	}
	e.Message = pick("error_msg", "error_description", "detail", "message", "errorMessage")
	e.RequestID = pick("request_id")
	return e
}

// addErrors reads a list of errors: texts, Elastic Path's objects, or ThousandEyes' invalid fields.
func (e *Refusal) addErrors(raw json.RawMessage) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return
	}
	var messages []string
	for _, item := range list {
		object := Object(item)
		if object == nil {
			messages = append(messages, textOf(item))
			continue
		}
		one := flatError(object)
		if field := textOf(object["field"]); field != "" {
			e.addField(field, cmp.Or(one.Message, one.Code))
			continue
		}
		e.Code = cmp.Or(e.Code, one.Code)
		e.RequestID = cmp.Or(e.RequestID, one.RequestID)
		messages = append(messages, cmp.Or(one.Message, one.Code))
	}
	e.Message = cmp.Or(e.Message, joinTexts(messages))
}

func (e *Refusal) addField(field, message string) {
	if e.Fields == nil {
		e.Fields = map[string][]string{}
	}
	e.Fields[field] = append(e.Fields[field], message)
}

// fieldMap reads Django's map of fields to messages. Nested fields get dotted names. The depth is limited, because a
// hostile body could cost one pass per level.
func fieldMap(object map[string]json.RawMessage, depth int) map[string][]string {
	var e Refusal
	for field, raw := range object {
		if inner := Object(raw); inner != nil && depth > 1 {
			for name, messages := range fieldMap(inner, depth-1) {
				for _, message := range messages {
					e.addField(field+"."+name, message)
				}
			}
			continue
		}
		for _, message := range textsOf(raw) {
			e.addField(field, message)
		}
	}
	return e.Fields
}

// Object returns the members of a JSON object, or nil if the value is not an object.
func Object(raw json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	return object
}

// textOf returns a text, a number as it is written, or a list of texts joined to one text.
func textOf(raw json.RawMessage) string { return joinTexts(textsOf(raw)) }

func textsOf(raw json.RawMessage) []string {
	if text := Scalar(raw); text != "" {
		return []string{text}
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var texts []string
	for _, item := range list {
		if text := Scalar(item); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Scalar returns the text of a JSON string, or a number as it is written. It returns "" for any other value.
func Scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil { // null gives ""
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

func joinTexts(texts []string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "; ")
}
