package auditlogs_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// One request per API shows that everything is right.
func TestPreflight(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.Generate(1, 500)
	var calls []string
	hooks := auditlogs.Hooks{OnResponse: func(_ context.Context, i auditlogs.ResponseInfo) { calls = append(calls, i.Op) }}
	c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHooks(hooks))...)
	require.NoError(t, err)
	require.NoError(t, c.Preflight(t.Context()))
	require.Equal(t, []string{
		"DataAccessLogs.Preflight", "DataAssetLogs.Preflight", "AuditEvents.Preflight", "PersonalDataLogs.Preflight", "UserEvents.Preflight",
	}, calls)
	for _, query := range []struct {
		api              auditlogtest.API
		parameter, value string
	}{
		{auditlogtest.Waldur, "page_size", "1"}, {auditlogtest.HuaweiEDS, "limit", "1"}, {auditlogtest.Akinon, "limit", "1"},
		{auditlogtest.ElasticPath, "page[limit]", "1"}, {auditlogtest.ThousandEyes, "window", "1s"},
	} {
		require.Equal(t, query.value, srv.Requests(query.api)[0].Query.Get(query.parameter), "cheap")
	}
}

// Everything that can be wrong with one API is said in one line, with what to correct, and the others are checked all the same.
func TestPreflightSaysWhatToCorrect(t *testing.T) {
	t.Parallel()
	type fault = auditlogtest.Fault
	for name, tt := range map[string]struct {
		fault fault
		want  map[auditlogtest.API]string // "" stands for all
		kind  error
	}{
		"credential": {
			fault{Status: 401}, map[auditlogtest.API]string{
				"": ": the API refuses the credential",
			}, auditlogs.ErrUnauthorized,
		},
		"permission": {
			fault{Status: 403}, map[auditlogtest.API]string{
				auditlogtest.Waldur:       "staff or support, and a personal access token needs the scope SUPPORT.ACCESS",
				auditlogtest.HuaweiEDS:    "the user needs a policy for EDS",
				auditlogtest.Akinon:       "ask whoever manages the shop",
				auditlogtest.ElasticPath:  "Seller Admin, Support or IT",
				auditlogtest.ThousandEyes: "API Access, and View activity log for all users",
			}, auditlogs.ErrForbidden,
		},
		"address": {
			fault{Status: 404}, map[auditlogtest.API]string{
				auditlogtest.Waldur: "correct the baseURL of WithWaldur: it is the server's address without /api", auditlogtest.HuaweiEDS: "eds-combine",
				auditlogtest.Akinon: "/data-warehouse", auditlogtest.ElasticPath: "without /v2", auditlogtest.ThousandEyes: "ends in the version",
			}, auditlogs.ErrNotFound,
		},
		"another server": {
			fault{Status: 200, Body: "<html>Log in"}, map[auditlogtest.API]string{"": "the answer is not the API's, but perhaps that of a proxy"}, nil,
		},
		"moved":       {fault{Status: 301}, map[auditlogtest.API]string{"": "sends requests to another address"}, nil},
		"busy":        {fault{Status: 429, Times: -1}, map[auditlogtest.API]string{"": "try again later"}, auditlogs.ErrRateLimited},
		"down":        {fault{Status: 503, Times: -1}, map[auditlogtest.API]string{"": "try again later"}, auditlogs.ErrServer},
		"unreachable": {fault{Reset: true, Times: -1}, map[auditlogtest.API]string{"": "or the network in between"}, nil},
		"odd":         {fault{Status: 400, Body: `{"detail":"no"}`}, map[auditlogtest.API]string{"": "the API refuses the request"}, auditlogs.ErrInvalidRequest},
	} {
		for _, s := range subjects() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				srv := auditlogtest.NewServer()
				defer srv.Close()
				f := tt.fault
				f.API = s.api
				srv.Inject(f)
				c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 1, MaxWait: 1}))...)
				require.NoError(t, err)
				err = c.Preflight(t.Context())
				require.Error(t, err)
				require.NotContains(t, err.Error(), "\n", "one API, one line")
				var wrong *auditlogs.PreflightError
				require.ErrorAs(t, err, &wrong)
				require.Equal(t, string(s.api), string(wrong.API))
				require.Contains(t, wrong.Advice, tt.want[s.api]+tt.want[""]) // one of them is empty
				if tt.kind != nil {
					require.ErrorIs(t, err, tt.kind)
				}
				require.True(t, strings.HasPrefix(err.Error(), "auditlogs: Preflight: "+string(s.api)+": "+wrong.Advice+": auditlogs: "), err.Error())
				for _, other := range subjects() {
					require.NotEmpty(t, srv.Requests(other.api))
				}
			})
		}
	}
}

