package collect

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// onTerminal makes standard output a terminal.
func onTerminal(p Program) Program {
	p.IsTerminal = func(w io.Writer) bool { return true }
	return p
}

// A terminal is not flooded: the lines go to a file that was not there.
func TestTerminal(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	server := newServer(t, 100)
	p := onTerminal(at(noon, server))
	got := p.must(t)
	require.Empty(t, got.out)
	path := filepath.Join(folder, "audit.jsonl")
	require.Contains(t, got.err, "collect: writing to file:"+path+"\n")
	require.True(t, strings.HasSuffix(got.err, "stored in file:"+path+"\n"), got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode()&0o077)

	before := read(t, path)
	got = p.runs(t.Context(), "-quiet")
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "give -to file:audit.jsonl to go on with it")
	require.Equal(t, before, read(t, path))
	require.NoError(t, os.Remove(path))
	got = p.runs(t.Context())
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "there is a file audit.jsonl.places already")

	got = p.must(t, "-to", "-")
	require.Len(t, keysIn(t, got.out), 100)
	require.NotContains(t, got.err, "\r", "lines and progress on one terminal would mix")
	got = p.must(t, "-to", "file:other.jsonl")
	require.Contains(t, got.err, "\r\x1b[K")
	require.True(t, strings.HasSuffix(got.err, "stored in file:"+filepath.Join(folder, "other.jsonl")+"\n"), got.err)
}

// Made-up records are nowhere in the way.
func TestDemoOnTerminal(t *testing.T) {
	folder, temporary := t.TempDir(), t.TempDir()
	t.Chdir(folder)
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // Windows
	for range 2 {
		got := onTerminal(at(demoNoon, nil)).must(t)
		require.Empty(t, got.out)
		_, path, ok := strings.Cut(got.err, "stored in file:")
		require.True(t, ok, got.err)
		path = strings.TrimSpace(path)
		require.Equal(t, temporary, filepath.Dir(filepath.Dir(path)))
		require.Len(t, keysIn(t, read(t, path)), madeUp)
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestWhere(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"file:/var/audit.jsonl":                            "file:/var/audit.jsonl",
		"file:///var/audit.jsonl":                          "file:/var/audit.jsonl",
		"file:/var/a?b#c%20.jsonl":                         "file:/var/a?b#c%20.jsonl",
		"sqlite:/var/x/../audit.db":                        "sqlite:/var/audit.db",
		"postgres://ann:secret@db.example.org:5433/audit":  "postgres://db.example.org:5433/audit",
		"postgres://db.example.org/audit?password=secret":  "postgres://db.example.org/audit",
		"postgres://ann:sec%ret@db.example.org/audit":      "postgres://…",
		"postgres:host=db user=ann password=secret":        "postgres://…",
		"postgresql://ann:secret@/audit?host=/var/run/sql": "postgresql:///audit",
		"s3://bucket/some/prefix":                          "s3://bucket/some/prefix",
	} {
		require.Equal(t, want, where(to), to)
	}
}

// A file has one writer.
func TestStoreInUse(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	path, to := newStore(t)
	held, err := deliver.OpenFile(path)
	require.NoError(t, err)
	got := at(noon, server).runs(t.Context(), to...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "collect: the store cannot be opened: "+path+": the file is in use: it has one writer at a time\n")
	require.NoError(t, held.Close())
	at(noon, server).must(t, to...)
}

// A file of somebody else's stays as it is.
func TestForeignFile(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	path, to := newStore(t)
	require.NoError(t, os.WriteFile(path, []byte("mine\n"), 0o600))
	got := at(noon, server).runs(t.Context(), to...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "the file has content")
	require.Equal(t, "mine\n", read(t, path))
}

// kept is a sink in memory that another program may move on.
type kept struct {
	*lines
	commit func(deliver.Batch) error
}

func (k *kept) Commit(ctx context.Context, b deliver.Batch) error {
	if err := k.commit(b); err != nil {
		return err
	}
	return k.lines.Commit(ctx, b)
}

// inMemory gives a program a store "file:" in memory.
func inMemory(p Program, to io.Writer, commit func(deliver.Batch) error) Program {
	sink := &kept{newLines(to), commit}
	p.Stores = Stores{"file": {Form: "file:PATH", Open: func(context.Context, string) (deliver.Sink, io.Closer, error) { return sink, nil, nil }}}
	return p
}

// Of two programs that deliver the same log into one store, one fails.
func TestTwoPrograms(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	for _, args := range [][]string{nil, {"-catch-up", "-since", "1y"}, {"-backfill", "1y", "-step", "52w"}} {
		p := at(noon, server)
		var sink *kept
		p = inMemory(p, io.Discard, func(b deliver.Batch) error {
			if strings.HasPrefix(b.Source, "akinon") && b.From.Seq == 0 {
				other := b
				other.To.Cursor, other.To.Done = other.To.Cursor+"x", false
				return sink.lines.Commit(t.Context(), other)
			}
			return nil
		})
		opened, _, err := p.Stores["file"].Open(t.Context(), "")
		require.NoError(t, err)
		sink = opened.(*kept)
		got := p.runs(t.Context(), append(args, "-to", "file:f")...)
		require.Equal(t, cli.ExitFailed, got.code, got.err)
		require.Contains(t, got.err, "another process has moved the source on")
		require.Contains(t, got.err, "; let one program at a time deliver into a store\n")
		require.Contains(t, got.err, "collect: 1 of 5 logs failed: akinon\n")
	}
}

// A store that takes nothing for good ends the run for every log.
func TestStoreRefuses(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	var out buffer
	p := inMemory(at(noon, server), &out, func(b deliver.Batch) error {
		if strings.HasPrefix(b.Source, "akinon") {
			return deliver.ErrRefused
		}
		return nil
	})
	got := p.runs(t.Context(), "-to", "file:f")
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "1 of 5 logs failed: akinon")
	require.Empty(t, server.Requests("thousandeyes"))
	require.Len(t, keysIn(t, out.String()), 40)
}

