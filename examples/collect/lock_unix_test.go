//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A child process that was forked, and has not executed its own program yet, has a copy of the descriptor.
func TestLockOutlivesNoRun(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	out, err := openOutput(f.out)
	require.NoError(t, err)
	inherited, err := syscall.Dup(int(out.file.Fd()))
	require.NoError(t, err)
	defer func() { require.NoError(t, syscall.Close(inherited)) }()
	require.NoError(t, out.close())
	next, err := openOutput(f.out)
	require.NoError(t, err)
	require.NoError(t, next.close())
}
