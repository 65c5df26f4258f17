package mask_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/mask"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// mark is part of every planted secret, and of nothing else.
const mark = "zQ7xW"

// plants write a secret behind another text in each of the forms that are looked for; what stands before them ends the text
// before, as it does in forms, header lines and documents.
var plants = []func(secret string) string{
	func(s string) string { return "&password=" + url.QueryEscape(s) },
	func(s string) string { return "&user%5Btoken%5D=" + url.QueryEscape(s) },
	func(s string) string { return "&a=" + url.QueryEscape("client_secret="+url.QueryEscape(s)) },
	func(s string) string { return "&a=" + url.QueryEscape(`{"otp":`+quoted(s)+`}`) },
	func(s string) string { return "\r\nAuthorization: " + s },
	func(s string) string { return "\r\nCookie: a=" + s },
	func(s string) string { return " {'password': '" + s + "'}" },
	func(s string) string { return " <secret>" + s + "</secret>" },
	func(s string) string { return " api_key = " + s },
	func(s string) string { return " form-data; name=\"password\"\r\n\r\n" + s },
	func(s string) string { return " eyJhbGci." + mark + "." + s },
	func(s string) string { return "?next=/reset?token=" + s },
	func(s string) string { return "&a=/b,token=" + s + "&c=d" },
	func(s string) string { return ` payload {\"password\": \"` + s + `\"}` },
	func(s string) string { return ` payload {\\\"password\\\": \\\"` + s + `\\\"}` },
	func(s string) string { return ` password="my ` + s + `"` },
	func(s string) string { return "&password='a&b#c " + s + "'" },
	func(s string) string { return "&password=(a;b " + s + ")" },
	func(s string) string { return " x Bearer " + s + " y" },
	func(s string) string { return "&a=Basic+" + s },
	func(s string) string { return " https://u:" + s + "@h/" },
	func(s string) string { return " mysql --client-secret " + s },
}

// placings put a secret into JSON beside a text, which is quoted.
var placings = []func(text, secret string) string{
	func(text, s string) string { return `{"password":` + quoted(s) + `,"a":` + text + `}` },
	func(text, s string) string { return `["Authorization: Bearer ` + s + `",` + text + `]` },
	func(text, s string) string { return `["token=` + s + `",` + text + `]` },
	func(text, s string) string { return `["Host",` + text + `,"Cookie","a=` + s + `"]` },
	func(text, s string) string { return `["curl","--secret","` + s + `",` + text + `]` },
	func(text, s string) string { return `{"key":"` + s + `","value":null,"a":` + text + `}` },
	func(text, s string) string { return `{"key":"token=` + s + `","value":` + text + `}` },
	func(text, s string) string { return `{"Key":"Cookie","Value":"` + s + `","a":` + text + `}` },
	func(text, s string) string { return `{"{\"password\":\"` + s + `\"}":` + text + `}` },
}

func quoted(text string) string {
	data, _ := json.Marshal(text) // a string always has a JSON form
	return string(data)
}

// FuzzJSON: whatever comes, what is given in its place is JSON, is given for itself again, and holds no value whose name is
// that of a secret: neither of what came, nor planted in a text behind or beside it.
func FuzzJSON(f *testing.F) {
	for i, data := range []string{
		``, `null`, `{"password":"x","a":[{"name":"Cookie","value":1}]}`, `[["token","x"],["token",1]]`, `{"a":"{\"session\":\"x\"}"}`,
		`"a=b&password=c"`, `{"key":"token","value":{"a":1}}`, `"\"\\\"Bearer x\\\"\""`, `{`, `1e400`, `"\ud800\u2028<&>"`, `{"a":1}}`,
		`"[1]]"`, `{"\u0000token":{"token":null}}`, `"a=%7B%22b%22%3A 1%7D"`,
	} {
		for j := range plants {
			f.Add([]byte(data), "text "+data, "s3cr3t", uint8(i+j))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, text, secret string, form uint8) {
		masked := mask.JSON(data)
		if len(data) == 0 {
			require.Empty(t, masked)
			return
		}
		requireMasked(t, masked)

		secret = mark + strings.Map(wordRune, secret) // no form ends within it
		planted := quoted(text + plants[int(form)%len(plants)](secret))
		placed := placings[int(form)%len(placings)](quoted(text), secret)
		for _, data := range []string{planted, `{"a":[` + planted + `]}`, placed} {
			masked := mask.JSON(json.RawMessage(data))
			requireMasked(t, masked)
			if !strings.Contains(text, mark) {
				require.NotContains(t, string(masked), mark, data)
			}
		}

		members := mask.Members(data)
		require.True(t, json.Valid(members))
		require.Equal(t, string(members), string(mask.Members(members)))
	})
}

// wordRune keeps letters and digits.
func wordRune(r rune) rune {
	if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", r) {
		return r
	}
	return -1
}

func requireMasked(t *testing.T, masked json.RawMessage) {
	t.Helper()
	value, err := decoded(string(masked))
	require.NoError(t, err, "%q", masked)
	require.Equal(t, string(masked), string(mask.JSON(masked)), "masked again")
	requireNoSecretValues(t, value)
}

// decoded is the value of a whole text, numbers of any size included.
func decoded(text string) (value any, err error) {
	if !json.Valid([]byte(text)) {
		return nil, errors.New("no JSON")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return value, decoder.Decode(&value)
}

// valuePattern is the value of a secret in a text.
var valuePattern = regexp.MustCompile(`(?:password|Password|token|Token|secret|Cookie)["'\\]*\s*[=:]\s*["'\\]*\w`)

// requireNoSecretValues asserts that no value under the name of a secret is left in decoded JSON, or in its texts.
func requireNoSecretValues(t *testing.T, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		pair := v["value"]
		for name, member := range v {
			text, _ := member.(string)
			if slices.Contains([]string{"name", "key", "header", "field"}, name) && secretName(text) && pair != nil {
				require.Equal(t, scrub.Redacted, pair)
			}
			if (secretName(name) || name == "key" && pair == nil) && member != nil {
				require.Equal(t, scrub.Redacted, member, "%q", name)
			}
			requireNoSecretValues(t, name)
			requireNoSecretValues(t, member)
		}
	case []any:
		for i, element := range v {
			name, _ := element.(string)
			if i+1 < len(v) && (i > 0 || len(v)%2 == 0) && wordPattern.MatchString(name) && secretName(name) {
				require.Equal(t, scrub.Redacted, v[i+1], "%q", name)
			}
			requireNoSecretValues(t, element)
		}
	case string:
		if inner, err := decoded(v); err == nil {
			requireNoSecretValues(t, inner)
		} else {
			require.NotRegexp(t, valuePattern, v)
		}
	}
}

// wordPattern is a text that is a name and nothing else.
var wordPattern = regexp.MustCompile(`^[\w\-]+$`)

// secretName knows the names that the documentation of Redacted promises once more, in their plain spellings.
func secretName(name string) bool {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name))
	for _, word := range []string{"authorization", "cookie", "token", "password", "secret", "apikey", "session", "csrf", "signature", "cardnumber"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
