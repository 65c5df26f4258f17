package auditlogtest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const formType = "application/x-www-form-urlencoded"

func iamBody(name, password, scope string) string {
	return `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + name + `","password":"` + password +
		`","domain":{"name":"` + auditlogtest.DomainName + `"}}}},"scope":{"project":{` + scope + `}}}}`
}

// login logs in and returns the token.
func login(t *testing.T, srv *auditlogtest.Server, api auditlogtest.API) string {
	t.Helper()
	credentials := `{"username":"` + auditlogtest.Username + `","password":"` + auditlogtest.Password + `"}`
	var body struct {
		Token       json.RawMessage
		Key         string
		AccessToken string `json:"access_token"`
	}
	switch api {
	case auditlogtest.Waldur:
		do(t, srv, "POST", "/api-auth/password/", credentials).want(t, 200, "").into(t, &body)
		return strings.Trim(string(body.Token), `"`)
	case auditlogtest.Akinon:
		do(t, srv, "POST", "/api/v1/auth/login/", credentials).want(t, 200, "").into(t, &body)
		return body.Key
	case auditlogtest.ElasticPath:
		form := params("grant_type", "client_credentials", "client_id", auditlogtest.ClientID, "client_secret", auditlogtest.ClientSecret)
		do(t, srv, "POST", "/oauth/access_token", form, "Content-Type", formType).want(t, 200, `"token_type":"Bearer"`).into(t, &body)
		return body.AccessToken
	case auditlogtest.HuaweiEDS:
		r := do(t, srv, "POST", "/v3/auth/tokens?nocatalog=1",
			iamBody(auditlogtest.Username, auditlogtest.Password, `"id":"`+auditlogtest.ProjectID+`"`))
		return r.want(t, 201, `"expires_at":"`).Header.Get("X-Subject-Token")
	}
	return auditlogtest.Token
}

func authorization(api auditlogtest.API, token string) []string {
	switch api {
	case auditlogtest.HuaweiEDS:
		return []string{"X-Auth-Token", token}
	case auditlogtest.Waldur, auditlogtest.Akinon:
		return []string{"Authorization", "Token " + token}
	}
	return []string{"Authorization", "Bearer " + token}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	refusals := map[auditlogtest.API]string{
		auditlogtest.Waldur:       `{"detail":"Invalid token."}`,
		auditlogtest.HuaweiEDS:    `APIGW.0301`,
		auditlogtest.Akinon:       `{"detail":"Invalid token."}`,
		auditlogtest.ElasticPath:  `{"errors":[{"status":401,"title":"Unable to validate access token"}]}`,
		auditlogtest.ThousandEyes: `{"error":"invalid_token","error_description":"Invalid access token"}`,
	}
	for _, api := range auditlogtest.APIs() {
		t.Run(string(api), func(t *testing.T) {
			t.Parallel()
			now := day
			srv := newServer(t, auditlogtest.WithClock(func() time.Time { return now }))
			path, refusal := listPaths[api], refusals[api]
			get(t, srv, path).want(t, 200, "")
			get(t, srv, path, authorization(api, "bad")...).want(t, 401, refusal)
			get(t, srv, path, authorization(api, "")...).want(t, 401, "")

			first := login(t, srv, api)
			get(t, srv, path, authorization(api, first)...).want(t, 200, "")
			srv.RevokeTokens()
			get(t, srv, path).want(t, 401, refusal)
			get(t, srv, path, authorization(api, first)...).want(t, 401, refusal)
			srv.AllowToken(auditlogtest.Token)
			get(t, srv, path).want(t, 200, "")

			srv.SetQuirks(api, auditlogtest.Quirks{TokenLifetime: time.Minute})
			second := login(t, srv, api)
			if second == first && api != auditlogtest.ThousandEyes {
				t.Error("the same token again")
			}
			now = now.Add(time.Minute - 1)
			get(t, srv, path, authorization(api, second)...).want(t, 200, "")
			now = now.Add(1)
			if api != auditlogtest.ThousandEyes { // which has no login
				get(t, srv, path, authorization(api, second)...).want(t, 401, refusal)
			}
		})
	}
}

