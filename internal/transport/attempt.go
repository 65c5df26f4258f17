package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Attempt is one request of a call on its way through the handlers. They get it as a separate value, next to the
// request.
type Attempt struct {
	Op     string
	Number int           // from 1
	Waited time.Duration // before it, to keep a rate limit

	Buffers *Buffers // for its body; nil: memory of its own

	secrets   []scrub.Secret // sent with it; an error may quote them if the server echoes them
	rateLimit RateLimit      // as the last answer reports it
}

// Outcome is how an attempt ended.
type Outcome struct {
	Status   int           // 0 without an answer
	Bytes    int64         // of the body, decompressed
	Duration time.Duration // until the body was read
	Err      error         // set if there was no answer, or if it broke off
}

// RetryInfo says why and when an attempt is repeated.
type RetryInfo struct {
	Wait   time.Duration // before the next attempt
	Status int           // 0 without an answer
	Err    error         // nil with an answer
}

// Observer is notified of attempts, by the goroutines that make them.
type Observer interface {
	Request(context.Context, Attempt)
	Response(context.Context, Attempt, Outcome)
	Retry(context.Context, Attempt, RetryInfo)
}

// observe notifies the observer of an attempt.
func observe(observer Observer, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		ctx := req.Context()
		observer.Request(ctx, *a)
		a.Waited = 0 // a redirect reports its own wait
		start := time.Now()
		res, err := next(a, req)
		outcome := Outcome{Duration: time.Since(start), Err: err}
		if err == nil {
			outcome.Status, outcome.Bytes = res.StatusCode, int64(len(Body(res)))
		}
		observer.Response(ctx, *a, outcome)
		return res, err
	}
}

// scrubErrors removes the secrets from errors: net/http quotes the lines of an answer that it cannot read.
func scrubErrors(next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		res, err := next(a, req)
		if err != nil {
			return nil, scrub.Error(err, a.secrets...)
		}
		return res, nil
	}
}

// leaveSilent closes the idle connections before the next attempt if an attempt got no answer in time: its connection may
// be dead, and so may others. An HTTP/2 connection stays in the pool when a request over it is given up.
func leaveSilent(n *Network, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		if n.silent.Swap(false) {
			n.CloseIdleConnections()
		}
		res, err := next(a, req)
		if err != nil && errors.Is(err, context.DeadlineExceeded) {
			n.silent.Store(true)
		}
		return res, err
	}
}

// timeout limits the duration of an attempt, including its body.
func timeout(limit time.Duration, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		ctx, cancel := context.WithTimeout(req.Context(), limit)
		defer cancel() // the body was read
		res, err := next(a, req.WithContext(ctx))
		if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
			return nil, &TimeoutError{limit}
		}
		return res, err
	}
}
