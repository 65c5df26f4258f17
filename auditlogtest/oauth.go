package auditlogtest

import (
	"mime"
	"net/http"
	"net/url"
	"time"
)

// elasticPathLogin reads the client credentials only from the form. It ignores an Authorization header.
func (s *Server) elasticPathLogin(c *call) *answer {
	if c.Method != http.MethodPost {
		return elasticPathFailure(http.StatusMethodNotAllowed, "Method Not Allowed", "")
	}
	mediaType, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(c.body))
	if err != nil || mediaType != "application/x-www-form-urlencoded" ||
		form.Get("grant_type") != "client_credentials" || form.Get("client_id") == "" || form.Get("client_secret") == "" {
		return elasticPathBadRequest("grant_type, client_id and client_secret are mandatory form fields")
	}
	if form.Get("client_id") != ClientID || form.Get("client_secret") != ClientSecret {
		return elasticPathFailure(http.StatusUnauthorized, "Unauthorized", "")
	}
	expiry := c.expiry(time.Hour)
	token := object{
		"access_token": s.tokens.issue(ElasticPath, expiry), "token_type": "Bearer", "identifier": "client_credentials",
		"expires": expiry.Unix(), "expires_in": int(expiry.Sub(c.now) / time.Second),
	}
	if c.quirks.WrapToken {
		token = object{"data": token}
	}
	return jsonAnswer(http.StatusOK, token)
}
