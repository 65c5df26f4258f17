package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// A call that has an answer has a reply, and no error, whatever the status: what it means is for the API to say.
func TestEveryStatusIsAReply(t *testing.T) {
	t.Parallel()
	for status, attempts := range map[int]int{
		200: 1, 201: 1, 202: 1, 204: 1, 206: 1, 300: 1, 301: 1, 302: 1, 304: 1, 307: 1, 308: 1,
		400: 1, 401: 1, 403: 1, 404: 1, 405: 1, 408: 3, 409: 1, 410: 1, 418: 1, 422: 1, 429: 3,
		500: 3, 501: 1, 502: 3, 503: 3, 504: 3, 505: 1, 599: 3,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := roundTrip(func(*http.Request) (*http.Response, error) {
					return response(status, "text", "X-Request-Id", "r-1"), nil
				})
				n := NewNetwork(&http.Client{Transport: network}, testLimit)
				check := func(r *Reply, err error, attempts int) {
					require.NoError(t, err)
					require.Equal(t, status, r.Status)
					require.Equal(t, status/100 == 2, r.OK())
					require.Equal(t, "text", string(r.Body))
					require.Equal(t, "r-1", r.RequestID)
					require.Equal(t, attempts, r.Attempts)
				}
				r, err := list(t.Context(), t, n.APIClient(Settings{Policy: usual, Observer: &diary{}}))
				check(r, err, attempts)
				r, err = n.LoginClient(usual, &diary{}).NewCall("X.Login").Once(request(t.Context(), t, http.MethodPost, testURL))
				check(r, err, 1)
			})
		})
	}
}

// A second credential has one attempt at least, and no more than are left: attempts are counted over both.
func TestSecondCredential(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		most     int   // attempts
		first    []int // statuses of the answers with the first credential
		second   []int // and with the second
		mayBeRun bool
	}{
		{"within the budget", 3, []int{401}, []int{200}, false},
		{"the rest of the budget is left", 3, []int{401}, []int{503, 200}, true},
		{"and no more", 3, []int{401}, []int{503, 503}, true},
		{"at the end of the budget", 1, []int{401}, []int{200}, false},
		{"that one is not repeated", 1, []int{401}, []int{503}, false},
		{"after retries", 3, []int{503, 503, 401}, []int{200}, true},
		{"after retries, in vain", 3, []int{503, 503, 401}, []int{503}, true},
		{"one is left anyway", 3, []int{503, 401}, []int{503}, true},
		{"refused again", 3, []int{401}, []int{401}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := newScript()
				for _, status := range append(append([]int{}, tt.first...), tt.second...) {
					network.steps = append(network.steps, response(status, ""))
				}
				d := &diary{}
				policy := Policy{MaxAttempts: tt.most, MinWait: time.Second, MaxWait: time.Second}
				x := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: policy, Observer: d}).NewCall("Logs.List")
				r, err := x.Send(request(t.Context(), t, http.MethodGet, testURL), scrub.NewSecret(testToken))
				require.NoError(t, err)
				require.Equal(t, 401, r.Status)
				require.Equal(t, len(tt.first), r.Attempts)
				r, err = x.Send(request(t.Context(), t, http.MethodGet, testURL), scrub.NewSecret("another"))
				require.NoError(t, err)
				require.Equal(t, tt.second[len(tt.second)-1], r.Status)
				require.Equal(t, len(tt.first)+len(tt.second), r.Attempts)
				require.Equal(t, len(network.steps), network.count())
				require.Equal(t, tt.mayBeRun, x.MayBeRun())
				told := strings.Join(d.all(), "\n")
				for n := range network.steps {
					require.Equal(t, 1, strings.Count(told, fmt.Sprintf("request %d", n+1)), "attempts are numbered on")
				}
			})
		})
	}
}

