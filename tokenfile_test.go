package auditlogs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// secretFile is a file as a container mounts it. Each write has a time of its own, as writes of people have.
type secretFile struct {
	t      *testing.T
	path   string
	writes int
}

func newSecretFile(t *testing.T, text string) *secretFile {
	t.Helper()
	f := &secretFile{t: t, path: filepath.Join(t.TempDir(), "token")}
	f.write(text)
	return f
}

func (f *secretFile) write(text string) {
	f.t.Helper()
	require.NoError(f.t, os.WriteFile(f.path, []byte(text), 0o600))
	f.writes++
	at := noon.Add(time.Duration(f.writes) * time.Minute)
	require.NoError(f.t, os.Chtimes(f.path, at, at))
}

func TestTokenFile(t *testing.T) {
	t.Parallel()
	const first, second, third = "first-token-0001", "second-token-002", "third-token-0003"
	srv := auditlogtest.NewServer()
	defer srv.Close()
	file := newSecretFile(t, first+"\n")
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.TokenFile(file.path)))
	require.NoError(t, err)
	list := func() error {
		t.Helper()
		_, err := c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
		return err
	}
	sent := func(tokens ...string) {
		t.Helper()
		var got []string
		for _, r := range srv.Requests(auditlogtest.Waldur) {
			got = append(got, strings.TrimPrefix(r.Header.Get("Authorization"), "Token "))
		}
		require.Equal(t, tokens, got)
		srv.ResetRequests()
	}
	srv.AllowToken(first)
	require.NoError(t, list())
	require.NoError(t, list())
	sent(first, first)

	srv.AllowToken(second)
	file.write("Token " + second)
	require.NoError(t, list(), "the file changed")
	sent(second)

	for _, broken := range []string{"", "\n", "a b", strings.Repeat("x", 100_000)} {
		file.write(broken)
		require.NoError(t, list(), "the file is being written")
	}
	require.NoError(t, os.Remove(file.path))
	require.NoError(t, list(), "the file is being replaced")
	sent(second, second, second, second, second)

	srv.RevokeTokens()
	srv.AllowToken(third)
	require.ErrorContains(t, list(), "auditlogs: DataAccessLogs.List: token: cannot read the file: ", "refused, and no other token")
	sent(second)
	file.write(third)
	require.NoError(t, list())
	sent(third)

	srv.RevokeTokens()
	require.ErrorIs(t, list(), auditlogs.ErrUnauthorized)
	sent(third)
}

// A file that is written again so fast that its time stays the same is read when the API refuses the token.
func TestTokenFileIsReadAgainAfterARefusal(t *testing.T) {
	t.Parallel()
	const first, second = "first-token-0001", "second-token-002"
	srv := auditlogtest.NewServer()
	defer srv.Close()
	file := newSecretFile(t, first)
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(srv.BaseURL(auditlogtest.ThousandEyes), auditlogs.TokenFile(file.path)))
	require.NoError(t, err)
	srv.AllowToken(first)
	_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	file.writes--
	file.write(second)
	srv.RevokeTokens()
	srv.AllowToken(second)
	_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	require.Len(t, srv.Requests(auditlogtest.ThousandEyes), 3, "one of them was refused")
}

// A token that gets another scheme is another credential.
func TestTokenFileWithAnotherScheme(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AllowToken(oidcToken)
	file := newSecretFile(t, "Token "+oidcToken)
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), auditlogs.TokenFile(file.path)))
	require.NoError(t, err)
	srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		if n == 1 {
			file.write("Bearer " + oidcToken)
		}
	})
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	require.Len(t, srv.Requests(auditlogtest.Waldur), 2)
}

// Kubernetes mounts a secret as a link to a file in a directory that is replaced as a whole.
func TestTokenFileBehindALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mount := func(name, token string, at time.Time) {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
		path := filepath.Join(dir, name, "token")
		require.NoError(t, os.WriteFile(path, []byte(token), 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
		require.NoError(t, os.Symlink(name, filepath.Join(dir, "..tmp")))
		require.NoError(t, os.Rename(filepath.Join(dir, "..tmp"), filepath.Join(dir, "..data")))
	}
	mount("1", "first-token-0001", noon)
	require.NoError(t, os.Symlink(filepath.Join("..data", "token"), filepath.Join(dir, "token")))
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.AllowToken("second-token-002")
	c, err := auditlogs.NewClient(auditlogs.WithAkinon(srv.BaseURL(auditlogtest.Akinon), auditlogs.TokenFile(filepath.Join(dir, "token"))))
	require.NoError(t, err)
	_, err = c.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{})
	require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
	mount("2", "second-token-002", noon.Add(time.Second))
	_, err = c.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{})
	require.NoError(t, err)
	require.Len(t, srv.Requests(auditlogtest.Akinon), 2)
}

// A file without a token that can be sent is refused before anything is sent, and nothing of it is quoted.
func TestTokenFilesThatHaveNoToken(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"": "the file is empty", " \n": "the file is empty", secToken + " " + secToken: "the token in the file has a blank",
		"Bearer " + secToken + "\n" + secToken: "the token in the file has a character that is not printable ASCII",
		strings.Repeat(secToken, 9_000):        "the file is too long for a secret",
	} {
		file := newSecretFile(t, text)
		_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.TokenFile(file.path)))
		require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
		require.EqualError(t, err, "auditlogs: WithWaldur: tokens: "+reason)
	}
	dir := t.TempDir()
	_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.TokenFile(os.DevNull)))
	require.EqualError(t, err, "auditlogs: WithWaldur: tokens: cannot read the file: it is no regular file")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", auditlogs.TokenFile(secToken), auditlogs.TokenFile(secToken), auditlogs.TokenFile(secToken), auditlogs.TokenFile(secToken)), secToken)
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		_, err := auditlogs.NewClient(auditlogs.WithWaldur("https://h", auditlogs.TokenFile(path)))
		require.ErrorContains(t, err, "auditlogs: WithWaldur: tokens: cannot read the file: ")
		require.NotContains(t, err.Error(), dir, "somebody may have given the token instead of a path")
	}
}