func TestSchemes(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	waldur := listPaths[auditlogtest.Waldur]
	get(t, srv, waldur, "Authorization", "token "+auditlogtest.Token).want(t, 200, "")
	get(t, srv, waldur, "Authorization", "Bearer "+auditlogtest.Token).want(t, 401, "Authentication credentials were not provided.")
	get(t, srv, listPaths[auditlogtest.ThousandEyes], "Authorization", "Token "+auditlogtest.Token).want(t, 401, "invalid_token")
	// A token of one service's login is no good for another.
	get(t, srv, listPaths[auditlogtest.Akinon], "Authorization", "Token "+login(t, srv, auditlogtest.Waldur)).want(t, 401, "")
}

func TestLoginRefusals(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	const wrong = `{"username":"reader","password":"wrong"}`
	scope := `"id":"` + auditlogtest.ProjectID + `"`
	tests := []struct {
		path, body, contentType string
		status                  int
		want                    string
	}{
		{"/api-auth/password/", wrong, "", 401, `{"detail":"Invalid username/password."}`},
		{"/api-auth/password/", `{}`, "", 400, `{"password":["This field is required."],"username":["This field is required."]}`},
		{"/api-auth/password/", `x`, "", 400, `JSON parse error`},
		{"/api/v1/auth/login/", wrong, "", 400, `{"non_field_errors":["Unable to log in with provided credentials."]}`},
		{"/api/i1/auth/login/", wrong, "", 400, `non_field_errors`},
		{"/oauth/access_token", "grant_type=client_credentials", formType, 400, `"status":"400"`},
		{"/oauth/access_token", "grant_type=implicit&client_id=a&client_secret=b", formType, 400, ""},
		{"/oauth/access_token", "grant_type=client_credentials&client_id=a&client_secret=b", formType, 401, `"title":"Unauthorized"`},
		{"/oauth/access_token", "grant_type=client_credentials&client_id=a&client_secret=b", "application/json", 400, ""},
		{"/v3/auth/tokens", iamBody("reader", "wrong", scope), "", 401, `{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}`},
		{"/v3/auth/tokens", iamBody(auditlogtest.Username, auditlogtest.Password, `"id":"x"`), "", 400, `"title":"Bad Request"`},
		{"/v3/auth/tokens", `{"auth":{"identity":{"methods":["totp"]}}}`, "", 400, ""},
		{"/v3/auth/tokens", ``, "", 400, ""},
	}
	for _, tt := range tests {
		do(t, srv, http.MethodPost, tt.path, tt.body, "Content-Type", tt.contentType).want(t, tt.status, tt.want)
	}
	requests := srv.TokenRequests(auditlogtest.Waldur)
	if len(requests) != 3 || string(requests[0].Body) != wrong || requests[0].Status != 401 || len(srv.Requests(auditlogtest.Waldur)) != 0 {
		t.Errorf("recorded %+v", requests)
	}
	for _, path := range []string{"/api-auth/password/", "/oauth/access_token"} {
		get(t, srv, path).want(t, 405, "")
	}
}

func TestTokenForms(t *testing.T) {
	t.Parallel()
	srv := newServer(t, auditlogtest.WithClock(func() time.Time { return day }),
		auditlogtest.WithQuirks(auditlogtest.ElasticPath, auditlogtest.Quirks{WrapToken: true}))
	form := params("grant_type", "client_credentials", "client_id", auditlogtest.ClientID, "client_secret", auditlogtest.ClientSecret)
	do(t, srv, "POST", "/oauth/access_token", form, "Content-Type", formType+"; charset=utf-8").want(t, 200, `{"data":{"access_token":"`).
		want(t, 200, `"expires":1789390800,"expires_in":3600`)
	do(t, srv, "POST", "/v3/auth/tokens", iamBody(auditlogtest.Username, auditlogtest.Password, `"name":"cn-north-4"`)).
		want(t, 201, `"catalog":[],"expires_at":"2026-09-15T12:00:00.000000Z","issued_at":"2026-09-14T12:00:00.000000Z"`)
}
