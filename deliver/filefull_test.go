//go:build linux

package deliver_test

import (
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

const fullVariable = "AUDITLOGS_TEST_FULL_DISK"

// A full disk fails a commit and nothing else: the file is as it was, and the commit succeeds once there is room. The test
// does it in a process of its own, whose files must not grow.
func TestFileAndFullDisk(t *testing.T) {
	t.Parallel()
	if path, child := os.LookupEnv(fullVariable); child {
		fillDisk(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFileAndFullDisk$")
	command.Env = append(os.Environ(), fullVariable+"="+path)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Equal(t, []string{"1", "2", "3"}, short(stored(t, reopened(t, path), "a")))
}

func short(ids []string) (all []string) {
	for _, id := range ids {
		all = append(all, id[:1])
	}
	return all
}

func fillDisk(t *testing.T, path string) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	f := reopened(t, path)
	long := strings.Repeat("x", 3000)
	put(t, f, "a", "1"+long)
	from, err := f.Place(t.Context(), "a")
	require.NoError(t, err)
	next := batchOf("a", from, "2"+long, "3"+long)
	before := contents(t, path)
	for _, size := range []uint64{1, 4000, 9000} { // within the events
		limit(t, size)
		err := f.Commit(t.Context(), next)
		limit(t, ^uint64(0))
		require.ErrorIs(t, err, syscall.EFBIG)
		require.NotErrorIs(t, err, deliver.ErrRefused)
		require.True(t, maps.Equal(before, contents(t, path)), "at %d bytes", size)
	}
	require.NoError(t, f.Commit(t.Context(), next))

	// The place is longer than the file: what fails is its line, when the events are already there.
	after := deliver.Batch{Source: "a", From: next.To, To: deliver.Place{Seq: 3, Cursor: auditlogs.Cursor(strings.Repeat("c", 30_000)), Count: 4}}
	after.Events = batchOf("a", from, "4").Events
	before = contents(t, path)
	limit(t, 20_000)
	err = f.Commit(t.Context(), after)
	limit(t, ^uint64(0))
	require.ErrorIs(t, err, syscall.EFBIG)
	require.True(t, maps.Equal(before, contents(t, path)))
}

// limit sets how large files of this process may become.
func limit(t *testing.T, size uint64) {
	t.Helper()
	var l syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l))
	l.Cur = min(size, l.Max)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l))
}