func TestPreflightOfEverythingAtOnce(t *testing.T) {
	t.Parallel()
	c, err := auditlogs.NewClient()
	require.NoError(t, err)
	require.ErrorIs(t, c.Preflight(t.Context()), auditlogs.ErrNotConfigured)

	srv := auditlogtest.NewServer()
	defer srv.Close()
	c, err = auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	srv.RevokeTokens()
	lines := linesOf(c.Preflight(t.Context()))
	require.Len(t, lines, 5)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = c.Preflight(ctx)
	require.EqualError(t, err, "auditlogs: Preflight: waldur: there was no answer in the time that the context allows: auditlogs: DataAccessLogs.Preflight: context canceled")
	require.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	srv.BeforeRequest(func(api auditlogtest.API, _ int) {
		if api == auditlogtest.Akinon {
			cancel() // as if it hung
		}
	})
	lines = linesOf(c.Preflight(ctx))
	require.Len(t, lines, 3, "what was found before is not lost")
	require.Contains(t, lines[1], "auditlogs: Preflight: huawei-eds: correct the tokens")
	require.Contains(t, lines[2], "auditlogs: Preflight: akinon: there was no answer in the time")
}

// A login is checked, too: its password, and its address.
func TestPreflightOfALogin(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	base := srv.BaseURL(auditlogtest.Waldur)
	nowhere := httptest.NewServer(http.NotFoundHandler())
	defer nowhere.Close()
	for want, login := range map[string]auditlogs.TokenSource{
		"":                      auditlogs.WaldurLogin(base, auditlogtest.Username, auditlogtest.Password),
		"the credential":        auditlogs.WaldurLogin(base, auditlogtest.Username, "wrong"),
		"there is no login":     auditlogs.WaldurLogin(nowhere.URL, auditlogtest.Username, auditlogtest.Password),
		"the network in betwee": auditlogs.WaldurLogin("https://localhost:1", auditlogtest.Username, auditlogtest.Password),
	} {
		c, err := auditlogs.NewClient(auditlogs.WithWaldur(base, login), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		if err = c.Preflight(t.Context()); want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

// Nothing is asked for twice, and above all no login: servers lock accounts after a few refusals.
func TestPreflightLogsInOnce(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		srv := auditlogtest.NewServer()
		defer srv.Close()
		base, err := url.Parse(srv.BaseURL(s.api))
		require.NoError(t, err)
		login := s.login(base.Scheme+"://"+base.Host, auditlogtest.Username, "wrong")
		if login == nil {
			continue
		}
		c, err := auditlogs.NewClient(s.connect(srv.BaseURL(s.api), login))
		require.NoError(t, err)
		require.ErrorContains(t, c.Preflight(t.Context()), "the API refuses the credential", s.name)
		require.Len(t, srv.TokenRequests(s.api), 1, s.name)
		require.Empty(t, srv.Requests(s.api), s.name)
	}
}

// What fails before anything is sent is no fault of an address.
func TestPreflightOfWhatIsNotSent(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	failing := funcSource(func(context.Context) (auditlogs.Token, error) { return auditlogs.Token{}, errLines })
	limited := auditlogs.WithLimiter(limiterFunc(func(context.Context) error { return errLines }))
	file := newSecretFile(t, "token")
	for name, tt := range map[string]struct {
		source auditlogs.TokenSource
		option auditlogs.Option
		advice string
	}{
		"source":  {failing, nil, "correct the tokens of WithThousandEyes: there is no credential"},
		"file":    {auditlogs.TokenFile(file.path), nil, "correct the tokens of WithThousandEyes: there is no credential"},
		"limiter": {auditlogs.StaticToken(auditlogtest.Token), limited, "the limiter of WithLimiter lets no request through"},
	} {
		options := []auditlogs.Option{auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), tt.source)}
		if tt.option != nil {
			options = append(options, tt.option)
		}
		c, err := auditlogs.NewClient(options...)
		require.NoError(t, err)
		if name == "file" {
			require.NoError(t, os.Remove(file.path))
		}
		var wrong *auditlogs.PreflightError
		require.ErrorAs(t, c.Preflight(t.Context()), &wrong, name)
		require.Equal(t, tt.advice, wrong.Advice, name)
	}
	require.Empty(t, srv.Requests(auditlogtest.ThousandEyes))
}

