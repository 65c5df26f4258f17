package scrub

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseRefusal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   Refusal
	}{
		{"Django detail", 403, `{"detail":"No permission."}`, Refusal{Message: "No permission."}},
		{"Django detail with code", 401, `{"detail":"Bad token","code":"token_not_valid"}`, Refusal{Message: "Bad token", Code: "token_not_valid"}},
		{"Django fields", 400, `{"o":["Select a valid choice."],"page":"bad"}`, Refusal{
			Fields: map[string][]string{"o": {"Select a valid choice."}, "page": {"bad"}},
		}},
		{"Django non-field", 400, `{"non_field_errors":["Unable to log in."]}`, Refusal{
			Message: "Unable to log in.", Fields: map[string][]string{"non_field_errors": {"Unable to log in."}},
		}},
		{"Django non-field, several", 400, `{"non_field_errors":["One.","Two."]}`, Refusal{
			Message: "One. Two.", Fields: map[string][]string{"non_field_errors": {"One.", "Two."}},
		}},
		{"Django nested", 400, `{"a":{"b":["x"]},"n":7,"z":null}`, Refusal{Fields: map[string][]string{"a.b": {"x"}, "n": {"7"}}}},
		{"Django nested too deep", 400, `{"a":{"b":{"c":["x"],"d":{"e":"y"}}}}`, Refusal{Fields: map[string][]string{"a.b.c": {"x"}}}},
		{"Django list", 400, `["one","two"]`, Refusal{Message: "one; two"}},
		{"Django list of others", 400, ` [["a"],{"b":1},3,"",null]`, Refusal{Message: "3"}},
		{"Django detail list", 400, `{"detail":["one",2]}`, Refusal{Message: "one; 2"}},
		{"fields of a server error are none", 500, `{"o":["x"]}`, Refusal{}},
		{"fields of a success are none", 200, `{"o":["x"]}`, Refusal{}},
		{"fields beside a code are none", 400, `{"code":"C","o":["x"]}`, Refusal{Code: "C"}},
		{"EDS", 400, `{"data":null,"total":null,"error_code":"EDS.00011001","error_msg":"Invalid parameter."}`, Refusal{
			Code: "EDS.00011001", Message: "Invalid parameter.",
		}},
		{"Huawei gateway", 401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM","request_id":"0a1b"}`, Refusal{
			Code: "APIGW.0301", Message: "Incorrect IAM", RequestID: "0a1b",
		}},
		{"Keystone", 401, `{"error":{"code":401,"message":"wrong password","title":"Unauthorized"}}`, Refusal{
			Code: "Unauthorized", Message: "wrong password",
		}},
		{"Keystone's words before others", 401, `{"code":"outer","detail":"outer","error":{"title":"inner","message":"inner"}}`, Refusal{
			Code: "inner", Message: "inner",
		}},
		{"Keystone without words", 401, `{"code":"outer","detail":"outer","error":{}}`, Refusal{Code: "outer", Message: "outer"}},
		{"flat code and message", 400, `{"code":"IAM.0011","message":"no"}`, Refusal{Code: "IAM.0011", Message: "no"}},
		{"Elastic Path, status as text", 400, `{"errors":[{"detail":"bad filter","status":"400","title":"Bad Request"}]}`, Refusal{
			Code: "Bad Request", Message: "bad filter",
		}},
		{"Elastic Path, status as number", 500, `{"errors":[{"title":"Oops","status":500,"request_id":"r9"},{"title":"Also"}]}`, Refusal{
			Code: "Oops", Message: "Oops; Also", RequestID: "r9",
		}},
		{"Elastic Path, no status", 400, `{"errors":[{"detail":"Could not parse the supplied filter"}]}`, Refusal{Message: "Could not parse the supplied filter"}},
		{"problem", 403, `{"type":"about:blank","title":"Forbidden","status":403,"detail":"Insufficient","instance":"/v7/x?y"}`, Refusal{
			Code: "Forbidden", Message: "Insufficient",
		}},
		{"problem with fields", 400, `{"title":"Bad Request","detail":"Invalid.","errors":[{"code":"bad","field":"window","message":"Cannot."},{"code":"c","field":"aid"}]}`, Refusal{
			Code: "Bad Request", Message: "Invalid.", Fields: map[string][]string{"window": {"Cannot."}, "aid": {"c"}},
		}},
		{"OAuth", 401, `{"error":"invalid_token","error_description":"Invalid access token"}`, Refusal{
			Code: "invalid_token", Message: "Invalid access token",
		}},
		{"older ThousandEyes", 400, `{"timestamp":1,"httpStatus":"BAD_REQUEST","errors":["a","b"],"path":"/x"}`, Refusal{
			Code: "BAD_REQUEST", Message: "a; b",
		}},
		{"older ThousandEyes without errors", 404, `{"timestamp":1,"httpStatus":"NOT_FOUND","errors":[],"path":"/v7/x"}`, Refusal{Code: "NOT_FOUND"}},
		{"problem with a title only", 400, `{"type":"about:blank","title":"Error in field a.b : It is empty.","status":400,"instance":"/v7/x"}`, Refusal{
			Code: "Error in field a.b : It is empty.", Message: "Error in field a.b : It is empty.",
		}},
		{"title and fields", 400, `{"title":"Bad Request","errors":[{"field":"window","message":"Cannot."}]}`, Refusal{
			Code: "Bad Request", Message: "Bad Request", Fields: map[string][]string{"window": {"Cannot."}},
		}},
		{"fields only", 400, `{"status":400,"errors":[{"code":"c","field":"window","message":"Cannot."},{"field":"aid","message":"No."}]}`, Refusal{
			Fields: map[string][]string{"window": {"Cannot."}, "aid": {"No."}},
		}},
		{"the errors before the title", 400, `{"title":"Bad Request","errors":["One.","Two."]}`, Refusal{Code: "Bad Request", Message: "One.; Two."}},
		{"errorMessage", 401, `{"errorMessage":"401 Not Authorized\nUse a token."}`, Refusal{Message: "401 Not Authorized\nUse a token."}},
		{"Spring", 404, `{"timestamp":"2026-07-27T10:00:00.000+00:00","status":404,"error":"Not Found","path":"/v7/x"}`, Refusal{
			Code: "Not Found", Message: "Not Found",
		}},
		{"Spring with a message", 400, `{"timestamp":1785146400000,"status":400,"error":"Bad Request","message":"Window is wrong.","path":"/v7/x"}`, Refusal{
			Code: "Bad Request", Message: "Window is wrong.",
		}},
		{"Spring without error", 404, `{"timestamp":1785146400000,"status":404,"path":"/v7/x"}`, Refusal{}},
		{"Django's field of an envelope's name", 400, `{"timestamp":["Enter a valid date/time."],"type":"A","status":""}`, Refusal{
			Fields: map[string][]string{"timestamp": {"Enter a valid date/time."}},
		}},
		{"OAuth without description", 400, `{"error":"invalid_grant"}`, Refusal{Code: "invalid_grant", Message: "invalid_grant"}},
		{"error is a list", 400, `{"error":["a","b"]}`, Refusal{Code: "a; b", Message: "a; b"}},
		{"error is a number", 400, `{"error":400}`, Refusal{Code: "400"}},
		{"error is a truth", 400, `{"error":true,"message":"m"}`, Refusal{Message: "m"}},
		{"Keystone with a title only", 401, `{"error":{"code":401,"title":"Unauthorized"}}`, Refusal{Code: "Unauthorized", Message: "Unauthorized"}},
		{"a code alone is no reason", 400, `{"error_code":"EDS.00011001","error_msg":""}`, Refusal{Code: "EDS.00011001"}},
		{"the more particular name first", 400, `{"message":"4","detail":"3","error_description":"2","error_msg":"1","code":"4","title":"3","error":"2","error_code":"1"}`, Refusal{
			Code: "1", Message: "1",
		}},
		{"texts are as they came", 400, `{"detail":"a\nhttps://h/?q","code":"\u202e"}`, Refusal{Message: "a\nhttps://h/?q", Code: "\u202e"}},
		{"numbers are as they are written", 400, `{"code":1e400,"detail":12345678901234567890}`, Refusal{Code: "1e400", Message: "12345678901234567890"}},
		{"HTML", 502, `<html><body>Bad gateway https://x</body></html>`, Refusal{}},
		{"empty", 404, ``, Refusal{}},
		{"space", 404, " \r\n", Refusal{}},
		{"JSON of another kind", 400, `"text"`, Refusal{}},
		{"null", 400, `null`, Refusal{}},
		{"broken", 400, `{"detail":`, Refusal{}},
		{"broken list", 400, `["one"`, Refusal{}},
		{"errors that are no list", 400, `{"errors":{"a":1}}`, Refusal{Fields: map[string][]string{"errors.a": {"1"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, ParseRefusal([]byte(tt.body), tt.status))
		})
	}
}

// Only a few levels are read, since a body could otherwise cost a pass for each.
func TestRefusalsOfManyLevels(t *testing.T) {
	t.Parallel()
	body := strings.Repeat(`{"a":`, 5000) + `"x"` + strings.Repeat(`}`, 5000)
	require.Equal(t, Refusal{}, ParseRefusal([]byte(body), 400))
}

func TestObject(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]json.RawMessage{"a": json.RawMessage(`[1, 2]`)}, Object(json.RawMessage(`{"a":[1, 2]}`)))
	require.NotNil(t, Object(json.RawMessage(`{}`)))
	for _, other := range []string{``, `null`, `[]`, `"{}"`, `1`, `{"a"`, `{}x`} {
		require.Nil(t, Object(json.RawMessage(other)), "%q", other)
	}
}

func TestScalar(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"a\u0062"`: "ab", `""`: "", `7`: "7", `-1.50e3`: "-1.50e3", `12345678901234567890`: "12345678901234567890",
		``: "", `null`: "", `true`: "", `[]`: "", `["a"]`: "", `{}`: "", `"a`: "", `1 2`: "",
	} {
		require.Equal(t, want, Scalar(json.RawMessage(raw)), "%q", raw)
	}
}