// Each credential is taken out of the errors and the reply of the attempts that carried it.
func TestSecretsOfTheSecondCredential(t *testing.T) {
	t.Parallel()
	const second = "tok-0ther"
	echo := errors.New("odd: " + second)
	d := &diary{}
	network := newScript(response(401, "", "X-Request-Id", "r-"+testToken), response(401, "", "X-Request-Id", "r-"+second), echo)
	x := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: Policy{MaxAttempts: 1}, Observer: d}).NewCall("Logs.List")
	for _, secret := range []string{testToken, second} {
		r, err := x.Send(request(t.Context(), t, http.MethodGet, testURL), scrub.NewSecret(secret))
		require.NoError(t, err)
		require.Equal(t, "r-[redacted]", r.RequestID)
	}
	_, err := x.Send(request(t.Context(), t, http.MethodGet, testURL), scrub.NewSecret(second))
	require.EqualError(t, err, "odd: [redacted]")
	require.NotContains(t, strings.Join(d.all(), "\n"), second)
}

// An error that holds no secret stays the one that it is.
func TestErrorsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	odd := errors.New("odd")
	p := over(newScript(odd, odd), Policy{MaxAttempts: 1})
	_, err := list(t.Context(), t, p)
	require.Same(t, odd, err)
	_, err = p.NewCall("X.Login").Once(request(t.Context(), t, http.MethodPost, testURL), scrub.NewSecret(testToken))
	require.Same(t, odd, err)
}

// A request that must not arrive twice is repeated only if it never left. Whatever is repeated, is without redirects and
// without waits for a limit: the body is the credential.
func TestLogin(t *testing.T) {
	t.Parallel()
	dial := func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
	}
	dead := func(req *http.Request, asked, got bool) {
		trace := httptrace.ContextClientTrace(req.Context())
		if trace == nil || trace.GetConn == nil {
			return
		}
		if asked {
			trace.GetConn("login.test:443")
		}
		if got {
			trace.GotConn(httptrace.GotConnInfo{})
		}
	}
	breaking := func(asked, got bool, err error) func(*http.Request) (*http.Response, error) {
		return func(req *http.Request) (*http.Response, error) {
			dead(req, asked, got)
			return nil, err
		}
	}
	stuck := func(got bool) func(*http.Request) (*http.Response, error) {
		return func(req *http.Request) (*http.Response, error) {
			dead(req, true, got)
			<-req.Context().Done()
			return nil, req.Context().Err()
		}
	}
	certificate := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	dialError := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, tt := range map[string]struct {
		first      func() any
		once, send int // requests
	}{
		"busy":                      {func() any { return response(503, "", "Retry-After", "5") }, 1, 2},
		"nothing left":              {func() any { return response(429, "", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "10") }, 1, 2},
		"nothing left for long":     {func() any { return response(429, "", "Retry-After", "3600") }, 1, 1},
		"redirect":                  {func() any { return response(307, "", "Location", "/there") }, 1, 1},
		"refused":                   {func() any { return response(401, "") }, 1, 1},
		"broken":                    {func() any { return io.EOF }, 1, 2},
		"cannot dial":               {func() any { return dial }, 2, 2},
		"no connection":             {func() any { return breaking(true, false, io.EOF) }, 2, 2},
		"connection broken":         {func() any { return breaking(true, true, io.EOF) }, 1, 2},
		"broken, then cannot dial":  {func() any { return breaking(true, true, dialError) }, 1, 2},
		"no connection in time":     {func() any { return stuck(false) }, 2, 2},
		"no answer in time":         {func() any { return stuck(true) }, 1, 2},
		"connection not to be had":  {func() any { return breaking(true, false, certificate) }, 1, 1},
		"nothing known of the line": {func() any { return breaking(false, false, io.EOF) }, 1, 2},
	} {
		ways := map[string]struct {
			send     func(*Call, *http.Request) (*Reply, error)
			requests int
		}{
			"Once": {func(x *Call, req *http.Request) (*Reply, error) { return x.Once(req) }, tt.once},
			"Send": {func(x *Call, req *http.Request) (*Reply, error) { return x.Send(req) }, tt.send},
			"HTTPClient": {func(x *Call, req *http.Request) (*Reply, error) {
				res, err := x.HTTPClient().Do(req)
				if err != nil {
					return nil, err
				}
				defer func() { _ = res.Body.Close() }()
				return x.reply(res), nil
			}, tt.send},
		}
		for way, login := range ways {
			t.Run(way+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					d := &diary{}
					network := newScript(tt.first(), response(200, "in"))
					p := NewNetwork(&http.Client{Transport: network}, testLimit).LoginClient(usual, d)
					req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, testURL, strings.NewReader("credential"))
					require.NoError(t, err)
					x := p.NewCall("X.Login")
					r, err := login.send(x, req)
					require.Equal(t, login.requests, network.count())
					require.Equal(t, login.requests, x.Number)
					require.Len(t, d.waits, login.requests-1)
					require.Equal(t, "X.Login: request 1", d.all()[0])
					if login.requests == 2 {
						require.NoError(t, err)
						require.Equal(t, "in", string(r.Body))
						require.Equal(t, 2, r.Attempts)
						require.Equal(t, 1, x.Failed().Attempts)
					} else {
						require.Nil(t, x.Failed())
					}
					for _, seen := range network.seen {
						body, err := io.ReadAll(seen.Body)
						require.NoError(t, err)
						require.Equal(t, "credential", string(body))
					}
				})
			})
		}
	}
}

