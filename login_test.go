package auditlogs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// kinds are the meanings of refusals.
var kinds = []error{ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited, ErrInvalidRequest, ErrServer}

const password = `p"ss/w=rd&9`

// loginCase is a login as each API has it; the source is for a server.
type loginCase struct {
	op, request, body, form string
	source                  func(base string) TokenSource
	good                    func(w http.ResponseWriter)
	connect                 func(base string, tokens TokenSource) Option
	pick                    func(*Client) *conn
}

func logins() map[string]loginCase {
	say := func(body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, body) }
	}
	return map[string]loginCase{
		"Waldur": {
			op: "Waldur.Login", request: "POST /pre/api-auth/password/", body: `{"username":"u","password":"p\"ss/w=rd\u00269"}`,
			source: func(base string) TokenSource { return WaldurLogin(base, "u", password) },
			good:   say(`{"token":"new-token"}`), connect: WithWaldur, pick: func(c *Client) *conn { return c.conns[APIWaldur] },
		},
		"Akinon": {
			op: "Akinon.Login", request: "POST /pre/api/v1/auth/login/", body: `{"username":"u","password":"p\"ss/w=rd\u00269"}`,
			source: func(base string) TokenSource { return AkinonLogin(base, "u", password) },
			good:   say(`{"key":"new-token"}`), connect: WithAkinon, pick: func(c *Client) *conn { return c.conns[APIAkinon] },
		},
		"Huawei": {
			op: "HuaweiIAM.Token", request: "POST /pre/v3/auth/tokens?nocatalog=true",
			body: `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"u","password":"p\"ss/w=rd\u00269","domain":{"name":"d"}}}},"scope":{"project":{"id":"p"}}}}`,
			source: func(base string) TokenSource {
				return HuaweiIAM(HuaweiIAMConfig{IAMURL: base, DomainName: "d", UserName: "u", Password: password, ProjectID: "p"})
			},
			good: func(w http.ResponseWriter) {
				w.Header().Set("X-Subject-Token", "new-token")
				w.Header().Set("Date", "Wed, 14 Jan 2026 09:05:22 GMT")
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, `{"token":{"expires_at":"2026-01-15T09:05:22.000000Z"}}`)
			},
			connect: func(base string, tokens TokenSource) Option { return WithHuaweiEDS(base, "p", tokens) },
			pick:    func(c *Client) *conn { return c.conns[APIHuaweiEDS] },
		},
		"Elastic Path": {
			op: "ElasticPath.Login", request: "POST /pre/oauth/access_token", form: "client_id=u&client_secret=p%22ss%2Fw%3Drd%269&grant_type=client_credentials",
			source: func(base string) TokenSource { return ElasticPathCredentials(base, "u", password) },
			good:   say(`{"access_token":"new-token","token_type":"Bearer","expires_in":3600}`), connect: WithElasticPath,
			pick: func(c *Client) *conn { return c.conns[APIElasticPath] },
		},
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var posts atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost {
					_, _ = io.WriteString(w, r.Header.Get("Authorization")+r.Header.Get("X-Auth-Token"))
					return
				}
				posts.Add(1)
				body, _ := io.ReadAll(r.Body)
				if tt.form != "" {
					if string(body) != tt.form || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
						w.WriteHeader(http.StatusTeapot)
					}
				} else if !jsonEqual(string(body), tt.body) || r.Header.Get("Content-Type") != "application/json" {
					w.WriteHeader(http.StatusTeapot)
				}
				if r.Method+" "+r.RequestURI != tt.request || r.UserAgent() != "exporter auditlogs-go" || r.Header.Get("Authorization") != "" {
					w.WriteHeader(http.StatusTeapot)
				}
				tt.good(w)
			})
			c := clientFor(t, tt.connect(server.URL, tt.source(server.URL+"/pre/")), WithUserAgent("exporter"))
			together(5, func() {
				r, err := tt.pick(c).do(t.Context(), call{op: "X.List"})
				require.NoError(t, err)
				require.Contains(t, string(r.Body), "new-token")
			})
			require.EqualValues(t, 1, posts.Load())
		})
	}
}

func jsonEqual(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

func TestLoginsByThemselves(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { tt.good(w) })
			token, err := tt.source(server.URL).Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, "new-token", token.Value)
			lifetime := map[string]time.Duration{"Huawei": 24 * time.Hour, "Elastic Path": time.Hour}[name]
			require.Equal(t, lifetime == 0, token.Expiry.IsZero())
			if lifetime > 0 {
				require.WithinDuration(t, time.Now().Add(lifetime), token.Expiry, time.Minute, "by the local clock, whatever the server's says")
			}
			_, err = tt.source("http://login.test").Token(t.Context())
			require.ErrorIs(t, err, ErrInvalidConfig)
			require.ErrorContains(t, err, "which needs WithInsecureHTTP")
		})
	}
}

func TestLoginRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		for status, kind := range map[int]error{400: ErrInvalidRequest, 401: ErrUnauthorized, 429: ErrRateLimited, 500: ErrServer, 302: nil, 307: nil} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				t.Parallel()
				var posts atomic.Int64
				server := serve(t, func(w http.ResponseWriter, r *http.Request) {
					posts.Add(1)
					body, _ := io.ReadAll(r.Body)
					w.Header().Set("Location", "/elsewhere")
					w.Header().Set("X-Request-Id", "r-1")
					w.WriteHeader(status)
					_, _ = fmt.Fprintf(w, `{"detail":"%s, or %s, or %s"}`, jsonText(string(body)), jsonText(password), password[4:7])
				})
				c := clientFor(t, tt.connect(server.URL, tt.source(server.URL)), WithRetry(RetryPolicy{MinWait: 1, MaxWait: 1}))
				_, err := tt.pick(c).do(t.Context(), call{op: "X.List"})
				var refusal *APIError
				require.ErrorAs(t, err, &refusal)
				require.Equal(t, tt.op, refusal.Op)
				require.Equal(t, status, refusal.StatusCode)
				require.Equal(t, "r-1", refusal.RequestID)
				if name == "Akinon" && status == 400 {
					kind = ErrUnauthorized
				}
				for _, other := range kinds {
					require.Equal(t, other == kind, errors.Is(err, other), "is it %q", other)
				}
				sent := 1
				if name == "Elastic Path" && status >= 429 {
					sent = 3
				}
				require.EqualValues(t, sent, posts.Load())
				require.Equal(t, sent, refusal.Attempts)
				for _, text := range []string{err.Error(), string(refusal.Body), refusal.Message} {
					for _, leak := range []string{password, jsonText(password), "p%22ss"} {
						require.NotContains(t, text, leak)
					}
				}
			})
		}
	}
}

func TestLoginAnswersWithoutToken(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		for _, body := range []string{``, `<html>`, `{}`, `[]`, `{"token":"","key":"","access_token":""}`, `{"token":"a b","key":"a\nb","access_token":"a b"}`} {
			t.Run(name+body, func(t *testing.T) {
				t.Parallel()
				server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
				c := clientFor(t, tt.connect(server.URL, tt.source(server.URL)))
				_, err := tt.pick(c).do(t.Context(), call{op: "X.List"})
				var decode *DecodeError
				require.ErrorAs(t, err, &decode)
				require.Equal(t, tt.op, decode.Op)
				require.Equal(t, -1, decode.Index)
			})
		}
	}
}

func TestLoginsThatDoNotArrive(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			network, sent, after := newScript(io.ErrUnexpectedEOF, io.ErrUnexpectedEOF, io.ErrUnexpectedEOF), 1, ""
			if name == "Elastic Path" {
				sent, after = 3, " after 3 attempts"
			}
			c, err := NewClient(tt.connect("https://api.test", tt.source("https://login.test/secret-path")),
				WithHTTPClient(&http.Client{Transport: network}), WithRetry(RetryPolicy{MinWait: 1, MaxWait: 1}))
			require.NoError(t, err)
			_, err = tt.pick(c).do(t.Context(), call{op: "X.List"})
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.EqualError(t, err, "auditlogs: "+tt.op+": unexpected EOF"+after)
			require.Equal(t, sent, network.count())
		})
	}
}

func TestElasticPathAnswerForms(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"application/json", "text/plain", ""} {
		for _, body := range []string{
			`{"data":{"access_token":"new-token","expires_in":3600}}`, `{"access_token":"new-token","expires_in":"3600"}`,
		} {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				_, _ = io.WriteString(w, body)
			})
			token, err := ElasticPathCredentials(server.URL, "id", "s").Token(t.Context())
			require.NoError(t, err)
			require.Equal(t, "new-token", token.Value)
			require.False(t, token.Expiry.IsZero())
		}
	}
}

func TestCancelledLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range logins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := transportFunc(func(req *http.Request) (*http.Response, error) {
					<-req.Context().Done()
					return nil, req.Context().Err()
				})
				c, err := NewClient(tt.connect("https://api.test", tt.source("https://login.test")), WithHTTPClient(&http.Client{Transport: network}))
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err = tt.pick(c).do(ctx, call{op: "X.List"})
				require.EqualError(t, err, "auditlogs: X.List: context deadline exceeded")
				_, err = tt.pick(c).source.Token(ctx)
				require.EqualError(t, err, "auditlogs: "+tt.op+": context deadline exceeded")
			})
		})
	}
}

// A login whose context ends while it waits to be repeated says what it was waiting for.
func TestCancelledWaitOfALogin(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, tt := range logins() {
		for _, step := range []any{dial, response(503, `{"message":"down for repair"}`)} {
			if step != dial && name != "Elastic Path" {
				continue // is not repeated
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					policy := WithRetry(RetryPolicy{MinWait: time.Minute, MaxWait: time.Minute})
					c := clientFor(t, tt.connect("https://api.test", tt.source("https://login.test")), policy, WithHTTPClient(&http.Client{Transport: newScript(step)}))
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					_, err := tt.pick(c).source.Token(ctx)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					var refusal *APIError
					var broken *TransportError
					if step == dial {
						require.ErrorAs(t, err, &broken)
						require.EqualError(t, err, "auditlogs: "+tt.op+": context deadline exceeded; last failure: auditlogs: "+tt.op+": dial: refused")
					} else {
						require.ErrorAs(t, err, &refusal)
						require.Equal(t, "down for repair", refusal.Message)
					}
				})
			})
		}
	}
}
