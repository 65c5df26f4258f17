package transport

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAskedWait(t *testing.T) {
	t.Parallel()
	const date = "Wed, 14 Jan 2026 09:40:00 GMT"
	server := time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC)
	local := server.Add(7 * time.Hour) // a local clock that is wrong must not matter
	epoch := func(d time.Duration) string { return strconv.FormatInt(server.Add(d).Unix(), 10) }
	tests := []struct {
		name    string
		status  int
		headers []string
		want    time.Duration
	}{
		{"nothing", 503, nil, 0},
		{"seconds", 503, []string{"Retry-After", "7"}, 7 * time.Second},
		{"spaces", 503, []string{"Retry-After", "  7 "}, 7 * time.Second},
		{"fraction", 503, []string{"Retry-After", "0.5"}, 500 * time.Millisecond},
		{"zero", 503, []string{"Retry-After", "0"}, 0},
		{"negative", 503, []string{"Retry-After", "-5"}, 0},
		{"plus", 503, []string{"Retry-After", "+5"}, 0},
		{"NaN", 503, []string{"Retry-After", "NaN"}, 0},
		{"Inf", 503, []string{"Retry-After", "Inf"}, 0},
		{"exponent", 503, []string{"Retry-After", "1e9"}, 0},
		{"hexadecimal", 503, []string{"Retry-After", "0x10"}, 0},
		{"two points", 503, []string{"Retry-After", "1.2.3"}, 0},
		{"point", 503, []string{"Retry-After", "."}, 0},
		{"words", 503, []string{"Retry-After", "soon"}, 0},
		{"a day", 503, []string{"Retry-After", "86400"}, 24 * time.Hour},
		{"overflows Duration", 503, []string{"Retry-After", "9223372036854775808"}, maxAsked},
		{"overflows float64", 503, []string{"Retry-After", strings.Repeat("9", 400)}, maxAsked},
		{"the first of two", 503, []string{"Retry-After", "3", "Retry-After", "9"}, 3 * time.Second},
		{"date", 503, []string{"Retry-After", "Wed, 14 Jan 2026 09:40:12 GMT"}, 12 * time.Second},
		{"date in the past", 503, []string{"Retry-After", "Wed, 14 Jan 2026 09:39:00 GMT"}, 0},
		{"date, far", 503, []string{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}, maxAsked},
		{"date, old form", 503, []string{"Retry-After", "Wednesday, 14-Jan-26 09:40:05 GMT"}, 5 * time.Second},
		{"reset", 429, []string{"X-Organization-Rate-Limit-Reset", epoch(20 * time.Second)}, 20 * time.Second},
		{"reset in the past", 429, []string{"X-Organization-Rate-Limit-Reset", epoch(-time.Minute)}, 0},
		{"reset from now", 429, []string{"X-RateLimit-Reset", "20"}, 20 * time.Second},
		{"reset, huge", 429, []string{"X-Organization-Rate-Limit-Reset", "99999999999999999"}, 0},
		{"reset, negative", 429, []string{"X-Organization-Rate-Limit-Reset", "-1"}, 0},
		{"reset of another trouble", 500, []string{"X-Organization-Rate-Limit-Reset", epoch(20 * time.Second), "X-Organization-Rate-Limit-Remaining", "9"}, 0},
		{"reset with nothing left", 503, []string{"X-Organization-Rate-Limit-Reset", epoch(20 * time.Second), "X-Organization-Rate-Limit-Remaining", "0"}, 20 * time.Second},
		{"Retry-After before reset", 429, []string{"Retry-After", "3", "X-Organization-Rate-Limit-Reset", epoch(20 * time.Second)}, 3 * time.Second},
		{"success", 200, []string{"Retry-After", "3"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, askedWait(tt.status, headerOf(append(tt.headers, "Date", date)...), local))
		})
	}
}

func TestAskedWaitWithoutDateUsesTheLocalClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC)
	for _, date := range []string{"", "yesterday"} {
		got := askedWait(503, headerOf("Retry-After", "Wed, 14 Jan 2026 09:40:09 GMT", "Date", date), now)
		require.Equal(t, 9*time.Second, got)
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("7", "1768383720", "0")
	f.Add("-1", "nan", "x")
	f.Fuzz(func(t *testing.T, after, reset, remaining string) {
		header := http.Header{"Retry-After": {after}, "X-Organization-Rate-Limit-Reset": {reset}, "X-Organization-Rate-Limit-Remaining": {remaining}}
		wait := askedWait(429, header, time.Now())
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, maxAsked)
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	p := Policy{MinWait: 100 * time.Millisecond, MaxWait: time.Second}
	for attempt, bound := range map[int]time.Duration{1: 200 * time.Millisecond, 2: 400 * time.Millisecond, 3: 800 * time.Millisecond, 4: time.Second, 1000: time.Second} {
		for range 200 {
			wait := p.Backoff(attempt)
			require.GreaterOrEqual(t, wait, p.MinWait)
			require.LessOrEqual(t, wait, bound)
		}
	}
	require.Equal(t, time.Second, Policy{MinWait: time.Second, MaxWait: time.Second}.Backoff(9))
	huge := Policy{MinWait: maxAsked, MaxWait: 1<<63 - 1}
	require.GreaterOrEqual(t, huge.Backoff(60), maxAsked, "no overflow")
}
