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

// What errors.Is tells apart. Every error of this package that has one of these meanings answers to it, however deep it
// is wrapped.
var (
	// ErrInvalidConfig is the answer of NewClient to an option that cannot work; see ConfigError.
	ErrInvalidConfig = errors.New("invalid configuration")
	// ErrNotConfigured is the answer of a service whose API the client was not given.
	ErrNotConfigured = errors.New("API not configured")
	// ErrInvalidFilter is the answer to a filter that the API would refuse or misread; nothing was sent. See FilterError.
	ErrInvalidFilter = errors.New("invalid filter")
	// ErrInvalidCursor is the answer to a cursor that is damaged.
	ErrInvalidCursor = errors.New("invalid cursor")
	// ErrCursorMismatch is the answer to a cursor of another API or another filter.
	ErrCursorMismatch = errors.New("cursor of another listing")
	// ErrCursorLoop ends a listing that repeats itself.
	ErrCursorLoop = errors.New("listing repeats itself")
	// ErrOffsetLimit ends a listing at the last row that the API lets anybody reach.
	ErrOffsetLimit = errors.New("offset limit of the API reached")
	// ErrBodyTooLarge is the answer to a response larger than WithMaxBodyBytes allows.
	ErrBodyTooLarge = errors.New("response body too large")

	// ErrUnauthorized says that the credential was refused.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden says that the credential is good, but does not suffice.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound says that there is no such record, or no such API at this address.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited says that too much was asked; APIError.RetryAfter says how long to wait, where the API does.
	ErrRateLimited = errors.New("rate limited")
	// ErrInvalidRequest says that the API refused the request as it stands.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrServer says that the API failed.
	ErrServer = errors.New("server error")
)

// ConfigError says which part of which option cannot work. It names, and never quotes, what it is about. errors.Is knows
// it as ErrInvalidConfig.
type ConfigError struct {
	Option string // "WithWaldur"
	Field  string // "baseURL", or the environment variable; "" where the option has one argument only
	Reason string // "has no scheme"
}

// Error is one line.
func (e *ConfigError) Error() string {
	text := "auditlogs: " + e.Option + ": "
	if e.Field != "" {
		text += e.Field + ": "
	}
	return text + e.Reason
}

// Is makes errors.Is(err, ErrInvalidConfig) hold.
func (e *ConfigError) Is(target error) bool { return target == ErrInvalidConfig }

// FilterError says which field of a filter cannot be asked for. It does not quote the value. errors.Is knows it as
// ErrInvalidFilter.
type FilterError struct {
	Op     string // "DataAccessLogs.List"
	Field  string // "PageSize"
	Reason string // "is negative"
}

// Error is one line.
func (e *FilterError) Error() string {
	return "auditlogs: " + e.Op + ": invalid filter: " + e.Field + " " + e.Reason
}

// Is makes errors.Is(err, ErrInvalidFilter) hold.
func (e *FilterError) Is(target error) bool { return target == ErrInvalidFilter }

// DecodeError is a successful answer that could not be understood.
type DecodeError struct {
	Op    string // "DataAccessLogs.List"
	Index int    // of the record within the answer, from 0; -1 when it was not a record
	Err   error
}

// Error is one line of bounded length.
func (e *DecodeError) Error() string {
	text := "auditlogs: " + e.Op + ": unreadable answer"
	if e.Index >= 0 {
		text += ": record " + strconv.Itoa(e.Index)
	}
	return scrub.WithCause(text, e.Err)
}

// Unwrap gives the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// IncompleteError ends a listing that cannot be read whole, after every record that could be read.
type IncompleteError struct {
	Op     string // "PersonalDataLogs.List"
	Reason string // for people; its words may change
	Err    error  // what stood in the way, such as ErrOffsetLimit; may be nil
}

// Error is one line of bounded length.
func (e *IncompleteError) Error() string {
	return scrub.WithCause("auditlogs: "+e.Op+": incomplete: "+e.Reason, e.Err)
}

// Unwrap gives the cause.
func (e *IncompleteError) Unwrap() error { return e.Err }

// TransportError is a call without an answer: no connection, a body that ends early, a token that could not be had. Its text
// has no URL, and neither has what it wraps. That a caller's context ended is no TransportError, but the context's own error.
type TransportError struct {
	Op       string // "DataAccessLogs.List"
	Attempts int    // requests sent for this call
	Err      error  // of the last attempt
}

func newTransportError(op string, attempts int, err error) error {
	return &TransportError{Op: op, Attempts: attempts, Err: public(transport.WithoutURL(err))}
}

// Error is one line of bounded length.
func (e *TransportError) Error() string {
	text := scrub.WithCause("auditlogs: "+e.Op, e.Err)
	if e.Attempts > 1 {
		text += " after " + strconv.Itoa(e.Attempts) + " attempts"
	}
	return text
}

// Unwrap gives the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// TimeoutError is an attempt without a complete answer in time. Like net/http's own, errors.Is takes it for a
// context.DeadlineExceeded, so whether the caller's time is up is for the caller's context to say.
type TimeoutError struct {
	Limit time.Duration // of one attempt
}

// Error is one line.
func (e *TimeoutError) Error() string { return "no complete answer within " + e.Limit.String() }

// Timeout makes it a net.Error of that kind.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary is what net.Error asks for.
func (e *TimeoutError) Temporary() bool { return true }

// Is makes errors.Is(err, context.DeadlineExceeded) hold.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// public is an error of the transport as a caller gets it.
func public(err error) error {
	var (
		tooLarge *transport.TooLargeError
		timeout  *transport.TimeoutError
		redirect *transport.RedirectError
	)
	switch {
	case errors.As(err, &tooLarge):
		return fmt.Errorf("%w: more than %d bytes", ErrBodyTooLarge, tooLarge.Limit)
	case errors.As(err, &timeout):
		return &TimeoutError{Limit: timeout.Limit}
	case errors.As(err, &redirect):
		return fmt.Errorf("redirect refused: %w", redirect.Err)
	default:
		return err
	}
}

// contextError is a call that its caller ended; the caller's own cause shows, if it gave one.
func contextError(op string, ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return fmt.Errorf("auditlogs: %s: %w", op, cause)
	}
	return fmt.Errorf("auditlogs: %s: %w: %w", op, err, cause)
}
