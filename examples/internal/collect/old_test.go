package collect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/stretchr/testify/require"
)

// The flags of before are refused, with what their files have and how to go on.
func TestOldFlags(t *testing.T) {
	t.Parallel()
	const (
		done     = `"waldur":{"begin":"2026-01-01T00:00:00Z","since":"2026-01-01T00:00:00Z","until":"2026-11-20T11:59:00Z","done":true}`
		earlier  = `"akinon":{"until":"2026-11-20T10:59:00Z","done":true}`
		open     = `"akinon":{"begin":"2026-01-01T00:00:00Z","since":"2026-11-01T00:00:00Z","until":"2026-11-20T11:59:00Z","cursor":"al1.x"}`
		first    = `"akinon":{"until":"2026-11-20T11:59:00Z","cursor":"al1.x"}`
		followed = `"akinon":{"since":"2026-11-10T00:00:00Z","follow":true,"cursor":"al1.x"}`
		fromNow  = `"akinon":{"follow":true,"cursor":"al1.x"}`
	)
	for name, c := range map[string]struct{ places, want, not string }{
		"all done":        {places: done, want: "is complete up to 2026-11-20T11:59:00Z. To have what is later in a new file:\n  collect -to file:NEW -catch-up -since 2026-11-20T11:59:00Z\n"},
		"one less":        {places: done + "," + earlier, want: "-catch-up -since 2026-11-20T10:59:00Z\n"},
		"one open":        {places: done + "," + open, want: "is complete up to 2026-11-01T00:00:00Z."},
		"first one open":  {places: done + "," + first, want: "is not known to be complete up to any time. To have everything in a new file:\n  collect -to file:NEW\n", not: "-since"},
		"followed":        {places: done + "," + followed, want: "is complete up to 2026-11-10T00:00:00Z at least"},
		"followed by now": {places: fromNow, want: "is not known to be complete"},
		"nothing":         {places: "", want: "is not known to be complete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			output, state := filepath.Join(folder, "audit.jsonl"), filepath.Join(folder, "audit.state")
			text := `{"version":1,"output":"audit.jsonl","demo":false,"size":12,"tail":"00","sources":{` + c.places + `}}`
			write(t, state, text)
			write(t, output, "some lines\n")
			for _, args := range [][]string{{"-state", state}, {"-o", output, "-state", state, "-follow"}, {"-state", state, "-to", "file:x"}} {
				got := at(noon, newServer(t, 1)).runs(t.Context(), args...)
				require.Equal(t, cli.ExitUsage, got.code)
				require.Contains(t, got.err, "the old files stay as they are. "+output+" ")
				require.Contains(t, got.err, replaceNew(c.want, filepath.Join(folder, "audit-new.jsonl")))
				if c.not != "" {
					require.NotContains(t, got.err, c.not)
				}
			}
			require.Equal(t, text, read(t, state))
			require.Equal(t, "some lines\n", read(t, output))
			entries, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, entries, 2)
		})
	}
}

func TestOldFlagsWithoutAState(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "ann's folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	got := at(noon, nil).runs(t.Context(), "-o", filepath.Join(folder, "audit.jsonl"))
	require.Equal(t, cli.ExitUsage, got.code)
	require.Contains(t, got.err, "-o was replaced by -to")
	require.Contains(t, got.err, `ann'\''s folder/audit-new.jsonl'`)

	state := filepath.Join(folder, "state")
	for _, text := range []string{"", "{}", `{"version":2}`, "no JSON"} {
		if text != "" {
			write(t, state, text)
		}
		got = at(noon, nil).runs(t.Context(), "-state", state, "-o", "x")
		require.Equal(t, cli.ExitUsage, got.code)
		require.Contains(t, got.err, "-state was replaced by -to file:PATH")
		require.Contains(t, got.err, "it cannot be told up to what time")
	}
}

func replaceNew(text, path string) string { return strings.ReplaceAll(text, "NEW", path) }

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
