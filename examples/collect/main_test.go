package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo/demotest"
)

func TestMain(m *testing.M) { demotest.Main(m, main) }

func TestLostConfiguration(t *testing.T) {
	t.Parallel()
	demotest.Lost(t,
		"-to file:audit.jsonl", "-catch-up -to file:audit.jsonl", "-backfill 2y -follow -to file:audit.jsonl", "-to -", "-since 24h",
		"-until 2026-11-01T00:00:00Z", "-api waldur", "-eds-instance i", "-eds-instance i -eds-connector c", "-elasticpath-resource customer:1",
		"-follow", "-interval 1s", "-lag 1s", "-lookback 1s", "-prefetch 1", "-page-size 1", "-quiet", "-demo=false -to file:audit.jsonl",
	)
}

func TestDemoHasItsOwn(t *testing.T) {
	t.Parallel()
	demotest.Refused(t, "-eds-instance has no meaning with -demo", "-demo", "-eds-instance", "i", "-to", "file:audit.jsonl")
	demotest.Refused(t, "-eds-connector has no meaning with -demo", "-demo", "-eds-connector", "c")
	demotest.Refused(t, "-elasticpath-resource has no meaning with -demo", "-demo", "-elasticpath-resource", "customer:1")
	demotest.Refused(t, `"audit.jsonl" is no flag`, "-demo", "audit.jsonl")
	demotest.Refused(t, "-to sqlite: this program stores in files only", "-demo", "-to", "sqlite:audit.db")
}

// Nothing asked for, and nothing in the environment but what has nothing to do with this program.
func TestDemoByItself(t *testing.T) {
	t.Parallel()
	got := demotest.Run(t, []string{"LOGNAME=root"})
	require.Equal(t, cli.ExitDone, got.Code, got.Err)
	require.Contains(t, got.Err, "collect: no API is configured: reading 10000 made-up records")
	require.Empty(t, got.Files)
	require.Equal(t, 10_000, strings.Count(got.Out, "\n"))
	require.Equal(t, 10_000, strings.Count(got.Out, `{"demo":true,"v":1,"id":"`))
}
