package auditlogs_test

import (
	"context"
	"net/http"
	"net/http/httptest"
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
				auditlogtest.ElasticPath:  "Seller Admin, Support, IT or eCommerce Admin",
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
	require.EqualError(t, err, "auditlogs: Preflight: context canceled")
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
	now = now.Add(-2 * time.Hour)
	require.ErrorContains(t, c.Preflight(t.Context()), "or the clock of this machine, which is 2h0m0s off the server's: ")
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
