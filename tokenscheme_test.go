package auditlogs_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const (
	personalToken = "w_1924992000_9tVZkL0aQ3" // expires in 2031
	oidcToken     = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl"
	hexToken      = "0123456789abcdef0123456789abcdef01234567"
)

// The scheme before a token is the API's own, unless the token says another one.
func TestSchemesOfTokens(t *testing.T) {
	t.Parallel()
	own := func(value string) auditlogs.TokenSource { return auditlogs.StaticToken(value) }
	said := func(scheme, value string) auditlogs.TokenSource {
		return funcSource(func(context.Context) (auditlogs.Token, error) {
			return auditlogs.Token{Scheme: scheme, Value: value}, nil
		})
	}
	const waldur, huawei, akinon, elastic, eyes = auditlogtest.Waldur, auditlogtest.HuaweiEDS, auditlogtest.Akinon, auditlogtest.ElasticPath, auditlogtest.ThousandEyes
	for name, tt := range map[string]struct {
		api     auditlogtest.API
		source  auditlogs.TokenSource
		want    string
		refused bool
	}{
		"Waldur":                      {waldur, own(hexToken), "Token " + hexToken, false},
		"Waldur, personal":            {waldur, own(personalToken), "Bearer " + personalToken, false},
		"Waldur, OIDC":                {waldur, own(oidcToken), "Bearer " + oidcToken, false},
		"Waldur, with its scheme":     {waldur, own("Bearer " + personalToken), "Bearer " + personalToken, false},
		"Waldur, in small letters":    {waldur, own("token  " + hexToken), "Token " + hexToken, false},
		"Waldur, from a source":       {waldur, said("", personalToken), "Bearer " + personalToken, false},
		"Waldur, scheme of a source":  {waldur, said("", "Bearer "+oidcToken), "Bearer " + oidcToken, false},
		"Waldur, set":                 {waldur, said("Bearer", oidcToken), "Bearer " + oidcToken, false},
		"Waldur, wrong scheme":        {waldur, own("Token " + personalToken), "Token " + personalToken, true},
		"Waldur, wrong scheme set":    {waldur, said("Token", personalToken), "Token " + personalToken, true},
		"Waldur, other scheme":        {waldur, said("Bearer", hexToken), "Bearer " + hexToken, true},
		"Waldur, encrypted OIDC":      {waldur, own(oidcToken + ".x.y"), "Bearer " + oidcToken + ".x.y", true},
		"Waldur, a whole header":      {waldur, own("Authorization: Bearer " + personalToken), "Bearer " + personalToken, false},
		"Waldur, with a tab":          {waldur, own("Bearer\t" + personalToken), "Bearer " + personalToken, false},
		"Huawei":                      {huawei, own(hexToken), hexToken, false},
		"Akinon":                      {akinon, own(hexToken), "Token " + hexToken, false},
		"Akinon, like Waldur's":       {akinon, own(personalToken), "Token " + personalToken, false},
		"Akinon, with its scheme":     {akinon, own("Token " + hexToken), "Token " + hexToken, false},
		"Elastic Path":                {elastic, own(oidcToken), "Bearer " + oidcToken, false},
		"Elastic Path, with a scheme": {elastic, own("bearer " + hexToken), "Bearer " + hexToken, false},
		"ThousandEyes":                {eyes, own(hexToken), "Bearer " + hexToken, false},
		"ThousandEyes, with a scheme": {eyes, own("Bearer " + hexToken), "Bearer " + hexToken, false},
		"ThousandEyes, wrong scheme":  {eyes, own("Token " + hexToken), "Token " + hexToken, true},
		"ThousandEyes, another word":  {eyes, said("DPoP", hexToken), "DPoP " + hexToken, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := auditlogtest.NewServer()
			defer srv.Close()
			for _, token := range []string{personalToken, oidcToken, hexToken} {
				srv.AllowToken(token)
			}
			s := subjectOf(tt.api)
			c, err := auditlogs.NewClient(s.connect(srv.BaseURL(tt.api), tt.source))
			require.NoError(t, err)
			_, err = s.list(t.Context(), c, listing{})
			sent := srv.Requests(tt.api)
			require.Len(t, sent, 1)
			header := "Authorization"
			if tt.api == huawei {
				header = "X-Auth-Token"
			}
			require.Equal(t, []string{tt.want}, sent[0].Header[header])
			if tt.refused {
				require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
				return
			}
			require.NoError(t, err)
		})
	}
}

// A scheme that no header can carry is refused like such a token.
func TestSchemesThatCannotBeSent(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	for _, token := range []auditlogs.Token{
		{Scheme: "Be arer", Value: hexToken}, {Scheme: "Bearer\n", Value: hexToken}, {Scheme: "Bearer", Value: "Bearer " + hexToken},
		{Value: "Bearer "}, {Value: "Basic " + hexToken}, {Value: "Bearer " + hexToken + " x"},
	} {
		source := funcSource(func(context.Context) (auditlogs.Token, error) { return token, nil })
		c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), source))
		require.NoError(t, err)
		_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
		require.ErrorContains(t, err, "the token ")
		require.NotContains(t, err.Error(), hexToken)
	}
	_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.StaticToken("Bearer ")))
	require.EqualError(t, err, "auditlogs: WithWaldur: tokens: is empty")
	_, err = auditlogs.NewClient(auditlogs.WithHuaweiEDS("https://h", "p", auditlogs.StaticToken("Bearer "+hexToken)))
	require.EqualError(t, err, "auditlogs: WithHuaweiEDS: tokens: has a scheme, which the header X-Auth-Token does not take")
	require.Empty(t, srv.Requests(auditlogtest.Waldur))
}

// A personal access token has its expiry in it, and Waldur refuses it from then on.
func TestPersonalTokenThatExpired(t *testing.T) {
	t.Parallel()
	expiry := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	now := expiry.Add(-time.Second)
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return now }))
	defer srv.Close()
	srv.AllowToken(personalToken)
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.StaticToken(personalToken)))
	require.NoError(t, err)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	now = expiry
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
}
