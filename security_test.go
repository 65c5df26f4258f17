package auditlogs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// What a hostile server may try, and what a credential must survive. SECURITY.md names these tests.

const (
	secToken    = "tok-S3cr3t/9f8e7d=="   // long and odd enough to be found wherever it leaks
	secPassword = `p"ss/w=rd&9 S3cr3t\x+` // with everything that some encoding escapes
)

// connect is the option that configures a service.
func (s subject) connect(base string, tokens auditlogs.TokenSource) auditlogs.Option {
	switch s.api {
	case auditlogtest.Waldur:
		return auditlogs.WithWaldur(base, tokens)
	case auditlogtest.HuaweiEDS:
		return auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, tokens)
	case auditlogtest.Akinon:
		return auditlogs.WithAkinon(base, tokens)
	case auditlogtest.ElasticPath:
		return auditlogs.WithElasticPath(base, tokens)
	default:
		return auditlogs.WithThousandEyes(base, tokens)
	}
}

// login is the source that logs in at a service; nil for the one that has no login.
func (s subject) login(base, user, password string) auditlogs.TokenSource {
	switch s.api {
	case auditlogtest.Waldur:
		return auditlogs.WaldurLogin(base, user, password)
	case auditlogtest.HuaweiEDS:
		return auditlogs.HuaweiIAM(auditlogs.HuaweiIAMConfig{
			IAMURL: base, DomainName: auditlogtest.DomainName, UserName: user, Password: password, ProjectID: auditlogtest.ProjectID,
		})
	case auditlogtest.Akinon:
		return auditlogs.AkinonLogin(base, user, password)
	case auditlogtest.ElasticPath:
		return auditlogs.ElasticPathCredentials(base, user, password)
	default:
		return nil
	}
}

// visitor is a way for requests to arrive at a service: with a token to list, with a password to log in, or signed.
type visitor struct {
	subject
	name   string
	source func(base string) auditlogs.TokenSource
}

// visitors are the five services with a token, the four logins, and Huawei with an access key.
func visitors() (all []visitor) {
	for _, s := range subjects() {
		token := func(string) auditlogs.TokenSource { return auditlogs.StaticToken(secToken) }
		all = append(all, visitor{s, s.name, token})
		if s.login("", "", "") != nil {
			all = append(all, visitor{s, s.name + " login", func(base string) auditlogs.TokenSource { return s.login(base, "user", secPassword) }})
		}
		if s.api == auditlogtest.HuaweiEDS {
			key := auditlogs.HuaweiAKSKConfig{AccessKey: secToken, SecretKey: secToken, SecurityToken: secToken}
			all = append(all, visitor{s, s.name + " signed", func(string) auditlogs.TokenSource { return auditlogs.HuaweiAKSK(key) }})
		}
	}
	return all
}

// forEachVisitor runs a test over all of them.
func forEachVisitor(t *testing.T, test func(*testing.T, visitor)) {
	t.Helper()
	for _, v := range visitors() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			test(t, v)
		})
	}
}

// client is a client of the one service at an address, over the given transport.
func (v visitor) client(t *testing.T, base string, network http.RoundTripper, opts ...auditlogs.Option) *auditlogs.Client {
	t.Helper()
	retry := auditlogs.RetryPolicy{MaxAttempts: 3, MinWait: 1, MaxWait: time.Nanosecond}
	all := []auditlogs.Option{v.connect(base, v.source(base)), auditlogs.WithRetry(retry), auditlogs.WithHTTPClient(&http.Client{Transport: network})}
	c, err := auditlogs.NewClient(append(all, opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// origins is a transport over the real network that remembers where requests went.
type origins struct {
	*http.Transport
	mu   sync.Mutex
	seen []string
}

func newOrigins() *origins { return &origins{Transport: &http.Transport{}} }

func (o *origins) RoundTrip(req *http.Request) (*http.Response, error) {
	o.mu.Lock()
	o.seen = append(o.seen, req.URL.Scheme+"://"+req.URL.Host)
	o.mu.Unlock()
	return o.Transport.RoundTrip(req)
}

// requireOnly asserts that requests went to one origin only.
func (o *origins) requireOnly(t *testing.T, home string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	require.NotEmpty(t, o.seen)
	for _, origin := range o.seen {
		require.Equal(t, home, origin)
	}
}

// secServe is a server that is gone when the test ends; with TLS where it is asked for, without a log in any case.
func secServe(t *testing.T, tls bool, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = silent
	if tls {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// elsewhere are addresses that are not the origin of home, each in one respect.
func elsewhere(t *testing.T, home, thief string) map[string]string {
	t.Helper()
	u, err := url.Parse(home)
	require.NoError(t, err)
	scheme := map[string]string{"http": "https", "https": "http"}[u.Scheme]
	return map[string]string{
		"another port": thief, "another host": u.Scheme + "://localhost:" + u.Port(), "another scheme": scheme + "://" + u.Host,
		"a longer host": u.Scheme + "://" + u.Hostname() + ".localhost:" + u.Port(), "no port": u.Scheme + "://" + u.Hostname(),
	}
}

// TestRedirectsTakeNoCredentialAway: no service and no login follows a redirect to another host, scheme or port.
func TestRedirectsTakeNoCredentialAway(t *testing.T) {
	t.Parallel()
	forEachVisitor(t, func(t *testing.T, v visitor) {
		for _, tls := range []bool{false, true} {
			thief := secServe(t, false, func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				t.Errorf("a request arrived elsewhere: %s %v %s", r.Method, r.Header, body)
			})
			for _, status := range []int{301, 302, 303, 307, 308} {
				var location string
				home := secServe(t, tls, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", location)
					w.WriteHeader(status)
				})
				for name, base := range elsewhere(t, home.URL, thief.URL) {
					location = base + "/target?token=" + secToken
					network := newOrigins()
					if tls {
						network.TLSClientConfig = home.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
					}
					_, err := v.list(t.Context(), v.client(t, home.URL, network), listing{})
					var refusal *auditlogs.APIError
					require.ErrorAs(t, err, &refusal, name)
					require.Equal(t, status, refusal.StatusCode)
					require.NotContains(t, err.Error(), "://")
					network.requireOnly(t, home.URL)
					require.Len(t, network.seen, 1, "asked once")
				}
			}
		}
	})
}

// TestNextLinksLeadHome: next links to another host, scheme or port are read on at the configured origin, to the end.
func TestNextLinksLeadHome(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		thief := secServe(r.T, false, func(http.ResponseWriter, *http.Request) { r.Error("a request arrived elsewhere") })
		want := r.fill(17, time.Minute)
		for name, base := range elsewhere(r.T, r.srv.URL, thief.URL) {
			for _, envelope := range []bool{false, true} {
				network := newOrigins()
				client := r.newClient(auditlogs.WithHTTPClient(&http.Client{Transport: network}))
				r.Cleanup(client.CloseIdleConnections)
				r.srv.SetQuirks(r.api, auditlogtest.Quirks{ForeignNext: base, PageCap: r.capOf(5), Envelope: envelope})
				l := listing{}
				if r.maxPage > 0 {
					l.PageSize = 5
				}
				keys, err := r.collect(r.Context(), client, l, 100)
				require.NoError(r, err, name)
				require.Equal(r, want, keys, name)
				network.requireOnly(r.T, r.srv.URL)
			}
		}
	})
}

// say is a handler that always answers the same.
func say(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}
