package sdkhmac

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// request makes a request; headers come in pairs.
func request(t *testing.T, url string, headers ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// The example of the vendor's guide, pages api-sign-algorithm-002 to -004: each step has the published result.
func TestPublishedExample(t *testing.T) {
	t.Parallel()
	const date = "20191115T033655Z"
	req := request(t, "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?marker=13551d6b-755d-4757-b956-536f674975c0&limit=2",
		"Content-Type", "application/json", "X-Sdk-Date", date)
	text, err := canonicalRequest(req, []string{"content-type", "host", "x-sdk-date"})
	require.NoError(t, err)
	require.Equal(t, strings.Join([]string{
		"GET",
		"/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/",
		"limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
		"content-type:application/json",
		"host:service.region.example.com",
		"x-sdk-date:20191115T033655Z",
		"",
		"content-type;host;x-sdk-date",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	}, "\n"), text)
	require.Equal(t, "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a", digest(text))
	require.Equal(t, "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
		authenticate("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", date, text))
}

// What the tests of huaweicloud/huaweicloud-sdk-go-v3, core/auth/signer, expect.
func TestVendorsOwnExpectations(t *testing.T) {
	t.Parallel()
	const date = "20060102T150405Z"
	text, err := canonicalRequest(request(t, "https://example.huaweicloud.com/path?limit=1", "X-Sdk-Date", date), []string{"x-sdk-date"})
	require.NoError(t, err)
	require.Equal(t, "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624", authenticate("SecretKey", date, text))

	query, err := canonicalQuery("test=%E4%B8%80+(%26%3D?!%23%25.*)&path=/tmp/123&multi=2&multi=1&multi=3&limit=1&enable=true")
	require.NoError(t, err)
	require.Equal(t, "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29", query)
}

func TestCanonicalQuery(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                      "",
		"a":                     "a=",
		"a=&b":                  "a=&b=",
		"b=2&a=1":               "a=1&b=2",
		"b=1&B=1&a=1":           "B=1&a=1&b=1",
		"a=b&a=B&a=":            "a=&a=B&a=b",
		"a=x+y&b=x%20y&c=x%2By": "a=x%20y&b=x%20y&c=x%2By",
		"a=~-_.&b=*/:,!'()@$":   "a=~-_.&b=%2A%2F%3A%2C%21%27%28%29%40%24",
		"%e4%b8%89=%E6%B8%85":   "%E4%B8%89=%E6%B8%85",
		"a=%00%7F%FF":           "a=%00%7F%FF",
		"a-b=1&a=1&a.b=1":       "a=1&a-b=1&a.b=1",
	} {
		got, err := canonicalQuery(raw)
		require.NoError(t, err, raw)
		require.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"a=%zz", "a=1;b=2"} {
		_, err := canonicalQuery(raw)
		require.EqualError(t, err, "a query that cannot be read cannot be signed")
	}
}

func TestCanonicalPath(t *testing.T) {
	t.Parallel()
	for escaped, want := range map[string]string{
		"": "/", "/": "/", "/a": "/a/", "/a/": "/a/", "/a//b": "/a//b/", "//a": "//a/",
		"/a%20b/%e4%b8%89": "/a%20b/%E4%B8%89/", "/a%2Fb": "/a%2Fb/", "/a:b@c(d)*": "/a%3Ab%40c%28d%29%2A/", "/~-_.": "/~-_./", "/%7E": "/~/",
	} {
		got, err := canonicalPath(escaped)
		require.NoError(t, err, escaped)
		require.Equal(t, want, got, escaped)
	}
	_, err := canonicalPath("/%zz")
	require.Error(t, err)
}

func TestCanonicalHost(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://h.Example": "h.example", "https://h:443/": "h", "https://h:80/": "h:80", "https://h:8443": "h:8443",
		"http://h:80": "h", "http://h:443": "h:443", "HTTP://h:80": "h", "https://[::1]:443": "[::1]", "https://[::443]": "[::443]",
	} {
		req := request(t, url)
		got, err := canonicalHost(req)
		require.NoError(t, err, url)
		require.Equal(t, want, got, url)
		req.Host = "" // as after a redirect
		got, err = canonicalHost(req)
		require.NoError(t, err, url)
		require.Equal(t, want, got, url)
	}
	for _, host := range []string{"bücher.example", "a b", "a\n"} {
		req := request(t, "https://h")
		req.Host = host
		_, err := canonicalHost(req)
		require.Error(t, err, host)
	}
}

