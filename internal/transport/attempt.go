package transport

import (
	"context"
	"net/http"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// Attempt is one request of a call on its way through the handlers. They get it as a value of its own, beside the request.
type Attempt struct {
	Op     string
	Number int           // from 1
	Waited time.Duration // before it, to keep a rate limit

	secrets []scrub.Secret // sent with it, which an error may quote if the server echoes them
}

// Outcome is how an attempt ended.
type Outcome struct {
	Status   int           // 0 without an answer
	Bytes    int64         // of the body, decompressed
	Duration time.Duration // until the body was read
	Err      error         // without an answer, or with one that broke off
}

// RetryInfo says why an attempt is repeated, and when.
type RetryInfo struct {
	Wait   time.Duration // before the next attempt
	Status int           // 0 without an answer
	Err    error         // nil with an answer
}

// Observer is told about attempts, from the goroutines that make them.
type Observer interface {
	Request(context.Context, Attempt)
	Response(context.Context, Attempt, Outcome)
	Retry(context.Context, Attempt, RetryInfo)
}

// observe tells the observer about an attempt.
func observe(observer Observer, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		ctx := req.Context()
		observer.Request(ctx, *a)
		a.Waited = 0 // a redirect tells of its own wait
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

// scrubErrors takes the secrets out of errors: net/http quotes the lines of an answer that it cannot read.
func scrubErrors(next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		res, err := next(a, req)
		if err != nil {
			return nil, scrub.Error(err, a.secrets...)
		}
		return res, nil
	}
}

// timeout bounds an attempt in time, its body included.
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
