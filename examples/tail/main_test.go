package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/stretchr/testify/require"
)

// buffer may be written by several goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *buffer) lines() []string { return strings.Split(strings.TrimSpace(b.String()), "\n") }

// result is what a run left behind.
type result struct {
	code     int
	out, err buffer
}

// runFor runs the program for some simulated time.
func runFor(t *testing.T, d time.Duration, config []auditlogs.Option, args ...string) *result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var r result
	r.code = run(ctx, args, nil, &printer{to: &r.out}, &r.err, config...)
	synctest.Wait()
	return &r
}

// wanted are the flags without which the test server's APIs cannot all be followed.
var wanted = []string{
	"-eds-instance", auditlogtest.InstanceID, "-eds-connector", auditlogtest.ConnectorID,
	"-elasticpath-resource", auditlogtest.ResourceType + ":" + auditlogtest.ResourceID, "-interval", "10s",
}

func startServer() (*auditlogtest.Server, []auditlogs.Option) {
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	return server, append(server.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
}

// login is an event that happens now.
func login(user string) auditlogs.UserEvent {
	return auditlogs.UserEvent{
		AccountGroupID: auditlogtest.AccountGroupID, Date: time.Now(), Event: "Login.", User: user + " (" + user + "@example.org)",
	}
}

// What appears while the program runs is printed once, of all five APIs.
func TestFollowsAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		server.Generate(1, 100) // long ago
		soon := time.Now().Add(5 * time.Minute)
		time.AfterFunc(5*time.Minute, func() {
			server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: "1", Timestamp: soon, User: auditlogs.UserRef{FullName: "Zoë"}})
			server.AddDataAssetLogs(auditlogs.DataAssetLog{
				AuditLogID: "2", HappenedTime: soon, CustomerConnectorID: auditlogtest.ConnectorID, CustomerUserName: "Zoë",
			})
			server.AddAuditEvents(auditlogs.AuditEvent{UUID: "3", Timestamp: soon})
			server.AddPersonalDataLogs(auditlogs.PersonalDataLog{
				ID: "4", Time: soon, ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
			})
			server.AddUserEvents(login("jane"))
		})
		got := runFor(t, 10*time.Minute, config, append(slices.Clone(wanted), "-json")...)
		require.Equal(t, cli.ExitInterrupted, got.code)
		require.Empty(t, got.err.String())
		var apis []string
		for _, line := range got.out.lines() {
			var e auditlogs.Event
			require.NoError(t, json.Unmarshal([]byte(line), &e))
			require.NotNil(t, e.Record)
			apis = append(apis, string(e.API))
		}
		require.ElementsMatch(t, []string{"waldur", "huawei-eds", "akinon", "elasticpath", "thousandeyes"}, apis)
	})
}

func TestSince(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		for _, user := range []string{"early", "late", "later"} {
			server.AddUserEvents(login(user))
			time.Sleep(time.Hour)
		}
		since := time.Now().Add(-150 * time.Minute).Format(time.RFC3339)
		got := runFor(t, time.Minute, config, append(slices.Clone(wanted), "-since", since)...)
		require.Len(t, got.out.lines(), 2, got.out.String())
		require.Contains(t, got.out.lines()[0], " late ", "the oldest comes first")
		require.Contains(t, got.out.lines()[1], " later ")
	})
}

// One log that cannot be followed is one sentence; the others go on.
func TestOneFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: 1000})
		server.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: 503, Times: 1})
		time.AfterFunc(3*time.Minute, func() { server.AddUserEvents(login("jane")) })
		got := runFor(t, 6*time.Minute, config, wanted...)
		require.Equal(t, cli.ExitInterrupted, got.code)
		require.Len(t, got.out.lines(), 1)
		said := got.err.lines()
		require.Len(t, said, 2, got.err.String())
		slices.Sort(said)
		require.Contains(t, said[0], "AuditEvents.Follow: 403 Forbidden")
		require.Regexp(t, `level=WARN msg="poll failed" api=waldur .*status=503`, said[1])
	})
}

func TestAllFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		server.RevokeTokens()
		got := runFor(t, time.Minute, config, wanted...)
		require.Equal(t, 1, got.code)
		require.Len(t, got.err.lines(), 5, got.err.String())
		require.NotContains(t, got.err.String(), auditlogtest.Token)
	})
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-nonsense"}, cli.ExitUsage, "tail: flag provided but not defined: -nonsense; -h lists the flags\n"},
		{[]string{"-since", "yesterday"}, cli.ExitUsage, `"yesterday" for flag -since: want a duration`},
		{[]string{"-interval", "-1s"}, cli.ExitUsage, "-interval"},
		{[]string{"-until", "1h"}, cli.ExitUsage, "-until"},
		{[]string{"-h"}, cli.ExitDone, "-elasticpath-resource type:id"},
	} {
		var stderr strings.Builder
		require.Equal(t, test.code, run(t.Context(), test.args, nil, &printer{to: io.Discard}, &stderr), test.args)
		require.Contains(t, stderr.String(), test.want)
	}
	var stderr strings.Builder
	require.Equal(t, cli.ExitFailed, run(t.Context(), nil, nil, &printer{to: io.Discard}, &stderr, auditlogs.WithWaldur("nonsense", nil)))
	require.True(t, strings.HasPrefix(stderr.String(), "tail: "), stderr.String())
}

// Nothing is followed as long as flags are missing: silence would pass for an empty log.
func TestFlagsMissing(t *testing.T) {
	t.Parallel()
	server, config := startServer()
	t.Cleanup(server.Close)
	var stderr strings.Builder
	require.Equal(t, cli.ExitFailed, run(t.Context(), nil, nil, &printer{to: io.Discard}, &stderr, config...))
	require.Equal(t, "tail: huawei-eds is configured: it needs -eds-instance too, or -api without it; "+
		"elasticpath is configured: it needs -elasticpath-resource too, or -api without it\n", stderr.String())
	for _, api := range auditlogtest.APIs() {
		require.Empty(t, server.Requests(api))
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// An output that cannot be written ends the program.
func TestOutputFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, config := startServer()
		defer server.Close()
		server.AddUserEvents(login("jane"))
		time.Sleep(time.Hour)
		var stderr buffer
		args := append(slices.Clone(wanted), "-since", time.Now().Add(-2*time.Hour).Format(time.RFC3339))
		require.Equal(t, 1, run(t.Context(), args, nil, &printer{to: broken{}}, &stderr, config...))
		require.Equal(t, "tail: disk full\n", stderr.String())
	})
}
