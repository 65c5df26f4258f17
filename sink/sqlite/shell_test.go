package sqlite

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// The shell of SQLite, another build of it in another process, reads the file while it is open here, and finds it sound.
func TestShell(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		if os.Getenv("AUDITLOGS_INTEROP") == "required" {
			t.Fatal("sqlite3 is missing")
		}
		t.Skip("sqlite3 is not installed")
	}
	s, events := newSink(t), realEvents(t, 300)
	require.NoError(t, s.Commit(t.Context(), next("log", deliver.Place{}, events...)))
	noon := auditlogs.Event{ID: "7", API: "waldur", Action: "view", Time: time.Date(2026, 1, 2, 12, 0, 0, 5e6, time.UTC), Actor: auditlogs.Actor{Name: "Mia"}}
	require.NoError(t, s.Commit(t.Context(), next("it's", deliver.Place{}, noon)))
	for query, want := range map[string]string{
		`PRAGMA integrity_check`:   "ok",
		`PRAGMA foreign_key_check`: "",
		`SELECT count(*), count(DISTINCT json_extract(event, '$.id')) = count(DISTINCT id) FROM auditlogs`:                          "301|1",
		`SELECT time, date(time), api, action, actor_name, id FROM auditlogs WHERE delivered = 'it''s'`:                             "2026-01-02T12:00:00.005000000Z|2026-01-02|waldur|view|Mia|7",
		`SELECT source, seq, count, done FROM auditlogs_places ORDER BY source`:                                                     "it's|1|1|0\nlog|1|300|0",
		`SELECT count(*) FROM auditlogs WHERE time IS NOT NULL AND unixepoch(time) IS NOT unixepoch(json_extract(event, '$.time'))`: "0",
	} {
		said, err := exec.CommandContext(t.Context(), shell, "-readonly", s.path, query).CombinedOutput()
		require.NoError(t, err, "%s: %s", query, said)
		require.Equal(t, want, strings.TrimSpace(string(said)), query)
	}
}
