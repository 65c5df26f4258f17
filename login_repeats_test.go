package auditlogs_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// loginFault is something that happens to the first login.
type loginFault struct {
	fault auditlogtest.Fault            // of the server
	dial  func() (net.Conn, error)      // instead of the first connection
	most  map[auditlogtest.API]int      // logins that are sent, or begun
	check func(t *testing.T, err error) // of the call, if the login is not repeated
}

// both is a number of logins for a password, and one for client credentials.
func both(password, credentials int) map[auditlogtest.API]int {
	return map[auditlogtest.API]int{
		auditlogtest.Waldur: password, auditlogtest.HuaweiEDS: password, auditlogtest.Akinon: password, auditlogtest.ElasticPath: credentials,
	}
}

func loginFaults() map[string]loginFault {
	kind := func(want error) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			t.Helper()
			require.ErrorIs(t, err, want)
			var refusal *auditlogs.APIError
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, 1, refusal.Attempts)
		}
	}
	broken := func(t *testing.T, err error) {
		t.Helper()
		var broken *auditlogs.TransportError
		require.ErrorAs(t, err, &broken)
		require.Equal(t, 1, broken.Attempts)
	}
	failing := func(err error) func() (net.Conn, error) {
		return func() (net.Conn, error) { return nil, err }
	}
	hangsUp := func() (net.Conn, error) {
		client, server := net.Pipe()
		return client, server.Close()
	}
	return map[string]loginFault{
		"503":              {fault: auditlogtest.Fault{Status: 503}, most: both(1, 2), check: kind(auditlogs.ErrServer)},
		"429":              {fault: auditlogtest.Fault{Status: 429}, most: both(1, 2), check: kind(auditlogs.ErrRateLimited)},
		"reset":            {fault: auditlogtest.Fault{Reset: true}, most: both(1, 2), check: broken},
		"answer cut":       {fault: auditlogtest.Fault{Truncate: -1}, most: both(1, 2), check: broken},
		"too slow":         {fault: auditlogtest.Fault{Delay: time.Hour}, most: both(1, 2), check: broken},
		"400":              {fault: auditlogtest.Fault{Status: 400}, most: both(1, 1), check: func(t *testing.T, err error) { t.Helper(); require.Error(t, err) }},
		"401":              {fault: auditlogtest.Fault{Status: 401}, most: both(1, 1), check: kind(auditlogs.ErrUnauthorized)},
		"403":              {fault: auditlogtest.Fault{Status: 403}, most: both(1, 1), check: kind(auditlogs.ErrForbidden)},
		"501":              {fault: auditlogtest.Fault{Status: 501}, most: both(1, 1), check: kind(auditlogs.ErrServer)},
		"a long wait":      {fault: auditlogtest.Fault{Status: 503, Header: http.Header{"Retry-After": {"3600"}}}, most: both(1, 1), check: kind(auditlogs.ErrServer)},
		"no name":          {dial: failing(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "login.test", IsTemporary: true}}), most: both(2, 2)},
		"refused":          {dial: failing(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), most: both(2, 2)},
		"handshake broken": {dial: hangsUp, most: both(2, 2)},
		"no connection":    {dial: func() (net.Conn, error) { time.Sleep(time.Minute); return nil, io.EOF }, most: both(2, 2)},
	}
}

// TestRepeatedLogins counts the logins after a fault. One that may have reached the server is repeated only if no account
// can be locked by it; one that never did, always.
func TestRepeatedLogins(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		for name, tt := range loginFaults() {
			if s.api == auditlogtest.ThousandEyes {
				continue // has no login
			}
			t.Run(s.name+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv := auditlogtest.NewServer(auditlogtest.InMemory())
					defer srv.Close()
					line := newSilentLine()
					network := silentServer(t, line, srv)
					var dials atomic.Int64
					network.DialContext = func(ctx context.Context, kind, address string) (net.Conn, error) {
						if dials.Add(1) == 1 && tt.dial != nil {
							return tt.dial()
						}
						return line.dial(ctx, kind, address)
					}
					if tt.dial == nil {
						fault := tt.fault
						fault.API, fault.Token = s.api, true
						srv.Inject(fault)
					}
					var begun []int
					var repeated []auditlogs.RetryInfo
					op := loginOps[s.api]
					hooks := auditlogs.Hooks{
						OnRequest: func(_ context.Context, info auditlogs.RequestInfo) {
							if info.Op == op {
								begun = append(begun, info.Attempt)
							}
						},
						OnRetry: func(_ context.Context, info auditlogs.RetryInfo) { repeated = append(repeated, info) },
					}
					login, _ := loginTo(srv, lineURL, s.api)
					client, err := auditlogs.NewClient(login, auditlogs.WithHooks(hooks), auditlogs.WithHTTPClient(&http.Client{Transport: network}))
					require.NoError(t, err)
					_, err = s.list(t.Context(), client, listing{})
					require.Equal(t, []int{1, 2}[:tt.most[s.api]], begun)
					require.Len(t, repeated, tt.most[s.api]-1)
					if len(repeated) == 0 {
						tt.check(t, err)
						return
					}
					require.NoError(t, err)
					time.Sleep(time.Hour) // until a connection that nobody waits for is given up
					require.Equal(t, op, repeated[0].Op)
					require.Equal(t, 1, repeated[0].Attempt)
					require.Equal(t, tt.fault.Status, repeated[0].Status)
					require.Equal(t, tt.fault.Status == 0, repeated[0].Err != nil)
				})
			})
		}
	}
}

var loginOps = map[auditlogtest.API]string{
	auditlogtest.Waldur: "Waldur.Login", auditlogtest.HuaweiEDS: "HuaweiIAM.Token", auditlogtest.Akinon: "Akinon.Login",
	auditlogtest.ElasticPath: "ElasticPath.Login",
}

// TestLoginsKeepTheRetryPolicy has a server that fails all the time, or cannot be reached.
func TestLoginsKeepTheRetryPolicy(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		for _, most := range []int{1, 4} {
			for name, reachable := range map[string]bool{"fails": true, "cannot be reached": false} {
				if s.api == auditlogtest.ThousandEyes {
					continue
				}
				t.Run(s.name+" "+name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						srv := auditlogtest.NewServer(auditlogtest.InMemory())
						defer srv.Close()
						srv.Inject(auditlogtest.Fault{Token: true, Status: 503, Times: -1})
						line, seen := newSilentLine(), &attempts{}
						network := silentServer(t, line, srv)
						if !reachable {
							network.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") }
						}
						login, _ := loginTo(srv, lineURL, s.api)
						client, err := auditlogs.NewClient(login, auditlogs.WithHooks(seen.hooks()), auditlogs.WithHTTPClient(&http.Client{Transport: network}),
							auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: most}))
						require.NoError(t, err)
						_, err = s.list(t.Context(), client, listing{})
						want := most
						if reachable && s.api != auditlogtest.ElasticPath {
							want = 1
						}
						require.Equal(t, want, seen.n)
						var refusal *auditlogs.APIError
						var broken *auditlogs.TransportError
						if reachable {
							require.ErrorAs(t, err, &refusal)
							require.Equal(t, want, refusal.Attempts)
						} else {
							require.ErrorAs(t, err, &broken)
							require.Equal(t, want, broken.Attempts)
							require.Equal(t, loginOps[s.api], broken.Op)
						}
					})
				})
			}
		}
	}
}
