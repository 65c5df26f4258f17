package s3

import (
	"regexp"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/sink/s3/internal/s3server"
	"github.com/stretchr/testify/require"
)

func TestFolder(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"ThousandEyes":               "log=ThousandEyes",
		"":                           "log=__HIVE_DEFAULT_PARTITION__",
		"__HIVE_DEFAULT_PARTITION__": "log=%5F_HIVE_DEFAULT_PARTITION__",
		"a_b":                        "log=a_b",
		"a/b c=d%2F":                 "log=a%2Fb%20c%3Dd%252F",
		"..":                         "log=..",
		"~é":                         "log=%7E%C3%A9",
	} {
		require.Equal(t, want, folder(source))
	}
}

// Names of each length around that from which on they are cut have folders of their own.
func TestFoldersAreDistinct(t *testing.T) {
	t.Parallel()
	seen := make(map[string]string)
	form := regexp.MustCompile(`^log=([A-Za-z0-9._-]|%[0-9A-F]{2})+(~[0-9a-f]{40})?$`)
	for _, letter := range []string{"x", "X", "é", "/", "%"} {
		for n := range deliver.MaxName/len(letter) + 1 {
			name := strings.Repeat(letter, n)
			for _, source := range []string{name, name + "y", "y" + name} {
				at := folder(source)
				if other, ok := seen[at]; ok {
					require.Equal(t, other, source)
				}
				seen[at] = source
				require.LessOrEqual(t, len(at), len(partition)+maxFolder)
				require.True(t, form.MatchString(at), at)
			}
		}
	}
}

func TestKeysAreShort(t *testing.T) {
	t.Parallel()
	s, err := New(s3server.Client("http://127.0.0.1"), "audit", strings.Repeat("p", maxPrefix))
	require.NoError(t, err)
	source := strings.Repeat("é", deliver.MaxName/2)
	require.LessOrEqual(t, len(s.key(source, 1)), 1024)
	require.LessOrEqual(t, len(s.placeKey(source, 1, strings.Repeat("c", 26))), 1024)
}

func TestNew(t *testing.T) {
	t.Parallel()
	client := s3server.Client("http://127.0.0.1")
	for name, c := range map[string]struct{ bucket, prefix string }{
		"no bucket":          {"", ""},
		"a directory bucket": {"audit--use1-az4--x-s3", ""},
		"a long prefix":      {"audit", strings.Repeat("p", maxPrefix+1)},
		"a part above":       {"audit", "a/../b"},
		"a part here":        {"audit", "./a"},
		"an empty part":      {"audit", "a//b"},
		"no text":            {"audit", "\xff"},
		"a line":             {"audit", "a\nb"},
	} {
		_, err := New(client, c.bucket, c.prefix)
		require.ErrorIs(t, err, ErrInvalidConfig, name)
	}
	_, err := New(nil, "audit", "")
	require.ErrorIs(t, err, ErrInvalidConfig)
	for prefix, want := range map[string]string{"": "", "/": "", "a": "a/", "/a/b/": "a/b/"} {
		s, err := New(client, "audit", prefix)
		require.NoError(t, err)
		require.Equal(t, want, s.prefix)
	}
}
