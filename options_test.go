package auditlogs_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// linesOf are the messages of joined errors, in order.
func linesOf(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// funcSource is a token source of a user's own.
type funcSource func(context.Context) (auditlogs.Token, error)

func (f funcSource) Token(ctx context.Context) (auditlogs.Token, error) { return f(ctx) }

func TestAkinonURLs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "https://sandbox.akinon.com/api/v1/remote/1/data-warehouse", auditlogs.AkinonOmnitronURL("sandbox.akinon.com", "1"))
	require.Equal(t, "https://h/api/v1/remote/a%2Fb/data-warehouse", auditlogs.AkinonOmnitronURL("https://h/", "a/b"))
	require.Equal(t, "https://sandbox.commerce.akinon.com/api/v1/data-warehouse", auditlogs.AkinonCommerceURL("sandbox.commerce.akinon.com"))
	require.Equal(t, "http://127.0.0.1:80/api/v1/data-warehouse", auditlogs.AkinonCommerceURL("http://127.0.0.1:80"))
}

type nilSource struct{}

func (*nilSource) Token(context.Context) (auditlogs.Token, error) { return auditlogs.Token{}, nil }

type emptySource struct{}

func (emptySource) Token(context.Context) (auditlogs.Token, error) { return auditlogs.Token{}, nil }

