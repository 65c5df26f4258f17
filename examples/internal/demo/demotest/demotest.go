// Package demotest tests that an example never takes a lost configuration for a wish to see made-up records. It runs the
// test program as the example itself, in an empty folder and an environment of its own, as cron would.
package demotest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const variable = "RUN_AS_EXAMPLE"

// Main runs the tests, or the example if this process is one of Run's.
func Main(m *testing.M, example func()) {
	if os.Getenv(variable) != "" {
		example()
	}
	os.Exit(m.Run())
}

// Result is what a run left behind.
type Result struct {
	Code     int
	Out, Err string
	Files    []string
}

// Command is the example as a process of its own, in an empty folder and with nothing in its environment but env.
func Command(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // it is this program
	coverage := "GOCOVERDIR=" + t.TempDir()        // a binary that measures its coverage warns without it
	cmd.Dir, cmd.Env = t.TempDir(), append([]string{variable + "=1", coverage}, env...)
	return cmd
}

// Run runs the example with nothing in its environment but env.
func Run(t *testing.T, env []string, args ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // some examples end only if they fail
	defer cancel()
	var out, said bytes.Buffer
	cmd := Command(ctx, t, env, args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if ended := new(exec.ExitError); !errors.As(err, &ended) {
		require.NoError(t, err)
	}
	r := Result{Code: cmd.ProcessState.ExitCode(), Out: out.String(), Err: said.String()}
	entries, err := os.ReadDir(cmd.Dir)
	require.NoError(t, err)
	for _, entry := range entries {
		r.Files = append(r.Files, entry.Name())
	}
	return r
}

// Lost runs the example without an API, with each of the flags, and in environments that configure none. Each time, that
// is an error that says what to set, and nothing else is left behind.
func Lost(t *testing.T, flags ...string) {
	t.Helper()
	const secret = "s3cret"
	for name, test := range map[string]struct{ env, want string }{
		"token without address": {"AUDITLOGS_WALDUR_TOKEN=" + secret, "AUDITLOGS_WALDUR_URL: is not set"},
		"address without token": {"AUDITLOGS_THOUSANDEYES_URL=https://" + secret + ".example.org", "AUDITLOGS_THOUSANDEYES_TOKEN: is not set"},
		"half a login":          {"AUDITLOGS_ELASTICPATH_CLIENT_SECRET=" + secret, "AUDITLOGS_ELASTICPATH_CLIENT_ID: is not set"},
		"misspelt":              {"AUDITLOGS_WALDR_URL=https://" + secret + ".example.org", "AUDITLOGS_WALDR_URL is empty or no variable"},
		"empty":                 {"AUDITLOGS_AKINON_TOKEN=", "AUDITLOGS_AKINON_TOKEN is empty or no variable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{nil, strings.Fields(flags[0])} {
				lost(t, test.want, Run(t, []string{test.env}, args...))
			}
		})
	}
	for _, args := range flags {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			got := Run(t, nil, strings.Fields(args)...)
			lost(t, "no API is configured: set AUDITLOGS_WALDUR_URL and AUDITLOGS_WALDUR_TOKEN", got)
			require.Contains(t, got.Err, "AUDITLOGS_THOUSANDEYES_TOKEN")
			require.Contains(t, got.Err, "-demo")
		})
	}
}

func lost(t *testing.T, want string, got Result) {
	t.Helper()
	require.Equal(t, 1, got.Code, got.Err)
	require.Contains(t, got.Err, want)
	require.NotContains(t, got.Err, "s3cret")
	require.Empty(t, got.Out)
	require.Empty(t, got.Files)
}

// Refused runs the example with arguments that contradict each other or are no flags.
func Refused(t *testing.T, want string, args ...string) {
	t.Helper()
	got := Run(t, nil, args...)
	require.Equal(t, 2, got.Code, got.Err)
	require.Contains(t, got.Err, want)
	require.Empty(t, got.Out)
	require.Empty(t, got.Files)
}
