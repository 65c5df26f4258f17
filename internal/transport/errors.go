package transport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// TooLargeError means that the body of an answer is longer than allowed.
type TooLargeError struct{ Limit int64 }

// Error names the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("response body of more than %d bytes", e.Limit)
}

// TimeoutError means that an attempt took too long.
type TimeoutError struct{ Limit time.Duration }

// Error says how long an attempt may take.
func (e *TimeoutError) Error() string { return "no complete answer within " + e.Limit.String() }

// Is reports whether target is context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// RedirectError is the error of the caller's own CheckRedirect. The request is not repeated.
type RedirectError struct{ Err error }

// Error returns one line.
func (e *RedirectError) Error() string { return "redirect refused: " + e.Err.Error() }

// Unwrap returns the caller's error.
func (e *RedirectError) Unwrap() error { return e.Err }

// UnsignedError means that a request could not be signed. It was not sent, and is not repeated.
type UnsignedError struct{ Err error }

// Error returns one line.
func (e *UnsignedError) Error() string { return "request not signed: " + e.Err.Error() }

// Unwrap returns the signer's error.
func (e *UnsignedError) Unwrap() error { return e.Err }

// WithoutURL returns an error without the url.Errors around it, which quote the URL with its query.
func WithoutURL(err error) error {
	var outer *url.Error
	for errors.As(err, &outer) {
		err = outer.Err
	}
	return err
}
