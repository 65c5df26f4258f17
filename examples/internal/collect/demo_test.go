package collect

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

func TestNothingConfigured(t *testing.T) {
	t.Parallel()
	got := at(demoNoon, nil).must(t)
	keys := keysIn(t, got.out)
	require.Len(t, keys, madeUp)
	require.Len(t, slices.Compact(keys), madeUp)
	lines := strings.Split(strings.TrimSpace(got.err), "\n")
	require.Equal(t, "collect: no API is configured: reading 500 made-up records from a test server of its own", lines[0])
	require.Len(t, lines, 8)
	require.Equal(t, []string{"total", "500"}, strings.Fields(lines[7])[:2])
	for _, row := range lines[2:7] {
		require.Equal(t, "100", strings.Fields(row)[1])
		require.NotEqual(t, "0", strings.Fields(row)[3])
	}
}

// The made-up records are the same on every run, so that a store can be tried out with them.
func TestDemoGoesOn(t *testing.T) {
	t.Parallel()
	path, to := newStore(t)
	args := with(to, "-demo", "-backfill", "1y", "-step", "4w", "-parallel", "2")
	at(demoNoon, nil).must(t, args...)
	at(demoNoon, nil).must(t, args...)
	keys := keysIn(t, read(t, path))
	require.Len(t, keys, madeUp)
	require.Len(t, slices.Compact(keys), madeUp)
}

// What -demo writes is marked, whatever is configured.
func TestDemoIsMarked(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	for name, apis := range map[string][]auditlogs.Option{
		"nothing configured": nil, "configured": server.Options(), "half configured": {auditlogs.WithWaldur("", nil)},
	} {
		for _, args := range []string{"-api thousandeyes -quiet", "-api akinon -to FILE", "-api waldur,akinon -since 2y -prefetch 2"} {
			t.Run(name+"/"+args, func(t *testing.T) {
				t.Parallel()
				path, _ := newStore(t)
				p := at(demoNoon, nil)
				p.APIs = apis
				var out, said buffer
				p.Stdout, p.Stderr = &out, &said
				args := strings.Fields(strings.ReplaceAll(args, "FILE", "file:"+path))
				require.Equal(t, cli.ExitDone, p.Run(t.Context(), append(args, "-demo")), said.String())
				require.Contains(t, said.String(), "collect: -demo is set: reading 500 made-up records")
				if slices.Contains(args, "-to") {
					require.Empty(t, out.String())
					allMarked(t, read(t, path), `{"v":1,"id":"`)
				} else {
					allMarked(t, out.String(), `{"demo":true,"v":1,"id":"`)
				}
			})
		}
	}
	t.Cleanup(func() { // the subtests are done then
		for _, api := range auditlogtest.APIs() {
			require.Empty(t, server.Requests(api))
		}
	})
}

// allMarked requires that every line begins with a text, and that its source is one of made-up records.
func allMarked(t *testing.T, text, begin string) {
	t.Helper()
	require.NotEmpty(t, text)
	for line := range strings.Lines(text) {
		require.True(t, strings.HasPrefix(line, begin), line)
		require.Contains(t, line, `,"source":"demo `)
	}
}
