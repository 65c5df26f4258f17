package auditlogs

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter spaces the requests of one API evenly: its budget is WithRateLimit's, for retries too.
type limiter struct {
	next   http.RoundTripper
	bucket *rate.Limiter
}

func newLimiter(next http.RoundTripper, perMinute int) http.RoundTripper {
	if perMinute == 0 {
		return next
	}
	// With a burst of one, no minute sees more than the budget, the first one included.
	return &limiter{next: next, bucket: rate.NewLimiter(rate.Limit(float64(perMinute)/60), 1)}
}

func (l *limiter) RoundTrip(req *http.Request) (*http.Response, error) {
	slot := l.bucket.Reserve()
	if err := pause(req.Context(), slot.Delay()); err != nil {
		slot.Cancel()
		return nil, err
	}
	return l.next.RoundTrip(req)
}

// pacer obeys what the API itself says about its rate limit: when nothing remains, the next request waits for the reset,
// if that is no longer than a retry may wait. Otherwise it is sent, and the API decides.
type pacer struct {
	next http.RoundTripper
	max  time.Duration

	mu    sync.Mutex
	until time.Time // by the local clock
}

func (p *pacer) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	wait := time.Until(p.until)
	p.mu.Unlock()
	if wait <= p.max {
		if err := pause(req.Context(), wait); err != nil {
			return nil, err
		}
	}
	res, err := p.next.RoundTrip(req)
	if err == nil {
		p.learn(res.Header, time.Now())
	}
	return res, err
}

func (p *pacer) learn(header http.Header, now time.Time) {
	limit, known := parseRateLimit(header, now)
	if !known || limit.Remaining > 0 || limit.Reset.IsZero() {
		return
	}
	until := now.Add(limit.Reset.Sub(serverNow(header, now)))
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

// pause waits before an attempt, whose hook will tell.
func pause(ctx context.Context, wait time.Duration) error {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		a.waited += max(0, wait)
	}
	return sleep(ctx, wait)
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, wait time.Duration) error {
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

// parseRateLimit reads the rate limit headers; known is whether the API says how much remains.
func parseRateLimit(header http.Header, now time.Time) (limit RateLimit, known bool) {
	for _, names := range rateLimitHeaders {
		remaining, ok := parseCount(header.Get(names.remaining))
		total, hasTotal := parseCount(header.Get(names.limit))
		reset := parseReset(header.Get(names.reset), header, now)
		if ok || hasTotal || !reset.IsZero() {
			return RateLimit{Limit: total, Remaining: remaining, Reset: reset}, ok
		}
	}
	return RateLimit{}, false
}

// rateLimitHeaders are those of ThousandEyes, and those that many gateways have.
var rateLimitHeaders = [...]struct{ limit, remaining, reset string }{
	{"X-Organization-Rate-Limit-Limit", "X-Organization-Rate-Limit-Remaining", "X-Organization-Rate-Limit-Reset"},
	{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"},
}

func parseCount(text string) (int, bool) {
	if text == "" { // as nearly always, and an error would have to be made for it
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return 0, false // Atoi gives the largest number for one that is larger
	}
	return n, true
}

// parseReset reads a point in time: seconds since 1970, or, too small for that, from now, as some gateways have it.
func parseReset(text string, header http.Header, now time.Time) time.Time {
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64) // on 32-bit systems too
	const (
		year2001 = 1_000_000_000
		year9999 = 253_402_300_799
	)
	switch {
	case err != nil || seconds < 0 || seconds > year9999:
		return time.Time{}
	case seconds >= year2001:
		return time.Unix(seconds, 0).UTC()
	default:
		reset := serverNow(header, now).Add(time.Duration(seconds) * time.Second).UTC()
		if reset.Unix() > year9999 {
			return time.Time{}
		}
		return reset
	}
}

// serverNow is the server's clock, or the local one where an answer has no date.
func serverNow(header http.Header, now time.Time) time.Time {
	if date := serverDate(header); !date.IsZero() {
		return date
	}
	return now
}

func serverDate(header http.Header) time.Time {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return date.UTC()
}
