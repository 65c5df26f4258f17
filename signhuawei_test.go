package auditlogs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// accessKey is the one that auditlogtest knows.
var accessKey = auditlogs.HuaweiAKSKConfig{AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey}

func TestHuaweiAKSKConfigTexts(t *testing.T) {
	t.Parallel()
	config := auditlogs.HuaweiAKSKConfig{AccessKey: "AK", SecretKey: secToken, SecurityToken: secPassword}
	const text = "{AccessKey:[redacted] SecretKey:[redacted] SecurityToken:[redacted]}"
	require.Equal(t, text, config.String())
	require.Equal(t, text, fmt.Sprintf("%x", config))
	require.Equal(t, text, slog.AnyValue(config).Resolve().String())
	require.Equal(t, "auditlogs.HuaweiAKSKConfig"+text, config.GoString())
	encoded, err := json.Marshal(config)
	require.NoError(t, err)
	require.JSONEq(t, `{"AccessKey":"[redacted]","SecretKey":"[redacted]","SecurityToken":"[redacted]"}`, string(encoded))
	require.Equal(t, secToken, config.SecretKey, "only the copy is changed")
}

func TestHuaweiAKSKGivesNoToken(t *testing.T) {
	t.Parallel()
	token, err := auditlogs.HuaweiAKSK(accessKey).Token(t.Context())
	require.Zero(t, token)
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
	require.EqualError(t, err, "auditlogs: HuaweiAKSK: signs each request and gives no token; only WithHuaweiEDS can use it")

	// Nor does it within a source of the caller's own, which hides what it can do.
	hidden := funcSource(auditlogs.HuaweiAKSK(accessKey).Token)
	client, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS("https://h", "p", hidden))
	require.NoError(t, err)
	_, err = client.DataAssetLogs.List(t.Context(), signedFilter())
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
}

func signedFilter() auditlogs.DataAssetLogFilter {
	return auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID}
}

// signedCase is a log in a bubble that is read with signed requests.
type signedCase struct {
	srv *auditlogtest.Server
	mu  sync.Mutex
	at  []time.Time // when each request arrived
}

func newSignedCase(opts ...auditlogtest.ServerOption) *signedCase {
	c := &signedCase{srv: auditlogtest.NewServer(append(opts, auditlogtest.InMemory())...)}
	c.hook(func(int) {})
	for i := range 40 {
		c.srv.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: fmt.Sprintf("%02d", i), HappenedTime: time.Now().Add(-time.Duration(i+1) * time.Minute)})
	}
	return c
}

// hook is called before each request is answered.
func (c *signedCase) hook(f func(n int)) {
	c.srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		c.mu.Lock()
		c.at = append(c.at, time.Now())
		c.mu.Unlock()
		f(n)
	})
}

func (c *signedCase) client(t *testing.T, key auditlogs.HuaweiAKSKConfig, opts ...auditlogs.Option) *auditlogs.Client {
	t.Helper()
	all := []auditlogs.Option{
		auditlogs.WithHuaweiEDS(c.srv.URL, auditlogtest.ProjectID, auditlogs.HuaweiAKSK(key)), auditlogs.WithHTTPClient(c.srv.HTTPClient()),
	}
	client, err := auditlogs.NewClient(append(all, opts...)...)
	require.NoError(t, err)
	return client
}

// requireFresh asserts that each request was signed when it was sent, which in a bubble is when it arrived, and gives the
// number of different signatures.
func (c *signedCase) requireFresh(t *testing.T) (signatures int) {
	t.Helper()
	requests, seen := c.srv.Requests(auditlogtest.HuaweiEDS), map[string]bool{}
	require.Len(t, c.at, len(requests))
	for i, r := range requests {
		require.Equal(t, c.at[i].UTC().Format("20060102T150405Z"), r.Header.Get("X-Sdk-Date"))
		require.Equal(t, auditlogtest.ProjectID, r.Header.Get("X-Project-Id"))
		require.Empty(t, r.Header.Values("X-Auth-Token"))
		require.Contains(t, r.Header.Get("Authorization"), "SDK-HMAC-SHA256 Access="+auditlogtest.AccessKey+", SignedHeaders=host;x-project-id;x-sdk-date, Signature=")
		seen[r.Header.Get("Authorization")] = true
	}
	return len(seen)
}

