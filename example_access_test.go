package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"golang.org/x/oauth2"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// keptTokens refreshes at each call, and keeps the refresh token that it gets: ThousandEyes exchanges it each time.
type keptTokens struct {
	config  *oauth2.Config
	refresh string // in a program: in its store of secrets
}

// Token implements oauth2.TokenSource.
func (k *keptTokens) Token() (*oauth2.Token, error) {
	token, err := k.config.TokenSource(context.Background(), &oauth2.Token{RefreshToken: k.refresh}).Token()
	if err != nil {
		return nil, err
	}
	k.refresh = token.RefreshToken
	return token, nil
}

// An OAuth client whose refresh tokens rotate.
func ExampleFromOAuth2() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AddUserEvents(auditlogs.UserEvent{Date: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC), Event: "Report created."})
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"`+auditlogtest.Token+`","refresh_token":"after `+r.FormValue("refresh_token")+`"}`)
	}))
	defer tokens.Close()

	kept := &keptTokens{config: &oauth2.Config{ClientID: "id", Endpoint: oauth2.Endpoint{TokenURL: tokens.URL}}, refresh: "the first"}
	client, err := auditlogs.NewClient(auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.FromOAuth2(kept)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for event, err := range client.UserEvents.All(context.Background(), auditlogs.UserEventFilter{}) {
		fmt.Println(event.Event, err)
	}
	fmt.Println("kept:", kept.refresh)
	// Output:
	// Report created. <nil>
	// kept: after the first
}

// What is wrong with a configuration, before a program relies on it.
func ExampleClient_Preflight() {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(
		auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.StaticToken(auditlogtest.Token)),
		auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.StaticToken("yesterday's")),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.Preflight(context.Background())
	var wrong *auditlogs.PreflightError
	if errors.As(err, &wrong) {
		fmt.Println(wrong.API, "–", wrong.Advice)
	}
	// Output:
	// thousandeyes – correct the tokens of WithThousandEyes: the API refuses the credential
}
