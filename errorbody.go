package auditlogs

import (
	"bytes"
	"encoding/json"
	"strings"
)

// errorBody is what the shapes of refusal have in common.
type errorBody struct {
	code, message, requestID string
	fields                   map[string][]string
}

// parseErrorBody reads the error bodies of all five APIs, their gateways and their login servers: Django's detail or map
// of fields, Huawei's envelope and Keystone, JSON:API-like errors, RFC 9457 problems and OAuth. Which one comes is not
// decided by the API alone, since gateways answer in its place, so one reader knows them all. What it does not know,
// HTML say, leaves everything empty.
func parseErrorBody(body []byte, status int) errorBody {
	body = bytes.TrimSpace(body)
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		if len(body) > 0 && body[0] == '[' { // Django's ValidationError of a list
			return errorBody{message: textOf(body)}
		}
		return errorBody{}
	}
	parsed := flatError(object)
	if inner := objectOf(object["error"]); inner != nil { // Keystone
		nested := flatError(inner)
		parsed.code = firstOf(nested.code, parsed.code)
		parsed.message = firstOf(nested.message, parsed.message)
	}
	parsed.addErrors(object["errors"])
	if parsed.code == "" && parsed.message == "" && status/100 == 4 {
		parsed.fields = fieldMap(object, 3)
		parsed.message = strings.Join(parsed.fields["non_field_errors"], " ")
	}
	return parsed
}

// flatError reads what stands in the members of one object. The order decides where an answer has several: the more
// particular name first.
func flatError(object map[string]json.RawMessage) errorBody {
	pick := func(names ...string) string {
		for _, name := range names {
			if text := textOf(object[name]); text != "" {
				return text
			}
		}
		return ""
	}
	var e errorBody
	if objectOf(object["error"]) == nil {
		e.code = pick("error_code", "error", "title", "code", "httpStatus")
	} else {
		e.code = pick("error_code", "title", "code", "httpStatus")
	}
	e.message = pick("error_msg", "error_description", "detail", "message")
	e.requestID = pick("request_id")
	return e
}

// addErrors reads a list of errors: texts, Elastic Path's objects, or ThousandEyes' invalid fields.
func (e *errorBody) addErrors(raw json.RawMessage) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return
	}
	var messages []string
	for _, item := range list {
		object := objectOf(item)
		if object == nil {
			messages = append(messages, textOf(item))
			continue
		}
		one := flatError(object)
		if field := textOf(object["field"]); field != "" {
			e.addField(field, firstOf(one.message, one.code))
			continue
		}
		e.code = firstOf(e.code, one.code)
		e.requestID = firstOf(e.requestID, one.requestID)
		messages = append(messages, firstOf(one.message, one.code))
	}
	e.message = firstOf(e.message, joinTexts(messages))
}

func (e *errorBody) addField(field, message string) {
	if e.fields == nil {
		e.fields = map[string][]string{}
	}
	e.fields[field] = append(e.fields[field], message)
}

// fieldMap reads Django's map of fields to messages, nested ones by dotted names. Only so deep, since a hostile body
// could cost a pass per level.
func fieldMap(object map[string]json.RawMessage, depth int) map[string][]string {
	var e errorBody
	for field, raw := range object {
		if inner := objectOf(raw); inner != nil && depth > 1 {
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
	return e.fields
}

func objectOf(raw json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	return object
}

// textOf is a text, a number as it is written, or a list of texts in one.
func textOf(raw json.RawMessage) string { return joinTexts(textsOf(raw)) }

func textsOf(raw json.RawMessage) []string {
	if text := scalarOf(raw); text != "" {
		return []string{text}
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var texts []string
	for _, item := range list {
		if text := scalarOf(item); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

func scalarOf(raw json.RawMessage) string {
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
