package auditlogs

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/transport"
)

// echoes are the ways in which a server may write a credential that it was sent.
var echoes = []func(string) string{
	func(s string) string { return s },
	jsonText, // Go: HTML is escaped, too
	func(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) },            // Python
	func(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `/`, `\/`).Replace(s) }, // PHP
	func(s string) string { return eachByte(s, `\u%04x`) },
	func(s string) string { return eachByte(s, `\u%04X`) },
	url.QueryEscape,
	url.PathEscape,
	func(s string) string { return eachByte(s, "%%%02x") },
	html.EscapeString,
	func(s string) string { return eachByte(s, "&#%d;") },
}

func eachByte(s, form string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, form, s[i])
	}
	return b.String()
}

var jsonEscape = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|["\\/])`)

// readings are what somebody can read out of a text without trying hard.
func readings(text string) []string {
	plain := jsonEscape.ReplaceAllStringFunc(text, func(escape string) string {
		if escape[1] != 'u' {
			return escape[1:]
		}
		n, _ := strconv.ParseUint(escape[2:], 16, 16)
		return string(rune(n))
	})
	unescaped, err := url.QueryUnescape(text)
	if err != nil {
		unescaped = text
	}
	return []string{text, plain, unescaped, html.UnescapeString(text)}
}

// FuzzErrorEcho: an error of a server that echoes the credential in any usual form does not hold it, and its message is
// one plain line of bounded length, whatever the server says beside.
func FuzzErrorEcho(f *testing.F) {
	for i := range echoes {
		f.Add([]byte(`{"detail":"no `), []byte(`"}`), "req-1", `S3cr3t/9f"8e\7d=&+`, uint16(400), uint8(i))
		f.Add([]byte(`{"errors":[{"title":"Bad","detail":"`), []byte(`","field":"f"}]}`), "\x1b[31m", "cr3t", uint16(422), uint8(i))
	}
	f.Add([]byte(`{"o":["see _https://h/x?token=`), []byte(`"]}`), "1http://h/x", "abcdefgh", uint16(400), uint8(0))
	f.Add([]byte("<html>\r\n\u2028\u202e\xff"), []byte("</html>"), "", "abcdefgh", uint16(502), uint8(9))
	f.Fuzz(func(t *testing.T, before, after []byte, id, tail string, status uint16, form uint8) {
		token := "zQ7x" + tail // so long that it is looked for, and in none of our own words
		if printableFault(token) != "" || strings.ContainsAny(token, "[]") {
			return
		}
		body := string(before) + echoes[int(form)%len(echoes)](token) + string(after)
		res := &http.Response{StatusCode: int(status), Header: http.Header{"X-Request-Id": {id + token}}}
		err := newAPIError("A.List", transport.NewReply(res, []byte(body), 1, scrub.NewSecret(token)))
		texts := []string{err.Error(), err.Message, err.Code, err.RequestID, fmt.Sprint(err.LogValue())}
		for field, messages := range err.Fields {
			texts = append(append(texts, field), messages...)
		}
		for _, text := range texts {
			require.True(t, utf8.ValidString(text))
			require.LessOrEqual(t, len(text), 1500)
			require.False(t, strings.ContainsFunc(text, unprintable) && !strings.Contains(text, "\uFFFD"), "%q", text)
			require.NotRegexp(t, `(?i)[a-z][a-z0-9+.\-]*://[^\s"'<>…]`, text)
		}
		require.Less(t, len(err.Error()), 700)
		require.LessOrEqual(t, len(err.Body), maxErrorBody)
		for _, text := range append(texts, string(err.Body)) {
			for _, reading := range readings(text) {
				require.NotContains(t, reading, token)
			}
		}
	})
}