// Those who send a login themselves do so over the same handlers.
func TestHTTPClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		slow := func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}
		network := newScript(response(200, "in"), errors.New("odd: "+testToken), response(307, "", "Location", "/there"), slow)
		p := NewNetwork(&http.Client{Transport: network}, testLimit).LoginClient(Policy{MaxAttempts: 1}, d)
		client := func() *http.Client { return p.NewCall("X.Login").HTTPClient(scrub.NewSecret(testToken)) }
		res, err := client().Do(request(t.Context(), t, http.MethodPost, testURL))
		require.NoError(t, err)
		require.Equal(t, "in", string(Body(res)))
		require.NoError(t, res.Body.Close())
		_, err = client().Do(request(t.Context(), t, http.MethodPost, testURL))
		require.EqualError(t, WithoutURL(err), "odd: [redacted]")
		res, err = client().Do(request(t.Context(), t, http.MethodPost, testURL))
		require.NoError(t, err)
		require.Equal(t, 307, res.StatusCode)
		require.NoError(t, res.Body.Close())
		_, err = client().Do(request(t.Context(), t, http.MethodPost, testURL))
		var timeout *TimeoutError
		require.ErrorAs(t, err, &timeout)
		require.Equal(t, []string{
			"X.Login: request 1", "X.Login: response 1: 200, 2 bytes, 0s",
			"X.Login: request 1", "X.Login: response 1: odd: [redacted], 0, 0 bytes, 0s",
			"X.Login: request 1", "X.Login: response 1: 307, 0 bytes, 0s",
			"X.Login: request 1", "X.Login: response 1: no complete answer within 30s, 0, 0 bytes, 30s",
		}, d.all())
	})
}

// Calls at once over one pipe know nothing of each other: each counts its own attempts, and has its own secrets.
func TestCallsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := roundTrip(func(req *http.Request) (*http.Response, error) {
			if time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) < 10*time.Minute { // when bubbles begin
				return nil, errors.New("odd: " + req.Header.Get("X-Auth-Token"))
			}
			return response(200, "", "X-Request-Id", req.Header.Get("X-Auth-Token")), nil
		})
		d := &diary{}
		policy := Policy{MaxAttempts: 2, MinWait: 20 * time.Minute, MaxWait: 20 * time.Minute}
		p := NewNetwork(&http.Client{Transport: network}, testLimit).APIClient(Settings{Policy: policy, Observer: d})
		together(20, func(n int) {
			req := request(t.Context(), t, http.MethodGet, testURL)
			secret := fmt.Sprintf("secret-%02d", n)
			req.Header.Set("X-Auth-Token", secret)
			r, err := p.NewCall("Logs.List").Send(req, scrub.NewSecret(secret))
			require.NoError(t, err)
			require.Equal(t, 2, r.Attempts)
			require.Equal(t, "[redacted]", r.RequestID)
		})
		require.NotContains(t, strings.Join(d.all(), "\n"), "secret-")
		require.Len(t, d.all(), 20*5)
	})
}
