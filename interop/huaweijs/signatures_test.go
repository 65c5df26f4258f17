package huaweijs_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/sdkhmac"
)

const (
	temporaryKey    = "TEMPORARYACCESSKEY01"
	temporarySecret = "temporary0secret/key+0=for0tests"
	securityToken   = "gQpjbi1ub3J0aC00/example+security==token"

	auditLogs = "/v1/" + auditlogtest.ProjectID + "/eds/instances/" + auditlogtest.InstanceID + "/connectors/" + auditlogtest.ConnectorID + "/audit-logs"
)

// queries are awkward ones. None has a parameter that EDS would refuse.
var queries = []string{
	"",
	"limit=2&offset=0",
	"offset=0&limit=2",
	"start_time=2026-01-14T09%3A26%3A53Z&end_time=2026-01-15T00:00:00Z&action=VIEW",
	"user_keywords=Ann+Lee&connector_keywords=a%20b",
	"user_keywords=%E5%BC%A0%E4%B8%89%F0%9F%99%82&connector_keywords=Zo%C3%AB",
	"user_keywords=a%2Bb~c*d",
	"user_keywords=%21%22%23%24%25%26%27%28%29%2A%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D%7F%01",
	"user_keywords=-_.~&connector_keywords=%2D%5F%2E%7E",
	"user_keywords=&connector_keywords=%2520",
	"tag=b&tag=a&tag=B&tag=&tag=a+b&tag=a%2Fb",
	"a-b=1&a.b=2&a_b=3&a=4&aB=5&A=6&Zz=7&%C3%A9=8&a~=9",
	"empty",
}

// paths are such in which nothing needs an escape: the vendor's signer would escape that once more.
var paths = []string{"", "/", "/v1", "/v1/", "/a//b", "/-_.~", "/a:b@c,d;e", "/!$()*+=", auditLogs}

// TestSignatures: for the same request at the same time with the same headers, both signatures are the same.
func TestSignatures(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 14, 9, 26, 53, 0, time.UTC)
	var orders []order
	var ours []string
	for _, key := range [][3]string{{auditlogtest.AccessKey, auditlogtest.SecretKey, ""}, {temporaryKey, temporarySecret, securityToken}} {
		for _, origin := range []string{"https://eds-combine.cn-north-4.myhuaweicloud.com", "http://127.0.0.1:8080", "https://[::1]:8443"} {
			for _, path := range paths {
				for _, query := range queries {
					req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+path+"?"+query, nil)
					require.NoError(t, err)
					_, err = sdkhmac.Sign(req, sdkhmac.Key{
						Access: scrub.NewSecret(key[0]), Secret: scrub.NewSecret(key[1]), SecurityToken: scrub.NewSecret(key[2]),
					}, auditlogtest.ProjectID, now)
					require.NoError(t, err)
					if path == "" {
						req.URL.Path = "/" // the vendor's own signer signs no path without a slash
					}
					orders = append(orders, orderOf(t, req, key[0], key[1]))
					ours = append(ours, req.Header.Get("Authorization"))
				}
			}
		}
	}
	for i, headers := range vendorSigns(t, orders) {
		require.Equal(t, headers["Authorization"], ours[i], "%+v", orders[i])
	}
	t.Logf("%d requests", len(ours))
}

// TestPublishedExample: the vendor's signer here is the one of the vendor's guide.
func TestPublishedExample(t *testing.T) {
	t.Parallel()
	signed := vendorSigns(t, []order{{
		Method: http.MethodGet, Endpoint: "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
		Query:     url.Values{"limit": {"2"}, "marker": {"13551d6b-755d-4757-b956-536f674975c0"}},
		Headers:   map[string]string{"Content-Type": "application/json", "X-Sdk-Date": "20191115T033655Z"},
		AccessKey: "QTWAOYTTINDUT2QVKYUC", SecretKey: "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
	}})
	require.Equal(t, "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, "+
		"Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe", signed[0]["Authorization"])
}

// recorder keeps the requests of a client as they are sent.
type recorder struct {
	http.RoundTripper
	mu   sync.Mutex
	seen []*http.Request
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.seen = append(r.seen, req)
	r.mu.Unlock()
	return r.RoundTripper.RoundTrip(req)
}

// newServer has some records, and knows a temporary key.
func newServer(t *testing.T) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer()
	t.Cleanup(srv.Close)
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 50)
	srv.AllowAccessKey(temporaryKey, temporarySecret, securityToken)
	return srv
}

// TestClient: what the client sends while it reads has the signatures that the vendor's signer makes of it.
func TestClient(t *testing.T) {
	t.Parallel()
	for _, key := range []auditlogs.HuaweiAKSKConfig{
		{AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey},
		{AccessKey: temporaryKey, SecretKey: temporarySecret, SecurityToken: securityToken},
	} {
		srv := newServer(t)
		network := &recorder{RoundTripper: srv.HTTPClient().Transport}
		client, err := auditlogs.NewClient(
			auditlogs.WithHuaweiEDS(srv.URL, auditlogtest.ProjectID, auditlogs.HuaweiAKSK(key)), auditlogs.WithHTTPClient(&http.Client{Transport: network}),
		)
		require.NoError(t, err)
		last := time.Now()
		for _, filter := range []auditlogs.DataAssetLogFilter{
			{ListOptions: auditlogs.ListOptions{PageSize: 10}},
			{Since: last.Add(-1000 * time.Hour), Until: last, Action: auditlogs.DataAssetView},
			{UserKeywords: "Ann Lee+~*/%2F&=é", ConnectorKeywords: "连接器 🙂"},
		} {
			filter.InstanceID, filter.ConnectorID = auditlogtest.InstanceID, auditlogtest.ConnectorID
			for _, err := range client.DataAssetLogs.All(t.Context(), filter) {
				require.NoError(t, err)
			}
		}
		require.Greater(t, len(network.seen), 5)
		orders := make([]order, len(network.seen))
		for i, req := range network.seen {
			orders[i] = orderOf(t, req, key.AccessKey, key.SecretKey)
		}
		for i, headers := range vendorSigns(t, orders) {
			require.Equal(t, headers["Authorization"], network.seen[i].Header.Get("Authorization"), "%+v", orders[i])
			require.Equal(t, headers["host"], network.seen[i].Host)
		}
	}
}

// TestSignedByTheVendor: auditlogtest accepts what the vendor's signer signs, and nothing else.
func TestSignedByTheVendor(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	var orders []order
	var sent []*http.Request
	for _, key := range [][3]string{{auditlogtest.AccessKey, auditlogtest.SecretKey, ""}, {temporaryKey, temporarySecret, securityToken}} {
		for _, query := range queries {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+auditLogs+"?"+query, nil)
			require.NoError(t, err)
			req.Header.Set("X-Sdk-Date", time.Now().UTC().Format("20060102T150405Z"))
			req.Header.Set("X-Project-Id", auditlogtest.ProjectID)
			if key[2] != "" {
				req.Header.Set("X-Security-Token", key[2])
			}
			sent = append(sent, req)
			orders = append(orders, orderOf(t, req, key[0], key[1]))
		}
	}
	status := func(req *http.Request) int {
		res, err := srv.HTTPClient().Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	for i, headers := range vendorSigns(t, orders) {
		require.Equal(t, http.StatusUnauthorized, status(sent[i]))
		sent[i].Header.Set("Authorization", headers["Authorization"])
		require.Equal(t, http.StatusOK, status(sent[i]), "%+v", orders[i])
		sent[i].URL.RawQuery += "&more=1"
		require.Equal(t, http.StatusUnauthorized, status(sent[i]))
	}
}
