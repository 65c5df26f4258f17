package transport

import (
	"encoding/json"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var decimal = regexp.MustCompile(`^([0-9]+\.?[0-9]*|\.[0-9]+)$`)

// meantWait reads a Retry-After once more, with exact numbers.
func meantWait(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	wait := new(big.Rat)
	if decimal.MatchString(text) {
		wait.SetString(text)
	} else if at, err := http.ParseTime(text); err == nil {
		wait.SetInt64(at.Unix() - now.Unix())
	}
	most := new(big.Rat).SetInt64(int64(maxAsked / time.Second))
	if wait.Cmp(most) > 0 {
		return maxAsked
	}
	seconds, _ := wait.Float64()
	return max(0, time.Duration(seconds*float64(time.Second)))
}

// FuzzRetryAfterMeaning compares parseRetryAfter with exact numbers, by the server's clock.
func FuzzRetryAfterMeaning(f *testing.F) {
	for _, text := range []string{
		"", "7", " 7 ", "0.5", ".5", "5.", ".", "1.2.3", "-1", "+1", "1e9", "0x1p4", "Inf", "NaN", "1_000", "99999999999999999999", "0000000007", "3153600000", "3153600001",
		"Wed, 14 Jan 2026 09:40:12 GMT", "Wednesday, 14-Jan-26 09:40:12 GMT", "Wed Jan 14 09:40:12 2026", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT",
	} {
		f.Add(text, uint32(1768383600))
	}
	f.Fuzz(func(t *testing.T, text string, clock uint32) {
		now := time.Unix(int64(clock), 0).UTC()
		header := http.Header{"Retry-After": {text}, "Date": {now.Format(http.TimeFormat)}}
		got := parseRetryAfter(header, now.Add(-12345*time.Hour)) // a local clock that is wrong does not matter
		require.InDelta(t, meantWait(text, now), got, float64(time.Microsecond), "%q", text)
		require.Equal(t, got, askedWait(503, header, now))
		require.Zero(t, askedWait(200, header, now))
	})
}

// FuzzRateLimit: whatever the headers say, the limit is one that can be: counts from 0, a reset that can be written, the
// point in time that was meant.
func FuzzRateLimit(f *testing.F) {
	f.Add("240", "0", "1768383720", "Wed, 14 Jan 2026 09:40:00 GMT")
	f.Add("-1", "99999999999999999999", "-1", "")
	f.Add("", "+5", "60", "yesterday")
	f.Add("x", " 7 ", "253402300799", "Fri, 31 Dec 9999 23:59:59 GMT")
	f.Add("0", "0", "253402300800", "Mon, 01 Jan 0001 00:00:00 GMT")
	f.Add("0", "0", "999999999", "Wed, 14 Jan 2026 09:40:00 GMT")
	f.Fuzz(func(t *testing.T, limit, remaining, reset, date string) {
		now := time.Date(2026, 1, 14, 9, 0, 0, 0, time.UTC)
		header := http.Header{"Date": {date}}
		header.Set("X-Organization-Rate-Limit-Limit", limit)
		header.Set("X-Organization-Rate-Limit-Remaining", remaining)
		header.Set("X-Organization-Rate-Limit-Reset", reset)
		got, known := parseRateLimit(header, now)
		require.GreaterOrEqual(t, got.Limit, 0)
		require.GreaterOrEqual(t, got.Remaining, 0)
		require.True(t, known || got.Remaining == 0)

		_, err := json.Marshal(got)
		require.NoError(t, err, "a reset that cannot be written")
		seconds, ok := new(big.Int).SetString(strings.TrimSpace(reset), 10)
		switch {
		case !ok || seconds.Sign() < 0 || !seconds.IsInt64() || seconds.Int64() > 253_402_300_799:
			require.True(t, got.Reset.IsZero())
		case seconds.Int64() >= 1_000_000_000:
			require.Equal(t, time.Unix(seconds.Int64(), 0).UTC(), got.Reset)
		case !got.Reset.IsZero():
			require.Equal(t, ServerNow(header, now).Add(time.Duration(seconds.Int64())*time.Second), got.Reset)
		}
		wait := askedWait(429, header, now)
		require.True(t, wait >= 0 && wait <= maxAsked)
	})
}
