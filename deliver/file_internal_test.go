package deliver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// A commit that fails leaves the file as it was. If it cannot be restored, nothing is stored until the file is opened again.
func TestFileFails(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fail   func(*testing.T, *File)
		broken bool
	}{
		"the events cannot be written":   {func(_ *testing.T, f *File) { _ = f.out.Close() }, true},
		"the place cannot be written":    {func(t *testing.T, f *File) { t.Helper(); readOnly(t, &f.journal.file) }, true},
		"the place cannot be written by": {func(_ *testing.T, f *File) { _ = f.journal.file.Close() }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			f, err := OpenFile(path)
			require.NoError(t, err)
			first := Batch{Source: "a", Events: []auditlogs.Event{{ID: "1"}}, To: Place{Seq: 1, Cursor: "1", Count: 1}}
			require.NoError(t, f.Commit(t.Context(), first))
			second := Batch{Source: "a", Events: []auditlogs.Event{{ID: "2"}}, From: first.To, To: Place{Seq: 2, Cursor: "2", Count: 2}}
			tc.fail(t, f)
			require.Error(t, f.Commit(t.Context(), second))
			_, err = f.Place(t.Context(), "a")
			require.ErrorIs(t, err, ErrRefused)
			require.ErrorIs(t, f.Commit(t.Context(), second), ErrRefused)
			_ = f.Close()

			f, err = OpenFile(path)
			require.NoError(t, err)
			place, err := f.Place(t.Context(), "a")
			require.NoError(t, err)
			require.True(t, place.Same(first.To))
			require.NoError(t, f.Commit(t.Context(), second))
			require.NoError(t, f.Close())
		})
	}
}

// readOnly replaces a file by the same one that cannot be written to.
func readOnly(t *testing.T, file **os.File) {
	t.Helper()
	again, err := os.Open((*file).Name())
	require.NoError(t, err)
	require.NoError(t, (*file).Close())
	*file = again
}
