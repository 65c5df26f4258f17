package auditlogs

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/scrub"
)

// A key whose files change while they are read may be of two halves: it signs nothing, and the files are read again.
func TestKeyThatChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writes := 0
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		writes++
		at := time.Date(2026, 11, 26, 12, writes, 0, 0, time.UTC)
		require.NoError(t, os.Chtimes(path, at, at))
	}
	write("access", "first")
	write("secret", "first")
	meanwhile := func() {}
	names := &variableNames{prefix: "P_", ways: []envEntry{byToken("TOKEN")}}
	way := envEntry{names: []string{"A", "S"}, signs: true, source: func(v variables) TokenSource {
		meanwhile()
		return HuaweiAKSK(HuaweiAKSKConfig{AccessKey: v["A"], SecretKey: v["S"]})
	}}
	key := names.source(way, variables{"A_FILE": filepath.Join(dir, "access"), "S_FILE": filepath.Join(dir, "secret")}).(*mountedKey) //nolint:forcetypeassert // it signs
	requireKey := func(access, secret string) {
		t.Helper()
		got, err := key.current()
		require.NoError(t, err)
		pair := got.(*huaweiAKSK).key //nolint:forcetypeassert // see above
		require.Equal(t, []string{access, secret}, reveal(pair.Access, pair.Secret))
	}
	requireKey("first", "first")
	write("access", "second")
	meanwhile = func() { write("secret", "second") }
	requireKey("first", "first")
	meanwhile = func() {}
	requireKey("second", "second")
}

func reveal(secrets ...scrub.Secret) (texts []string) {
	for _, s := range secrets {
		texts = append(texts, s.Reveal())
	}
	return texts
}
