package fleet

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/stretchr/testify/require"
)

var oddNames = []string{
	"", " ", ".", "..", "a.b", "a/b/c", "a", "a/", "/a", "//", "///", "a/b/c/d/e", "A", "a b", "a%2Fb", "a=b", "=", "=2E", "a*", ">", "a\nb", "a\tb", "é", "日本語", "\u202e",
	"waldur 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z", strings.Repeat("/", deliver.MaxName), strings.Repeat("é", deliver.MaxName/2),
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range oddNames {
		subject := subject(eventSubject, name)
		require.NotContains(t, seen, subject, "of %q and %q", name, seen[subject])
		seen[subject] = name
		require.NotRegexp(t, `[\s*>]|\.\.|\.$|[^\x21-\x7e]`, subject)
		require.LessOrEqual(t, strings.Count(subject, "."), 1+levels)
		require.Less(t, len(subject), 4000, "a line of the protocol has 4096 bytes")
		back, err := source(eventSubject, subject)
		require.NoError(t, err)
		require.Equal(t, name, back)
	}
	require.Equal(t, "auditlogs.event.acme=20corp.akinon.eu-1", subject(eventSubject, "acme corp/akinon/eu-1"))
	for _, bad := range []string{"auditlogs.place.a", "auditlogs.event.a=", "auditlogs.event.a=2", "auditlogs.event.=zz"} {
		_, err := source(eventSubject, bad)
		if bad == "auditlogs.event.a=" {
			require.NoError(t, err)
			continue
		}
		require.Error(t, err, bad)
	}
}

func FuzzSubject(f *testing.F) {
	for _, name := range oddNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		back, err := source(eventSubject, subject(eventSubject, name))
		require.NoError(t, err)
		require.Equal(t, name, back)
	})
}

// source returns the name of the source that a subject below a first word is of, so it is told from all others.
func source(first, subject string) (string, error) {
	rest, ok := strings.CutPrefix(subject, first)
	if !ok {
		return "", fmt.Errorf("the subject %q is not below %s", subject, first)
	}
	words := strings.Split(rest, ".")
	for i, word := range words {
		text, err := text(word)
		if err != nil {
			return "", fmt.Errorf("the subject %q: %w", subject, err)
		}
		words[i] = text
	}
	return strings.Join(words, "/"), nil
}

// text is the reverse of token.
func text(word string) (string, error) {
	if word == "=" {
		return "", nil
	}
	first, rest, _ := strings.Cut(word, "=")
	var text strings.Builder
	text.WriteString(first)
	for rest != "" {
		if len(rest) < 2 {
			return "", fmt.Errorf("%q ends within a byte", word)
		}
		c, err := hex.DecodeString(rest[:2])
		if err != nil {
			return "", fmt.Errorf("%q is not hexadecimal", rest[:2])
		}
		text.Write(c)
		var plain string
		plain, rest, _ = strings.Cut(rest[2:], "=")
		text.WriteString(plain)
	}
	return text.String(), nil
}
