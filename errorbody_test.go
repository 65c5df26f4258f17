package auditlogs

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   APIError // Op, StatusCode and Body aside
	}{
		{"Django detail", 403, `{"detail":"No permission."}`, APIError{Message: "No permission."}},
		{"Django detail with code", 401, `{"detail":"Bad token","code":"token_not_valid"}`, APIError{Message: "Bad token", Code: "token_not_valid"}},
		{"Django fields", 400, `{"o":["Select a valid choice."],"page":"bad"}`, APIError{
			Message: "Bad Request", Fields: map[string][]string{"o": {"Select a valid choice."}, "page": {"bad"}},
		}},
		{"Django non-field", 400, `{"non_field_errors":["Unable to log in."]}`, APIError{
			Message: "Unable to log in.", Fields: map[string][]string{"non_field_errors": {"Unable to log in."}},
		}},
		{"Django nested", 400, `{"a":{"b":["x"]},"n":7,"z":null}`, APIError{
			Message: "Bad Request", Fields: map[string][]string{"a.b": {"x"}, "n": {"7"}},
		}},
		{"Django list", 400, `["one","two"]`, APIError{Message: "one; two"}},
		{"Django detail list", 400, `{"detail":["one",2]}`, APIError{Message: "one; 2"}},
		{"fields of a server error are none", 500, `{"o":["x"]}`, APIError{Message: "Internal Server Error"}},
		{"EDS", 400, `{"data":null,"total":null,"error_code":"EDS.00011001","error_msg":"Invalid parameter."}`, APIError{
			Code: "EDS.00011001", Message: "Invalid parameter.",
		}},
		{"Huawei gateway", 401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM","request_id":"0a1b"}`, APIError{
			Code: "APIGW.0301", Message: "Incorrect IAM", RequestID: "0a1b",
		}},
		{"Keystone", 401, `{"error":{"code":401,"message":"wrong password","title":"Unauthorized"}}`, APIError{
			Code: "Unauthorized", Message: "wrong password",
		}},
		{"flat code and message", 400, `{"code":"IAM.0011","message":"no"}`, APIError{Code: "IAM.0011", Message: "no"}},
		{"Elastic Path, status as text", 400, `{"errors":[{"detail":"bad filter","status":"400","title":"Bad Request"}]}`, APIError{
			Code: "Bad Request", Message: "bad filter",
		}},
		{"Elastic Path, status as number", 500, `{"errors":[{"title":"Oops","status":500,"request_id":"r9"},{"title":"Also"}]}`, APIError{
			Code: "Oops", Message: "Oops; Also", RequestID: "r9",
		}},
		{"Elastic Path, no status", 400, `{"errors":[{"detail":"Could not parse the supplied filter"}]}`, APIError{Message: "Could not parse the supplied filter"}},
		{"problem", 403, `{"type":"about:blank","title":"Forbidden","status":403,"detail":"Insufficient","instance":"/v7/x?y"}`, APIError{
			Code: "Forbidden", Message: "Insufficient",
		}},
		{"problem with fields", 400, `{"title":"Bad Request","detail":"Invalid.","errors":[{"code":"bad","field":"window","message":"Cannot."},{"code":"c","field":"aid"}]}`, APIError{
			Code: "Bad Request", Message: "Invalid.", Fields: map[string][]string{"window": {"Cannot."}, "aid": {"c"}},
		}},
		{"OAuth", 401, `{"error":"invalid_token","error_description":"Invalid access token"}`, APIError{
			Code: "invalid_token", Message: "Invalid access token",
		}},
		{"older ThousandEyes", 400, `{"timestamp":1,"httpStatus":"BAD_REQUEST","errors":["a","b"],"path":"/x"}`, APIError{
			Code: "BAD_REQUEST", Message: "a; b",
		}},
		{"HTML", 502, `<html><body>Bad gateway https://x</body></html>`, APIError{Message: "Bad Gateway"}},
		{"empty", 404, ``, APIError{Message: "Not Found"}},
		{"JSON of another kind", 400, `"text"`, APIError{Message: "Bad Request"}},
		{"null", 400, `null`, APIError{Message: "Bad Request"}},
		{"broken", 400, `{"detail":`, APIError{Message: "Bad Request"}},
		{"unknown status", 599, ``, APIError{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := newAPIError("A.List", &reply{status: tt.status, header: http.Header{}, body: []byte(tt.body), attempts: 1})
			tt.want.Op, tt.want.StatusCode, tt.want.Attempts, tt.want.Body = "A.List", tt.status, 1, []byte(tt.body)
			require.Equal(t, &tt.want, got)
		})
	}
}

func TestErrorRequestIDFromHeaders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"X-Request-ID", "X-IAM-Trace-Id", "X-Correlation-ID"} {
		header := http.Header{}
		header.Set(name, "id-1")
		require.Equal(t, "id-1", requestID(header))
	}
	require.Empty(t, requestID(http.Header{}))
}

func FuzzErrorBody(f *testing.F) {
	f.Add([]byte(`{"errors":[{"field":"a","message":"b"}],"error":{"code":1}}`), 400)
	f.Add([]byte(`[["a"]]`), 500)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		err := newAPIError("A.List", &reply{status: status, header: http.Header{}, body: body, sent: []secret{newSecret(testToken)}})
		text := err.Error()
		require.Less(t, len(text), 700)
		require.NotContains(t, text, "\n")
		require.NotContains(t, text, testToken)
	})
}
