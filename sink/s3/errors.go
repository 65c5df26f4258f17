package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/auditlogs/auditlogs-go/deliver"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// Error is an answer of the server that is no success. Its message holds no URL and no name of an object.
type Error struct {
	Op        string // "PutObject"
	Status    int    // of HTTP
	Code      string // "AccessDenied"; "" if the server did not say
	RequestID string // for those who run the server; "" if it gave none
}

// Error says in one line what the server answered.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: status %d", e.Op, e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.RequestID != "" {
		text += ", request " + e.RequestID
	}
	return text
}

// passing are the codes of client errors that may go away by themselves, although their status says that the request is at fault.
var passing = []string{
	"RequestTimeout", "RequestTimeTooSkewed", "ExpiredToken", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
	"XAmzContentChecksumMismatch", "ConditionalRequestConflict", "OperationAborted", "SlowDown", "TooManyRequests", "Throttling",
}

// failure turns an error of the client into one without URLs and keys, which wraps deliver.ErrRefused if the same again is of no
// use. What is lost of a broken connection is its address.
func failure(op string, err error) error {
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || status(err) == 0 { // a broken connection is an answer of status 0
		return fmt.Errorf("%s: %w", op, unanswered(err))
	}
	e := &Error{Op: op, Status: status(err), Code: code(err), RequestID: word(answer.RequestID)}
	if e.final() {
		return fmt.Errorf("%w: %w", deliver.ErrRefused, e)
	}
	return e
}

// final reports whether the same request would be answered the same again.
func (e *Error) final() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	case http.StatusNotImplemented:
		return true
	}
	return e.Status >= 300 && e.Status < 500 && !slices.Contains(passing, e.Code)
}

// unanswered is what may be said of a request without an answer.
func unanswered(err error) error {
	var errno syscall.Errno
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.As(err, &errno):
		return errno
	}
	return errors.New("no answer")
}

// missing reports whether the server said that there is no such object. That there is no such bucket is something else; an
// answer to HEAD cannot tell, so a listing of the bucket comes before it.
func missing(err error) bool {
	c := code(err)
	return status(err) == http.StatusNotFound && (c == "NoSuchKey" || c == "NotFound")
}

// exists reports whether the server said that the condition does not hold, since the object is there.
func exists(err error) bool { return status(err) == http.StatusPreconditionFailed }

func status(err error) int {
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return word(api.ErrorCode())
	}
	return ""
}

// word returns a word of the server, or "" if it is none.
func word(text string) string {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_' && r != '.'
	}
	if len(text) > 64 || strings.ContainsFunc(text, odd) {
		return ""
	}
	return text
}
