package deliver_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/deliver/delivertest"
)

func TestFileIsASink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	delivertest.Run(t, func(t *testing.T) deliver.Sink {
		t.Helper()
		return reopened(t, path)
	})
}

func TestFileAndKill(t *testing.T) {
	t.Parallel()
	delivertest.Kill(t, delivertest.Store{Address: filepath.Join(t.TempDir(), "audit.jsonl"), Open: openFile, Exclusive: true})
}

func reopened(t *testing.T, path string) *deliver.File {
	t.Helper()
	f, err := deliver.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// put commits events of a source, one each with the given ID.
func put(t *testing.T, f *deliver.File, source string, ids ...string) {
	t.Helper()
	from, err := f.Place(t.Context(), source)
	require.NoError(t, err)
	require.NoError(t, f.Commit(t.Context(), batchOf(source, from, ids...)))
}

func batchOf(source string, from deliver.Place, ids ...string) deliver.Batch {
	b := deliver.Batch{Source: source, From: from, To: deliver.Place{Seq: from.Seq + 1, Cursor: "cursor", Count: from.Count + uint64(len(ids))}}
	for _, id := range ids {
		b.Events = append(b.Events, auditlogs.Event{ID: id, Time: noon})
	}
	return b
}

// stored are the IDs of the events of a source.
func stored(t *testing.T, r deliver.Reader, source string) (ids []string) {
	t.Helper()
	for e, err := range r.Events(t.Context(), source) {
		require.NoError(t, err)
		ids = append(ids, e.ID)
	}
	return ids
}

// appended appends to a file.
func appended(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(text)
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

// The file has the events as lines, in the order of the commits, and nothing else.
func TestFileHasLines(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	f := reopened(t, path)
	put(t, f, "a", "1", "2")
	put(t, f, "b", "3")
	put(t, f, "a")
	put(t, f, "a", "4")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var ids []string
	for line := range bytes.Lines(text) {
		var e auditlogs.Event
		require.NoError(t, e.UnmarshalJSON(line))
		ids = append(ids, e.ID)
	}
	require.Equal(t, []string{"1", "2", "3", "4"}, ids)
	require.Equal(t, []string{"1", "2", "4"}, stored(t, f, "a"))
	require.Equal(t, []string{"3"}, stored(t, f, "b"))
	for _, name := range []string{path, path + ".places"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "an audit log is for its owner")
	}
}

// What was not committed is cut off, wherever a crash was.
func TestFileCutsOff(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(t *testing.T, path string){
		"within the events": func(t *testing.T, path string) { appended(t, path, `{"v":1,"id":"3"`) },
		"behind the events": func(t *testing.T, path string) { appended(t, path, `{"v":1,"id":"3"}`+"\n") },
		"within the place":  func(t *testing.T, path string) { appended(t, path+".places", `{"v":1,"source":"a"`) },
		"within both":       func(t *testing.T, path string) { appended(t, path, `{`); appended(t, path+".places", `{`) },
		"beside the journal": func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path+".places.123", []byte("x"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			f := reopened(t, path)
			put(t, f, "a", "1", "2")
			require.NoError(t, f.Close())
			whole := contents(t, path)
			crash(t, path)

			f = reopened(t, path)
			after := contents(t, path)
			for _, name := range []string{"audit.jsonl", "audit.jsonl.places"} {
				require.Equal(t, whole[name], after[name])
			}
			put(t, f, "a", "3")
			require.NoError(t, f.Close())
			require.Equal(t, []string{"1", "2", "3"}, stored(t, reopened(t, path), "a"))
		})
	}
}

