package transport

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

func TestReply(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "r-1")
		w.Header().Set("Date", "Wed, 14 Jan 2026 09:40:00 GMT")
		w.Header().Set("X-Organization-Rate-Limit-Limit", "240")
		w.Header().Set("X-Organization-Rate-Limit-Remaining", "12")
		w.Header().Set("X-Organization-Rate-Limit-Reset", "1768383720")
		fmt.Fprintf(w, "%s %s %s", r.Method, r.RequestURI, r.Header.Get("Authorization"))
	})
	p := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: quick, Observer: &diary{}})
	r, err := p.NewCall("X.List").Send(request(t.Context(), t, http.MethodGet, server.URL+"/pre%2Ffix/a%2Fb/%252e/?q=1%2B2"))
	require.NoError(t, err)
	require.Equal(t, "GET /pre%2Ffix/a%2Fb/%252e/?q=1%2B2 Token "+testToken, string(r.Body), "sent as it was made")
	require.Equal(t, 200, r.Status)
	require.True(t, r.OK())
	require.Equal(t, 1, r.Attempts)
	require.Equal(t, "r-1", r.RequestID)
	require.Equal(t, time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC), r.Date)
	require.Equal(t, RateLimit{Limit: 240, Remaining: 12, Reset: time.Unix(1768383720, 0).UTC()}, r.RateLimit)
	require.Equal(t, "text/plain; charset=utf-8", r.Header.Get("Content-Type"))
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		headers []string
		want    string
	}{
		{nil, ""},
		{[]string{"X-Request-Id", "a"}, "a"},
		{[]string{"X-Iam-Trace-Id", "b"}, "b"},
		{[]string{"X-Correlation-Id", "c"}, "c"},
		{[]string{"X-Correlation-Id", "c", "X-Iam-Trace-Id", "b", "X-Request-Id", "a"}, "a"},
		{[]string{"X-Request-Id", "a-" + testToken}, "a-[redacted]"},
	} {
		require.Equal(t, tt.want, NewReply(response(200, "", tt.headers...), nil, 1, scrub.NewSecret(testToken)).RequestID)
	}
	require.Zero(t, NewReply(response(200, "", "Date", "yesterday"), nil, 1).Date)
}

func TestReplyWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	r := NewReply(response(403, ""), []byte("no "+testToken), 2, scrub.NewSecret(testToken), scrub.NewSecret("password"))
	require.Equal(t, "no [redacted] and [redacted]", r.CleanText("no "+testToken+" and password"))
	require.EqualError(t, r.CleanError(errors.New("odd: "+testToken)), "odd: [redacted]")
	require.Same(t, errSource, r.CleanError(errSource))
	require.Equal(t, "no "+testToken, string(r.Body), "as it came: what is shown of it is for the caller to say")
	require.Equal(t, 2, r.Attempts)
}

func TestAskedWaitOfAReply(t *testing.T) {
	t.Parallel()
	require.Equal(t, 7*time.Second, NewReply(response(503, "", "Retry-After", "7"), nil, 1).AskedWait())
	require.Zero(t, NewReply(response(200, "", "Retry-After", "7"), nil, 1).AskedWait())
}
