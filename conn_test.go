package auditlogs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRequestsOfEachAPI(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "r-1")
		w.Header().Set("Date", "Wed, 14 Jan 2026 09:40:00 GMT")
		w.Header().Set("X-Organization-Rate-Limit-Limit", "240")
		w.Header().Set("X-Organization-Rate-Limit-Remaining", "12")
		w.Header().Set("X-Organization-Rate-Limit-Reset", "1768383720")
		fmt.Fprintf(w, "%s %s|%s|%s|%s|%s", r.Method, r.RequestURI, r.Header.Get("Authorization"), r.Header.Get("X-Auth-Token"), r.Header.Get("Accept"), r.UserAgent())
	})
	token := StaticToken("t0ken")
	base := server.URL + "/pre%2Ffix/"
	c := clientFor(t, WithWaldur(base, token), WithHuaweiEDS(base, "p", token), WithAkinon(base, token), WithElasticPath(base, token), WithThousandEyes(base, token))
	tests := []struct {
		conn *conn
		auth string
	}{
		{c.conns[APIWaldur], "Token t0ken||application/json"}, {c.conns[APIHuaweiEDS], "|t0ken|application/json"}, {c.conns[APIAkinon], "Token t0ken||application/json"},
		{c.conns[APIElasticPath], "Bearer t0ken||application/json"},
		{c.conns[APIThousandEyes], "Bearer t0ken||application/hal+json, application/json, application/problem+json"},
	}
	for _, tt := range tests {
		t.Run(string(tt.conn.api), func(t *testing.T) {
			t.Parallel()
			r, err := tt.conn.do(t.Context(), call{op: "X.List", path: []string{"a/b", "c d", "é", "%2e"}, slash: true, query: "q=1%2B2"})
			require.NoError(t, err)
			require.Equal(t, "GET /pre%2Ffix/a%2Fb/c%20d/%C3%A9/%252e/?q=1%2B2|"+tt.auth+"|auditlogs-go", string(r.Body))
			require.Equal(t, 200, r.Status)
			require.Equal(t, 1, r.Attempts)
			require.Equal(t, "r-1", r.RequestID)
			require.Equal(t, time.Date(2026, 1, 14, 9, 40, 0, 0, time.UTC), r.Date)
			require.Equal(t, RateLimit{Limit: 240, Remaining: 12, Reset: time.Unix(1768383720, 0).UTC()}, RateLimit(r.RateLimit))
			require.Equal(t, "text/plain; charset=utf-8", r.Header.Get("Content-Type"))
		})
	}
}

// A transport may change the header of a request that it is given: the next request has its own.
func TestEachRequestHasItsOwnHeader(t *testing.T) {
	t.Parallel()
	var accepted []string
	c := waldurOver(t, transportFunc(func(req *http.Request) (*http.Response, error) {
		accepted = append(accepted, req.Header["Accept"][0]+req.Header.Get("X-Own"))
		req.Header["Accept"][0] = "*/*"
		req.Header.Set("X-Own", "!")
		return response(200, "[]"), nil
	}), StaticToken(testToken))
	for range 2 {
		_, err := c.do(t.Context(), listCall)
		require.NoError(t, err)
	}
	require.Equal(t, []string{acceptJSON, acceptJSON}, accepted)
}

func TestConnNotConfigured(t *testing.T) {
	t.Parallel()
	_, err := (*conn)(nil).do(t.Context(), call{op: "A.List"})
	require.ErrorIs(t, err, ErrNotConfigured)
	require.EqualError(t, err, "auditlogs: A.List: API not configured")
}

func TestPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	network := newScript()
	c := waldurOver(t, network, StaticToken(testToken))
	for _, element := range []string{"", ".", ".."} {
		_, err := c.do(t.Context(), call{op: "A.Get", path: []string{"api", element}})
		require.ErrorIs(t, err, ErrInvalidFilter)
	}
	require.Zero(t, network.count())
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	c := waldurOver(t, newScript(response(403, `{"detail":"No, `+testToken+`."}`, "X-Request-Id", "r-1")), StaticToken(testToken))
	_, err := c.do(t.Context(), listCall)
	require.ErrorIs(t, err, ErrForbidden)
	require.EqualError(t, err, "auditlogs: DataAccessLogs.List: 403 Forbidden: No, [redacted]. (request r-1)")
}

// numbered is a source whose tokens are t-1, t-2 and so on.
func numbered(calls *atomic.Int64) TokenSource {
	return sourceFunc(func(context.Context) (Token, error) { return Token{Value: fmt.Sprintf("t-%d", calls.Add(1))}, nil })
}

func TestTokenIsRenewedOn401(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	network := transportFunc(func(req *http.Request) (*http.Response, error) {
		if req.Header.Get("Authorization") == "Token t-1" {
			return response(401, `{"detail":"expired"}`), nil
		}
		return response(200, req.Header.Get("Authorization")), nil
	})
	c := waldurOver(t, network, numbered(&calls))
	together(30, func() {
		r, err := c.do(t.Context(), listCall)
		require.NoError(t, err)
		require.Equal(t, "Token t-2", string(r.Body))
	})
	require.EqualValues(t, 2, calls.Load())
}