// A file and places that do not belong together are refused, and stay as they are.
func TestFileOfAnother(t *testing.T) {
	t.Parallel()
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			require.NoError(t, os.WriteFile(strings.Replace(name, "audit.jsonl", path, 1), []byte(text), 0o600))
		}
	}
	for name, change := range map[string]func(t *testing.T, path string){
		"no places":       func(t *testing.T, path string) { require.NoError(t, os.Remove(path+".places")) },
		"no file":         func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"a shorter file":  func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 20)) },
		"an empty file":   write("audit.jsonl", ""),
		"another file":    write("audit.jsonl", strings.Repeat("x", 10_000)),
		"a damaged place": write("audit.jsonl.places", "{}\n"),
		"damaged places":  write("audit.jsonl.places", "xx\n"),
		"a later version": write("audit.jsonl.places", `{"v":2,"source":"a","end":0}`+"\n"),
		"a changed ending": func(t *testing.T, path string) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			text[len(text)-3] ^= 1
			require.NoError(t, os.WriteFile(path, text, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			f := reopened(t, path)
			put(t, f, "a", "1", "2")
			require.NoError(t, f.Close())
			change(t, path)
			before := contents(t, path)
			for range 2 {
				_, err := deliver.OpenFile(path)
				require.ErrorIs(t, err, deliver.ErrForeignFile)
				require.NotContains(t, err.Error(), "\n")
			}
			after := contents(t, path)
			if name == "no file" {
				delete(after, filepath.Base(path)) // an empty one was created to be locked
			}
			require.Equal(t, before, after)
		})
	}
}

// contents are those of all files beside a path.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		require.NoError(t, err)
		all[e.Name()] = string(text)
	}
	return all
}

func TestFileCannotBeOpened(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "none", "audit.jsonl"), os.DevNull} {
		_, err := deliver.OpenFile(path)
		require.Error(t, err, path)
	}
	path := filepath.Join(folder, "audit.jsonl")
	f := reopened(t, path)
	_, err := deliver.OpenFile(path)
	require.ErrorIs(t, err, deliver.ErrInUse)
	link := filepath.Join(folder, "link.jsonl")
	require.NoError(t, os.Link(path, link))
	_, err = deliver.OpenFile(link)
	require.ErrorIs(t, err, deliver.ErrInUse, "another name of the same file")
	require.NoError(t, f.Close())
	reopened(t, path)
}

func TestFileClosed(t *testing.T) {
	t.Parallel()
	f := reopened(t, filepath.Join(t.TempDir(), "audit.jsonl"))
	put(t, f, "a", "1")
	place, err := f.Place(t.Context(), "a")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, f.Close())
	_, err = f.Place(t.Context(), "a")
	require.ErrorIs(t, err, os.ErrClosed)
	err = f.Commit(t.Context(), batchOf("a", place, "2"))
	require.ErrorIs(t, err, os.ErrClosed)
	require.ErrorIs(t, err, deliver.ErrRefused)
	for _, err := range f.Events(t.Context(), "a") {
		require.ErrorIs(t, err, os.ErrClosed)
	}
}

// The places do not grow with every commit: cursors that are past are left out from time to time.
func TestFileCompactsPlaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	f := reopened(t, path)
	want := map[string][]string{}
	places := map[string]deliver.Place{}
	largest := int64(0)
	for n := range 120 {
		source := fmt.Sprint("source ", n%7/3)
		b := batchOf(source, places[source], fmt.Sprint(n))
		if n%5 == 0 {
			b = batchOf(source, places[source])
		}
		b.To.Cursor = auditlogs.Cursor(strings.Repeat(fmt.Sprint(n%10), 100_000))
		require.NoError(t, f.Commit(t.Context(), b))
		places[source] = b.To
		for _, e := range b.Events {
			want[source] = append(want[source], e.ID)
		}
		info, err := os.Stat(path + ".places")
		require.NoError(t, err)
		largest = max(largest, info.Size())
		if n%17 == 0 {
			require.NoError(t, f.Close())
			f = reopened(t, path)
		}
	}
	require.Less(t, largest, int64(6_000_000), "120 cursors have 12 million bytes")
	for range 2 {
		for source, ids := range want {
			place, err := f.Place(t.Context(), source)
			require.NoError(t, err)
			require.True(t, place.Same(places[source]), source)
			require.Equal(t, ids, stored(t, f, source))
		}
		require.NoError(t, f.Close())
		f = reopened(t, path)
	}
}
