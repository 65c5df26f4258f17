package transport

import (
	"context"
	"net/http"
	"time"
)

// Limiter is a budget that the caller shares between clients or processes.
type Limiter interface {
	// Wait blocks until a request may be sent.
	Wait(context.Context) error
}

// LimiterError means that the caller's limiter let no request through. It is not repeated: what a limiter refuses now, such
// as a wait that is longer than the context allows, it refuses again.
type LimiterError struct{ Err error }

// Error returns one line.
func (e *LimiterError) Error() string { return "rate limiter: " + e.Err.Error() }

// Unwrap returns the limiter's error.
func (e *LimiterError) Unwrap() error { return e.Err }

// share waits for the caller's limiter before each request. nil means that there is none.
func share(limiter Limiter, next handler) handler {
	if limiter == nil {
		return next
	}
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		ctx, start := req.Context(), time.Now()
		err := limiter.Wait(ctx)
		a.Waited += time.Since(start)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, &LimiterError{err}
		default:
			return next(a, req)
		}
	}
}
