package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The demo kills a worker, and proves that every record was stored once.
func TestDemo(t *testing.T) {
	t.Parallel()
	cmd, all := process(t, "demo", "-tenants", "15", "-records", "600", "-appear", "4s")
	temp := t.TempDir()
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	require.NoError(t, cmd.Run(), all)
	for _, text := range []string{
		"answer 503 or 401 for a while", "worker-2 is killed by SIGKILL", "worker-2 is started again", "all APIs answer again",
		"all 600 records have appeared", "600 records, none missing, none twice\n",
	} {
		require.Contains(t, all.String(), text)
	}
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A demo that is interrupted proves nothing, and leaves nothing.
func TestDemoIsInterrupted(t *testing.T) {
	t.Parallel()
	cmd, all := process(t, "demo", "-tenants", "5", "-records", "100", "-appear", "1h", "-workers", "1")
	temp := t.TempDir()
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return contains(all, "worker-1: 5 logs") }, timeout, tick, all)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	require.Equal(t, exitFailure, cmd.ProcessState.ExitCode())
	require.Contains(t, all.String(), "fleet: the demo was ended before there was a proof\n")
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}
