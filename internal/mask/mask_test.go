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
		{"JSON behind which a text goes on", `"{\"a\":1}}"`, `"{\"a\":1}}"`},
		{"JSON behind which a text goes on, secret", `"{\"otp\":1}]"`, `"[redacted]"`},
		{"no JSON, a bracket too many", `{"a":1}}`, `"[redacted]"`},
		{"no JSON, another bracket too many", `[1]]`, `"[redacted]"`},

		// Pairs whose name and value are not told apart by their place.
		{"header lines in a list", `["Authorization: Bearer s","Host: shop"]`, `["[redacted]","Host: shop"]`},
		{"header lines in a list, one with a bare colon", `["X-CSRFToken:s","Host: shop"]`, `["[redacted]","[redacted]"]`},
		{"header line that is second", `["Host: shop","Cookie: a=s"]`, `["Host: shop","[redacted]"]`},
		{"forms in a list", `["token=s","page=2"]`, `["token=[redacted]","page=2"]`},
		{"URLs in a list", `["https://h/?token=s","https://h/?page=2"]`, `["https://h/?token=[redacted]","https://h/?page=2"]`},
		{"JSON in a list", `["{\"password\":\"s\"}","x"]`, `["{\"password\":\"[redacted]\"}","x"]`},
		{"name with a colon behind it", `["Authorization:","s"]`, `["Authorization:","[redacted]"]`},
		{"name that looks like a credential", `["Token value","s"]`, `["[redacted]","[redacted]"]`},
		{"name in JSON", `["\"\\u0074oken\"","s"]`, `["\"token\"","[redacted]"]`},
		{"names and values in a list", `["Cookie","a=s","Host","h"]`, `["Cookie","[redacted]","Host","h"]`},
		{"names and values in a list, another order", `["Host","h","pin",7,"A","b"]`, `["Host","h","pin","[redacted]","A","b"]`},
		{"names and values behind a command", `["curl","--secret","s","h"]`, `["curl","--secret","[redacted]","h"]`},
		{"names and values behind a name", `["login","user","ann","password","s"]`, `["login","user","ann","password","[redacted]"]`},
		{"key of a pair without a value", `[{"key":"s","value":null},{"key":"s","value":""}]`,
			`[{"key":"[redacted]","value":null},{"key":"[redacted]","value":""}]`},
		{"key that is no text", `{"key":["s"],"value":1}`, `{"key":"[redacted]","value":1}`},
		{"key beside a name", `{"key":"s","name":"n","value":1}`, `{"key":"[redacted]","name":"n","value":1}`},
		{"key that holds a form", `{"key":"token=s","value":1}`, `{"key":"token=[redacted]","value":"[redacted]"}`},
		{"key that holds a header line", `{"key":"Cookie: a=s","value":1}`, `{"key":"[redacted]","value":"[redacted]"}`},
		{"pair, another case", `{"Name":"Cookie","Value":"s"}`, `{"Name":"Cookie","Value":"[redacted]"}`},
		{"pair of a name and values", `{"key":"Cookie","values":["s"]}`, `{"key":"Cookie","values":"[redacted]"}`},
		{"pair whose name is in JSON", `{"name":"\"\\u0074oken\"","value":"s"}`, `{"name":"\"token\"","value":"[redacted]"}`},
		{"name that is a form", `{"token=s":["x"],"a":1}`, `{"a":1,"token=[redacted]":"[redacted]"}`},
		{"name that is JSON", `{"{\"password\":\"s\"}":""}`, `{"{\"password\":\"[redacted]\"}":"[redacted]"}`},
		{"names that become one", `{"Bearer a":1,"Bearer b":2,"[redacted]":3}`, `{"[redacted]":"[redacted]"}`},

		// Values within values.
		{"query in a query", `"/a?next=/reset?token=s&page=2"`, `"/a?next=/reset?token=[redacted]&page=2"`},
		{"query in a query in a query", `"?a=/b?c=/d?otp=s"`, `"?a=/b?c=/d?otp=[redacted]"`},
		{"pair behind a comma", `"a=b,pwd=s"`, `"a=b,pwd=[redacted]"`},
		{"pair behind an equals sign", `"a=jwt=s"`, `"a=jwt=[redacted]"`},
		{"equals signs in a value", `"token=s==&a=b"`, `"token=[redacted]&a=b"`},
		{"form, escaped twice", `"a=1&b=%2526token%253Ds"`, `"a=1&b=[redacted]"`},
		{"escaped form behind a percent sign", `"100% sure password%3Ds"`, `"[redacted]"`},
		{"escapes without end", `"a%252525252525252525252525b"`, `"[redacted]"`},

		// Values that end nobody knows where.
		{"quoted value with a blank", `"a=b password=\"my s\" c"`, `"a=b password=[redacted]"`},
		{"quoted value with an ampersand", `"pwd='a&b=s'&c=d"`, `"pwd=[redacted]"`},
		{"quoted value with a hash", `"otp=\"a#s\""`, `"otp=[redacted]"`},
		{"value in parentheses", `"secret=(a&b=s)"`, `"secret=[redacted]"`},
		{"value with an escaped blank", `"token=my\\ s"`, `"token=[redacted]"`},
		{"value with a blank", `"password=my s"`, `"password=[redacted]"`},
		{"value with an ampersand", `"password=a&s"`, `"password=[redacted]"`},
		{"value with a semicolon", `"password=a;s"`, `"password=[redacted]"`},
		{"quoted value, Ruby", `"{:password=>\"my s\"}"`, `"{:password=[redacted]"`},
		{"quoted value, no secret", `"a=\"b c\" d=e"`, `"a=\"b c\" d=e"`},

		// Escapes and other signs around a name.
		{"escaped JSON in a text", `"payload {\\\"password\\\": \\\"s\\\"}"`, `"[redacted]"`},
		{"JSON escaped twice in a text", `"payload {\\\\\\\"otp\\\\\\\":\\\\\\\"s\\\\\\\"}"`, `"[redacted]"`},
		{"name with an escaped character", `"payload {\\\"\\u0070assword\\\":1}"`, `"[redacted]"`},
		{"name with an entity", `"pass&#119;ord: s"`, `"[redacted]"`},
		{"parameter that begins like an entity", `"a=monkeys&note=a%3Db"`, `"a=monkeys&note=a%3Db"`},
		{"line break that is escaped", `"a\\npin: s"`, `"[redacted]"`},
		{"wide colon", `"密码 password：s"`, `"[redacted]"`},
		{"name of two words", `"card number: 4111"`, `"[redacted]"`},
		{"name within words", `"the pin code is: 4711"`, `"[redacted]"`},
		{"table", `"user\tsecret\nann\ts"`, `"[redacted]"`},
		{"list of words", `"user,otp\nann,s"`, `"[redacted]"`},
		{"option of a command", `"mysql --client-secret s"`, `"[redacted]"`},
		{"number behind a name", `"otp 471147"`, `"[redacted]"`},
		{"words", `"a cookie jar with keys"`, `"a cookie jar with keys"`},
		{"path that ends in a value", `["session/id=s","/token/=s","name=\"otp/a\"\r\n\r\ns"]`, `["[redacted]","[redacted]","[redacted]"]`},
		{"line of a request", `"GET /session/ HTTP/1.1"`, `"GET /session/ HTTP/1.1"`},
		{"path and query", `"/session/cookies?page=2&type=token"`, `"/session/cookies?page=2&type=token"`},

		// Credentials by their look.
		{"schemes within a text", `["x Bearer s","x basic s3 y","a\nToken s3","x=1 digest s"]`, `["[redacted]","[redacted]","[redacted]","[redacted]"]`},
		{"scheme and other signs", `["x bearer: s","Bearer%20s","a=Bearer+s&b=c","(Bearer 's')"]`, `["[redacted]","[redacted]","[redacted]","[redacted]"]`},
		{"password behind a blank", `"login ann password s3"`, `"[redacted]"`},
		{"user information", `["https://u:s@h/","see ftp://s@h","//u:s@h","https:\\/\\/u:s@h","https%3A%2F%2Fu%3As%40h"]`,
			`["[redacted]","[redacted]","[redacted]","[redacted]","[redacted]"]`},
		{"user information with a slash or a hash", `["https://u:s/t@h/","https://u:#s@h/"]`, `["[redacted]","[redacted]"]`},
		{"user information in a query", `"a=postgres%3A%2F%2Fu%3As%40h&b=c"`, `"a=[redacted]&b=c"`},
		{"URL with a port and an address", `"https://h:8080/a?mail=ann@example.org"`, `"https://h:8080/a?mail=ann@example.org"`},
		{"JSON Web Token that is encrypted", `"x_eyJhbGci..s-1.s"`, `"[redacted]"`},
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
