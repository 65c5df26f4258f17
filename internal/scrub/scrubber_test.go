package scrub

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScrubber(t *testing.T) {
	t.Parallel()
	const odd = `S3/"c\r=&+ é`
	tests := []struct {
		name, secret, text, want string
	}{
		{"as it is", odd, "no " + odd + "!", "no [redacted]!"},
		{"twice", "abcd", "abcdabcd abcd", "[redacted][redacted] [redacted]"},
		{"whole text", "abcd", "abcd", "[redacted]"},
		{"Go's JSON", odd, `no S3/\"c\\r=\u0026+ é!`, "no [redacted]!"},
		{"Python's JSON", odd, `no S3/\"c\\r=&+ \u00e9!`, "no [redacted]!"},
		{"PHP's JSON", odd, `no S3\/\"c\\r=&+ \u00E9!`, "no [redacted]!"},
		{"every character of JSON", "ab/d", `no \u0061\u0062\u002F\u0064!`, "no [redacted]!"},
		{"form", odd, "no=S3%2F%22c%5Cr%3D%26%2B+%C3%A9&x", "no=[redacted]&x"},
		{"path", odd, "no/S3%2F%22c%5Cr=&+%20%C3%A9/x", "no/[redacted]/x"},
		{"every byte of a form", "ab/d", "no=%61%62%2f%64&x", "no=[redacted]&x"},
		{"HTML", odd, "no S3/&#34;c\\r=&amp;+ é!", "no [redacted]!"},
		{"HTML by names", `a"b<c`, "no a&quot;b&lt;c!", "no [redacted]!"},
		{"every character of HTML", "ab/d", "no &#97;&#98;&#x2F;&#100;!", "no [redacted]!"},
		{"spellings mixed", "ab/d", `no \u0061%62&#47;d!`, "no [redacted]!"},
		{"begins anew where it was almost there", "aabc", `aaab\u0063`, "a[redacted]"},
		{"another escape", "ab/d", `no \u0061b\u002ed %zz &bogus; &#47 a%62`, `no \u0061b\u002ed %zz &bogus; &#47 a%62`},
		{"escape that does not end", "abcd", `abc\u00`, `abc\u00`},
		{"cut within an escape of its last character", "abc/", "no abc&#47", "no [redacted]"},
		{"cut within an escape before its end", "ab/d", "no ab&#47", "no ab&#47"},
		{"escape of no number", "abcd", `abc\u00zz`, `abc\u00zz`},
		{"beginning of it only", "abcdef", "abcde%66g abcde%", "[redacted]g abcde%"},
		{"another case", "abcd", "ABCD", "ABCD"},
		{"too short to be looked for", "abc", "abcabc a%62c", "abcabc a%62c"},
		{"none", "", "plain %20", "plain %20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, NewScrubber(NewSecret(tt.secret)).Text(tt.text))
		})
	}
}

func TestScrubberOfSeveralSecrets(t *testing.T) {
	t.Parallel()
	s := NewScrubber(NewSecret("first"), NewSecret("abc"), NewSecret("sec/ond"), Secret{})
	require.Len(t, s.secrets, 2)
	require.Equal(t, "[redacted] abc [redacted] [redacted]", s.Text(`first abc sec\/ond sec%2Fond`))
	require.Equal(t, "plain", Scrubber{}.Text("plain"))
	require.Equal(t, "plain", NewScrubber().Text("plain"))
}

// A hostile text that seems to begin the secret at every byte costs time, but bounded by the product of both lengths.
func TestScrubberOfAlmostSecrets(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("a", 100) + "b"
	text := strings.Repeat("%61", 20_000)
	require.Equal(t, text, NewScrubber(NewSecret(secret)).Text(text))
}

func TestError(t *testing.T) {
	t.Parallel()
	secret := NewSecret("abcd")
	require.Same(t, io.EOF, Error(io.EOF, secret), "an error that quotes nothing is kept")
	require.Same(t, io.EOF, Error(io.EOF))
	quoting := errors.Join(io.EOF, errors.New(`line "ab\u0063d"`))
	clean := Error(quoting, secret)
	require.EqualError(t, clean, "EOF\nline \"[redacted]\"")
	require.NotErrorIs(t, clean, io.EOF, "what it wraps would show the secret")
}

// usualTexts are those of most answers: they hold no secret.
var usualTexts = map[string]string{
	"link":     "aid=1234&cursor=eyJvZmZzZXQiOjEwMH0%3D&startDate=1970-01-01T00%3A00%3A00Z&window=86400s",
	"sentence": "Authentication credentials were not provided.",
}

func TestUsualTextsCostNoMemory(t *testing.T) { //nolint:paralleltest // what others allocate would be counted, too
	scrubber := NewScrubber(NewSecret(testSecret))
	for name, text := range usualTexts {
		require.Equal(t, text, scrubber.Text(text))
		require.Zero(t, testing.AllocsPerRun(100, func() { scrubber.Text(text) }), name)
	}
}

func BenchmarkScrubber(b *testing.B) {
	for name, text := range usualTexts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			secret := NewSecret(testSecret)
			for b.Loop() {
				NewScrubber(secret).Text(text)
			}
		})
	}
}
