package transport

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// TooLargeError is an answer whose body is longer than allowed.
type TooLargeError struct{ Limit int64 }

// Error names the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("response body of more than %d bytes", e.Limit)
}

// TimeoutError is an attempt that took too long.
type TimeoutError struct{ Limit time.Duration }

// Error says how long it may take.
func (e *TimeoutError) Error() string { return "no complete answer within " + e.Limit.String() }

// RedirectError is what the caller's own CheckRedirect said; it is not asked again.
type RedirectError struct{ Err error }

// Error is one line.
func (e *RedirectError) Error() string { return "redirect refused: " + e.Err.Error() }

// Unwrap gives the caller's error.
func (e *RedirectError) Unwrap() error { return e.Err }

// WithoutURL is an error without the url.Errors around it, which quote the URL with its query.
func WithoutURL(err error) error {
	var outer *url.Error
	for errors.As(err, &outer) {
		err = outer.Err
	}
	return err
}
