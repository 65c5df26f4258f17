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
	wait, ok := f.failed.retry(ctx, f.conn, f.spec.op+".Follow", f.FollowOptions, err)
	f.wait = wait
	return ok
}

// retry plans and reports the next try after a failure. It reports false if Patience is over.
func (f *failures) retry(ctx context.Context, c *conn, op string, o FollowOptions, err error) (wait time.Duration, ok bool) {
	if f.n++; f.n == 1 {
		f.since = time.Now()
	}
	f.last = err
	left := o.Patience - time.Since(f.since)
	if o.Patience >= 0 && left <= 0 {
		return 0, false
	}
	info := RetryInfo{API: c.api, Op: op, Attempt: f.n, Since: f.since, Err: err}
	var asked time.Duration
	var refusal *APIError
	if errors.As(err, &refusal) {
		asked, info.Status = refusal.RetryAfter, refusal.StatusCode
	}
	// The longest of the interval, the backoff and the wait that the API asked for, within bounds.
	wait = max(o.Interval, transport.Policy(c.retry).Backoff(f.n), asked)
	wait = min(wait, max(o.Interval, longestFollowWait))
	if o.Patience >= 0 {
		wait = min(wait, left) // a last try is due when Patience is over
	}
	info.Wait = wait
	c.report.retry(ctx, "poll failed", info)
	return wait, true
}
