package transport

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAsked limits how long an API can ask to wait, so that sums with it fit into time.Duration.
const maxAsked = 100 * 365 * 24 * time.Hour

// askedWait returns how long an answer asks to wait, by its own clock, or 0 if it does not ask. A reset counts only if
// the rate limit was hit: some APIs send it with every answer.
func askedWait(status int, header http.Header, now time.Time) time.Duration {
	if status < 300 {
		return 0
	}
	if wait := parseRetryAfter(header, now); wait > 0 {
		return wait
	}
	limit, known := parseRateLimit(header, now)
	if limit.Reset.IsZero() || status != http.StatusTooManyRequests && !(known && limit.Remaining == 0) {
		return 0
	}
	return clampAsked(limit.Reset.Sub(ServerNow(header, now)))
}

// parseRetryAfter reads seconds, with or without a fraction, or an HTTP date.
func parseRetryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(first(header, "Retry-After"))
	if text == "" {
		return 0
	}
	if strings.Trim(text, "0123456789.") == "" { // excludes signs, exponents, hexadecimal numbers, infinities and NaN
		seconds, err := strconv.ParseFloat(text, 64)
		switch {
		case seconds > maxAsked.Seconds(): // also if it overflows
			return maxAsked
		case err != nil:
			return 0
		default:
			return time.Duration(seconds * float64(time.Second))
		}
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return clampAsked(date.Sub(ServerNow(header, now)))
}

func clampAsked(wait time.Duration) time.Duration { return max(0, min(wait, maxAsked)) }

// Backoff returns the wait after the given failed attempt if the API asks for none. The wait is random, so that clients
// that failed together do not retry together. It lies between MinWait and a bound that doubles each time, up to
// MaxWait.
func (p Policy) Backoff(attempt int) time.Duration {
	bound := p.MinWait
	for range attempt {
		if bound > p.MaxWait/2 {
			bound = p.MaxWait
			break
		}
		bound *= 2
	}
	return p.MinWait + rand.N(bound-p.MinWait+1) //nolint:gosec // G404: nobody gains by guessing it
}