// A listing of several pages is read with signed requests: plain, read ahead, and while requests fail, after which waits are
// longer than a signature is valid.
func TestSignedListings(t *testing.T) {
	t.Parallel()
	busy := auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: 503, Header: http.Header{"Retry-After": {"1200"}}, After: 1, Times: 2}
	for name, tt := range map[string]struct {
		prefetch int
		faults   []auditlogtest.Fault
		quirks   auditlogtest.Quirks
	}{
		"plain":         {},
		"pages":         {quirks: auditlogtest.Quirks{OffsetPages: true}},
		"read ahead":    {prefetch: 3},
		"with retries":  {faults: []auditlogtest.Fault{busy, {API: auditlogtest.HuaweiEDS, Reset: true, After: 4}}},
		"both":          {prefetch: 3, faults: []auditlogtest.Fault{busy}},
		"cut answers":   {faults: []auditlogtest.Fault{{API: auditlogtest.HuaweiEDS, Truncate: 10, Times: 2}}},
		"unreadable":    {faults: []auditlogtest.Fault{{API: auditlogtest.HuaweiEDS, Status: 200, Body: "<html>"}}},
		"slow requests": {faults: []auditlogtest.Fault{{API: auditlogtest.HuaweiEDS, Delay: time.Minute}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newSignedCase(auditlogtest.WithQuirks(auditlogtest.HuaweiEDS, tt.quirks))
				defer c.srv.Close()
				for _, f := range tt.faults {
					c.srv.Inject(f)
				}
				f := signedFilter()
				f.PageSize, f.Prefetch, f.UserKeywords = 7, tt.prefetch, ""
				began := time.Now()
				client := c.client(t, accessKey, auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 5, MaxWait: time.Hour}))
				var keys []string
				for l, err := range client.DataAssetLogs.All(t.Context(), f) {
					require.NoError(t, err)
					keys = append(keys, l.Key())
				}
				require.Len(t, keys, 40)
				require.True(t, slices.IsSorted(keys))
				require.Greater(t, c.requireFresh(t), 5)
				if slices.ContainsFunc(tt.faults, func(f auditlogtest.Fault) bool { return f.Status == 503 }) {
					require.GreaterOrEqual(t, time.Since(began), 20*time.Minute)
				}
			})
		})
	}
}

// Each attempt has a date of its own, and so a signature.
func TestSignedRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newSignedCase()
		defer c.srv.Close()
		c.srv.Inject(auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: 503, Header: http.Header{"Retry-After": {"7"}}, Times: 2})
		client := c.client(t, accessKey, auditlogs.WithRateLimit(1), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 3}))
		_, err := client.DataAssetLogs.List(t.Context(), signedFilter())
		require.NoError(t, err)
		require.Equal(t, 3, c.requireFresh(t))
		requests := c.srv.Requests(auditlogtest.HuaweiEDS)
		for i, r := range requests {
			require.Equal(t, requests[0].RawQuery, r.RawQuery)
			require.Equal(t, time.Duration(i)*time.Minute, c.at[i].Sub(c.at[0]), "signed after the wait for the limit")
		}
	})
}

// Follow, also from a cursor of a client that had a token, and days later.
func TestSignedFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newSignedCase()
		defer c.srv.Close()
		var cursor auditlogs.Cursor
		var got []string
		follow := func(client *auditlogs.Client, polls int) {
			f := signedFilter()
			f.Cursor, f.PageSize, f.Prefetch = cursor, 5, 2
			for p, err := range client.DataAssetLogs.Follow(t.Context(), f, quickFollow) {
				require.NoError(t, err)
				for _, l := range p.Items {
					got = append(got, l.AuditLogID)
				}
				if cursor, polls = p.Next, polls-1; polls <= 0 {
					return
				}
			}
		}
		token, err := auditlogs.NewClient(append(c.srv.Options(), auditlogs.WithUserAgent("token"))...)
		require.NoError(t, err)
		follow(token, 1)
		c.srv.ResetRequests()
		c.mu.Lock()
		c.at = nil
		c.mu.Unlock()

		client, want := c.client(t, accessKey), []string{}
		for day := range 3 {
			for i := range 12 {
				id := fmt.Sprintf("day %d, %02d", day, i)
				c.srv.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: id, HappenedTime: time.Now().Add(time.Duration(i) * time.Second)})
				want = append(want, id)
			}
			time.Sleep(24 * time.Hour)
			c.srv.Inject(auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: 503})
			follow(client, 6)
		}
		slices.Sort(got)
		require.Equal(t, want, got)
		c.requireFresh(t)
	})
}