// For Huawei, the answer that a connector does not exist shows that the credential is good. A refusal of permission does not.
func TestPreflightOfHuawei(t *testing.T) {
	t.Parallel()
	for code, advice := range map[string]string{
		"EDS.00021905": "", "EDS.00021911": "", "EDS.00021915": "lacks a permission", "EDS.00011015": "lacks a permission",
		"EDS.00021606": "lacks a permission", "EDS.00011001": "the API refuses the request", "EDS.00011012": "try again later",
		"APIGW.0301": "refuses the credential", "APIG.0307": "refuses the credential, which may belong to another region",
		"APIGW.0101": "correct the baseURL of WithHuaweiEDS",
	} {
		srv := auditlogtest.NewServer()
		defer srv.Close()
		srv.Inject(auditlogtest.Fault{Status: 400, Body: `{"error_code":"` + code + `","error_msg":"words"}`, Times: -1})
		token := auditlogs.StaticToken(auditlogtest.Token)
		c, err := auditlogs.NewClient(
			auditlogs.WithHuaweiEDS(srv.BaseURL(auditlogtest.HuaweiEDS), auditlogtest.ProjectID, token), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}),
		)
		require.NoError(t, err)
		if err := c.Preflight(t.Context()); advice == "" {
			require.NoError(t, err, code)
		} else {
			require.ErrorContains(t, err, advice, code)
		}
	}
}

// A refused credential may be right, and something else wrong: the clock, or the day.
func TestPreflightKnowsWhyACredentialIsRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	defer srv.Close()
	const old = "w_1700000000_expired"
	srv.AllowToken(old)
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.StaticToken(old)))
	require.NoError(t, err)
	err = c.Preflight(t.Context())
	require.ErrorContains(t, err, "correct the tokens of WithWaldur: the API refuses the credential, which expired at 2023-11-14T22:13:20Z: ")
	require.NotContains(t, err.Error(), old)
	c, err = auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.StaticToken("wrong")))
	require.NoError(t, err)
	now = now.Add(-2 * time.Hour)
	require.ErrorContains(t, c.Preflight(t.Context()), "refuses the credential: ", "the clock does not matter")
}

// A signature is refused if the clock is wrong, and asked for once.
func TestPreflightOfASignature(t *testing.T) {
	t.Parallel()
	now := time.Now()
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	defer srv.Close()
	key := auditlogs.HuaweiAKSK(auditlogs.HuaweiAKSKConfig{AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey})
	c, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS(srv.BaseURL(auditlogtest.HuaweiEDS), auditlogtest.ProjectID, key))
	require.NoError(t, err)
	require.NoError(t, c.Preflight(t.Context()))
	now = now.Add(time.Hour)
	require.ErrorContains(t, c.Preflight(t.Context()), "correct the tokens of WithHuaweiEDS: the API refuses the credential, or the clock of this machine, which is 1h0m0s off")
	require.Len(t, srv.Requests(auditlogtest.HuaweiEDS), 2)
}

// With FromEnv, the variables are named.
func TestPreflightNamesVariables(t *testing.T) {
	clearEnv(t)
	srv := auditlogtest.NewServer()
	defer srv.Close()
	t.Setenv("AUDITLOGS_AKINON_URL", srv.BaseURL(auditlogtest.Akinon))
	t.Setenv("AUDITLOGS_AKINON_USERNAME", auditlogtest.Username)
	t.Setenv("AUDITLOGS_AKINON_PASSWORD", "wrong")
	c, err := auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	require.ErrorContains(t, c.Preflight(t.Context()), "auditlogs: Preflight: akinon: correct AUDITLOGS_AKINON_USERNAME and AUDITLOGS_AKINON_PASSWORD: the API refuses")
	t.Setenv("AUDITLOGS_AKINON_URL", srv.BaseURL(auditlogtest.Akinon)+"x")
	t.Setenv("AUDITLOGS_AKINON_PASSWORD", auditlogtest.Password)
	c, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	require.ErrorContains(t, c.Preflight(t.Context()), "auditlogs: Preflight: akinon: correct AUDITLOGS_AKINON_URL: it ends in /data-warehouse")
}
