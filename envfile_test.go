package auditlogs_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Each variable of a way to get in can be a file.
func TestFromEnvFiles(t *testing.T) { // t.Setenv excludes t.Parallel
	dir := t.TempDir()
	file := func(text string) string {
		path := filepath.Join(dir, "f"+text)
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o600))
		return path
	}
	const p = "AUDITLOGS_"
	for name, tt := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"token": {env: map[string]string{"THOUSANDEYES_TOKEN_FILE": file("s3cret")}},
		"login": {env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_USERNAME": "u", "WALDUR_PASSWORD_FILE": file("s3cret")}},
		"whole login": {env: map[string]string{
			"ELASTICPATH_URL": "https://h", "ELASTICPATH_CLIENT_ID_FILE": file("id"), "ELASTICPATH_CLIENT_SECRET_FILE": file("s3cret"),
		}},
		"no file": {env: map[string]string{"AKINON_URL": "https://h", "AKINON_TOKEN_FILE": filepath.Join(dir, "s3cret-none")}, want: []string{
			"AUDITLOGS_AKINON_TOKEN_FILE: cannot read the file: no such file or directory",
		}},
		"no file for a login": {env: map[string]string{"AKINON_URL": "https://h", "AKINON_USERNAME": "u", "AKINON_PASSWORD_FILE": filepath.Join(dir, "s3cret-none")}, want: []string{
			"AUDITLOGS_AKINON_PASSWORD_FILE: cannot read the file: no such file or directory",
		}},
		"bad token": {env: map[string]string{"AKINON_URL": "https://h", "AKINON_TOKEN_FILE": file("s3cret s3cret")}, want: []string{
			"AUDITLOGS_AKINON_TOKEN_FILE: the token in the file has a blank",
		}},
		"both": {env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_TOKEN": "s3cret", "WALDUR_TOKEN_FILE": file("s3cret")}, want: []string{
			"AUDITLOGS_WALDUR_TOKEN: is set, and so is AUDITLOGS_WALDUR_TOKEN_FILE: one of the two will do",
		}},
		"two ways": {env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_TOKEN_FILE": file("s3cret"), "WALDUR_PASSWORD_FILE": file("s3cret")}, want: []string{
			"AUDITLOGS_WALDUR_TOKEN_FILE: is set, and so is AUDITLOGS_WALDUR_PASSWORD_FILE: one of the two ways will do",
		}},
		"half": {env: map[string]string{"WALDUR_URL": "https://h", "WALDUR_PASSWORD_FILE": file("s3cret")}, want: []string{"AUDITLOGS_WALDUR_USERNAME: is not set"}},
	} {
		t.Run(name, func(t *testing.T) {
			clearEnv(t)
			for name, value := range tt.env {
				t.Setenv(p+name, value)
			}
			c, err := auditlogs.NewClient(auditlogs.FromEnv())
			for i := range tt.want {
				tt.want[i] = "auditlogs: FromEnv: " + tt.want[i]
			}
			require.Equal(t, tt.want, linesOf(err))
			if err != nil {
				require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
				require.NotContains(t, err.Error(), "s3cret")
				return
			}
			require.Len(t, c.APIs(), 1)
		})
	}
}

// A password that rotates is read at each login.
func TestFromEnvPasswordThatRotates(t *testing.T) {
	clearEnv(t)
	srv := auditlogtest.NewServer()
	defer srv.Close()
	password := newSecretFile(t, "not yet")
	t.Setenv("AUDITLOGS_WALDUR_URL", srv.BaseURL(auditlogtest.Waldur))
	t.Setenv("AUDITLOGS_WALDUR_USERNAME", auditlogtest.Username)
	t.Setenv("AUDITLOGS_WALDUR_PASSWORD_FILE", password.path)
	c, err := auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.ErrorIs(t, err, auditlogs.ErrUnauthorized)
	password.write(auditlogtest.Password)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	require.Len(t, srv.TokenRequests(auditlogtest.Waldur), 2)
	require.NoError(t, os.Remove(password.path))
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err, "the token is still good")
	srv.RevokeTokens()
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.EqualError(t, err, "auditlogs: DataAccessLogs.List: token: auditlogs: FromEnv: AUDITLOGS_WALDUR_PASSWORD_FILE: cannot read the file: no such file or directory")
}