// A refused signature is sent exactly once, whoever asks.
func TestRefusedSignaturesAreNotRepeated(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *auditlogs.Client) error {
		f := signedFilter()
		f.UserKeywords = borderMarker
		_, err := c.DataAssetLogs.List(ctx, f)
		return err
	}
	all := func(ctx context.Context, c *auditlogs.Client) (last error) {
		for _, err := range c.DataAssetLogs.All(ctx, signedFilter()) {
			last = err
		}
		return last
	}
	follow := func(ctx context.Context, c *auditlogs.Client) (last error) {
		for _, err := range c.DataAssetLogs.Follow(ctx, signedFilter(), quickFollow) {
			last = err
		}
		return last
	}
	temporary := auditlogs.HuaweiAKSKConfig{AccessKey: "TEMPORARY", SecretKey: "temporary-secret", SecurityToken: "security-token"}
	without := temporary
	without.SecurityToken = ""
	for name, tt := range map[string]struct {
		key   auditlogs.HuaweiAKSKConfig
		ahead time.Duration // of the server's clock
		fault auditlogtest.Fault
		says  string
	}{
		"wrong secret":          {key: auditlogs.HuaweiAKSKConfig{AccessKey: auditlogtest.AccessKey, SecretKey: "wrong-secret"}, says: "verify aksk signature fail,canonicalRequest:[request]"},
		"unknown key":           {key: auditlogs.HuaweiAKSKConfig{AccessKey: "UNKNOWNKEY", SecretKey: "unguessable"}, says: "Get secretKey failed,ak:[redacted],err:ak not exist"},
		"no security token":     {key: without, says: "decrypt token fail"},
		"clock behind":          {key: accessKey, ahead: 16 * time.Minute, says: "calc ak sk signature fail:signature expired"},
		"clock ahead":           {key: accessKey, ahead: -16 * time.Minute, says: "calc ak sk signature fail:signature expired"},
		"with another status":   {key: accessKey, fault: auditlogtest.Fault{Status: 400, Body: `{"error_code":"APIG.0301","error_msg":"no"}`}, says: "APIG.0301: no"},
		"of another region":     {key: accessKey, fault: auditlogtest.Fault{Status: 401, Body: `{"error_code":"APIGW.0307","error_msg":"The token must be updated."}`}, says: "APIGW.0307: The token must be updated."},
		"after another failure": {key: accessKey, ahead: time.Hour, fault: auditlogtest.Fault{Status: 503}, says: "signature expired"},
	} {
		for way, call := range map[string]func(context.Context, *auditlogs.Client) error{"list": list, "all": all, "follow": follow} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := newSignedCase(auditlogtest.WithClock(func() time.Time { return time.Now().Add(tt.ahead) }))
					defer c.srv.Close()
					c.srv.AllowAccessKey(temporary.AccessKey, temporary.SecretKey, temporary.SecurityToken)
					want := 1
					if tt.fault.Status != 0 {
						fault := tt.fault
						fault.API = auditlogtest.HuaweiEDS
						c.srv.Inject(fault)
						if tt.fault.Status == 503 {
							want = 2
						}
					}
					var guard borderGuard
					err := call(t.Context(), c.client(t, tt.key, auditlogs.WithHooks(guard.hooks())))
					require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
					var refusal *auditlogs.APIError
					require.ErrorAs(t, err, &refusal)
					require.ErrorContains(t, err, tt.says)
					require.Len(t, c.srv.Requests(auditlogtest.HuaweiEDS), want)
					guard.check(way, err)
					signature := c.srv.Requests(auditlogtest.HuaweiEDS)[want-1].Header.Get("Authorization")
					guard.report(t, tt.key.AccessKey, tt.key.SecretKey, signature[len(signature)-64:], auditlogtest.ConnectorID)
					require.NotContains(t, string(refusal.Body), tt.key.AccessKey)
				})
			})
		}
	}
}

// Pages that are read ahead are asked for before a refusal is known, but the one that was refused is not asked for once more.
func TestRefusedSignaturesOfPagesReadAhead(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{1, 3} {
		for revoked := 2; revoked < 8; revoked++ {
			synctest.Test(t, func(t *testing.T) {
				c := newSignedCase()
				defer c.srv.Close()
				c.hook(func(n int) {
					if n == revoked {
						c.srv.RevokeTokens()
					}
				})
				f := signedFilter()
				f.PageSize, f.Prefetch = 5, prefetch
				var last error
				for _, err := range c.client(t, accessKey).DataAssetLogs.Pages(t.Context(), f) {
					last = err
				}
				require.ErrorIs(t, last, auditlogs.ErrUnauthorized)
				refused := 0
				for _, r := range c.srv.Requests(auditlogtest.HuaweiEDS) {
					if r.Status == http.StatusUnauthorized {
						refused++
					}
				}
				require.Positive(t, refused)
				require.LessOrEqual(t, refused, prefetch)
			})
		}
	}
}

