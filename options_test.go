package auditlogs

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// faults are the messages of the joined errors, in order.
func faults(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestBaseURLs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw      string
		insecure bool
		want     string // the fault
		base     string
	}{
		{raw: "https://waldur.example.com", base: "https://waldur.example.com"},
		{raw: "https://waldur.example.com/", base: "https://waldur.example.com"},
		{raw: "HTTPS://waldur.example.com:8443/a/b//", base: "https://waldur.example.com:8443/a/b"},
		{raw: "https://host/a%2Fb/c%20d", base: "https://host/a%2Fb/c%20d"},
		{raw: "http://localhost:8080", base: "http://localhost:8080"},
		{raw: "http://127.0.0.1:1", base: "http://127.0.0.1:1"},
		{raw: "http://127.9.9.9", base: "http://127.9.9.9"},
		{raw: "http://[::1]:80/x", base: "http://[::1]:80/x"},
		{raw: "http://host", insecure: true, base: "http://host"},
		{raw: "http://host", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "http://localhost.evil.test", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "http://128.0.0.1", want: "is http://, which needs WithInsecureHTTP"},
		{raw: "", want: "is empty"},
		{raw: "waldur.example.com", want: "has no scheme"},
		{raw: "//host/x", want: "has no scheme"},
		{raw: "/path", want: "has no scheme"},
		{raw: "waldur.example.com:8080", want: "has a scheme other than https"},
		{raw: "ftp://host", insecure: true, want: "has a scheme other than https"},
		{raw: "https://", want: "has no host"},
		{raw: "https://:443", want: "has no host"},
		{raw: "https:host", want: "has no host"},
		{raw: "https://user@host", want: "has user information"},
		{raw: "https://user:s3cret@host", want: "has user information"},
		{raw: "https://host?x=1", want: "has a query"},
		{raw: "https://host?", want: "has a query"},
		{raw: "https://host#x", want: "has a fragment"},
		{raw: "https://host/a#", want: "has a fragment"},
		{raw: "https://host/a/../b", want: "has a path with . or .."},
		{raw: "https://host/%2e%2E/b", want: "has a path with . or .."},
		{raw: "https://host/\n", want: "is not a URL"},
		{raw: "https://ho st", want: "is not a URL"},
		{raw: "https://host:port", want: "is not a URL"},
		{raw: "https://host/%zz", want: "is not a URL"},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			base, fault := parseBaseURL(tt.raw, tt.insecure)
			require.Equal(t, tt.want, fault)
			if fault == "" {
				require.Equal(t, tt.base, base.String())
			}
		})
	}
}

func TestAkinonURLs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "https://sandbox.akinon.com/api/v1/remote/1/data-warehouse", AkinonOmnitronURL("sandbox.akinon.com", "1"))
	require.Equal(t, "https://h/api/v1/remote/a%2Fb/data-warehouse", AkinonOmnitronURL("https://h/", "a/b"))
	require.Equal(t, "https://sandbox.commerce.akinon.com/api/v1/data-warehouse", AkinonCommerceURL("sandbox.commerce.akinon.com"))
	require.Equal(t, "http://127.0.0.1:80/api/v1/data-warehouse", AkinonCommerceURL("http://127.0.0.1:80"))
}

type nilSource struct{}

func (*nilSource) Token(context.Context) (Token, error) { return Token{}, nil }

type emptySource struct{}

func (emptySource) Token(context.Context) (Token, error) { return Token{}, nil }