// A key in files is read for each signature, so that it can be exchanged while a client works.
func TestFromEnvKeyThatRotates(t *testing.T) {
	clearEnv(t)
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.HuaweiEDS, 1, 30)
	access, secret, temporary := newSecretFile(t, auditlogtest.AccessKey), newSecretFile(t, auditlogtest.SecretKey), newSecretFile(t, "none")
	t.Setenv("AUDITLOGS_HUAWEI_EDS_URL", srv.BaseURL(auditlogtest.HuaweiEDS))
	t.Setenv("AUDITLOGS_HUAWEI_EDS_PROJECT_ID", auditlogtest.ProjectID)
	t.Setenv("AUDITLOGS_HUAWEI_ACCESS_KEY_FILE", access.path)
	t.Setenv("AUDITLOGS_HUAWEI_SECRET_KEY_FILE", secret.path)
	c, err := auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	list := func() error {
		f := auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID}
		_, err := auditlogs.Collect(c.DataAssetLogs.All(t.Context(), f), 100)
		return err
	}
	require.NoError(t, list())
	srv.AllowAccessKey("second", "s3cret-key-002", "s3cret-token-2")
	access.write("second")
	secret.write("s3cret-key-002")
	require.ErrorIs(t, list(), auditlogs.ErrUnauthorized, "without the token")
	t.Setenv("AUDITLOGS_HUAWEI_SECURITY_TOKEN_FILE", temporary.path)
	temporary.write("s3cret-token-2")
	c, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.NoError(t, err)
	require.NoError(t, list())

	for _, broken := range []string{"", "s3cret s3cret"} {
		secret.write(broken)
		require.NoError(t, list(), "the key from before signs")
	}
	require.NoError(t, os.Remove(secret.path))
	require.NoError(t, list())
	_, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.EqualError(t, err, "auditlogs: FromEnv: AUDITLOGS_HUAWEI_SECRET_KEY_FILE: cannot read the file: no such file or directory")
	secret.write("s3cret s3cret")
	_, err = auditlogs.NewClient(auditlogs.FromEnv())
	require.EqualError(t, err, "auditlogs: HuaweiAKSK: SecretKey: has a blank")
}

// AUDITLOGS_DEBUG logs requests on standard error: safe to turn on, and to send to others.
func TestFromEnvDebug(t *testing.T) {
	srv := auditlogtest.NewServer()
	defer srv.Close()
	srv.GenerateFor(auditlogtest.Waldur, 1, 30)
	srv.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: 503, Body: `{"detail":"down\nfor maintenance"}`})
	logged := func(debug string, opts ...auditlogs.Option) string {
		t.Helper()
		clearEnv(t)
		t.Setenv("AUDITLOGS_DEBUG", debug)
		t.Setenv("AUDITLOGS_WALDUR_URL", srv.BaseURL(auditlogtest.Waldur))
		t.Setenv("AUDITLOGS_WALDUR_TOKEN", auditlogtest.Token)
		var text string
		stderrOf(t, &text, func() {
			quick := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 1, MaxWait: 1})
			c, err := auditlogs.NewClient(append(opts, auditlogs.FromEnv(), quick)...)
			require.NoError(t, err)
			f := auditlogs.DataAccessLogFilter{Query: "s3cret-query", ListOptions: auditlogs.ListOptions{PageSize: 7}}
			_, err = auditlogs.Collect(c.DataAccessLogs.All(t.Context(), f), 100)
			require.NoError(t, err)
			_, err = c.DataAccessLogs.Get(t.Context(), "00000000000000000000000000000001")
			require.ErrorIs(t, err, auditlogs.ErrNotFound)
			_, err = auditlogs.Collect(c.DataAccessLogs.All(t.Context(), auditlogs.DataAccessLogFilter{}), 100)
			require.NoError(t, err)
		})
		return text
	}
	text := logged("1")
	require.Contains(t, text, "level=DEBUG msg=request api=waldur op=DataAccessLogs.List attempt=1")
	require.Contains(t, text, `level=WARN msg="request repeated" api=waldur op=DataAccessLogs.List attempt=1`)
	require.Contains(t, text, "op=DataAccessLogs.Get attempt=1")
	for line := range strings.Lines(text) {
		require.True(t, strings.HasPrefix(line, "time="), line)
	}
	secrets := []string{auditlogtest.Token, "s3cret-query", "127.0.0.1", "http", "Authorization", "maintenance"}
	for _, log := range srv.DataAccessLogs() {
		secrets = append(secrets, log.UUID, log.User.Username, log.User.FullName)
	}
	for _, secret := range secrets {
		require.NotContains(t, text, secret)
	}

	require.Empty(t, logged("0"))
	require.Empty(t, logged(""))
	var own strings.Builder
	require.Empty(t, logged("true", auditlogs.WithLogger(slog.New(slog.NewTextHandler(&own, &slog.HandlerOptions{Level: slog.LevelDebug})))))
	require.Contains(t, own.String(), "msg=request")

	t.Setenv("AUDITLOGS_DEBUG", "s3cret")
	_, err := auditlogs.NewClient(auditlogs.FromEnv())
	require.EqualError(t, err, "auditlogs: FromEnv: AUDITLOGS_DEBUG: is neither 1 nor 0")
	require.ErrorIs(t, err, auditlogs.ErrInvalidConfig)
}

// stderrOf runs a function and gives what it wrote on standard error.
func stderrOf(t *testing.T, text *string, run func()) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	usual := os.Stderr
	os.Stderr = file
	defer func() {
		os.Stderr = usual
		require.NoError(t, file.Close())
		data, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		*text = string(data)
	}()
	run()
}
