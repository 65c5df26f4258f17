package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// Errors for errors.Is. It finds them in every error of this package that has one of these meanings, however deeply that
// is wrapped.
var (
	// ErrInvalidConfig means that an option cannot work. NewClient returns it; see ConfigError.
	ErrInvalidConfig = errors.New("invalid configuration")
	// ErrNotConfigured means that the API of the service is not configured in the client.
	ErrNotConfigured = errors.New("API not configured")
	// ErrNoSource means that Merge or FollowAll was given no source, as by Sources of a client for which none of the
	// APIs that need no parameters is configured, or that Without would leave none in a cursor. It is an ErrNotConfigured
	// too. Nothing was sent.
	ErrNoSource = fmt.Errorf("no source to read: %w", ErrNotConfigured)
	// ErrInvalidFilter means that the API would refuse or misread the filter. Nothing was sent. See FilterError.
	ErrInvalidFilter = errors.New("invalid filter")
	// ErrInvalidCursor means that a cursor is damaged.
	ErrInvalidCursor = errors.New("invalid cursor")
	// ErrCursorMismatch means that a cursor belongs to another API or another filter or, for Merge and FollowAll, to
	// sources that are not given.
	ErrCursorMismatch = errors.New("cursor of another listing")
	// ErrCursorLoop ends a listing in which the API repeats itself.
	ErrCursorLoop = errors.New("listing repeats itself")
	// ErrOffsetLimit ends a listing at the last row that the API makes accessible.
	ErrOffsetLimit = errors.New("offset limit of the API reached")
	// ErrBodyTooLarge means that a response is larger than WithMaxBodyBytes allows.
	ErrBodyTooLarge = errors.New("response body too large")

	// ErrUnauthorized means that the credential was refused.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden means that the credential is valid but lacks a permission.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound means that there is no such record, or no such API at this address.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited means that a rate limit was exceeded. APIError.RetryAfter is the time to wait, if the API gives
	// one.
	ErrRateLimited = errors.New("rate limited")
	// ErrInvalidRequest means that the API refused the request itself.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrServer means that the API failed.
	ErrServer = errors.New("server error")
)

// ConfigError says which part of which option cannot work. It names that part and never quotes its value. errors.Is
// matches it with ErrInvalidConfig.
type ConfigError struct {
	Option string // "WithWaldur"
	Field  string // "baseURL", or the environment variable; "" if the reason is about the option as a whole
	Reason string // "has no scheme"
}

// Error returns one line.
func (e *ConfigError) Error() string {
	text := "auditlogs: " + e.Option + ": "
	if e.Field != "" {
		text += e.Field + ": "
	}
	return text + e.Reason
}

// Is reports whether target is ErrInvalidConfig.
func (e *ConfigError) Is(target error) bool { return target == ErrInvalidConfig }

// FilterError says which field of a filter the API does not support or would misread. It does not quote the value.
// errors.Is matches it with ErrInvalidFilter.
type FilterError struct {
	Op     string // "DataAccessLogs.List"
	Field  string // "PageSize"
	Reason string // "is negative"
}

// Error returns one line.
func (e *FilterError) Error() string {
	return "auditlogs: " + e.Op + ": invalid filter: " + e.Field + " " + e.Reason
}

// Is reports whether target is ErrInvalidFilter.
func (e *FilterError) Is(target error) bool { return target == ErrInvalidFilter }

// DecodeError means that an answer has a success status but is not what the API documents: it could not be read, has no list
// of records or has errors beside it, or its status is not the documented one. A listing asks for such an answer once more,
// after a wait and unless RetryPolicy allows only one attempt, before it fails.
type DecodeError struct {
	Op         string // "DataAccessLogs.List"
	Index      int    // of the record within the answer, from 0; -1 if the error is not in a record
	StatusCode int    // of the answer; 0 if it is not known
	Err        error
}