func TestBadOptions(t *testing.T) {
	t.Parallel()
	good := StaticToken("t0ken")
	var typedNil *nilSource
	var nilFunc sourceFunc
	tests := []struct {
		name string
		opts []Option
		want []string
	}{
		{"nil option", []Option{nil}, []string{"NewClient: option 1: is nil"}},
		{"bad URL", []Option{WithWaldur("https://u:s3cret@h", good)}, []string{"WithWaldur: baseURL: has user information"}},
		{"nil source", []Option{WithWaldur("https://h", nil)}, []string{"WithWaldur: tokens: is nil"}},
		{"typed nil source", []Option{WithAkinon("https://h", typedNil)}, []string{"WithAkinon: tokens: is nil"}},
		{"nil function", []Option{WithElasticPath("https://h", nilFunc)}, []string{"WithElasticPath: tokens: is nil"}},
		{"empty token", []Option{WithThousandEyes(ThousandEyesURL, StaticToken(""))}, []string{"WithThousandEyes: tokens: is empty"}},
		{"token with newline", []Option{WithThousandEyes(ThousandEyesURL, StaticToken("abc\n"))}, []string{"WithThousandEyes: tokens: has a character that is not printable ASCII"}},
		{"twice", []Option{WithWaldur("https://h", good), WithWaldur("https://h", good)}, []string{"WithWaldur: configures an API that is configured already"}},
		{"no project", []Option{WithHuaweiEDS("https://h", "", good)}, []string{"WithHuaweiEDS: projectID: is empty"}},
		{"project with dots", []Option{WithHuaweiEDS("https://h", "..", good)}, []string{"WithHuaweiEDS: projectID: would lead elsewhere in a path"}},
		{"project with slash", []Option{WithHuaweiEDS("https://h", "a/b", good)}, []string{"WithHuaweiEDS: projectID: has a character other than letters, digits, '-', '_' and '.'"}},
		{"project with newline", []Option{WithHuaweiEDS("https://h", "a\n", good)}, []string{"WithHuaweiEDS: projectID: has a character other than letters, digits, '-', '_' and '.'"}},
		{"http", []Option{WithWaldur("http://h", good)}, []string{"WithWaldur: baseURL: is http://, which needs WithInsecureHTTP"}},
		{"HTTP client", []Option{WithHTTPClient(nil)}, []string{"WithHTTPClient: is nil"}},
		{"logger", []Option{WithLogger(nil)}, []string{"WithLogger: is nil"}},
		{"rate", []Option{WithRateLimit(0), WithRateLimit(-1)}, []string{"WithRateLimit: is not positive", "WithRateLimit: is not positive"}},
		{"body", []Option{WithMaxBodyBytes(0)}, []string{"WithMaxBodyBytes: is not positive"}},
		{"user agent", []Option{WithUserAgent(" "), WithUserAgent("a\r\nX: y"), WithUserAgent("é")}, []string{
			"WithUserAgent: is empty", "WithUserAgent: has a character that is not printable ASCII", "WithUserAgent: has a character that is not printable ASCII",
		}},
		{"retry", []Option{WithRetry(RetryPolicy{MaxAttempts: -1, MinWait: -1, MaxWait: -1})}, []string{
			"WithRetry: MaxAttempts: is negative", "WithRetry: MinWait: is negative", "WithRetry: MaxWait: is negative",
		}},
		{"retry bounds", []Option{WithRetry(RetryPolicy{MinWait: 2, MaxWait: 1})}, []string{"WithRetry: MinWait: is longer than MaxWait"}},
		{"Waldur login", []Option{WithWaldur("https://h", WaldurLogin("ftp://h", "", ""))}, []string{
			"WaldurLogin: baseURL: has a scheme other than https", "WaldurLogin: username: is empty", "WaldurLogin: password: is empty",
		}},
		{"Akinon login", []Option{WithAkinon("https://h", AkinonLogin("http://h", "u", "p"))}, []string{"AkinonLogin: omnitronURL: is http://, which needs WithInsecureHTTP"}},
		{"IAM", []Option{WithHuaweiEDS("https://h", "p", HuaweiIAM(HuaweiIAMConfig{}))}, []string{
			"HuaweiIAM: IAMURL: is empty", "HuaweiIAM: DomainName: is empty", "HuaweiIAM: UserName: is empty", "HuaweiIAM: Password: is empty", "HuaweiIAM: ProjectID: is empty",
		}},
		{"credentials", []Option{WithElasticPath("https://h", ElasticPathCredentials("https://h?x", "", ""))}, []string{
			"ElasticPathCredentials: baseURL: has a query", "ElasticPathCredentials: clientID: is empty", "ElasticPathCredentials: clientSecret: is empty",
		}},
		{"all at once", []Option{WithRateLimit(0), nil, WithWaldur("", nil), WithAkinon("https://h", StaticToken(""))}, []string{
			"WithRateLimit: is not positive", "NewClient: option 2: is nil", "WithWaldur: baseURL: is empty", "WithWaldur: tokens: is nil", "WithAkinon: tokens: is empty",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := NewClient(tt.opts...)
			require.Nil(t, c)
			require.ErrorIs(t, err, ErrInvalidConfig)
			var config *ConfigError
			require.ErrorAs(t, err, &config)
			for i := range tt.want {
				tt.want[i] = "auditlogs: " + tt.want[i]
			}
			require.Equal(t, tt.want, faults(err))
			require.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestGoodOptions(t *testing.T) {
	t.Parallel()
	c, err := NewClient()
	require.NoError(t, err)
	require.Empty(t, c.APIs())
	require.NotNil(t, c.DataAccessLogs)
	require.NotNil(t, c.DataAssetLogs)
	require.NotNil(t, c.AuditEvents)
	require.NotNil(t, c.PersonalDataLogs)
	require.NotNil(t, c.UserEvents)

	good := StaticToken("t0ken")
	c, err = NewClient(
		WithThousandEyes(ThousandEyesURL, good), WithElasticPath(ElasticPathEUWest, emptySource{}),
		WithAkinon("http://shop.test", AkinonLogin("http://omni.test", "u", "p")), WithHuaweiEDS("https://h", "0a1b", good), WithWaldur("https://h", good),
		WithInsecureHTTP(), WithHooks(Hooks{}), WithLogger(slog.New(slog.DiscardHandler)), WithUserAgent("exporter/1.2"),
		WithRateLimit(60), WithMaxBodyBytes(1), WithRetry(RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err, "WithInsecureHTTP may come last")
	require.Equal(t, []API{APIWaldur, APIHuaweiEDS, APIAkinon, APIElasticPath, APIThousandEyes}, c.APIs())
	require.Equal(t, "0a1b", c.huawei.projectID)
	require.Equal(t, "exporter/1.2 auditlogs-go", c.waldur.userAgent)
}

func TestRetryDefaults(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want RetryPolicy }{
		{RetryPolicy{}, RetryPolicy{3, 500 * time.Millisecond, 30 * time.Second}},
		{RetryPolicy{MaxAttempts: 1}, RetryPolicy{1, 500 * time.Millisecond, 30 * time.Second}},
		{RetryPolicy{MinWait: time.Minute}, RetryPolicy{3, time.Minute, time.Minute}},
		{RetryPolicy{MaxWait: time.Millisecond}, RetryPolicy{3, time.Millisecond, time.Millisecond}},
	}
	for _, tt := range tests {
		require.NoError(t, tt.in.check())
		require.Equal(t, tt.want, tt.in.withDefaults())
	}
}

func TestHTTPClientIsCopied(t *testing.T) {
	t.Parallel()
	transport := &http.Transport{}
	mine := &http.Client{Transport: transport, Timeout: time.Second}
	c, err := NewClient(WithWaldur("https://h", StaticToken("t0ken")), WithHTTPClient(mine))
	require.NoError(t, err)
	mine.Timeout, mine.Transport = 0, nil
	require.Equal(t, time.Second, c.stack.timeout)
	require.Same(t, transport, c.stack.base)
	require.Nil(t, mine.CheckRedirect)
	require.Zero(t, transport.MaxIdleConnsPerHost)

	c, err = NewClient(WithHTTPClient(&http.Client{}))
	require.NoError(t, err)
	require.Equal(t, defaultTimeout, c.stack.timeout)
	require.NotSame(t, http.DefaultTransport, c.stack.base)
	require.Equal(t, maxIdlePerHost, c.stack.base.(*http.Transport).MaxIdleConnsPerHost)
}

func TestConfigErrorsCanBeToldApart(t *testing.T) {
	t.Parallel()
	_, err := NewClient(WithWaldur("", nil))
	var joined interface{ Unwrap() []error }
	require.True(t, errors.As(err, &joined))
}
