package collect

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

func TestEveryRecordOnce(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	want := keysOn(server)
	for name, args := range map[string][]string{
		"plain":      nil,
		"dash":       {"-to", "-"},
		"page size":  {"-page-size", "40"},
		"read ahead": {"-prefetch", "3"},
		"range":      {"-since", "2024-01-01T00:00:00Z", "-until", "2025-03-20T00:00:00Z"},
		"back":       {"-since", "1y"},
		"connector":  {"-eds-connector", auditlogtest.ConnectorID},
		"quiet":      {"-quiet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := at(noon, server).must(t, args...)
			sameKeys(t, want, keysIn(t, got.out))
			require.Equal(t, name == "quiet", got.err == "", got.err)
			require.NotContains(t, got.out, `{"demo"`)

			path, to := newStore(t)
			if name == "dash" {
				return
			}
			got = at(noon, server).must(t, with(to, args...)...)
			require.Empty(t, got.out)
			require.Equal(t, name == "quiet", got.err == "", got.err)
			sameKeys(t, want, keysIn(t, read(t, path)))
		})
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	server := newServer(t, 0)
	edge := noon.Add(-time.Hour)
	addAll(server, edge.Add(-time.Second), "before")
	addAll(server, edge, "first")
	addAll(server, noon.Add(-time.Second), "last")
	addAll(server, noon, "after")
	got := at(noon, server).must(t, "-since", "1h", "-until", noon.Format(time.RFC3339))
	require.Len(t, keysIn(t, got.out), 10)
	require.NotContains(t, got.out, "before")
	require.NotContains(t, got.out, "after")
}

// A line is an event as the library writes it, on standard output and in a file.
func TestLine(t *testing.T) {
	t.Parallel()
	server := newServer(t, 0)
	server.AddAuditEvents(auditlogs.AuditEvent{
		UUID: "u1", Timestamp: noon.Add(-time.Hour),
		Raw: []byte(`{"uuid": "u1", "timestamp": "2025-03-20T11:00:00.000000Z", "url": "/a", "number": 12345678901234567890, "odd": [1.10, {"x": null}]}`),
	})
	got := at(noon, server).must(t, "-api", "akinon", "-quiet")
	require.Equal(t, `{"v":1,"id":"u1","time":"2025-03-20T11:00:00Z","api":"akinon","source":"akinon","action":"request",`+
		`"record":{"uuid":"u1","timestamp":"2025-03-20T11:00:00.000000Z","url":"/a","number":12345678901234567890,"odd":[1.10,{"x":null}]}}`+"\n", got.out)

	path, to := newStore(t)
	at(noon, server).must(t, with(to, "-api", "akinon")...)
	require.Equal(t, got.out, read(t, path))
}

// -eds-instance alone reads all connectors, and -elasticpath-resource may be repeated.
func TestSeveralLogsOfOneAPI(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	server.AddConnectors(auditlogs.Connector{ID: "other"})
	server.AddConnectorLogs("other", auditlogs.DataAssetLog{AuditLogID: "of the other", HappenedTime: noon.Add(-time.Hour)})
	other := auditlogs.PersonalDataLog{ID: "of another resource", Time: noon.Add(-time.Hour), ResourceType: "account", ResourceID: "7"}
	server.AddPersonalDataLogs(other)

	got := at(noon, server).must(t, "-elasticpath-resource", "account:7")
	keys := keysIn(t, got.out)
	require.Len(t, keys, 102)
	require.Contains(t, keys, "huawei-eds of the other")
	require.Contains(t, keys, "elasticpath of another resource")

	got = at(noon, server).must(t, "-eds-connector", "other", "-api", "huawei-eds")
	require.Equal(t, []string{"huawei-eds of the other"}, keysIn(t, got.out))
}

func TestOneAPIFails(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	path, to := newStore(t)
	server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: -1})
	got := at(noon, server).runs(t.Context(), to...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Equal(t, 1, strings.Count(got.err, "AuditEvents.List: 403 Forbidden"), got.err)
	require.Contains(t, got.err, "collect: 1 of 5 logs failed: akinon\n")
	require.NotContains(t, got.err, "is done")
	require.Len(t, keysIn(t, read(t, path)), 400)

	server.ClearFaults()
	at(noon, server).must(t, to...)
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))
}

