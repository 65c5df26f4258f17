package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/collect"
	"github.com/auditlogs/auditlogs-go/receipt"
)

// noon is the time of all runs, and until is where their range ends.
var (
	noon  = time.Date(2025, time.March, 20, 12, 0, 0, 0, time.UTC)
	until = noon.Add(-time.Minute)
)

// addresses give each store an address of its own, or skip the test.
var addresses = map[string]func(*testing.T) string{
	"file":     func(t *testing.T) string { return "file:" + filepath.Join(t.TempDir(), "audit.jsonl") },
	"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "audit.db") },
	"postgres": startPostgres,
	"s3":       startS3,
}

// Every store holds what the servers have: the same records by their receipts.
func TestStoresHoldTheSame(t *testing.T) { //nolint:paralleltest // S3 is configured by the environment
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.GenerateBetween(noon.Add(-80*24*time.Hour), noon.Add(-24*time.Hour), 1, 1000)
	client, err := auditlogs.NewClient(server.Options()...)
	require.NoError(t, err)
	want := map[string]receipt.Receipt{}
	for _, s := range sources(client) {
		want[s.Name()], err = receipt.Take(t.Context(), s, time.Time{}, until)
		require.NoError(t, err)
		require.EqualValues(t, 200, want[s.Name()].Count)
	}
	for name, address := range addresses { //nolint:paralleltest // as above
		t.Run(name, func(t *testing.T) {
			to := address(t)
			require.Equal(t, cli.ExitInterrupted, run(t, server, to, 5))
			server.BeforeRequest(nil)
			for range 2 {
				require.Equal(t, cli.ExitDone, run(t, server, to, 0))
			}
			sink, done, err := stores[name].Open(t.Context(), to)
			require.NoError(t, err)
			if done != nil {
				defer func() { require.NoError(t, done.Close()) }()
			}
			reader, ok := sink.(deliver.Reader)
			require.True(t, ok)
			for log, whole := range want {
				got, err := receipt.From(reader.Events(t.Context(), log+" ../2025-03-20T11:59:00Z"), time.Time{}, until)
				require.NoError(t, err)
				require.True(t, whole.Compare(got).Equal(), log)
			}
		})
	}
}

func sources(client *auditlogs.Client) []auditlogs.Source {
	return append(client.SourcesBetween(time.Time{}, until),
		client.DataAssetLogs.AllConnectors(auditlogs.DataAssetLogFilter{InstanceID: auditlogtest.InstanceID, Until: until}),
		client.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
			ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, Until: until,
		}))
}

// run runs the program, and interrupts it at a request unless that is 0.
func run(t *testing.T, server *auditlogtest.Server, to string, interrupt int64) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var asked atomic.Int64
	server.BeforeRequest(func(auditlogtest.API, int) {
		if asked.Add(1) == interrupt {
			cancel()
		}
	})
	var said bytes.Buffer
	p := collect.Program{
		Stores: stores, APIs: server.Options(), Stdout: io.Discard, Stderr: &said,
		IsTerminal: func(io.Writer) bool { return false }, Now: func() time.Time { return noon },
	}
	code := p.Run(ctx, []string{
		"-to", to, "-page-size", "50",
		"-eds-instance", auditlogtest.InstanceID, "-elasticpath-resource", auditlogtest.ResourceType + ":" + auditlogtest.ResourceID,
	})
	t.Log(said.String())
	if code == cli.ExitDone {
		require.Contains(t, said.String(), "\nstored in ")
	}
	return code
}

// What cannot be opened is told without what the address holds.
func TestAddressesThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]string{
		"sqlite":     "sqlite:" + filepath.Join(t.TempDir(), "missing", "audit.db"),
		"postgres":   "postgres://ann:s3cret@[/audit",
		"keywords":   "postgres:host=/nowhere user=ann password=s3cret",
		"nowhere":    "postgres://ann:s3cret@localhost:1/audit?connect_timeout=1",
		"no bucket":  "s3:///prefix",
		"keys in it": "s3://id:s3cret@bucket/prefix",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			p := collect.Program{
				Stores: stores, Stdout: io.Discard, Stderr: &said,
				IsTerminal: func(io.Writer) bool { return false }, Now: func() time.Time { return noon },
			}
			require.Equal(t, cli.ExitFailed, p.Run(t.Context(), []string{"-demo", "-to", to}))
			require.Contains(t, said.String(), "collect: the store cannot be opened: ")
			require.NotContains(t, said.String(), "s3cret")
		})
	}
}
