package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

func TestLostConfiguration(t *testing.T) {
	t.Parallel()
	demotest.Lost(t,
		"-o audit.jsonl", "-o audit.jsonl -state audit.state", "-follow -o audit.jsonl -state audit.state", "-o -", "-since 24h",
		"-until 2026-11-01T00:00:00Z", "-api waldur", "-eds-instance i", "-eds-connector c", "-elasticpath-resource customer:1",
		"-follow", "-interval 1s", "-lag 1s", "-prefetch 1", "-page-size 1", "-quiet", "-demo=false -o audit.jsonl",
	)
}

func TestDemoHasItsOwn(t *testing.T) {
	t.Parallel()
	demotest.Refused(t, "-eds-instance has no meaning with -demo", "-demo", "-eds-instance", "i", "-o", "audit.jsonl")
	demotest.Refused(t, "-eds-connector has no meaning with -demo", "-demo", "-eds-connector", "c")
	demotest.Refused(t, "-elasticpath-resource has no meaning with -demo", "-demo", "-elasticpath-resource", "customer:1")
	demotest.Refused(t, `"audit.jsonl" is no flag`, "-demo", "audit.jsonl")
}

// Nothing asked for, and nothing in the environment but what has nothing to do with this program.
func TestDemoByItself(t *testing.T) {
	t.Parallel()
	got := demotest.Run(t, []string{"LOGNAME=root"})
	require.Equal(t, exitDone, got.Code, got.Err)
	require.Contains(t, got.Err, "collect: no API is configured: reading 10000 made-up records")
	require.Empty(t, got.Files)
	allMarked(t, got.Out)
	require.Len(t, keysIn(t, got.Out), demoRecords)
}

// allMarked requires the mark in front of every line.
func allMarked(t *testing.T, text string) {
	t.Helper()
	require.NotEmpty(t, text)
	for line := range strings.Lines(text) {
		require.True(t, strings.HasPrefix(line, `{"demo":true,"api":"`), line)
	}
}

// What -demo writes into a file is marked as well, whatever is configured.
func TestDemoIsMarked(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	for name, apis := range map[string][]auditlogs.Option{
		"nothing configured": nil, "configured": server.Options(), "half configured": {auditlogs.WithWaldur("", nil)},
	} {
		for _, args := range []string{"", "-quiet", "-o FILE", "-o FILE -state STATE", "-api waldur,thousandeyes -o FILE", "-since 8000h -prefetch 2"} {
			t.Run(name+"/"+args, func(t *testing.T) {
				t.Parallel()
				f := newFiles(t)
				args := strings.NewReplacer("FILE", f.out, "STATE", f.state).Replace(args)
				got := runWith(t.Context(), apis, noon, append(strings.Fields(args), "-demo")...)
				require.Equal(t, exitDone, got.code, got.err)
				require.Contains(t, got.err, "collect: -demo is set: reading 10000 made-up records")
				if strings.Contains(args, f.out) {
					require.Empty(t, got.out)
					got.out = read(t, f.out)
				}
				allMarked(t, got.out)
			})
		}
	}
	t.Cleanup(func() { // the subtests are done then
		for _, api := range auditlogtest.APIs() {
			require.Empty(t, server.Requests(api))
		}
	})
}

func TestDemoFollowsMarked(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var said buffer
	pages := auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, info auditlogs.PageInfo) {
		if info.Follow && info.Delivered == 0 {
			cancel()
		}
	}})
	p := program{config: []auditlogs.Option{pages}, stdout: &said, stderr: &said, now: func() time.Time { return noon }}
	require.Equal(t, exitInterrupted, p.run(ctx, f.args("-demo", "-follow", "-since", "2026-01-01T00:00:00Z", "-interval", "1ms")), said.String())
	allMarked(t, read(t, f.out))
}

// Records of a configured API have no mark.
func TestRealIsNotMarked(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	got := runAt(t.Context(), server, noon)
	require.Equal(t, exitDone, got.code, got.err)
	require.NotContains(t, got.out, `{"demo"`)
	require.NotContains(t, got.err, "made-up")
}

// A lost configuration leaves files of an earlier run as they are.
func TestLostConfigurationKeepsFiles(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	require.Equal(t, exitDone, runAt(t.Context(), newServer(t, 100), noon, f.args()...).code)
	out, state := read(t, f.out), read(t, f.state)
	got := demotest.Run(t, nil, f.args()...)
	require.Equal(t, exitFailed, got.Code)
	require.Equal(t, out, read(t, f.out))
	require.Equal(t, state, read(t, f.state))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(f.out), "*"))
	require.NoError(t, err)
	require.Len(t, files, 2)
}