// A temporary key has a token, which is signed; sources may serve several clients at once.
func TestTemporaryKeys(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 30)
	srv.RevokeTokens()
	srv.AllowAccessKey("TEMPORARY", secToken, secToken)
	source := auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: "TEMPORARY", SecretKey: secToken, SecurityToken: secToken})
	var group sync.WaitGroup
	for range 4 {
		client, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS(srv.URL, auditlogtest.ProjectID, source))
		require.NoError(t, err)
		t.Cleanup(client.CloseIdleConnections)
		for range 2 {
			group.Go(func() {
				f := signedFilter()
				f.PageSize, f.UserKeywords, f.ConnectorKeywords = 10, "Ann Lee+~*/%2F&=é", "连接器"
				for _, err := range client.DataAssetLogs.All(t.Context(), f) {
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	group.Wait()
	for _, r := range srv.Requests(auditlogtest.HuaweiEDS) {
		require.Equal(t, 200, r.Status)
		require.Equal(t, secToken, r.Header.Get("X-Security-Token"))
		require.Contains(t, r.RawQuery, "user_keywords=Ann%20Lee%2B~%2A%2F%252F%26%3D%C3%A9", "as it was signed")
	}
}

// The URL to which a redirect leads is signed for itself.
func TestSignedRedirects(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	front := secServe(t, false, func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("moved") {
			http.Redirect(w, r, r.URL.RequestURI()+"&moved="+url.QueryEscape("a b"), http.StatusTemporaryRedirect)
			return
		}
		srv.Handler().ServeHTTP(w, r)
	})
	for _, base := range []string{front.URL, front.URL + "/"} {
		client, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, auditlogs.HuaweiAKSK(accessKey)))
		require.NoError(t, err)
		t.Cleanup(client.CloseIdleConnections)
		_, err = client.DataAssetLogs.List(t.Context(), signedFilter())
		require.NoError(t, err)
	}
	requests := srv.Requests(auditlogtest.HuaweiEDS)
	require.Len(t, requests, 2)
	require.Equal(t, "a b", requests[0].Query.Get("moved"))
}

// What cannot be signed is not sent.
func TestRequestsThatCannotBeSigned(t *testing.T) {
	t.Parallel()
	network := roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return nil, http.ErrHandlerTimeout
	})
	client, err := auditlogs.NewClient(
		auditlogs.WithHuaweiEDS("https://bücher.example", "p", auditlogs.HuaweiAKSK(accessKey)), auditlogs.WithHTTPClient(&http.Client{Transport: network}),
	)
	require.NoError(t, err)
	_, err = client.DataAssetLogs.List(t.Context(), signedFilter())
	require.EqualError(t, err, "auditlogs: DataAssetLogs.List: request not signed: a host that is not printable ASCII cannot be signed")
	var unsent *auditlogs.TransportError
	require.ErrorAs(t, err, &unsent)
	var guard borderGuard
	guard.check("List", err)
	guard.report(t, "bücher")
}

// A gateway that echoes headers shows neither key nor signature, which could be sent once more.
func TestEchoedSignatures(t *testing.T) {
	t.Parallel()
	key := auditlogs.HuaweiAKSKConfig{AccessKey: "ECHOEDKEY", SecretKey: "unguessable", SecurityToken: "echoed+token"}
	var sent []string
	server := secServe(t, false, func(w http.ResponseWriter, r *http.Request) {
		authorization := r.Header.Get("Authorization")
		sent = append(sent, authorization[len(authorization)-64:])
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"error_code":"APIGW.0302","error_msg":"no: %s %s"}`, authorization, r.Header.Get("X-Security-Token"))
	})
	client, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS(server.URL, auditlogtest.ProjectID, auditlogs.HuaweiAKSK(key)))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	_, err = client.DataAssetLogs.List(t.Context(), signedFilter())
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal)
	require.Len(t, sent, 1)
	for _, secret := range []string{key.AccessKey, key.SecretKey, key.SecurityToken, sent[0]} {
		require.NotContains(t, err.Error()+refusal.Message+string(refusal.Body), secret)
	}
	require.Contains(t, refusal.Message, "Access=[redacted], SignedHeaders=host;x-project-id;x-sdk-date;x-security-token, Signature=[redacted]")
}
