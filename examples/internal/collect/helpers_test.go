package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// noon is the time of most runs. The records of a server are up to eighty days older, and the youngest a day.
var noon = time.Date(2025, time.March, 20, 12, 0, 0, 0, time.UTC)

// demoNoon is after all made-up records.
var demoNoon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// madeUp is the number of made-up records in tests.
const madeUp = 500

// wanted are the flags without which the test server's APIs cannot all be read.
var wanted = []string{
	"-eds-instance", auditlogtest.InstanceID,
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

// newServer makes a server whose clock shows noon.
func newServer(t *testing.T, records int, options ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	clock := auditlogtest.WithClock(func() time.Time { return noon })
	server := auditlogtest.NewServer(append([]auditlogtest.ServerOption{clock}, options...)...)
	t.Cleanup(server.Close)
	server.GenerateBetween(noon.Add(-80*day), noon.Add(-day), 1, records)
	return server
}

// at is the program with the APIs of a server, which may be nil, at a time of day.
func at(now time.Time, server *auditlogtest.Server) Program {
	p := Program{
		Stores: Stores{"file": File}, IsTerminal: func(io.Writer) bool { return false }, Now: func() time.Time { return now },
		madeUp: madeUp,
	}
	if server != nil {
		p.APIs = append(server.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	}
	return p
}

// runs runs the program with flags, and where it has APIs with those that these need.
func (p Program) runs(ctx context.Context, args ...string) outcome {
	var out, err buffer
	p.Stdout, p.Stderr = &out, &err
	if p.APIs != nil {
		args = append(slices.Clone(wanted), args...)
	}
	code := p.Run(ctx, args)
	return outcome{code, out.String(), err.String()}
}

// must runs the program, which must succeed.
func (p Program) must(t *testing.T, args ...string) outcome {
	t.Helper()
	got := p.runs(t.Context(), args...)
	require.Equal(t, cli.ExitDone, got.code, got.err)
	return got
}

// newStore gives the path of a file, and the flags to store there.
func newStore(t *testing.T) (path string, to []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "audit.jsonl")
	return path, []string{"-to", "file:" + path}
}

func with(args []string, more ...string) []string { return append(slices.Clone(args), more...) }

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

// keysIn checks every line and gives "api id" of each, sorted.
func keysIn(t *testing.T, text string) []string {
	t.Helper()
	var keys []string
	for line := range strings.Lines(text) {
		var e auditlogs.Event
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		require.True(t, strings.HasSuffix(line, "\n"), "an unfinished line")
		require.NotNil(t, e.Record)
		keys = append(keys, string(e.API)+" "+e.ID)
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
	return appendKeys(keys, auditlogs.APIThousandEyes, events)
}

func appendKeys[T interface{ Key() string }](keys []string, api auditlogs.API, records []T) []string {
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

// addAll adds one record per API at a time.
func addAll(server *auditlogtest.Server, at time.Time, name string) {
	server.AddDataAccessLogs(auditlogs.DataAccessLog{Timestamp: at, User: auditlogs.UserRef{Username: name}})
	server.AddDataAssetLogs(auditlogs.DataAssetLog{HappenedTime: at, ResourceName: name})
	server.AddAuditEvents(auditlogs.AuditEvent{Timestamp: at, URL: "/" + name})
	server.AddPersonalDataLogs(auditlogs.PersonalDataLog{Time: at, EventType: name})
	server.AddUserEvents(auditlogs.UserEvent{Date: at, Event: name})
}

// stopAfter gives a context that ends when the server was asked for the nth time.
func stopAfter(t *testing.T, server *auditlogtest.Server, n int) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	var mu sync.Mutex
	server.BeforeRequest(func(auditlogtest.API, int) {
		mu.Lock()
		defer mu.Unlock()
		if n--; n == 0 {
			cancel()
		}
	})
	return ctx
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}
