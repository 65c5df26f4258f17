package auditlogs

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseRateLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC)
	tests := []struct {
		name    string
		headers []string
		want    RateLimit
		known   bool
	}{
		{"none", nil, RateLimit{}, false},
		{"organisation", []string{"X-Organization-Rate-Limit-Limit", "240", "X-Organization-Rate-Limit-Remaining", "0", "X-Organization-Rate-Limit-Reset", "1768383720"},
			RateLimit{240, 0, time.Unix(1768383720, 0).UTC()}, true},
		{"usual names", []string{"X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "59", "X-RateLimit-Reset", "30"}, RateLimit{60, 59, now.Add(30 * time.Second)}, true},
		{"limit only", []string{"X-RateLimit-Limit", "60"}, RateLimit{Limit: 60}, false},
		{"nonsense", []string{"X-RateLimit-Limit", "many", "X-RateLimit-Remaining", "-1", "X-RateLimit-Reset", "soon"}, RateLimit{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, known := parseRateLimit(headerOf(tt.headers...), now)
			require.Equal(t, tt.want.Limit, got.Limit)
			require.Equal(t, tt.want.Reset, got.Reset)
			require.Equal(t, tt.known, known)
			if known {
				require.Equal(t, tt.want.Remaining, got.Remaining)
			}
		})
	}
}

func TestBudgetOfTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Duration
		start := time.Now()
		network := transportFunc(func(*http.Request) (*http.Response, error) {
			sent = append(sent, time.Since(start))
			if len(sent) == 3 {
				return response(503, ""), nil // the retry counts as well
			}
			return response(200, ""), nil
		})
		c := waldurOver(t, network, WithRateLimit(30), WithRetry(RetryPolicy{MaxWait: time.Millisecond}))
		for range 4 {
			_, err := c.do(t.Context(), listCall)
			require.NoError(t, err)
		}
		require.Equal(t, []time.Duration{0, 2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}, sent)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.do(ctx, listCall)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, sent, 5)
	})
}

func TestBudgetIsNotTheAttemptsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := waldurOver(t, newScript(response(200, ""), response(200, "")), WithRateLimit(1))
		start := time.Now()
		for range 2 {
			_, err := c.do(t.Context(), listCall)
			require.NoError(t, err)
		}
		require.Equal(t, time.Minute, time.Since(start), "longer than an attempt may take")
	})
}

func TestLimitOfTheAPI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		remaining, reset string
		wait             time.Duration
	}{
		{"some left", "1", "1768383610", 0},
		{"none left", "0", "1768383610", 10 * time.Second},
		{"longer than MaxWait", "0", "1768383660", 0},
		{"already over", "0", "1768383590", 0},
		{"no reset", "0", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				last := response(200, "", "Date", "Wed, 14 Jan 2026 09:40:00 GMT", "X-Organization-Rate-Limit-Remaining", tt.remaining, "X-Organization-Rate-Limit-Reset", tt.reset)
				c := waldurOver(t, newScript(last, response(200, ""), response(200, "")))
				start := time.Now()
				for range 3 {
					_, err := c.do(t.Context(), listCall)
					require.NoError(t, err)
				}
				require.Equal(t, tt.wait, time.Since(start), "by the server's clock")
			})
		})
	}
}

func TestContextEndsTheWaitForTheAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		last := response(200, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "10")
		network := newScript(last)
		c := waldurOver(t, network)
		_, err := c.do(t.Context(), listCall)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.do(ctx, listCall)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 1, network.count())
	})
}
