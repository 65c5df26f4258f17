package auditlogsotel

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"

	"go.opentelemetry.io/otel/attribute"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// The attributes. Those without the prefix auditlogs. are OpenTelemetry's semantic conventions. Their error.type is the
// status of an unsuccessful response, or otherwise a word for what went wrong.
const (
	keyAPI         = attribute.Key("auditlogs.api")
	keyOperation   = attribute.Key("auditlogs.operation")
	keyAttempt     = attribute.Key("auditlogs.attempt")
	keyAttempts    = attribute.Key("auditlogs.attempts")
	keyDuration    = attribute.Key("auditlogs.duration")
	keyWait        = attribute.Key("auditlogs.wait")
	keyWaitReason  = attribute.Key("auditlogs.wait.reason")
	keyBytes       = attribute.Key("auditlogs.response.bytes")
	keyStatusClass = attribute.Key("auditlogs.status_class")
	keyStatus      = attribute.Key("http.response.status_code")
	keyErrorType   = attribute.Key("error.type")
)

// operation returns the attributes that name the API and the operation, followed by more.
func operation(api auditlogs.API, op string, more ...attribute.KeyValue) []attribute.KeyValue {
	return append([]attribute.KeyValue{keyAPI.String(string(api)), keyOperation.String(op)}, more...)
}

// outcome returns the status of the response, if there was one, and the kind of error, if the attempt failed.
func outcome(status int, err error) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if status != 0 {
		attrs = append(attrs, keyStatus.Int(status))
	}
	if kind := errorType(status, err); kind != "" {
		attrs = append(attrs, keyErrorType.String(kind))
	}
	return attrs
}

// statusClass returns a class such as "2xx", or "none" without a response.
func statusClass(status int) string {
	if status == 0 {
		return "none"
	}
	return strconv.Itoa(status/100) + "xx"
}

// errorType returns the kind of an error as one of a few words, or the status of the response. It leaves out the error
// text, which may come from an API.
func errorType(status int, err error) string {
	var (
		refused    *auditlogs.APIError
		decode     *auditlogs.DecodeError
		incomplete *auditlogs.IncompleteError
		timeout    interface{ Timeout() bool }
		network    net.Error
	)
	switch {
	case err == nil && status < 400:
		return ""
	case err == nil:
		return strconv.Itoa(status)
	case errors.As(err, &refused):
		return strconv.Itoa(refused.StatusCode)
	case errors.As(err, &decode):
		return "decode"
	case errors.As(err, &incomplete):
		return "incomplete"
	case errors.Is(err, auditlogs.ErrBodyTooLarge):
		return "body_too_large"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return "connection"
	default:
		return "_OTHER"
	}
}
