package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// oauth2Func is an oauth2.TokenSource of a caller.
type oauth2Func func() (*oauth2.Token, error)

func (f oauth2Func) Token() (*oauth2.Token, error) { return f() }

// A client of ThousandEyes' OAuth: each refresh gives another refresh token, which the caller keeps.
func TestFromOAuth2(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	refresh, given := "refresh-0", 0
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("refresh_token") != refresh {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"the refresh token `+r.FormValue("refresh_token")+` was used"}`)
			return
		}
		given++
		refresh = fmt.Sprintf("refresh-%d", given)
		access := fmt.Sprintf("access-token-%d", given)
		srv.AllowToken(access)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"token_type":"bearer","expires_in":3600}`, access, refresh)
	}))
	defer tokens.Close()
	config := oauth2.Config{ClientID: "id", Endpoint: oauth2.Endpoint{TokenURL: tokens.URL, AuthStyle: oauth2.AuthStyleInParams}}
	kept := "refresh-0"
	source := oauth2Func(func() (*oauth2.Token, error) {
		token, err := config.TokenSource(t.Context(), &oauth2.Token{RefreshToken: kept}).Token()
		if err == nil {
			kept = token.RefreshToken
		}
		return token, err
	})
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.FromOAuth2(source)))
	require.NoError(t, err)
	list := func() error {
		_, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		return err
	}
	require.NoError(t, list())
	require.NoError(t, list())
	require.Equal(t, 1, given, "one token serves many requests")
	srv.RevokeTokens()
	require.NoError(t, list(), "a refused token is exchanged")
	require.Equal(t, "refresh-2", kept)
	for i, r := range srv.Requests(auditlogtest.ThousandEyes) {
		require.Equal(t, fmt.Sprintf("Bearer access-token-%d", max(1, i-1)), r.Header.Get("Authorization"))
	}

	srv.RevokeTokens()
	kept = "refresh-1" // lost the newest
	err = list()
	require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
	var refusal *auditlogs.APIError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "OAuth2.Token", refusal.Op)
	require.Equal(t, "invalid_grant", refusal.Code)
	require.Equal(t, "Bad Request", refusal.Message)
	require.Empty(t, refusal.Body)
	require.NotContains(t, err.Error(), "refresh-1", "nobody knows what secrets an answer holds")
}

// The type of the token is the scheme, which Waldur needs for the tokens of an OIDC provider whatever their form.
func TestFromOAuth2TypeOfTheToken(t *testing.T) {
	t.Parallel()
	source := auditlogs.FromOAuth2(oauth2Func(func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "opaque"}, nil }))
	_, err := auditlogs.NewClient(auditlogs.WithHuaweiEDS("https://h", "p", source))
	require.EqualError(t, err, "auditlogs: WithHuaweiEDS: tokens: gives tokens with a scheme, which the header X-Auth-Token does not take")
	for typ, want := range map[string]string{"": "Bearer", "bearer": "Bearer", "Token": "Token"} {
		srv := auditlogtest.NewServer()
		source := oauth2Func(func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "opaque", TokenType: typ}, nil })
		c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.FromOAuth2(source)))
		require.NoError(t, err)
		_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
		require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
		require.Equal(t, want+" opaque", srv.Requests(auditlogtest.Waldur)[0].Header.Get("Authorization"))
		srv.Close()
	}
}

func TestFromOAuth2Fails(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	lost := errors.New("the store of refresh tokens is locked")
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, tt := range map[string]struct {
		source oauth2.TokenSource
		text   string
	}{
		"of the caller's": {oauth2Func(func() (*oauth2.Token, error) { return nil, lost }), "auditlogs: OAuth2.Token: the store of refresh tokens is locked"},
		"no token":        {oauth2Func(func() (*oauth2.Token, error) { return nil, nil }), "auditlogs: OAuth2.Token: unreadable answer: the source gave no token"},
		"empty token":     {oauth2Func(func() (*oauth2.Token, error) { return &oauth2.Token{}, nil }), "auditlogs: UserEvents.List: token: the token is empty"},
		"no answer": {oauth2Func(func() (*oauth2.Token, error) { return nil, &oauth2.RetrieveError{ErrorCode: "invalid_scope"} }),
			"auditlogs: OAuth2.Token: the token server refused: invalid_scope"},
		"no server": {(&oauth2.Config{ClientID: "id", Endpoint: oauth2.Endpoint{TokenURL: gone.URL + "/secret-path"}}).TokenSource(t.Context(),
			&oauth2.Token{RefreshToken: secToken}), "auditlogs: OAuth2.Token: dial tcp"},
	} {
		c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.FromOAuth2(tt.source)))
		require.NoError(t, err)
		_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.ErrorContains(t, err, tt.text, name)
		require.NotContains(t, err.Error(), "secret-path")
		require.NotContains(t, err.Error(), secToken)
		if name == "of the caller's" {
			require.ErrorIs(t, err, lost)
		}
	}
	require.Empty(t, srv.Requests(auditlogtest.ThousandEyes))
	var none *oauth2Nil
	for _, source := range []oauth2.TokenSource{nil, oauth2Func(nil), none} {
		_, err := auditlogs.NewClient(auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.FromOAuth2(source)))
		require.EqualError(t, err, "auditlogs: WithThousandEyes: tokens: is nil")
	}
}

type oauth2Nil struct{}

func (*oauth2Nil) Token() (*oauth2.Token, error) { return nil, nil }

// An oauth2.TokenSource knows no context, but a call does not wait for it longer than its own allows.
func TestFromOAuth2Outlived(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	source := oauth2Func(func() (*oauth2.Token, error) {
		<-release
		return nil, errors.New("too late")
	})
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, auditlogs.FromOAuth2(source)))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = c.UserEvents.List(ctx, auditlogs.UserEventFilter{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// A source of the caller's own need not be safe for concurrent use, even if calls give up waiting for it, and clients share it.
func TestFromOAuth2CallsOnceAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		running, most := 0, 0
		source := auditlogs.FromOAuth2(oauth2Func(func() (*oauth2.Token, error) {
			running++
			most = max(most, running)
			time.Sleep(time.Minute)
			running--
			return &oauth2.Token{AccessToken: "access"}, nil
		}))
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		srv.AllowToken("access")
		var all sync.WaitGroup
		for range 2 {
			c, err := auditlogs.NewClient(
				auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), source), auditlogs.WithHTTPClient(srv.HTTPClient()),
			)
			require.NoError(t, err)
			for _, patience := range []time.Duration{time.Second, 30 * time.Second, time.Hour} {
				all.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					_, err := c.UserEvents.List(ctx, auditlogs.UserEventFilter{})
					require.Equal(t, patience == time.Hour, err == nil)
				})
				time.Sleep(5 * time.Second)
			}
		}
		all.Wait()
		require.Equal(t, 1, most)
	})
}

// No dump of a source, of a client or of its options shows a token.
func TestFromOAuth2InDumps(t *testing.T) {
	t.Parallel()
	source := auditlogs.FromOAuth2(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: secToken, RefreshToken: secPassword}))
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(auditlogs.ThousandEyesURL, source))
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q", "%x"} {
		for _, value := range []any{source, c, *c} {
			text := fmt.Sprintf(verb, value)
			require.NotContains(t, text, secToken)
			require.NotContains(t, text, secPassword)
		}
	}
}
