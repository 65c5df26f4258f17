package scrub

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzErrorBody: whatever a server answers, its refusal is read without a panic, and each of its texts becomes one plain
// line of bounded length, without the secret.
func FuzzErrorBody(f *testing.F) {
	f.Add([]byte(`{"errors":[{"field":"a","message":"b"}],"error":{"code":1}}`), 400)
	f.Add([]byte(`[["a"]]`), 500)
	f.Add([]byte(`{"detail":"`+testSecret+` \u001b[2J\u202e a://b","o":["\r\n"]}`), 422)
	f.Add([]byte(`{"tok-S3cr3t\/9f8e7d==":["tok%2DS3cr3t%2F9f8e7d%3D%3D"]}`), 400)
	f.Add([]byte(`{"timestamp":["x"],"status":404,"error":["a",1],"path":"/`+testSecret+`"}`), 404)
	f.Add([]byte(`{"errorMessage":"401 a\nb `+testSecret+`","title":""}`), 401)
	f.Add([]byte(`{"type":"about:blank","title":"`+testSecret+` a://b","instance":"/v7"}`), 400)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		refusal := ParseRefusal(body, status)
		texts := []string{refusal.Code, refusal.Message, refusal.RequestID}
		for field, messages := range refusal.Fields {
			require.NotEmpty(t, messages)
			texts = append(append(texts, field), messages...)
		}
		scrubber := NewScrubber(NewSecret(testSecret))
		for _, text := range texts {
			clean := scrubber.Text(text)
			line := Line(clean, MaxMessage)
			requireLine(t, line, MaxMessage)
			require.NotContains(t, line, testSecret)
			require.LessOrEqual(t, len(Line(clean, 5)), 5)
			require.Equal(t, clean, scrubber.Text(clean), "nothing is left to be found")
		}
	})
}

// requireLine asserts what a foreign text is within a message.
func requireLine(t *testing.T, line string, limit int) {
	t.Helper()
	require.LessOrEqual(t, len(line), limit)
	require.True(t, utf8.ValidString(line), "%q", line)
	require.False(t, strings.ContainsFunc(line, func(r rune) bool {
		return r != ' ' && unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	}), "%q", line)
	require.NotRegexp(t, `(?i)[a-z][a-z0-9+.\-]*://[^\s"'<>…]`, line) // the mark of a cut makes no URL
}

// FuzzLine: any text becomes one plain line, which stays as it is.
func FuzzLine(f *testing.F) {
	for _, text := range []string{"a\r\nb", "a://b", "x\xff", "\u202ea\u2028", strings.Repeat("é", 40), "a:// b://c", "h\u200bttp://x"} {
		f.Add(text, uint8(20))
	}
	f.Add("A:// 000", uint8(7)) // the cut falls right behind what is not quite a URL
	f.Fuzz(func(t *testing.T, text string, limit uint8) {
		most := max(int(limit), len("…")) // a cut needs so much room for its mark
		line := Line(text, most)
		requireLine(t, line, most)
		if !strings.HasSuffix(line, "://…") {
			require.Equal(t, line, Line(line, most))
		}
	})
}
