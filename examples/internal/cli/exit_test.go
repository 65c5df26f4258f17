//go:build unix

package cli

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInterruptible(t *testing.T) { //nolint:paralleltest // signals are for the whole process
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		ctx := Interruptible()
		require.NoError(t, ctx.Err())
		require.NoError(t, syscall.Kill(os.Getpid(), signal))
		<-ctx.Done()
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	require.Equal(t, "one; two", OneLine(errors.Join(errors.New("one"), errors.New("two"))))
}
