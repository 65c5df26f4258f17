package auditlogs

import (
	"context"
	"errors"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// repeated asks once more for an answer that is not what the API documents: a gateway's passing "upstream timed out" with
// status 200 must not end a long listing. A second such answer is the error.
func repeated[T record](c *conn, fetch fetcher[T]) fetcher[T] {
	return func(ctx context.Context, op string, w exact.Window) (*answer[T], error) {
		got, err := fetch(ctx, op, w)
		if err == nil || c.retry.MaxAttempts < 2 {
			return got, err
		}
		var fault *DecodeError
		if !errors.As(err, &fault) || fault.Op != op { // the answer to a login is never asked for again
			return nil, err
		}
		wait := transport.Policy(c.retry).Backoff(1)
		c.report.retry(ctx, "request repeated", RetryInfo{API: c.api, Op: op, Attempt: 1, Wait: wait, Status: fault.StatusCode, Err: err})
		if transport.Sleep(ctx, wait) != nil {
			return nil, contextError(op, ctx)
		}
		return fetch(ctx, op, w)
	}
}
