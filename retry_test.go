package auditlogs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{
		200: false, 301: false, 400: false, 401: false, 403: false, 404: false, 408: true, 409: false, 429: true,
		500: true, 501: false, 502: true, 503: true, 504: true, 505: false, 599: true,
	} {
		require.Equal(t, want, repeatable(response(status, ""), nil), "status %d", status)
	}
	for _, err := range []error{io.ErrUnexpectedEOF, net.ErrClosed, &timeoutError{}, errors.New("reset")} {
		require.True(t, repeatable(nil, err), "%v", err)
	}
	for _, err := range []error{
		tooLarge(1), &redirectRefusal{errSource}, &tls.CertificateVerificationError{Err: errSource}, x509.UnknownAuthorityError{},
		x509.HostnameError{Certificate: &x509.Certificate{}}, x509.CertificateInvalidError{}, x509.SystemRootsError{},
	} {
		require.False(t, repeatable(nil, err), "%T", err)
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	broken := func(*http.Request) (*http.Response, error) {
		res := response(200, "half")
		res.ContentLength = 9
		return res, nil
	}
	date := "Wed, 14 Jan 2026 09:40:00 GMT"
	tests := []struct {
		name    string
		steps   []any
		wait    time.Duration // exactly; 0 is any
		status  int           // 0 is success
		sent    int
		retry   time.Duration // APIError.RetryAfter
		attempt int
	}{
		{name: "first", steps: []any{response(200, "ok")}, sent: 1},
		{name: "503 once", steps: []any{response(503, ""), response(200, "ok")}, sent: 2},
		{name: "Retry-After", steps: []any{response(429, "", "Retry-After", "7"), response(200, "ok")}, wait: 7 * time.Second, sent: 2},
		{name: "date", steps: []any{response(503, "", "Retry-After", "Wed, 14 Jan 2026 09:40:09 GMT", "Date", date), response(200, "ok")}, wait: 9 * time.Second, sent: 2},
		{name: "reset", steps: []any{response(429, "", "X-Organization-Rate-Limit-Reset", "1768383612", "Date", date), response(200, "ok")}, wait: 12 * time.Second, sent: 2},
		{name: "as long as allowed", steps: []any{response(429, "", "Retry-After", "30"), response(200, "ok")}, wait: 30 * time.Second, sent: 2},
		{name: "asks for more", steps: []any{response(429, "", "Retry-After", "31")}, status: 429, sent: 1, retry: 31 * time.Second, attempt: 1},
		{name: "asks for a day", steps: []any{response(503, "", "Retry-After", "86400")}, status: 503, sent: 1, retry: 24 * time.Hour, attempt: 1},
		{name: "broken connection", steps: []any{io.ErrUnexpectedEOF, response(200, "ok")}, sent: 2},
		{name: "broken body", steps: []any{broken, broken, response(200, "ok")}, sent: 3},
		{name: "in vain", steps: []any{response(500, "a"), io.EOF, response(502, "last")}, status: 502, sent: 3, attempt: 3},
		{name: "400", steps: []any{response(400, "")}, status: 400, sent: 1, attempt: 1},
		{name: "501", steps: []any{response(501, "")}, status: 501, sent: 1, attempt: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := newScript(tt.steps...)
				start := time.Now()
				r, err := waldurOver(t, network).do(t.Context(), listCall)
				require.Equal(t, tt.sent, network.count())
				if tt.wait > 0 {
					require.Equal(t, tt.wait, time.Since(start))
				}
				if tt.status == 0 {
					require.NoError(t, err)
					require.Equal(t, "ok", string(r.body))
					require.Equal(t, tt.sent, r.attempts)
					return
				}
				var refusal *APIError
				require.ErrorAs(t, err, &refusal)
				require.Equal(t, tt.status, refusal.StatusCode)
				require.Equal(t, tt.retry, refusal.RetryAfter)
				require.Equal(t, tt.attempt, refusal.Attempts)
			})
		})
	}
}

func TestRetryWaitsStayWithinThePolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		hooks := Hooks{OnRetry: func(_ context.Context, info RetryInfo) { waits = append(waits, info.Wait) }}
		network := transportFunc(func(*http.Request) (*http.Response, error) { return nil, io.EOF })
		policy := RetryPolicy{MaxAttempts: 9, MinWait: time.Second, MaxWait: 10 * time.Second}
		_, err := waldurOver(t, network, WithRetry(policy), WithHooks(hooks)).do(t.Context(), listCall)
		require.ErrorIs(t, err, io.EOF)
		require.Len(t, waits, 8)
		for _, wait := range waits {
			require.GreaterOrEqual(t, wait, time.Second)
			require.LessOrEqual(t, wait, 10*time.Second)
		}
	})
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := waldurOver(t, newScript(response(429, "", "Retry-After", "7"))).do(ctx, listCall)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(start))
	})
}

