package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

func TestNextRunReadsWhatIsNewer(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	f := newFiles(t)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args("-since", "8000h")...).code)

	addAll(server, noon.Add(-time.Minute), "new") // the first instant that the first run left out
	addAll(server, noon.Add(time.Hour-time.Second), "fresh")
	got := runAt(t.Context(), server, noon.Add(time.Hour), f.args("-since", "8000h")...)
	require.Equal(t, exitDone, got.code, got.err)
	require.Equal(t, "5", total(t, got))

	got = runAt(t.Context(), server, noon.Add(2*time.Hour), f.args()...)
	require.Equal(t, exitDone, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))

	got = runAt(t.Context(), server, noon.Add(time.Hour), f.args()...) // a clock that was put back
	require.Equal(t, exitDone, got.code, got.err)
	require.Equal(t, "0", total(t, got))
}

func TestSourceThatIsAddedLater(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	f := newFiles(t)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args("-api", "waldur,akinon")...).code)
	require.Len(t, keysIn(t, read(t, f.out)), 200)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args("-api", "huawei-eds")...).code)
	require.Len(t, keysIn(t, read(t, f.out)), 300)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args()...).code)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))
}

// A state or output that does not fit ends the run, and neither is touched.
func TestFilesThatDoNotFit(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	for name, c := range map[string]struct {
		spoil func(t *testing.T, f files)
		args  []string
		want  string
	}{
		"empty state":     {spoil: func(t *testing.T, f files) { write(t, f.state, "") }, want: "cannot be read"},
		"cut state":       {spoil: func(t *testing.T, f files) { write(t, f.state, read(t, f.state)[:90]) }, want: "cannot be read"},
		"other text":      {spoil: func(t *testing.T, f files) { write(t, f.state, "hello") }, want: "cannot be read"},
		"other JSON":      {spoil: func(t *testing.T, f files) { write(t, f.state, `{"version":1}`) }, want: "cannot be read"},
		"two states":      {spoil: func(t *testing.T, f files) { write(t, f.state, strings.Repeat(read(t, f.state), 2)) }, want: "cannot be read"},
		"later version":   {spoil: replace(`"version": 1`, `"version": 2`), want: "version 2"},
		"unknown member":  {spoil: replace(`"size"`, `"length"`), want: "cannot be read"},
		"negative size":   {spoil: replace(`"size": `, `"size": -`), want: "cannot be read"},
		"state is folder": {spoil: folderFor, want: "cannot be read"},
		"other output":    {spoil: replace(`audit.jsonl`, `other.jsonl`), want: "belongs to the output other.jsonl"},
		"no output":       {spoil: func(t *testing.T, f files) { require.NoError(t, os.Remove(f.out)) }, want: "not its output"},
		"shorter output":  {spoil: func(t *testing.T, f files) { write(t, f.out, read(t, f.out)[1:]) }, want: "bytes, but the state says"},
		"changed output":  {spoil: func(t *testing.T, f files) { write(t, f.out, strings.Repeat("x", len(read(t, f.out)))) }, want: "content differs"},
		"no state":        {spoil: func(t *testing.T, f files) { require.NoError(t, os.Remove(f.state)) }, want: "holds something already"},
		"other since":     {args: []string{"-since", "2026-01-01T00:00:00Z"}, want: "begins with the first record"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFiles(t)
			require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args()...).code)
			if c.spoil != nil {
				c.spoil(t, f)
			}
			state, out := look(f.state), look(f.out)
			got := runAt(t.Context(), server, noon.Add(time.Hour), f.args(c.args...)...)
			require.Equal(t, exitFailed, got.code)
			require.Contains(t, got.err, c.want)
			require.Equal(t, state, look(f.state))
			require.Equal(t, out, look(f.out))
		})
	}
}

func replace(from, to string) func(*testing.T, files) {
	return func(t *testing.T, f files) {
		text := read(t, f.state)
		require.Contains(t, text, from)
		write(t, f.state, strings.Replace(text, from, to, 1))
	}
}

func folderFor(t *testing.T, f files) {
	require.NoError(t, os.Remove(f.state))
	require.NoError(t, os.Mkdir(f.state, 0o700))
}

// look gives a file's text, or what stands in the way.
func look(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// What a crash can leave between two steps: every one is taken up without a record lost or doubled.
func TestLeftByACrash(t *testing.T) {
	t.Parallel()
	server := newServer(t, 200)
	for name, leave := range map[string]func(t *testing.T, f files){
		"an output just made":   func(t *testing.T, f files) { remove(t, f); write(t, f.out, "") },
		"a temporary first":     func(t *testing.T, f files) { remove(t, f); write(t, f.out, ""); write(t, f.state+".tmp", "{") },
		"a temporary later":     func(t *testing.T, f files) { write(t, f.state+".tmp", "{") },
		"lines without a state": func(t *testing.T, f files) { write(t, f.out, read(t, f.out)+`{"api":"waldur"`+"\nmore\n") },
		"half a line":           func(t *testing.T, f files) { write(t, f.out, read(t, f.out)+`{"api":`) },
		"the first page": func(t *testing.T, f files) {
			remove(t, f)
			book, err := openLedger(t.Context(), &settings{output: f.out, state: f.state}, nil, nil)
			require.NoError(t, err)
			require.NoError(t, book.close())
			write(t, f.out, `{"api":"waldur"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFiles(t)
			require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args()...).code)
			leave(t, f)
			got := runAt(t.Context(), server, noon, f.args()...)
			require.Equal(t, exitDone, got.code, got.err)
			sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))
		})
	}
}

func remove(t *testing.T, f files) {
	require.NoError(t, os.Remove(f.out))
	require.NoError(t, os.Remove(f.state))
}

func TestOutputIsNotOverwritten(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	f := newFiles(t)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, "-o", f.out).code)
	before := read(t, f.out)
	sameKeys(t, keysOn(server), keysIn(t, before))
	got := runAt(t.Context(), server, noon, "-o", f.out)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "holds something already")
	require.Equal(t, before, read(t, f.out))
}

// A state that cannot be stored ends the run for every source; the lines that were written meanwhile are cut off later.
func TestStateThatCannotBeStored(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	f := newFiles(t)
	server.BeforeRequest(func(api auditlogtest.API, n int) {
		if api == auditlogtest.Akinon && n == 1 {
			_ = os.Mkdir(f.state+".tmp", 0o700)
		}
	})
	got := runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "collect: the state cannot be stored")
	require.Empty(t, server.Requests(auditlogtest.ThousandEyes))
	require.Len(t, keysIn(t, read(t, f.out)), 300)

	require.NoError(t, os.Remove(f.state+".tmp"))
	got = runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitDone, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))
}
