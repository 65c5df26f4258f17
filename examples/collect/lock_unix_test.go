//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

// whileLocked runs a test by simulated time while the output is locked, as by another process.
func whileLocked(t *testing.T, test func(t *testing.T, server *auditlogtest.Server, f files, out *output)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFiles(t)
		out, err := openOutput(t.Context(), f.out)
		require.NoError(t, err)
		test(t, newServer(t, 10, auditlogtest.InMemory()), f, out)
	})
}

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	whileLocked(t, func(t *testing.T, server *auditlogtest.Server, f files, out *output) {
		got := runAt(t.Context(), server, noon, f.args()...)
		require.Equal(t, exitFailed, got.code)
		require.Contains(t, got.err, "in use by another process")
		require.NoError(t, out.close())
		require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args()...).code)
	})
}

// A process that is about to end is waited for, and what it stored in its last moment is gone on with.
func TestLockIsWaitedFor(t *testing.T) {
	t.Parallel()
	whileLocked(t, func(t *testing.T, server *auditlogtest.Server, f files, out *output) {
		ended := make(chan error, 1)
		time.AfterFunc(lockTries*lockPause/2, func() {
			first := &state{Version: stateVersion, Output: filepath.Base(f.out), Sources: map[string]place{}}
			book := &ledger{path: f.state, out: out, state: first}
			err := book.commit("first", []byte(`{"api":"first","key":"1","record":{}}`+"\n"), place{})
			ended <- errors.Join(err, book.close())
		})
		got := runAt(t.Context(), server, noon, f.args()...)
		require.Equal(t, exitDone, got.code, got.err)
		require.NoError(t, <-ended)
		sameKeys(t, append(keysOn(server), "first 1"), keysIn(t, read(t, f.out)))
	})
}

func TestInterruptedWhileLocked(t *testing.T) {
	t.Parallel()
	whileLocked(t, func(t *testing.T, server *auditlogtest.Server, f files, out *output) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(lockPause/2, cancel)
		got := runAt(ctx, server, noon, f.args()...)
		require.Equal(t, exitInterrupted, got.code)
		require.Contains(t, got.err, "in use by another process")
		require.NoError(t, out.close())
	})
}

// A child process that was forked, and has not executed its own program yet, has a copy of the descriptor.
func TestLockEndsWithTheRun(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	out, err := openOutput(t.Context(), f.out)
	require.NoError(t, err)
	inherited, err := syscall.Dup(int(out.file.Fd()))
	require.NoError(t, err)
	defer func() { require.NoError(t, syscall.Close(inherited)) }()
	require.NoError(t, out.close())

	ctx, cancel := context.WithCancel(t.Context())
	cancel() // one try, no wait
	next, err := openOutput(ctx, f.out)
	require.NoError(t, err)
	require.NoError(t, next.close())
}
