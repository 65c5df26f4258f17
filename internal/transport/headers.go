package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RateLimit is what an API reports about its rate limit.
type RateLimit struct {
	Limit     int       // requests per window
	Remaining int       // requests left in this window
	Reset     time.Time // when the next window begins, by the server's clock
}

// first returns the first value of a header, or "" if it is absent; most answers have few of those that are read here. The
// name is in canonical form, which http.Header.Get would make of it each time.
func first(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// parseRateLimit reads the rate limit headers. known reports whether the API says how much remains.
func parseRateLimit(header http.Header, now time.Time) (limit RateLimit, known bool) {
	for _, names := range rateLimitHeaders {
		remaining, ok := parseCount(first(header, names.remaining))
		total, hasTotal := parseCount(first(header, names.limit))
		reset := parseReset(first(header, names.reset), header, now)
		if ok || hasTotal || !reset.IsZero() {
			return RateLimit{Limit: total, Remaining: remaining, Reset: reset}, ok
		}
	}
	return RateLimit{}, false
}

// rateLimitHeaders holds the headers of ThousandEyes, and those that many gateways use.
var rateLimitHeaders = [...]struct{ limit, remaining, reset string }{
	{"X-Organization-Rate-Limit-Limit", "X-Organization-Rate-Limit-Remaining", "X-Organization-Rate-Limit-Reset"},
	{"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"},
}

func parseCount(text string) (int, bool) {
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return 0, false // Atoi returns the largest number if the text is a larger one
	}
	return n, true
}

// parseReset reads a point in time: seconds since 1970 or, if the number is too small for that, seconds from now, as
// some gateways send it.
func parseReset(text string, header http.Header, now time.Time) time.Time {
	if text == "" {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64) // also on 32-bit systems
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
		reset := ServerNow(header, now).Add(time.Duration(seconds) * time.Second).UTC()
		if reset.Unix() > year9999 {
			return time.Time{}
		}
		return reset
	}
}

// ServerNow returns the server's clock, or the local one if an answer has no date.
func ServerNow(header http.Header, now time.Time) time.Time {
	if date := serverDate(header); !date.IsZero() {
		return date
	}
	return now
}

func serverDate(header http.Header) time.Time {
	text := first(header, "Date")
	if text == "" {
		return time.Time{}
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return time.Time{}
	}
	return date.UTC()
}

// parseAge returns how long a cache kept an answer, or 0 if the header is missing or no number of seconds.
func parseAge(header http.Header) time.Duration {
	text := first(header, "Age")
	if text == "" {
		return 0
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int64(maxAsked/time.Second))) * time.Second
}
