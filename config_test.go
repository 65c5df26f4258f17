package auditlogs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBaseURLs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw      string
		insecure bool
		want     string // the fault
		base     string
	}{
		{raw: "https://waldur.example.com", base: "https://waldur.example.com"},
		{raw: "https://waldur.example.com/", base: "https://waldur.example.com"},
		{raw: "HTTPS://waldur.example.com:8443/a/b//", base: "https://waldur.example.com:8443/a/b"},
		{raw: "https://host/a%2Fb/c%20d", base: "https://host/a%2Fb/c%20d"},
		{raw: "http://localhost:8080", base: "http://localhost:8080"},
		{raw: "http://127.0.0.1:1", base: "http://127.0.0.1:1"},
		{raw: "http://127.9.9.9", base: "http://127.9.9.9"},
		{raw: "http://[::1]:80/x", base: "http://[::1]:80/x"},
		{raw: "http://host", insecure: true, base: "http://host"},
		{raw: "http://host", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "http://localhost.evil.test", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "http://128.0.0.1", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "", want: "is empty"},
		{raw: "waldur.example.com", want: "has no scheme"},
		{raw: "//host/x", want: "has no scheme"},
		{raw: "/path", want: "has no scheme"},
		{raw: "waldur.example.com:8080", want: "has a scheme other than https"},
		{raw: "ftp://host", insecure: true, want: "has a scheme other than https"},
		{raw: "https://", want: "has no host"},
		{raw: "https://:443", want: "has no host"},
		{raw: "https:host", want: "has no host"},
		{raw: "https://user@host", want: "has user information"},
		{raw: "https://user:s3cret@host", want: "has user information"},
		{raw: "https://host?x=1", want: "has a query"},
		{raw: "https://host?", want: "has a query"},
		{raw: "https://host#x", want: "has a fragment"},
		{raw: "https://host/a#", want: "has a fragment"},
		{raw: "https://host/a/../b", want: "has a path with . or .."},
		{raw: "https://host/%2e%2E/b", want: "has a path with . or .."},
		{raw: "https://host/\n", want: "is not a URL"},
		{raw: "https://ho st", want: "is not a URL"},
		{raw: "https://host:port", want: "is not a URL"},
		{raw: "https://host/%zz", want: "is not a URL"},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			base, fault := parseBaseURL(tt.raw, tt.insecure)
			require.Equal(t, tt.want, fault)
			if fault == "" {
				require.Equal(t, tt.base, base.String())
			}
		})
	}
}

func TestRetryDefaults(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want RetryPolicy }{
		{RetryPolicy{}, RetryPolicy{3, 500 * time.Millisecond, 75 * time.Second}},
		{RetryPolicy{MaxAttempts: 1}, RetryPolicy{1, 500 * time.Millisecond, 75 * time.Second}},
		{RetryPolicy{MinWait: time.Minute}, RetryPolicy{3, time.Minute, 75 * time.Second}},
		{RetryPolicy{MaxWait: time.Millisecond}, RetryPolicy{3, time.Millisecond, time.Millisecond}},
	}
	for _, tt := range tests {
		require.NoError(t, tt.in.check())
		require.Equal(t, tt.want, tt.in.withDefaults())
	}
}
