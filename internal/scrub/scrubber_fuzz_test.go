package scrub

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzScrubber: the scrubber removes what a slow one removes that asks the libraries at every byte, and nothing else.
func FuzzScrubber(f *testing.F) {
	for _, secret := range []string{testSecret, `S3/"c\r=&+ é`, "&+%\\", "\xffabc", "世界", " a b ", "<a>&"} {
		f.Add("cursor=abc&startDate=2026%3A00&max=5&window=9s", secret)
		f.Add("no "+url.QueryEscape(secret)+"&"+url.PathEscape(secret)+"+"+html.EscapeString(secret), secret)
		rnd := rand.New(rand.NewPCG(1, 2))
		for range 8 {
			f.Add(spell(rnd, secret), secret)
		}
	}
	f.Add("ab&#47", "ab/d")
	f.Add("&#00000047xbcd", "/bcd")
	f.Fuzz(func(t *testing.T, text, secret string) {
		require.Equal(t, slowly(text, secret), NewScrubber(NewSecret(secret)).Text(text))
	})
}

// Texts that consist of the secret's characters, spelled in all ways and cut anywhere, are those that it is most easily
// missed in.
func TestScrubberAgainstASlowOne(t *testing.T) {
	t.Parallel()
	alphabet := []string{"a", "b", "7", "/", "=", "+", "&", "%", "\\", " ", "<", `"`, "é", ";", "#"}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		secret := ""
		for len(secret) < minSecret {
			secret += alphabet[rnd.IntN(len(alphabet))]
		}
		text := "a" + spell(rnd, secret) + spell(rnd, secret[:len(secret)/2]) + spell(rnd, secret) + "&x=1"
		text = text[rnd.IntN(4) : len(text)-rnd.IntN(6)]
		require.Equal(t, slowly(text, secret), NewScrubber(NewSecret(secret)).Text(text), "%q in %q", secret, text)
	}
}

// spell writes each character of a text in one of the ways that servers have.
func spell(rnd *rand.Rand, text string) string {
	var b strings.Builder
	for _, r := range text {
		plain := string(r)
		ways := []string{
			plain, plain, `\` + plain, fmt.Sprintf(`\u%04x`, r), fmt.Sprintf(`\u%04X`, r), url.QueryEscape(plain), url.PathEscape(plain),
			html.EscapeString(plain), fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#x%x;", r), fmt.Sprintf("&#%08d", r), "&sol;", "&amp",
		}
		for i := range len(plain) {
			ways[0] += fmt.Sprintf("%%%02x", plain[i])
		}
		ways[0] = ways[0][len(plain):]
		b.WriteString(ways[rnd.IntN(len(ways))])
	}
	return b.String()
}

func slowly(text, secret string) string {
	if len(secret) < minSecret {
		return text
	}
	text = strings.ReplaceAll(text, secret, Redacted)
	if !strings.ContainsAny(text, `\%&+`) {
		return text
	}
	clean := ""
	for text != "" {
		rest := text
		for _, r := range secret {
			n := slowSpelling(rest, r)
			if rest = rest[n:]; n == 0 {
				rest = text
				break
			}
		}
		if len(rest) < len(text) {
			clean, text = clean+Redacted, rest
		} else {
			clean, text = clean+text[:1], text[1:]
		}
	}
	return clean
}

// slowSpelling returns how many bytes at the beginning of a text stand for a character.
func slowSpelling(text string, r rune) int {
	plain := string(r)
	if strings.HasPrefix(text, `\u`) && len(text) >= 6 {
		if unit, err := strconv.ParseUint(text[2:6], 16, 16); err == nil && rune(unit) == r {
			return 6
		}
	}
	if strings.HasPrefix(text, `\`+plain) {
		return 1 + len(plain)
	}
	if size := 3 * len(plain); strings.HasPrefix(text, "%") && len(text) >= size {
		if got, err := url.PathUnescape(text[:size]); err == nil && got == plain {
			return size
		}
	}
	if strings.HasPrefix(text, "+") && plain == " " {
		return 1
	}
	if strings.HasPrefix(text, "&") {
		entity, _, _ := strings.Cut(text[:min(len(text), maxEntity)], ";")
		if html.UnescapeString(entity+";") == plain {
			return min(len(entity)+1, len(text))
		}
	}
	if strings.HasPrefix(text, plain) {
		return len(plain)
	}
	return 0
}
