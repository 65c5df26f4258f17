package transport

import (
	"testing"
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