func TestBadOptions(t *testing.T) {
	t.Parallel()
	good := auditlogs.StaticToken("t0ken")
	key := auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: "AK", SecretKey: "s3cret"})
	var typedNil *nilSource
	var nilFunc funcSource
	tests := []struct {
		name string
		opts []auditlogs.Option
		want []string
	}{
		{"nil option", []auditlogs.Option{nil}, []string{"NewClient: option 1: is nil"}},
		{"bad URL", []auditlogs.Option{auditlogs.WithWaldur("https://u:s3cret@h", good)}, []string{"WithWaldur: baseURL: has user information"}},
		{"nil source", []auditlogs.Option{auditlogs.WithWaldur("https://h", nil)}, []string{"WithWaldur: tokens: is nil"}},
		{"typed nil source", []auditlogs.Option{auditlogs.WithAkinon("https://h", typedNil)}, []string{"WithAkinon: tokens: is nil"}},
		{"nil function", []auditlogs.Option{auditlogs.WithElasticPath("https://h", nilFunc)}, []string{"WithElasticPath: tokens: is nil"}},
		{"empty token", []auditlogs.Option{auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.StaticToken(""))}, []string{"WithThousandEyes: tokens: is empty"}},
		{"token with newline", []auditlogs.Option{auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.StaticToken("abc\n"))}, []string{"WithThousandEyes: tokens: has a character that is not printable ASCII"}},
		{"twice", []auditlogs.Option{auditlogs.WithWaldur("https://h", good), auditlogs.WithWaldur("https://h", good)}, []string{"WithWaldur: configures an API that is configured already"}},
		{"no project", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "", good)}, []string{"WithHuaweiEDS: projectID: is empty"}},
		{"project with dots", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "..", good)}, []string{"WithHuaweiEDS: projectID: would lead elsewhere in a path"}},
		{"project with slash", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "a/b", good)}, []string{"WithHuaweiEDS: projectID: has a character other than letters, digits, '-', '_' and '.'"}},
		{"project with newline", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "a\n", good)}, []string{"WithHuaweiEDS: projectID: has a character other than letters, digits, '-', '_' and '.'"}},
		{"http", []auditlogs.Option{auditlogs.WithWaldur("http://h", good)}, []string{"WithWaldur: baseURL: is http://, which needs WithInsecureHTTP"}},
		{"HTTP client", []auditlogs.Option{auditlogs.WithHTTPClient(nil)}, []string{"WithHTTPClient: is nil"}},
		{"logger", []auditlogs.Option{auditlogs.WithLogger(nil)}, []string{"WithLogger: is nil"}},
		{"rate", []auditlogs.Option{auditlogs.WithRateLimit(0), auditlogs.WithRateLimit(-1)}, []string{"WithRateLimit: is not positive", "WithRateLimit: is not positive"}},
		{"body", []auditlogs.Option{auditlogs.WithMaxBodyBytes(0)}, []string{"WithMaxBodyBytes: is not positive"}},
		{"user agent", []auditlogs.Option{auditlogs.WithUserAgent(" "), auditlogs.WithUserAgent("a\r\nX: y"), auditlogs.WithUserAgent("é")}, []string{
			"WithUserAgent: is empty", "WithUserAgent: has a character that is not printable ASCII", "WithUserAgent: has a character that is not printable ASCII",
		}},
		{"retry", []auditlogs.Option{auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: -1, MinWait: -1, MaxWait: -1})}, []string{
			"WithRetry: MaxAttempts: is negative", "WithRetry: MinWait: is negative", "WithRetry: MaxWait: is negative",
		}},
		{"retry bounds", []auditlogs.Option{auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 2, MaxWait: 1})}, []string{"WithRetry: MinWait: is longer than MaxWait"}},
		{"Waldur login", []auditlogs.Option{auditlogs.WithWaldur("https://h", auditlogs.WaldurLogin("ftp://h", "", ""))}, []string{
			"WaldurLogin: baseURL: has a scheme other than https", "WaldurLogin: username: is empty", "WaldurLogin: password: is empty",
		}},
		{"Akinon login", []auditlogs.Option{auditlogs.WithAkinon("https://h", auditlogs.AkinonLogin("http://h", "u", "p"))}, []string{"AkinonLogin: omnitronURL: is http://, which needs WithInsecureHTTP"}},
		{"IAM", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "p", auditlogs.HuaweiIAM(auditlogs.HuaweiIAMConfig{}))}, []string{
			"HuaweiIAM: IAMURL: is empty", "HuaweiIAM: DomainName: is empty", "HuaweiIAM: UserName: is empty", "HuaweiIAM: Password: is empty", "HuaweiIAM: ProjectID: is empty",
		}},
		{"access key", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "p", auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{}))}, []string{
			"HuaweiAKSK: AccessKey: is empty", "HuaweiAKSK: SecretKey: is empty",
		}},
		{"access key from a file", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "p", auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: "s3cret\n", SecretKey: "s3cret\r", SecurityToken: " s3cret"}))}, []string{
			"HuaweiAKSK: AccessKey: has a character that is not printable ASCII", "HuaweiAKSK: SecretKey: has a character that is not printable ASCII",
			"HuaweiAKSK: SecurityToken: has a blank",
		}},
		{"access key with a comma", []auditlogs.Option{auditlogs.WithHuaweiEDS("https://h", "p", auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: "s3cret,b", SecretKey: "s3cret,b"}))}, []string{
			"HuaweiAKSK: AccessKey: has a comma",
		}},
		{"access key for others", []auditlogs.Option{auditlogs.WithWaldur("https://h", key), auditlogs.WithAkinon("https://h", key), auditlogs.WithElasticPath("https://h", key), auditlogs.WithThousandEyes("https://h", auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: "s3cret"}))}, []string{
			"WithWaldur: tokens: signs requests, which only Huawei Cloud takes", "WithAkinon: tokens: signs requests, which only Huawei Cloud takes",
			"WithElasticPath: tokens: signs requests, which only Huawei Cloud takes", "WithThousandEyes: tokens: signs requests, which only Huawei Cloud takes",
			"HuaweiAKSK: SecretKey: is empty",
		}},
		{"credentials", []auditlogs.Option{auditlogs.WithElasticPath("https://h", auditlogs.ElasticPathCredentials("https://h?x", "", ""))}, []string{
			"ElasticPathCredentials: baseURL: has a query", "ElasticPathCredentials: clientID: is empty", "ElasticPathCredentials: clientSecret: is empty",
		}},
		{"all at once", []auditlogs.Option{auditlogs.WithRateLimit(0), nil, auditlogs.WithWaldur("", nil), auditlogs.WithAkinon("https://h", auditlogs.StaticToken(""))}, []string{
			"WithRateLimit: is not positive", "NewClient: option 2: is nil", "WithWaldur: baseURL: is empty", "WithWaldur: tokens: is nil", "WithAkinon: tokens: is empty",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := auditlogs.NewClient(tt.opts...)
			require.Nil(t, c)
			require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
			var config *auditlogs.ConfigError
			require.ErrorAs(t, err, &config)
			for i := range tt.want {
				tt.want[i] = "auditlogs: " + tt.want[i]
			}
			require.Equal(t, tt.want, linesOf(err))
			require.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestGoodOptions(t *testing.T) {
	t.Parallel()
	c, err := auditlogs.NewClient()
	require.NoError(t, err)
	require.Empty(t, c.APIs())
	require.NotNil(t, c.DataAccessLogs)
	require.NotNil(t, c.DataAssetLogs)
	require.NotNil(t, c.AuditEvents)
	require.NotNil(t, c.PersonalDataLogs)
	require.NotNil(t, c.UserEvents)

	good := auditlogs.StaticToken("t0ken")
	c, err = auditlogs.NewClient(
		auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, good), auditlogs.WithElasticPath(auditlogs.ElasticPathEUWest, emptySource{}),
		auditlogs.WithAkinon("http://shop.test", auditlogs.AkinonLogin("http://omni.test", "u", "p")), auditlogs.WithHuaweiEDS("https://h", "0a1b", good), auditlogs.WithWaldur("https://h", good),
		auditlogs.WithInsecureHTTP(), auditlogs.WithHooks(auditlogs.Hooks{}), auditlogs.WithLogger(slog.New(slog.DiscardHandler)), auditlogs.WithUserAgent("exporter/1.2"),
		auditlogs.WithRateLimit(60), auditlogs.WithMaxBodyBytes(1), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err, "WithInsecureHTTP may come last")
	require.Equal(t, []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIHuaweiEDS, auditlogs.APIAkinon, auditlogs.APIElasticPath, auditlogs.APIThousandEyes}, c.APIs())
}

