package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is no terminal has no width, whatever the environment says.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, null.Close()) })
	_, pipe, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pipe.Close()) })
	for _, f := range []*os.File{file, null, pipe} {
		require.False(t, IsTerminal(f), f.Name())
		require.Zero(t, Width(f, []string{"COLUMNS=80"}), f.Name())
	}
	require.False(t, IsTerminal(&strings.Builder{}))
	require.Zero(t, Width(&strings.Builder{}, []string{"COLUMNS=80"}))
}
