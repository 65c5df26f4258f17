package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

// TestKilled kills the program again and again, at random moments, and lets it finish in the end.
func TestKilled(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.GenerateFor(auditlogtest.Akinon, 3, 1000)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	env := []string{"AUDITLOGS_AKINON_URL=" + server.BaseURL(auditlogtest.Akinon), "AUDITLOGS_AKINON_TOKEN=" + auditlogtest.Token}

	// run reports whether the program came to its end before it was killed.
	run := func(after int64) bool {
		var said bytes.Buffer
		cmd := demotest.Command(t.Context(), t, env, "-quiet", "-to", "file:"+path, "-backfill", "2026-08-01T00:00:00Z", "-step", "4w", "-parallel", "2")
		cmd.Stderr = &said
		var asked atomic.Int64
		reached := make(chan struct{})
		server.BeforeRequest(func(auditlogtest.API, int) {
			if asked.Add(1) == after {
				close(reached)
			}
		})
		require.NoError(t, cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-reached:
			time.Sleep(rand.N(3 * time.Millisecond)) // into the midst of a page or a commit
			_ = cmd.Process.Kill()
			return <-ended == nil
		case err := <-ended:
			require.NoError(t, err, said.String())
			return true
		}
	}
	kills := 0
	for ; !run(3 + rand.Int64N(6)); kills++ {
		require.Less(t, kills, 500, "it does not get on")
	}
	require.GreaterOrEqual(t, kills, 5)

	count := map[string]int{}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range bytes.Lines(text) {
		var e auditlogs.Event
		require.NoError(t, json.Unmarshal(line, &e))
		count[e.ID]++
	}
	for _, e := range server.AuditEvents() {
		require.Equal(t, 1, count[e.UUID], "after %d kills", kills)
	}
	require.Len(t, count, 1000)
	t.Log(kills, "kills")
}
