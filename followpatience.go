package auditlogs

import (
	"context"
	"errors"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// longestFollowWait bounds the wait after a failed poll, whatever the API asks for, unless the interval is longer.
const longestFollowWait = 10 * time.Minute

// failures counts the polls that failed in a row.
type failures struct {
	n     int
	since time.Time // when the first one failed
	last  error     // why the last one failed
}

// endsFollow reports whether an error ends Follow, because it will not pass by itself.
func endsFollow(err error) bool {
	var incomplete *IncompleteError
	return errors.As(err, &incomplete) || errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) ||
		errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalidRequest)
}

// retryLater plans and reports the next try after a failure. It reports false if Patience is over.
func (f *follower[T]) retryLater(ctx context.Context, err error) bool {
	if f.failed.n++; f.failed.n == 1 {
		f.failed.since = time.Now()
	}
	f.failed.last = err
	left := f.Patience - time.Since(f.failed.since)
	if f.Patience >= 0 && left <= 0 {
		return false
	}
	info := RetryInfo{API: f.conn.api, Op: f.spec.op + ".Follow", Attempt: f.failed.n, Since: f.failed.since, Cause: err}
	var asked time.Duration
	var refusal *APIError
	if errors.As(err, &refusal) {
		asked, info.Status = refusal.RetryAfter, refusal.StatusCode
	}
	f.wait = f.retryWait(asked)
	if f.Patience >= 0 {
		f.wait = min(f.wait, left) // a last try is due when Patience is over
	}
	info.Wait = f.wait
	f.conn.report.retry(ctx, "poll failed", info)
	return true
}

// retryWait returns the wait after a failed poll: the longest of the interval, the backoff and the wait that the API
// asked for, within bounds.
func (f *follower[T]) retryWait(asked time.Duration) time.Duration {
	wait := max(f.Interval, transport.Policy(f.conn.retry).Backoff(f.failed.n), asked)
	return min(wait, max(f.Interval, longestFollowWait))
}