func TestUnauthorizedOnceMoreOnly(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	network := newScript(response(401, ""), response(401, `{"detail":"no"}`), response(200, ""))
	_, err := waldurOver(t, network, numbered(&calls), WithRetry(RetryPolicy{MaxAttempts: 1})).do(t.Context(), listCall)
	require.ErrorIs(t, err, ErrUnauthorized)
	require.EqualError(t, err, "auditlogs: DataAccessLogs.List: 401 Unauthorized: no after 2 attempts")
	require.Equal(t, 2, network.count())

	network = newScript(response(401, `{"detail":"no"}`))
	_, err = waldurOver(t, network, StaticToken(testToken)).do(t.Context(), listCall)
	require.ErrorIs(t, err, ErrUnauthorized)
	require.Equal(t, 1, network.count(), "the same token is not tried again")
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("shutting down")
	cancel(cause)
	refused := &APIError{Op: "Waldur.Login", StatusCode: 401}
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		is   error
		text string
	}{
		{"user's own", t.Context(), errSource, errSource, "auditlogs: DataAccessLogs.List: token: source failed"},
		{"login", t.Context(), refused, ErrUnauthorized, "auditlogs: Waldur.Login: 401 Unauthorized"},
		{"login that is not understood", t.Context(), &DecodeError{Op: "Waldur.Login", Index: -1, Err: io.EOF}, io.EOF, "auditlogs: Waldur.Login: unreadable answer: EOF"},
		{"login that does not arrive", t.Context(), &TransportError{Op: "Waldur.Login", Attempts: 1, Err: io.EOF}, io.EOF, "auditlogs: Waldur.Login: EOF"},
		{"context", ended, errSource, cause, "auditlogs: DataAccessLogs.List: context canceled: shutting down"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			source := sourceFunc(func(context.Context) (Token, error) { return Token{}, tt.err })
			_, err := waldurOver(t, newScript(), source).do(tt.ctx, listCall)
			require.ErrorIs(t, err, tt.is)
			require.EqualError(t, err, tt.text)
		})
	}
}

func TestRenewalThatFails(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	source := sourceFunc(func(context.Context) (Token, error) {
		if calls.Add(1) > 1 {
			return Token{}, errSource
		}
		return Token{Value: "t-1"}, nil
	})
	_, err := waldurOver(t, newScript(response(401, "")), source).do(t.Context(), listCall)
	require.ErrorIs(t, err, errSource)
}

func TestNetworkErrorsHoldNoURL(t *testing.T) {
	t.Parallel()
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	server.Close()
	c := clientFor(t, WithWaldur(server.URL, StaticToken(testToken)), WithRetry(RetryPolicy{MaxAttempts: 2, MaxWait: time.Nanosecond}))
	_, err := c.conns[APIWaldur].do(t.Context(), listCall)
	require.ErrorContains(t, err, "connection refused after 2 attempts")
	inner := waldurOver(t, newScript(fmt.Errorf("Get %q: odd", "https://h/p?query=private")), StaticToken(testToken), WithRetry(RetryPolicy{MaxAttempts: 1}))
	_, err2 := inner.do(t.Context(), listCall)
	for _, err := range []error{err, err2} {
		for _, leak := range []string{"query", "private", "http", "data-access-logs", testToken} {
			require.False(t, strings.Contains(err.Error(), leak), "%q has %q", err, leak)
		}
	}
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := transportFunc(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		c := waldurOver(t, network, StaticToken(testToken))
		cause := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(cause) })
		_, err := c.do(ctx, listCall)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)

		timed, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		_, err = c.do(timed, listCall)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "auditlogs: DataAccessLogs.List: context deadline exceeded")
		for _, err := range []error{err, contextError("A.List", ctx)} {
			var broken *TransportError
			require.False(t, errors.As(err, &broken), "the caller's own end is no failure of the transport")
		}
	})
}

// What was to be deleted is gone if an earlier attempt may have been carried out and its answer was lost, and only then.
func TestDeleteThatWasRepeated(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, tt := range map[string]struct {
		steps []any
		want  error // nil: deleted
	}{
		"gone before":            {[]any{response(404, "")}, ErrNotFound},
		"deleted":                {[]any{response(204, "")}, nil},
		"answer lost":            {[]any{io.EOF, response(404, "")}, nil},
		"gateway gave up":        {[]any{response(504, ""), response(404, "")}, nil},
		"turned away first":      {[]any{response(429, ""), response(404, "")}, ErrNotFound},
		"never arrived":          {[]any{dial, response(404, "")}, ErrNotFound},
		"lost, then turned away": {[]any{io.EOF, response(429, ""), response(404, "")}, nil},
		"lost, then refused":     {[]any{io.EOF, response(403, "")}, ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := WithHTTPClient(&http.Client{Transport: newScript(tt.steps...)})
				c := clientFor(t, WithWaldur("https://waldur.test", StaticToken(testToken)), network)
				err := c.DataAccessLogs.Delete(t.Context(), strings.Repeat("0a", 16))
				if tt.want == nil {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, tt.want)
			})
		})
	}
}

// A read of what is not there is never a success.
func TestReadOfNothingAfterARetryIsNotFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := waldurOver(t, newScript(io.EOF, response(404, "")), StaticToken(testToken)).do(t.Context(), listCall)
		require.ErrorIs(t, err, ErrNotFound)
	})
}

// What a server may say of a token that expired is answered by a new listing; other refusals are the caller's.
func TestTokenExpired(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 410, 422} {
		require.True(t, tokenExpired(&APIError{StatusCode: status}), status)
	}
	for _, status := range []int{401, 403, 409, 429, 500, 503} {
		require.False(t, tokenExpired(&APIError{StatusCode: status}), status)
	}
	require.False(t, tokenExpired(io.EOF))
}
