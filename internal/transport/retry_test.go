package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
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
	for _, err := range []error{io.ErrUnexpectedEOF, net.ErrClosed, &TimeoutError{}, errors.New("reset")} {
		require.True(t, repeatable(nil, err), "%v", err)
	}
	for _, err := range []error{
		&TooLargeError{1}, &RedirectError{errSource}, &tls.CertificateVerificationError{Err: errSource}, x509.UnknownAuthorityError{},
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
		name   string
		steps  []any
		wait   time.Duration // exactly; 0 is any
		status int           // 0 is success
		sent   int
		asked  time.Duration // by the last answer
	}{
		{name: "first", steps: []any{response(200, "ok")}, sent: 1},
		{name: "503 once", steps: []any{response(503, ""), response(200, "ok")}, sent: 2},
		{name: "Retry-After", steps: []any{response(429, "", "Retry-After", "7"), response(200, "ok")}, wait: 7 * time.Second, sent: 2},
		{name: "date", steps: []any{response(503, "", "Retry-After", "Wed, 14 Jan 2026 09:40:09 GMT", "Date", date), response(200, "ok")}, wait: 9 * time.Second, sent: 2},
		{name: "reset", steps: []any{response(429, "", "X-Organization-Rate-Limit-Reset", "1768383612", "Date", date), response(200, "ok")}, wait: 12 * time.Second, sent: 2},
		{name: "as long as allowed", steps: []any{response(429, "", "Retry-After", "30"), response(200, "ok")}, wait: 30 * time.Second, sent: 2},
		{name: "asks for more", steps: []any{response(429, "", "Retry-After", "31")}, status: 429, sent: 1, asked: 31 * time.Second},
		{name: "asks for a day", steps: []any{response(503, "", "Retry-After", "86400")}, status: 503, sent: 1, asked: 24 * time.Hour},
		{name: "broken connection", steps: []any{io.ErrUnexpectedEOF, response(200, "ok")}, sent: 2},
		{name: "broken body", steps: []any{broken, broken, response(200, "ok")}, sent: 3},
		{name: "in vain", steps: []any{response(500, "a"), io.EOF, response(502, "last")}, status: 502, sent: 3},
		{name: "400", steps: []any{response(400, "")}, status: 400, sent: 1},
		{name: "501", steps: []any{response(501, "")}, status: 501, sent: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := newScript(tt.steps...)
				start := time.Now()
				r, err := list(t.Context(), t, over(network, usual))
				require.NoError(t, err)
				require.Equal(t, tt.sent, network.count())
				require.Equal(t, tt.sent, r.Attempts)
				require.Equal(t, tt.asked, r.AskedWait())
				if tt.wait > 0 {
					require.Equal(t, tt.wait, time.Since(start))
				}
				if tt.asked > 0 {
					require.Zero(t, time.Since(start), "the answer is given at once")
				}
				if tt.status == 0 {
					require.Equal(t, "ok", string(r.Body))
					require.True(t, r.OK())
					return
				}
				require.Equal(t, tt.status, r.Status)
				require.False(t, r.OK())
			})
		})
	}
}

// The last failure of a call decides how it ends: with an error after a last attempt without an answer.
func TestRetriesWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := over(newScript(response(503, ""), response(503, ""), io.ErrUnexpectedEOF), usual).NewCall("Logs.List")
		r, err := x.Send(request(t.Context(), t, http.MethodGet, testURL))
		require.Nil(t, r)
		require.Equal(t, io.ErrUnexpectedEOF, err, "without the URL")
		require.Equal(t, 3, x.Number)
	})
}

func TestRetryWaitsStayWithinThePolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		network := roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.EOF })
		policy := Policy{MaxAttempts: 9, MinWait: time.Second, MaxWait: 10 * time.Second}
		start := time.Now()
		_, err := list(t.Context(), t, NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: policy, Observer: d}))
		require.ErrorIs(t, err, io.EOF)
		require.Len(t, d.waits, 8)
		var sum time.Duration
		for _, wait := range d.waits {
			require.GreaterOrEqual(t, wait, time.Second)
			require.LessOrEqual(t, wait, 10*time.Second)
			sum += wait
		}
		require.Equal(t, sum, time.Since(start), "what is told is what is waited")
	})
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := list(ctx, t, over(newScript(response(429, "", "Retry-After", "7")), usual))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(start))
	})
}

