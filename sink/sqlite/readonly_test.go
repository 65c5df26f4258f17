//go:build unix

package sqlite

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// visitorVariable holds the path that a process without rights is to open.
const visitorVariable = "AUDITLOGS_SQLITE_VISITOR"

// nobody is a user without rights.
const nobody = 65534

// visit opens a database and commits to it, in a process of its own, and says how that failed.
func visit() {
	path, ok := os.LookupEnv(visitorVariable)
	if !ok {
		return
	}
	s, err := Open(context.Background(), path)
	if err == nil {
		err = s.Commit(context.Background(), next("visitor", deliver.Place{}, auditlogs.Event{ID: "1"}))
	}
	fmt.Print(err)
	os.Exit(0)
}

// A process that may not write hears so, and need not try again.
func TestWithoutTheRightToWrite(t *testing.T) {
	t.Parallel()
	program := copyOfProgram(t)
	for name, forbid := range map[string]func(path string) error{
		"the file":   func(path string) error { return os.Chmod(path, 0o444) },
		"all of it":  func(path string) error { return os.Chmod(path, 0) },
		"its folder": func(path string) error { return os.Chmod(filepath.Dir(path), 0o555) },
	} {
		folder := t.TempDir()
		s := openSink(t, filepath.Join(folder, "audit.db"))
		require.NoError(t, s.Commit(t.Context(), next("log", deliver.Place{}, auditlogs.Event{ID: "1"})))
		require.NoError(t, s.Close())
		require.NoError(t, forbid(s.path))
		t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })

		visitor := exec.CommandContext(t.Context(), program)
		visitor.Env = append(os.Environ(), visitorVariable+"="+s.path)
		if os.Getuid() == 0 {
			visitor.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		said, err := visitor.CombinedOutput()
		require.NoError(t, err, "%s: %s", name, said)
		t.Logf("%s: %s", name, said)
		require.Contains(t, string(said), deliver.ErrRefused.Error(), name)
	}
}

// copyOfProgram returns this program where every user can start it.
func copyOfProgram(t *testing.T) string {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	from, err := os.Open(own)
	require.NoError(t, err)
	defer func() { require.NoError(t, from.Close()) }()
	folder := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	path := filepath.Join(folder, "visitor")
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return path
}
