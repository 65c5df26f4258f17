package scrub

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		limit      int
		want       string
	}{
		{"plain", "No permission.", 300, "No permission."},
		{"empty", "", 300, ""},
		{"several lines", "a\r\nb\x00\tc\u2028d\u2029e\u202ef\u0085g", 300, "a b c d e f g"},
		{"nothing but space", " \n\t ", 300, ""},
		{"terminal escape", "a\x1b[2Jb", 300, "a [2Jb"},
		{"joiner without width", "a\u200bb\ufeffc", 300, "a b c"},
		{"bad UTF-8", "a\xff\xfeb", 300, "a\uFFFDb"},
		{"URL", `x "HTTPS://u:p@h/p?q=1#f": y`, 300, `x "[url]": y`},
		{"URL behind other letters", "see _https://h/x?token=1 there", 300, "see _[url] there"},
		{"several URLs", "ftp://a <b+c://d> 'e://f'", 300, "[url] <[url]> '[url]'"},
		{"no URL", "a://", 300, "a://"},
		{
			"quoted request", "Incorrect: verify aksk signature fail, canonicalRequest:GET|/v1/p/|user_keywords=Ann Lee|host:h|x-sdk-date:2||host;x-sdk-date|e3b0", 300,
			"Incorrect: verify aksk signature fail, canonicalRequest:[request]",
		},
		{"quoted request of several lines", "fail;canonicalRequest: GET\n/v1/\na=b\n", 300, "fail;canonicalRequest: [request]"},
		{"quoted request without its end", "canonicalRequest:GET|" + strings.Repeat("x", 400), 300, "canonicalRequest:[request]"},
		{"no quoted request", "The canonicalRequest: is wrong", 300, "The canonicalRequest: is wrong"},
		{"as long as allowed", "abcde", 5, "abcde"},
		{"too long", "abcdefg", 5, "ab…"},
		{"between two runes", "éééé", 6, "é…"},
		{"a URL is cut after it was replaced", "https://host/long/path abc", 9, "[url] abc"},
		{"end of what is looked at", strings.Repeat(" ", 16*5) + "abc", 5, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, Line(tt.text, tt.limit))
		})
	}
}

// Texts of any length cost no more than what is kept of them needs, and the cut leaves no half of a rune.
func TestLineIsBounded(t *testing.T) {
	t.Parallel()
	for _, filler := range []string{"x", "é", "三", "🙂", " y", "\xe4\xb8", "a://b "} {
		for limit := 3; limit < 40; limit++ {
			line := Line(strings.Repeat(filler, 9000), limit)
			require.LessOrEqual(t, len(line), limit)
			require.True(t, utf8.ValidString(line), "%q", line)
			require.NotEmpty(t, line)
		}
	}
}

func TestWithCause(t *testing.T) {
	t.Parallel()
	require.Equal(t, "auditlogs: A.List", WithCause("auditlogs: A.List", nil))
	require.Equal(t, "auditlogs: A.List: no b [url]", WithCause("auditlogs: A.List", errors.New("no\nb https://h/?q=1")))
	long := WithCause("m", errors.New(strings.Repeat("x", 9000)))
	require.Len(t, long, len("m: ")+MaxMessage)
	require.True(t, strings.HasSuffix(long, "x…"))
}

func TestCut(t *testing.T) {
	t.Parallel()
	require.Equal(t, "ab…", cut("abcdefg", 5))
	require.Equal(t, "é…", cut("éééé", 6))
	require.Equal(t, "abc", cut("abc", 3))
	require.Equal(t, "…", cut("abcd", 3))
}
