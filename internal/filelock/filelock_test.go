package filelock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A lock on a file that is no longer at its path keeps nobody from the one that is.
func TestFileIsAtItsPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file, err := tryLocked(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, Close(file)) }()
	require.True(t, isAt(file, path))
	require.NoError(t, os.Rename(path, path+".old"))
	require.False(t, isAt(file, path))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.False(t, isAt(file, path))
}