func TestDeleteThatWasRepeated(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	tests := []struct {
		name    string
		steps   []any
		deleted bool
	}{
		{"gone before", []any{response(404, "")}, false},
		{"deleted", []any{response(204, "")}, true},
		{"answer lost", []any{io.EOF, response(404, "")}, true},
		{"gateway gave up", []any{response(504, ""), response(404, "")}, true},
		{"turned away first", []any{response(429, ""), response(404, "")}, false},
		{"never arrived", []any{dial, response(404, "")}, false},
		{"lost, then turned away", []any{io.EOF, response(429, ""), response(404, "")}, true},
		{"lost, then refused", []any{io.EOF, response(403, "")}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r, err := waldurOver(t, newScript(tt.steps...)).do(t.Context(), call{op: "DataAccessLogs.Delete", method: http.MethodDelete, path: []string{"x"}})
				if !tt.deleted {
					require.Error(t, err)
					return
				}
				require.NoError(t, err)
				require.Equal(t, http.StatusNoContent, r.status)
			})
		})
	}
}

func TestGetOfNothingAfterARetryIsNotFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := waldurOver(t, newScript(io.EOF, response(404, ""))).do(t.Context(), listCall)
		require.ErrorIs(t, err, ErrNotFound)
	})
}

func TestCertificatesAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	var requests int
	c := clientFor(t, WithWaldur(server.URL, StaticToken(testToken)), WithHooks(Hooks{OnRequest: func(context.Context, RequestInfo) { requests++ }}))
	_, err := c.waldur.do(t.Context(), listCall)
	var verify *tls.CertificateVerificationError
	require.ErrorAs(t, err, &verify)
	require.Equal(t, 1, requests)
}

func TestAttemptsAreBoundedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}
		network := newScript(slow, response(200, "ok"))
		start := time.Now()
		_, err := waldurOver(t, network, WithRetry(RetryPolicy{MinWait: time.Second, MaxWait: time.Second})).do(t.Context(), listCall)
		require.NoError(t, err)
		require.Equal(t, defaultTimeout+time.Second, time.Since(start))

		_, err = waldurOver(t, newScript(slow), WithRetry(RetryPolicy{MaxAttempts: 1})).do(t.Context(), listCall)
		require.EqualError(t, err, "auditlogs: DataAccessLogs.List: no complete answer within 30s")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		require.True(t, timeout.Timeout())
		require.True(t, (&timeoutError{}).Temporary())
	})
}

func TestHooksAndLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var events []string
		note := func(parts ...string) {
			line := ""
			for _, part := range parts {
				line += part + " "
			}
			events = append(events, line)
		}
		hooks := Hooks{
			OnRequest: func(_ context.Context, i RequestInfo) { note("request", i.API, i.Op, strconv.Itoa(i.Attempt)) },
			OnResponse: func(_ context.Context, i ResponseInfo) {
				note("response", strconv.Itoa(i.Attempt), strconv.Itoa(i.Status), itoa(i.Bytes), i.Duration.String())
				require.Equal(t, i.Status == 0, i.Err != nil)
			},
			OnRetry: func(_ context.Context, i RetryInfo) {
				note("retry", strconv.Itoa(i.Attempt), strconv.Itoa(i.Status), i.Wait.String())
				require.Equal(t, i.Status == 0, i.Cause != nil)
			},
		}
		slow := func(*http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return response(503, "wait", "Retry-After", "5"), nil
		}
		log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		policy := RetryPolicy{MinWait: time.Second, MaxWait: 10 * time.Second}
		_, err := waldurOver(t, newScript(slow, slow, response(200, "fine")), WithHooks(hooks), WithLogger(log), WithRetry(policy)).do(t.Context(), listCall)
		require.NoError(t, err)
		require.Equal(t, []string{
			"request waldur DataAccessLogs.List 1 ", "response 1 503 4 2s ", "retry 1 503 5s ",
			"request waldur DataAccessLogs.List 2 ", "response 2 503 4 2s ", "retry 2 503 5s ",
			"request waldur DataAccessLogs.List 3 ", "response 3 200 4 0s ",
		}, events)
		_, err = waldurOver(t, newScript(errors.New("odd "+testToken[:3]), response(200, "fine")), WithHooks(hooks), WithLogger(log)).do(t.Context(), listCall)
		require.NoError(t, err)
		text := out.String()
		require.Contains(t, text, "level=DEBUG msg=request api=waldur op=DataAccessLogs.List attempt=1 duration=2s status=503 bytes=4")
		require.Contains(t, text, `level=WARN msg="request repeated" api=waldur op=DataAccessLogs.List attempt=1 wait=5s status=503`)
		require.Contains(t, text, `error="auditlogs: DataAccessLogs.List: odd tok"`)
		for _, leak := range []string{"https", "waldur.test", "private", testToken, "Authorization"} {
			require.NotContains(t, text, leak)
		}
	})
}
