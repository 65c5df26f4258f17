package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// transportError is a call without an answer. Its text has no URL; what it wraps has none in front either, since
// url.Error, which quotes it with the query, is taken off.
type transportError struct {
	op       string
	attempts int
	err      error
}

func newTransportError(op string, attempts int, err error) error {
	var outer *url.Error
	for errors.As(err, &outer) {
		err = outer.Err
	}
	return &transportError{op: op, attempts: attempts, err: err}
}

func (e *transportError) Error() string {
	text := withCause("auditlogs: "+e.op, e.err)
	if e.attempts > 1 {
		text += " after " + strconv.Itoa(e.attempts) + " attempts"
	}
	return text
}

func (e *transportError) Unwrap() error { return e.err }

// contextError is a call that its caller ended; the caller's own cause shows, if it gave one.
func contextError(op string, ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return fmt.Errorf("auditlogs: %s: %w", op, cause)
	}
	return fmt.Errorf("auditlogs: %s: %w: %w", op, err, cause)
}

// timeoutError is an attempt that took too long. Like net/http's own, errors.Is takes it for a context.DeadlineExceeded,
// so whether the caller's time is up is for the caller's context to say.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string        { return "no complete answer within " + e.limit.String() }
func (e *timeoutError) Timeout() bool        { return true }
func (e *timeoutError) Temporary() bool      { return true }
func (e *timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
