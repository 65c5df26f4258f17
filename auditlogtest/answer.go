package auditlogtest

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// answer is a response before it is written, so that a fault can still change it.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func newAnswer(status int, contentType string, body []byte) *answer {
	return &answer{status: status, header: http.Header{"Content-Type": {contentType}}, body: body}
}

// object is a JSON object in which the order of members does not matter.
type object map[string]any

func jsonAnswer(status int, value any) *answer {
	return newAnswer(status, "application/json", encodeJSON(value))
}

// encodeJSON does not escape <, > and &, like the five services. A value that cannot be encoded becomes null.
func encodeJSON(value any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return []byte("null")
	}
	return bytes.TrimRight(buf.Bytes(), "\n")
}

// anyJSON returns raw if it is valid JSON, else the fallback given as otherwise.
func anyJSON(raw json.RawMessage, otherwise string) json.RawMessage {
	if !json.Valid(raw) {
		return json.RawMessage(otherwise)
	}
	return raw
}

// nullable returns a pointer to s, or nil, which is written as null, if s is empty.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// detail returns an error in the form of Django REST framework, on which Waldur and Akinon are built.
func detail(status int, message string) *answer {
	return jsonAnswer(status, object{"detail": message})
}

// fieldErrors holds Django REST framework's error messages by parameter.
type fieldErrors map[string][]string

func (e fieldErrors) add(field, message string) { e[field] = append(e[field], message) }

func (e fieldErrors) answer() *answer { return jsonAnswer(http.StatusBadRequest, e) }

// failure returns the service's own response for a status that has nothing to do with the request itself.
func failure(api API, token bool, status int) *answer {
	switch api {
	case Waldur, Akinon:
		return djangoFailure(status)
	case HuaweiEDS:
		if token {
			return iamFailure(status, http.StatusText(status))
		}
		return huaweiFailure(status)
	case ElasticPath:
		return elasticPathFailure(status, http.StatusText(status), "")
	case ThousandEyes:
		return thousandEyesFailure(status)
	}
	return newAnswer(status, "text/plain; charset=utf-8", []byte(http.StatusText(status)))
}

func djangoFailure(status int) *answer {
	switch status {
	case http.StatusBadRequest:
		return fieldErrors{"non_field_errors": {"Invalid request."}}.answer()
	case http.StatusUnauthorized:
		return detail(status, "Invalid token.")
	case http.StatusForbidden:
		return detail(status, "You do not have permission to perform this action.")
	case http.StatusNotFound:
		return detail(status, "Not found.")
	case http.StatusTooManyRequests:
		return detail(status, "Request was throttled.")
	}
	if status >= http.StatusInternalServerError { // from the proxy in front of the service
		page := "<html><head><title>" + http.StatusText(status) + "</title></head><body></body></html>"
		return newAnswer(status, "text/html; charset=utf-8", []byte(page))
	}
	return detail(status, http.StatusText(status))
}
