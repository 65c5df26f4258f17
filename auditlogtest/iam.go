package auditlogtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// iamTime is Keystone's time format.
const iamTime = "2006-01-02T15:04:05.000000Z"

// iamRequest holds the members that IAM reads from a request for a token by password.
type iamRequest struct {
	Auth *struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password *struct {
				User struct {
					Name     string `json:"name"`
					Password string `json:"password"`
					Domain   struct {
						Name string `json:"name"`
					} `json:"domain"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope *struct {
			Project struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"project"`
		} `json:"scope"`
	} `json:"auth"`
}

func (s *Server) huaweiLogin(c *call) *answer {
	if c.Method != http.MethodPost {
		return iamFailure(http.StatusNotFound, "The API does not exist.")
	}
	var request iamRequest
	if err := json.Unmarshal(c.body, &request); err != nil || request.Auth == nil || request.Auth.Identity.Password == nil ||
		len(request.Auth.Identity.Methods) == 0 || request.Auth.Identity.Methods[0] != "password" {
		return iamFailure(http.StatusBadRequest, "Expecting to find valid JSON in request body.")
	}
	user := request.Auth.Identity.Password.User
	if user.Name != Username || user.Password != Password || user.Domain.Name != DomainName {
		return iamFailure(http.StatusUnauthorized, "The username or password is wrong.")
	}
	if scope := request.Auth.Scope; scope == nil || scope.Project.ID != ProjectID && scope.Project.Name != "cn-north-4" {
		return iamFailure(http.StatusBadRequest, "The scope is not a project of the domain.")
	}
	expiry := c.expiry(24 * time.Hour)
	domain := object{"id": hexDigits(1, 32), "name": DomainName}
	token := object{
		"methods": []string{"password"}, "issued_at": c.now.UTC().Format(iamTime), "expires_at": expiry.UTC().Format(iamTime),
		"project": object{"id": ProjectID, "name": "cn-north-4", "domain": domain},
		"user":    object{"id": hexDigits(2, 32), "name": Username, "domain": domain},
		"roles":   []object{{"id": "0", "name": "te_admin"}},
	}
	if !c.query.Has("nocatalog") {
		token["catalog"] = []object{}
	}
	ans := jsonAnswer(http.StatusCreated, object{"token": token})
	ans.header.Set("X-Subject-Token", s.tokens.issue(HuaweiEDS, expiry))
	ans.header.Set("X-IAM-Trace-Id", hexDigits(3, 32))
	return ans
}

func iamFailure(status int, message string) *answer {
	return jsonAnswer(status, object{
		"error": object{"code": status, "message": message, "title": http.StatusText(status)},
	})
}