// The project and the name of the calling product are part of each request.
func TestOptionsShowInRequests(t *testing.T) {
	t.Parallel()
	var paths, agents []string
	network := roundTrip(func(req *http.Request) (*http.Response, error) {
		paths, agents = append(paths, req.URL.Path), append(agents, req.UserAgent())
		return &http.Response{StatusCode: 404, Header: http.Header{}, Body: http.NoBody}, nil
	})
	for _, opts := range [][]auditlogs.Option{nil, {auditlogs.WithUserAgent("first"), auditlogs.WithUserAgent("exporter/1.2")}} {
		c, err := auditlogs.NewClient(append(opts,
			auditlogs.WithHuaweiEDS("https://h", "0a1b", auditlogs.StaticToken("t0ken")), auditlogs.WithHTTPClient(&http.Client{Transport: network}))...)
		require.NoError(t, err)
		_, err = c.DataAssetLogs.List(t.Context(), auditlogs.DataAssetLogFilter{InstanceID: "i", ConnectorID: "c"})
		require.ErrorIs(t, err, auditlogs.ErrNotFound)
	}
	const path = "/v1/0a1b/eds/instances/i/connectors/c/audit-logs"
	require.Equal(t, []string{path, path}, paths)
	require.Equal(t, []string{"auditlogs-go", "exporter/1.2 auditlogs-go"}, agents)
}

// The caller's HTTP client is taken over as it is at that moment, and neither it nor its transport is changed.
func TestHTTPClientIsCopied(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		mine := &http.Client{Timeout: time.Second, Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			asked.Add(1)
			<-req.Context().Done()
			return nil, req.Context().Err()
		})}
		c, err := auditlogs.NewClient(
			auditlogs.WithWaldur("https://h", auditlogs.StaticToken("t0ken")), auditlogs.WithHTTPClient(mine),
			auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
		)
		require.NoError(t, err)
		require.Nil(t, mine.CheckRedirect)
		require.Nil(t, mine.Jar)
		mine.Timeout, mine.Transport = 0, nil
		_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
		var timeout *auditlogs.TimeoutError
		require.ErrorAs(t, err, &timeout)
		require.Equal(t, time.Second, timeout.Limit)
		require.EqualValues(t, 1, asked.Load())
	})
	own := &http.Transport{}
	_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.StaticToken("t0ken")), auditlogs.WithHTTPClient(&http.Client{Transport: own}))
	require.NoError(t, err)
	require.Zero(t, own.MaxIdleConnsPerHost)
}

// A client without a transport of the caller's keeps the connections of pages that are read ahead, where net/http's own
// transport, which stays as it is, would keep two.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	const parallel = 8
	var opened atomic.Int64
	arrived := make(chan struct{}, parallel)
	release := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		_, _ = io.WriteString(w, `[]`)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(server.URL, auditlogs.StaticToken("t0ken")), auditlogs.WithHTTPClient(&http.Client{}))
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	for range 2 { // all requests of a round are under way at once
		var group sync.WaitGroup
		for range parallel {
			group.Go(func() {
				_, err := c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
				assert.NoError(t, err)
			})
		}
		for range parallel {
			<-arrived
		}
		for range parallel {
			release <- struct{}{}
		}
		group.Wait()
	}
	require.EqualValues(t, parallel, opened.Load())
	standard, ok := http.DefaultTransport.(*http.Transport)
	require.True(t, ok)
	require.Zero(t, standard.MaxIdleConnsPerHost)
}

func TestConfigErrorsCanBeToldApart(t *testing.T) {
	t.Parallel()
	_, err := auditlogs.NewClient(auditlogs.WithWaldur("", nil))
	var joined interface{ Unwrap() []error }
	require.True(t, errors.As(err, &joined))
	for _, one := range joined.Unwrap() {
		require.ErrorIs(t, one, auditlogs.ErrInvalidConfig)
	}
}
