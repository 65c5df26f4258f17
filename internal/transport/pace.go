package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limit spaces the requests of one API evenly, including retries. 0 means no limit.
func limit(perMinute int, next handler) handler {
	if perMinute == 0 {
		return next
	}
	// With a burst of one, no minute exceeds the budget, not even the first one.
	bucket := rate.NewLimiter(rate.Limit(float64(perMinute)/60), 1)
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		slot := bucket.Reserve()
		if err := a.pause(req.Context(), slot.Delay()); err != nil {
			slot.Cancel()
			return nil, err
		}
		return next(a, req)
	}
}

// pace holds what an API itself says about its rate limit. If nothing remains, the next request waits for the reset,
// unless that is longer than a retry may wait. In that case it is sent, and the API decides.
type pace struct {
	max time.Duration

	mu    sync.Mutex
	until time.Time // by the local clock
}

// keepPace makes requests keep the pace.
func keepPace(p *pace, next handler) handler {
	return func(a *Attempt, req *http.Request) (*http.Response, error) {
		p.mu.Lock()
		wait := time.Until(p.until)
		p.mu.Unlock()
		if wait <= p.max {
			if err := a.pause(req.Context(), wait); err != nil {
				return nil, err
			}
		}
		res, err := next(a, req)
		if err == nil {
			a.rateLimit = p.learn(res.Header, time.Now())
		}
		return res, err
	}
}

// learn keeps what an answer reports about the rate limit, and returns it.
func (p *pace) learn(header http.Header, now time.Time) RateLimit {
	limit, known := parseRateLimit(header, now)
	if !known || limit.Remaining > 0 || limit.Reset.IsZero() {
		return limit
	}
	until := now.Add(limit.Reset.Sub(ServerNow(header, now)))
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
	return limit
}

// pause waits before the attempt, and records how long.
func (a *Attempt) pause(ctx context.Context, wait time.Duration) error {
	a.Waited += max(0, wait)
	return Sleep(ctx, wait)
}

// Sleep waits, unless the context ends first.
func Sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