func key(access, secret, token string) Key {
	return Key{Access: scrub.NewSecret(access), Secret: scrub.NewSecret(secret), SecurityToken: scrub.NewSecret(token)}
}

func TestSign(t *testing.T) {
	t.Parallel()
	beijing := time.FixedZone("CST", 8*60*60)
	now := time.Date(2019, 11, 15, 11, 36, 55, 999, beijing)
	for token, signed := range map[string]string{"": "host;x-project-id;x-sdk-date", "t0ken": "host;x-project-id;x-sdk-date;x-security-token"} {
		req := request(t, "https://EDS.example:443/v1/a%2Fb?z=x+y&a=*", "Accept", "application/json", "User-Agent", "x", "X-Sdk-Date", "old", "Authorization", "old")
		signature, err := Sign(req, key("AK", "SK", token), "p1", now)
		require.NoError(t, err)
		require.Len(t, signature.Reveal(), 64)
		require.Equal(t, "SDK-HMAC-SHA256 Access=AK, SignedHeaders="+signed+", Signature="+signature.Reveal(), req.Header.Get("Authorization"))
		require.Equal(t, "20191115T033655Z", req.Header.Get("X-Sdk-Date"))
		require.Equal(t, "p1", req.Header.Get("X-Project-Id"))
		require.Equal(t, token, req.Header.Get("X-Security-Token"))
		require.Equal(t, "application/json", req.Header.Get("Accept"))
		require.Equal(t, "eds.example", req.Host)
		require.Equal(t, "https://EDS.example:443/v1/a%2Fb?a=%2A&z=x%20y", req.URL.String(), "the query is sent as it is signed")

		for name, tt := range map[string]struct {
			change func(*http.Request)
			key    Key
			id     string
			at     time.Time
		}{
			"nothing": {nil, key("AK", "SK", token), "p1", now},
			"method":  {func(r *http.Request) { r.Method = http.MethodHead }, key("AK", "SK", token), "p1", now},
			"path":    {func(r *http.Request) { r.URL.Path += "c"; r.URL.RawPath += "c" }, key("AK", "SK", token), "p1", now},
			"query":   {func(r *http.Request) { r.URL.RawQuery += "1" }, key("AK", "SK", token), "p1", now},
			"host":    {func(r *http.Request) { r.Host = "other" }, key("AK", "SK", token), "p1", now},
			"secret":  {nil, key("AK", "SK2", token), "p1", now},
			"token":   {nil, key("AK", "SK", "other"), "p1", now},
			"project": {nil, key("AK", "SK", token), "p2", now},
			"time":    {nil, key("AK", "SK", token), "p1", now.Add(time.Second)},
		} {
			again := req.Clone(t.Context())
			if tt.change != nil {
				tt.change(again)
			}
			other, err := Sign(again, tt.key, tt.id, tt.at)
			require.NoError(t, err, name)
			require.Equal(t, name == "nothing", signature.Reveal() == other.Reveal(), name)
		}
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	t.Parallel()
	withBody := request(t, "https://h")
	withBody.Body = io.NopCloser(strings.NewReader("x"))
	badHost := request(t, "https://h")
	badHost.Host = "é"
	for _, req := range []*http.Request{withBody, badHost, request(t, "https://h?secret=%zz")} {
		_, err := Sign(req, key("AK", "SK", ""), "p", time.Now())
		require.ErrorContains(t, err, "cannot be signed")
		require.NotContains(t, err.Error(), "secret")
		require.Empty(t, req.Header.Get("Authorization"))
	}
	empty := request(t, "https://h")
	empty.Body = http.NoBody
	_, err := Sign(empty, key("AK", "SK", ""), "p", time.Now())
	require.NoError(t, err)
}

func TestKeysAreNotPrinted(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		require.Equal(t, "[redacted]", fmt.Sprintf(verb, key("AK", "SK", "token")))
	}
}
