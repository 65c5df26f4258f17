package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

// noon is after all generated records.
var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// wanted are the flags without which the test server's APIs cannot all be read.
var wanted = []string{
	"-eds-instance", auditlogtest.InstanceID, "-eds-connector", auditlogtest.ConnectorID,
	"-elasticpath-resource", auditlogtest.ResourceType + ":" + auditlogtest.ResourceID,
}

// buffer may be written and read at once.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// outcome is what a run left behind.
type outcome struct {
	code     int
	out, err string
}

func newServer(t *testing.T, records int, options ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	server := auditlogtest.NewServer(options...)
	t.Cleanup(server.Close)
	server.Generate(1, records)
	return server
}

// runAt runs the program with all five APIs of a server at a time of day.
func runAt(ctx context.Context, server *auditlogtest.Server, now time.Time, args ...string) outcome {
	config := append(server.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	return runWith(ctx, config, now, append(slices.Clone(wanted), args...)...)
}

func runWith(ctx context.Context, config []auditlogs.Option, now time.Time, args ...string) outcome {
	var out, err buffer
	p := program{apis: config, stdout: &out, stderr: &err, now: func() time.Time { return now }}
	code := p.run(ctx, args)
	return outcome{code, out.String(), err.String()}
}

// files are an output and a state in a folder of their own.
type files struct{ out, state string }

func newFiles(t *testing.T) files {
	t.Helper()
	folder := t.TempDir()
	return files{filepath.Join(folder, "audit.jsonl"), filepath.Join(folder, "audit.state")}
}

func (f files) args(more ...string) []string {
	return append([]string{"-o", f.out, "-state", f.state}, more...)
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// keysIn checks every line and gives "api key" of each, sorted.
func keysIn(t *testing.T, text string) []string {
	t.Helper()
	var keys []string
	for text := range strings.Lines(text) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(text), &l), text)
		require.True(t, strings.HasSuffix(text, "\n"), "an unfinished line")
		require.NotEmpty(t, l.Record)
		keys = append(keys, string(l.API)+" "+l.Key)
	}
	slices.Sort(keys)
	return keys
}

// keysOn gives the same of everything on the server.
func keysOn(server *auditlogtest.Server) []string {
	var keys []string
	keys = appendKeys(keys, auditlogs.APIWaldur, server.DataAccessLogs())
	keys = appendKeys(keys, auditlogs.APIHuaweiEDS, server.DataAssetLogs())
	keys = appendKeys(keys, auditlogs.APIAkinon, server.AuditEvents())
	keys = appendKeys(keys, auditlogs.APIElasticPath, server.PersonalDataLogs())
	events := server.UserEvents()
	count := map[string]int{}
	for i, e := range events {
		events[i].Ordinal = count[e.Key()]
		count[e.Key()]++
	}
	keys = appendKeys(keys, auditlogs.APIThousandEyes, events)
	slices.Sort(keys)
	return keys
}

func appendKeys[T record](keys []string, api auditlogs.API, records []T) []string {
	for _, r := range records {
		keys = append(keys, string(api)+" "+r.Key())
	}
	return keys
}

// sameKeys compares without printing thousands of them.
func sameKeys(t *testing.T, want, got []string) {
	t.Helper()
	count := map[string]int{}
	for _, key := range got {
		count[key]++
	}
	var wrong []string
	for _, key := range want {
		if count[key] != 1 {
			wrong = append(wrong, fmt.Sprint(key, " came ", count[key], " times"))
		}
		delete(count, key)
	}
	for key, n := range count {
		wrong = append(wrong, fmt.Sprint(key, " came ", n, " times, uncalled for"))
	}
	require.Empty(t, wrong[:min(len(wrong), 10)], "%d keys are wrong, the first ten", len(wrong))
}

// total is how many records the summary counts.
func total(t *testing.T, of outcome) string {
	t.Helper()
	_, row, ok := strings.Cut(of.err, "\ntotal")
	require.True(t, ok, of.err)
	return strings.Fields(row)[0]
}

// addAll adds one record per API at a time.
func addAll(server *auditlogtest.Server, at time.Time, name string) {
	server.AddDataAccessLogs(auditlogs.DataAccessLog{Timestamp: at, User: auditlogs.UserRef{Username: name}})
	server.AddDataAssetLogs(auditlogs.DataAssetLog{HappenedTime: at, ResourceName: name})
	server.AddAuditEvents(auditlogs.AuditEvent{Timestamp: at, URL: "/" + name})
	server.AddPersonalDataLogs(auditlogs.PersonalDataLog{Time: at, EventType: name})
	server.AddUserEvents(auditlogs.UserEvent{Date: at, Event: name})
}
