package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startPostgres starts a PostgreSQL server of its own, and returns the address of its database.
func startPostgres(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	require.NoError(t, err)
	if len(found) == 0 {
		missing(t, "no PostgreSQL below /usr/lib/postgresql")
	}
	folder, err := os.MkdirTemp("/tmp", "collect") //nolint:usetesting // the path of a socket is short, and its server may be another user
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	as := func(args ...string) *exec.Cmd {
		if os.Geteuid() == 0 { // as whom PostgreSQL does not run
			args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
		}
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), args[0], args[1:]...)
		cmd.Dir = folder
		return cmd
	}
	if os.Geteuid() == 0 {
		require.NoError(t, exec.CommandContext(t.Context(), "chown", "postgres", folder).Run())
	}
	control := found[len(found)-1]
	data := filepath.Join(folder, "data")
	out, err := as(filepath.Join(filepath.Dir(control), "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(out))
	start := as(control, "-D", data, "-w", "-l", filepath.Join(folder, "log"), "-o", "-k "+folder+" -c listen_addresses=", "start")
	require.NoError(t, start.Run())
	t.Cleanup(func() { require.NoError(t, as(control, "-D", data, "-m", "immediate", "-w", "stop").Run()) })
	return "postgres://postgres@/postgres?host=" + folder
}

// startS3 starts the S3 server with which the sink is tested, with a bucket, and returns an address in there. What the
// program needs to know of it is in the environment.
func startS3(t *testing.T) string {
	t.Helper()
	tool := exec.CommandContext(t.Context(), "go", "tool", "-n", "versitygw")
	tool.Dir = "../../../sink/s3/internal/s3server/testdata/versitygw"
	tool.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	path, err := tool.Output()
	if err != nil {
		missing(t, "versitygw cannot be built: "+err.Error())
	}
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bucket"), 0o700))
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())

	server := exec.CommandContext(t.Context(), strings.TrimSpace(string(path)),
		"--port", address, "--access", "tests", "--secret", "secret-of-tests", "--quiet", "posix", folder)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	require.Eventually(t, func() bool {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		return err == nil && conn.Close() == nil
	}, time.Minute, 50*time.Millisecond)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": "http://" + address, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "secret-of-tests",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	return "s3://bucket/audit"
}

// missing skips a test because a program is missing, or fails it if all must be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("AUDITLOGS_INTEROP") == "required" {
		t.Fatal(what)
	}
	t.Skip(fmt.Sprint(what, "; AUDITLOGS_INTEROP=required makes this a failure"))
}