// An attempt that its caller ended is not repeated, and its error is the context's, not that of the time limit.
func TestContextEndsTheAttempt(t *testing.T) {
	t.Parallel()
	hanging := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	stuck := func(req *http.Request) (*http.Response, error) {
		return reading(200, func([]byte) (int, error) { <-req.Context().Done(); return 0, req.Context().Err() }), nil
	}
	for name, step := range map[string]any{"no answer": hanging, "no body": stuck} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var timeout *TimeoutError
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				network := newScript(step)
				_, err := list(ctx, t, over(network, usual))
				require.ErrorIs(t, err, context.Canceled)
				require.Equal(t, 1, network.count())

				timed, stop := context.WithTimeout(t.Context(), time.Second)
				defer stop()
				network = newScript(step)
				_, err = list(timed, t, over(network, usual))
				require.Equal(t, context.DeadlineExceeded, err)
				require.False(t, errors.As(err, &timeout))
				require.Equal(t, 1, network.count())
			})
		})
	}
}

// MayBeRun is what tells a deletion that was carried out, and whose answer was lost, from one of what never was.
func TestMayBeRun(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	read := &net.OpError{Op: "read", Err: errors.New("reset")}
	tests := []struct {
		name   string
		steps  []any
		status int
		want   bool
	}{
		{"gone before", []any{response(404, "")}, 404, false},
		{"deleted", []any{response(204, "")}, 204, false}, // nothing failed
		{"answer lost", []any{io.EOF, response(404, "")}, 404, true},
		{"connection lost", []any{read, response(404, "")}, 404, true},
		{"gateway gave up", []any{response(504, ""), response(404, "")}, 404, true},
		{"turned away first", []any{response(429, ""), response(404, "")}, 404, false},
		{"too slow to be read", []any{response(408, ""), response(404, "")}, 404, false},
		{"never arrived", []any{dial, response(404, "")}, 404, false},
		{"lost, then turned away", []any{io.EOF, response(429, ""), response(404, "")}, 404, true},
		{"lost, then refused", []any{io.EOF, response(403, "")}, 403, true},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodDelete, http.MethodGet} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					steps := make([]any, len(tt.steps))
					for i, step := range tt.steps {
						if res, ok := step.(*http.Response); ok {
							step = response(res.StatusCode, "") // the table's is shared
						}
						steps[i] = step
					}
					x := over(newScript(steps...), usual).NewCall("DataAccessLogs.Delete")
					r, err := x.Send(request(t.Context(), t, method, testURL))
					require.NoError(t, err)
					require.Equal(t, tt.status, r.Status, "as it came: what it means is for the caller to say")
					require.Equal(t, tt.want, x.MayBeRun())
				})
			})
		}
	}
}

func TestCertificatesAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	x := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: quick, Observer: &diary{}}).NewCall("Logs.List")
	_, err := x.Send(request(t.Context(), t, http.MethodGet, server.URL))
	var verify *tls.CertificateVerificationError
	require.ErrorAs(t, err, &verify)
	require.Equal(t, 1, x.Number)
}

func TestAttemptsAreBoundedInTime(t *testing.T) {
	t.Parallel()
	slow := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	for own, limit := range map[time.Duration]time.Duration{0: defaultTimeout, 5 * time.Second: 5 * time.Second, -1: defaultTimeout} {
		t.Run(own.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pipe := func(p Policy, steps ...any) *Client {
					return NewNetwork(&http.Client{Transport: newScript(steps...), Timeout: own}, testLimit).APIClient(Settings{Policy: p, Observer: &diary{}})
				}
				start := time.Now()
				_, err := list(t.Context(), t, pipe(Policy{MaxAttempts: 3, MinWait: time.Second, MaxWait: time.Second}, slow, response(200, "ok")))
				require.NoError(t, err)
				require.Equal(t, limit+time.Second, time.Since(start))

				_, err = list(t.Context(), t, pipe(Policy{MaxAttempts: 1}, slow))
				var timeout *TimeoutError
				require.ErrorAs(t, err, &timeout)
				require.Equal(t, limit, timeout.Limit)
			})
		})
	}
}

// What a connection that cannot be made says holds no URL.
func TestNetworkErrorsHoldNoURL(t *testing.T) {
	t.Parallel()
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	server.Close()
	p := realNetwork(t, nil, testLimit).APIClient(Settings{Policy: Policy{MaxAttempts: 2, MaxWait: time.Nanosecond}, Observer: &diary{}})
	x := p.NewCall("Logs.List")
	_, err := x.Send(request(t.Context(), t, http.MethodGet, server.URL+"/logs?query=private"))
	require.ErrorContains(t, err, "connection refused")
	_, err2 := x.Once(request(t.Context(), t, http.MethodGet, server.URL+"/logs?query=private"))
	require.ErrorContains(t, err2, "connection refused")
	for _, err := range []error{err, err2} {
		for _, leak := range []string{"query", "private", "http", "logs", testToken} {
			require.NotContains(t, err.Error(), leak)
		}
	}
}
