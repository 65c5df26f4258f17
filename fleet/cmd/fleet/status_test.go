package main

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/stretchr/testify/require"
)

// someStates are a log that works, a new one, one that fails, and a window.
func someStates() []fleet.State {
	at := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	return []fleet.State{
		{
			Spec:  fleet.Spec{Tenant: "acme", API: "waldur", Secret: "acme-waldur", Params: []byte(`{"url":"https://acme.example"}`), Since: at.AddDate(0, 0, -1)},
			Place: deliver.Place{Seq: 12, Count: 3400, Updated: at}, CaughtUp: at, Lag: 42500 * time.Millisecond, Owner: "host-1-abc", Turn: at,
		},
		{Spec: fleet.Spec{Tenant: "acme", API: "akinon", Since: at}, Lag: time.Hour},
		{
			Spec:  fleet.Spec{Tenant: "\x1b[2Jbad\n", API: "huawei-eds", Name: "eu/1", Since: at},
			Place: deliver.Place{Seq: 1, Count: 7, Updated: at}, CaughtUp: at, Lag: 3 * time.Minute, Owner: "host-2-def", Reading: true, Turn: at,
			Failures: 4, Error: "auditlogs: DataAssetLogs.List: unauthorized\nlog in anew",
		},
		{Spec: fleet.Spec{Tenant: "globex", API: "thousandeyes", Since: at.AddDate(0, 0, -2), Until: at.AddDate(0, 0, -1)}, Place: deliver.Place{Seq: 2, Count: 100, Updated: at}},
	}
}

func TestStatusAsJSON(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/status.jsonl", func(out *bytes.Buffer) error { return writeJSON(out, someStates()) })
}

func TestStatusAsTable(t *testing.T) {
	t.Parallel()
	golden(t, "testdata/status.txt", func(out *bytes.Buffer) error { return writeTable(out, someStates(), 0) })
	golden(t, "testdata/status80.txt", func(out *bytes.Buffer) error { return writeTable(out, someStates(), 80) })
}

// golden compares what is written with a file. FLEET_TEST_UPDATE=1 writes the file.
func golden(t *testing.T, file string, write func(*bytes.Buffer) error) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, write(&out))
	if os.Getenv("FLEET_TEST_UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}