// Where commits cost, polls without events make few.
func TestQuietStore(t *testing.T) {
	t.Parallel()
	for quiet, few := range map[time.Duration]bool{0: false, time.Hour: true} {
		server := newServer(t, 0)
		var mu sync.Mutex
		commits := 0
		p := inMemory(at(noon, server), io.Discard, func(b deliver.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if b.Source == "akinon" {
				commits++
			}
			return nil
		})
		store := p.Stores["file"]
		store.Quiet = quiet
		p.Stores["file"] = store
		ctx := stopAfter(t, server, 30)
		got := p.runs(ctx, "-to", "file:f", "-follow", "-interval", "1ms", "-api", "akinon")
		require.Equal(t, cli.ExitInterrupted, got.code, got.err)
		require.Equal(t, few, commits == 1, commits)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestStandardOutputBreaks(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	for _, args := range [][]string{nil, {"-follow", "-since", "1y"}} {
		p := at(noon, server)
		var said buffer
		p.Stdout, p.Stderr = brokenPipe{}, &said
		require.Equal(t, cli.ExitFailed, p.Run(t.Context(), append(with(wanted), args...)))
		require.Contains(t, said.String(), "standard output cannot be written: disk full")
	}
}

// failsOnce is a writer whose first write fails halfway.
type failsOnce struct {
	buffer
	failed bool
}

func (f *failsOnce) Write(p []byte) (int, error) {
	if !f.failed {
		f.failed = true
		n, _ := f.buffer.Write(p[:len(p)/2])
		return n, errors.New("disk full")
	}
	return f.buffer.Write(p)
}

// Nothing follows half a page.
func TestHalfAPage(t *testing.T) {
	t.Parallel()
	to := &failsOnce{}
	l := newLines(to)
	events := []auditlogs.Event{{ID: "1", API: "some"}}
	b := deliver.Batch{Source: "s", Events: events, To: deliver.Place{Seq: 1, Count: 1}}
	require.ErrorIs(t, l.Commit(t.Context(), b), deliver.ErrRefused)
	half := to.String()
	require.NotEmpty(t, half)
	b.Source = "another"
	require.ErrorIs(t, l.Commit(t.Context(), b), deliver.ErrRefused)
	_, err := l.Place(t.Context(), "s")
	require.ErrorIs(t, err, deliver.ErrRefused)
	require.Equal(t, half, to.String())
}

func TestStoreOfAnotherAddress(t *testing.T) {
	t.Parallel()
	one, other := newServer(t, 100), newServer(t, 100)
	_, to := newStore(t)
	args := with(to, "-since", "1y", "-api", "waldur", "-page-size", "10")
	require.Equal(t, cli.ExitInterrupted, at(noon, one).runs(stopAfter(t, one, 3), args...).code)
	got := at(noon, other).runs(t.Context(), args...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "the store belongs to another address or other flags of this log")
}