func TestSummary(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	path, to := newStore(t)
	got := at(noon, server).must(t, with(to, "-page-size", "10", "-api", "waldur,akinon")...)
	lines := strings.Split(strings.TrimSpace(got.err), "\n")
	require.Len(t, lines, 6, got.err)
	require.Contains(t, lines[0], "collect: the range ../2025-03-20T11:59:00Z is done; -catch-up and -follow deliver what is new")
	require.Equal(t, []string{"api", "records", "commits", "requests", "seconds"}, strings.Fields(lines[1]))
	total := map[string]int{}
	for _, api := range []auditlogtest.API{auditlogtest.Waldur, auditlogtest.Akinon} {
		total["requests"] += len(server.Requests(api))
	}
	require.Equal(t, []string{"waldur", "20"}, strings.Fields(lines[2])[:2])
	require.Equal(t, []string{"akinon", "20"}, strings.Fields(lines[3])[:2])
	row := strings.Fields(lines[4])
	require.Equal(t, []string{"total", "40"}, row[:2])
	require.Regexp(t, `^[1-9]\d*$`, row[2])
	require.Equal(t, total["requests"], atoi(t, row[3]))
	require.Regexp(t, `^\d+\.\d\d$`, row[4])
	require.Equal(t, "stored in file:"+path, lines[5])

	got = at(noon, server).must(t)
	require.NotContains(t, got.err, "stored in")
}

func TestEnvironment(t *testing.T) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AUDITLOGS_") {
			t.Setenv(name, "")
		}
	}
	server := newServer(t, 100)
	const secret = "hunter2-and-more"
	t.Setenv("AUDITLOGS_WALDUR_URL", server.BaseURL(auditlogtest.Waldur))
	t.Setenv("AUDITLOGS_ELASTICPATH_CLIENT_SECRET", secret)
	p := at(noon, nil)
	p.APIs = []auditlogs.Option{auditlogs.FromEnv()}
	got := p.runs(t.Context())
	require.Equal(t, cli.ExitFailed, got.code)
	for _, name := range []string{"AUDITLOGS_WALDUR_TOKEN", "AUDITLOGS_ELASTICPATH_URL", "AUDITLOGS_ELASTICPATH_CLIENT_ID"} {
		require.Contains(t, got.err, name)
	}
	require.NotContains(t, got.err, secret)
	require.Empty(t, got.out)

	t.Setenv("AUDITLOGS_ELASTICPATH_CLIENT_SECRET", "")
	t.Setenv("AUDITLOGS_WALDUR_TOKEN", auditlogtest.Token)
	require.Len(t, keysIn(t, p.must(t).out), 20)
}

func TestNoSecrets(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	server.Inject(auditlogtest.Fault{After: 8, Status: 401, Body: `{"detail":"` + auditlogtest.Token + ` is wrong"}`, Times: -1})
	path, to := newStore(t)
	got := at(noon, server).runs(t.Context(), to...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "is wrong")
	for _, text := range []string{got.out, got.err, read(t, path), read(t, path+".places")} {
		require.NotContains(t, text, auditlogtest.Token)
		require.NotContains(t, text, server.URL)
	}
}

// Whenever it is interrupted, the same command goes on.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	server := newServer(t, 300)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	path, to := newStore(t)
	for n, runs := 1, 0; ; n++ {
		got := at(noon, server).runs(stopAfter(t, server, n), to...)
		if got.code == cli.ExitDone {
			require.Greater(t, runs, 3)
			break
		}
		runs++
		require.Equal(t, cli.ExitInterrupted, got.code, got.err)
		require.Contains(t, got.err, "collect: interrupted; what was committed stays, and the same command goes on from here\n")
		require.Less(t, n, 100)
	}
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))
}

func TestInterruptedWithoutMemory(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	got := at(noon, server).runs(stopAfter(t, server, 3))
	require.Equal(t, cli.ExitInterrupted, got.code)
	require.Contains(t, got.err, "standard output has no memory")
	keys := keysIn(t, got.out)
	require.Equal(t, slices.Compact(slices.Clone(keys)), keys)
}