// Error returns one line of bounded length.
func (e *DecodeError) Error() string {
	text := "auditlogs: " + e.Op + ": unreadable answer"
	if e.Index >= 0 {
		text += ": record " + strconv.Itoa(e.Index)
	}
	return scrub.WithCause(text, e.Err)
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// IncompleteError ends a listing that cannot be read completely. It comes after every record that could be read.
type IncompleteError struct {
	Op     string // "PersonalDataLogs.List"
	Reason string // for people; the wording may change
	Err    error  // the cause, such as ErrOffsetLimit; may be nil
}

// Error returns one line of bounded length.
func (e *IncompleteError) Error() string {
	return scrub.WithCause("auditlogs: "+e.Op+": incomplete: "+e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *IncompleteError) Unwrap() error { return e.Err }

// TransportError is a call without an answer: there is no connection, the body ends early, or no token could be
// obtained. Neither its text nor the errors that it wraps contain a URL. If the caller's context ended, the error is
// the context's own error. It wraps a TransportError or an APIError only if an earlier attempt failed that way.
type TransportError struct {
	Op       string // "DataAccessLogs.List"
	Attempts int    // requests sent for this call
	Err      error  // of the last attempt
}

func newTransportError(op string, attempts int, err error) error {
	return &TransportError{Op: op, Attempts: attempts, Err: public(transport.WithoutURL(err))}
}

// Error returns one line of bounded length.
func (e *TransportError) Error() string {
	text := scrub.WithCause("auditlogs: "+e.Op, e.Err)
	if e.Attempts > 1 {
		text += " after " + strconv.Itoa(e.Attempts) + " attempts"
	}
	return text
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// TimeoutError means that an attempt got no complete answer in time. Like the timeout errors of net/http, it is a
// context.DeadlineExceeded for errors.Is. To learn whether the caller's own time is up, check the caller's context.
type TimeoutError struct {
	Limit time.Duration // of one attempt
}

// Error returns one line.
func (e *TimeoutError) Error() string { return "no complete answer within " + e.Limit.String() }

// Timeout returns true: as a net.Error, it is a timeout.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary returns true. The interface net.Error requires it.
func (e *TimeoutError) Temporary() bool { return true }

// Is reports whether target is context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// What kept a request from being sent.
var (
	errLimited  = errors.New("rate limiter")
	errUnsigned = errors.New("request not signed")
)

// public converts an error of the transport to the one that a caller gets.
func public(err error) error {
	var (
		tooLarge *transport.TooLargeError
		timeout  *transport.TimeoutError
		redirect *transport.RedirectError
		limiter  *transport.LimiterError
		unsigned *transport.UnsignedError
	)
	switch {
	case errors.As(err, &tooLarge):
		return fmt.Errorf("%w: more than %d bytes", ErrBodyTooLarge, tooLarge.Limit)
	case errors.As(err, &timeout):
		return &TimeoutError{Limit: timeout.Limit}
	case errors.As(err, &redirect):
		return fmt.Errorf("redirect refused: %w", redirect.Err)
	case errors.As(err, &limiter):
		return fmt.Errorf("%w: %w", errLimited, limiter.Err)
	case errors.As(err, &unsigned):
		return fmt.Errorf("%w: %w", errUnsigned, unsigned.Err)
	default:
		return err
	}
}

// contextError returns the error of a call whose context ended. It includes the caller's own cause, if there is one.
func contextError(op string, ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return fmt.Errorf("auditlogs: %s: %w", op, cause)
	}
	return fmt.Errorf("auditlogs: %s: %w: %w", op, err, cause)
}

// contextErrorAfter returns the error of a call, or of a wait, whose context ended after something failed. The error is
// both: last says what there was to wait for.
func contextErrorAfter(op string, ctx context.Context, last error) error {
	err := contextError(op, ctx)
	if last == nil {
		return err
	}
	return fmt.Errorf("%w; last failure: %w", err, last)
}
