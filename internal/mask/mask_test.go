package mask_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/mask"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"nothing", ``, ``},
		{"null", `null`, `null`},
		{"no JSON", `{"password": s`, `"[redacted]"`},
		{"two values", `{"a":1} {"password":"s"}`, `"[redacted]"`},
		{"plain text", `"hello"`, `"hello"`},
		{"text that is a credential", `"Bearer s"`, `"[redacted]"`},
		{"numbers as they are", `[12345678901234567890,1.50,1e400]`, `[12345678901234567890,1.50,1e400]`},
		{"no escapes of HTML", `{"a":"<b>&"}`, `{"a":"<b>&"}`},
		{"members are sorted", `{ "b" : 1, "a" : 2 }`, `{"a":2,"b":1}`},

		// Names.
		{"value of any kind", `{"password":{"a":1},"token":["s"],"secret":7,"pin":true}`,
			`{"password":"[redacted]","pin":"[redacted]","secret":"[redacted]","token":"[redacted]"}`},
		{"a null is no secret", `{"password":null}`, `{"password":null}`},
		{"however deep", `{"a":[{"b":{"Set-Cookie":"s"}}]}`, `{"a":[{"b":{"Set-Cookie":"[redacted]"}}]}`},
		{"whole name only", `{"auth":"s","author":"x","pin":"s","pinned":"x"}`, `{"auth":"[redacted]","author":"x","pin":"[redacted]","pinned":"x"}`},
		{"end of a name", `{"api_key":"s","keys":"s","keyword":"x","monkeys":"s"}`, `{"api_key":"[redacted]","keys":"[redacted]","keyword":"x","monkeys":"[redacted]"}`},

		// Pairs.
		{"pair by name", `{"name":"Authorization","value":"s"}`, `{"name":"Authorization","value":"[redacted]"}`},
		{"pair by key", `{"key":"X-Session-Id","value":["s"]}`, `{"key":"X-Session-Id","value":"[redacted]"}`},
		{"pair by header", `{"header":"Cookie","value":"s"}`, `{"header":"Cookie","value":"[redacted]"}`},
		{"pair by field", `{"field":"cvv","value":1}`, `{"field":"cvv","value":"[redacted]"}`},
		{"pair without a secret", `{"key":"colour","value":"red"}`, `{"key":"colour","value":"red"}`},
		{"pair without a value", `{"name":"token","value":null}`, `{"name":"token","value":null}`},
		{"key by itself", `{"key":"s"}`, `{"key":"[redacted]"}`},
		{"pair in a list", `[["Host","shop"],["Authorization","s"]]`, `[["Host","shop"],["Authorization","[redacted]"]]`},
		{"list of three", `["Authorization","x","y"]`, `["Authorization","x","y"]`},
		{"list of one", `["token"]`, `["token"]`},
		{"list that begins with a number", `[1,{"token":"s"}]`, `[1,{"token":"[redacted]"}]`},

		// Texts.
		{"form", `"name=x&password=s&next=%2F"`, `"name=x&password=[redacted]&next=%2F"`},
		{"form, escaped name", `"user%5Bpassword%5D=s"`, `"user%5Bpassword%5D=[redacted]"`},
		{"form, name in escapes only", `"%70assword=s&a=%70"`, `"%70assword=[redacted]&a=%70"`},
		{"form, name that cannot be unescaped", `"password%zz=s&a=%zz"`, `"password%zz=[redacted]&a=%zz"`},
		{"form, empty value", `"password=&a=b"`, `"password=&a=b"`},
		{"form, form within", `"a=1&b=%26token%3Ds"`, `"a=1&b=[redacted]"`},
		{"URL", `"https://h/reset?a=b&token=s#session=s"`, `"https://h/reset?a=b&token=[redacted]#session=[redacted]"`},
		{"cookies", `"sessionid=s; theme=dark"`, `"sessionid=[redacted]; theme=dark"`},
		{"header lines", `"Host: shop\r\nX-CSRFToken: s\r\n"`, `"[redacted]"`},
		{"header lines without a secret", `"Host: shop\r\nAccept: a/b;q=0.9"`, `"Host: shop\r\nAccept: a/b;q=0.9"`},
		{"XML", `"<login><password>s</password></login>"`, `"[redacted]"`},
		{"Python's notation", `"<QueryDict: {'password': ['s']}>"`, `"[redacted]"`},
		{"Ruby's notation", `"{:password=>\"s\"}"`, `"{:password=[redacted]"`},
		{"Ruby's notation with a blank", `"{:password => \"s\"}"`, `"[redacted]"`},
		{"assignment", `"password = s"`, `"[redacted]"`},
		{"multipart", `"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ns\r\n--x--"`, `"[redacted]"`},
		{"multipart without a secret", `"--x\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nred\r\n--x--"`,
			`"--x\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nred\r\n--x--"`},
		{"schemes", `["Basic s","  digest s","TOKEN s","bearer","basics"]`, `["[redacted]","[redacted]","[redacted]","bearer","basics"]`},
		{"JSON Web Token", `"sent eyJhbGci.s-1.sig"`, `"[redacted]"`},

		// JSON within texts.
		{"JSON in a text", `"{\"client_secret\": \"s\", \"a\": 1}"`, `"{\"a\":1,\"client_secret\":\"[redacted]\"}"`},
		{"list in a text", `" [{\"token\": \"s\"}] "`, `"[{\"token\":\"[redacted]\"}]"`},
		{"text in a text", `"\"Bearer s\""`, `"\"[redacted]\""`},
		{"JSON in a text in JSON", `{"a":"{\"b\": \"{\\\"otp\\\": \\\"s\\\"}\"}"}`, `{"a":"{\"b\":\"{\\\"otp\\\":\\\"[redacted]\\\"}\"}"}`},
		{"JSON in a form", `"payload=%7B%22password%22%3A%22s%22%7D"`, `"payload=[redacted]"`},
		{"broken JSON in a text", `"{\"password\": \"s"`, `"[redacted]"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, string(mask.JSON(json.RawMessage(tt.data))))
		})
	}
}

// Every kind of name that the documentation of Redacted promises, in the cases and with the separators that occur.
func TestSecretNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Authorization", "HTTP_AUTHORIZATION", "Proxy-Authorization", "authentication", "Cookie", "set-cookie", "token", "X-Auth-Token",
		"accessToken", "pass.word", "new password", "passwd", "db_pwd", "pass-phrase", "client_secret", "PHPSESSID", "session", "csrf_token",
		"X-XSRF", "credentials", "signature", "jwt", "otp", "api-key", "private_key", "ssh keys", "cvv", "CVC2", "card_number", "creditCard",
		"user[password]", "a:token",
	} {
		data, err := json.Marshal(map[string]string{name: "s3cr3t"})
		require.NoError(t, err)
		require.NotContains(t, string(mask.JSON(data)), "s3cr3t", name)
	}
	for _, name := range []string{"", "user", "email", "passage", "authority", "keyboard", "pint", "card", "content_type", "path"} {
		data, err := json.Marshal(map[string]string{name: "plain"})
		require.NoError(t, err)
		require.Equal(t, string(data), string(mask.JSON(data)), name)
	}
}

// Texts within texts are looked into so far only; what is deeper is masked, whatever it is.
func TestDeepTexts(t *testing.T) {
	t.Parallel()
	nested := func(depth int) json.RawMessage {
		deep := []byte(`["plain"]`)
		for range depth {
			data, err := json.Marshal(string(deep))
			require.NoError(t, err)
			deep = data
		}
		return deep
	}
	require.Equal(t, string(nested(8)), string(mask.JSON(nested(8))))
	require.NotContains(t, string(mask.JSON(nested(9))), "plain")
	require.Contains(t, string(mask.JSON(nested(9))), "[redacted]")
	levels := strings.Repeat(`[`, 9000) + `{"token":"s3cr3t"}` + strings.Repeat(`]`, 9000)
	require.NotContains(t, string(mask.JSON(json.RawMessage(levels))), "s3cr3t")
	levels = strings.Repeat(`[`, 20_000) + `{"token":"s3cr3t"}` + strings.Repeat(`]`, 20_000)
	require.Equal(t, `"[redacted]"`, string(mask.JSON(json.RawMessage(levels))), "too deep to be read")
}

func TestMembers(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"nothing", ``, ``},
		{"null", `null`, `null`},
		{"no members", `{}`, `{}`},
		{"values of any kind", `{"email":"s","address":{"street":"s"},"age":77,"tags":["s"],"gone":null}`,
			`{"address":"[redacted]","age":"[redacted]","email":"[redacted]","gone":"[redacted]","tags":"[redacted]"}`},
		{"list", `[{"email":"s"}]`, `"[redacted]"`},
		{"text", `"s"`, `"[redacted]"`},
		{"number", `77`, `"[redacted]"`},
		{"no JSON", `{"email": s`, `"[redacted]"`},
		{"two values", `{} "s"`, `"[redacted]"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := json.RawMessage(tt.data)
			require.Equal(t, tt.want, string(mask.Members(data)))
			require.Equal(t, tt.data, string(data), "the original keeps everything")
		})
	}
}

// What is masked is a copy: records refer to the same bytes.
func TestJSONLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	const text = `{"password":"s3cr3t","a":"token=s3cr3t"}`
	data := json.RawMessage(text)
	masked := mask.JSON(data)
	require.Equal(t, text, string(data))
	clear(masked)
	require.Equal(t, `"[redacted]"`, string(mask.JSON(json.RawMessage(`{`))), "what stands for everything is not shared with callers")
}
