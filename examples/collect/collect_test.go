package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

func TestEveryRecordOnce(t *testing.T) {
	t.Parallel()
	server := newServer(t, 2000)
	want := keysOn(server)
	require.Len(t, slices.Compact(slices.Clone(want)), 2000)
	for name, args := range map[string][]string{
		"plain":      nil,
		"dash":       {"-o", "-"},
		"page size":  {"-page-size", "40"},
		"read ahead": {"-prefetch", "3"},
		"range":      {"-since", "2026-01-01T00:00:00Z", "-until", "2026-11-01T00:00:00Z"},
		"back":       {"-since", "8000h"},
		"quiet":      {"-quiet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t.Context(), server, noon, args...)
			require.Equal(t, exitDone, got.code, got.err)
			sameKeys(t, want, keysIn(t, got.out))
			require.Equal(t, name == "quiet", got.err == "", got.err)
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
	got := runAt(t.Context(), server, noon, "-since", "1h", "-until", noon.Format(time.RFC3339))
	require.Equal(t, exitDone, got.code, got.err)
	require.Len(t, keysIn(t, got.out), 10)
	require.NotContains(t, got.out, "before")
	require.NotContains(t, got.out, "after")
}

func TestLine(t *testing.T) {
	t.Parallel()
	server := newServer(t, 0)
	server.AddAuditEvents(auditlogs.AuditEvent{
		UUID: "u1", Timestamp: noon,
		Raw: []byte(`{"uuid": "u1", "timestamp": "2026-11-20T12:00:00.000000Z",  "url": "/a?b=<c>&d",
			"number": 12345678901234567890, "odd": [1.10, {"x": null}]}`),
	})
	got := runAt(t.Context(), server, noon, "-api", "akinon", "-quiet")
	require.Equal(t, exitDone, got.code, got.err)
	require.Equal(t, `{"api":"akinon","key":"u1","record":{"uuid":"u1","timestamp":"2026-11-20T12:00:00.000000Z",`+
		`"url":"/a?b=<c>&d","number":12345678901234567890,"odd":[1.10,{"x":null}]}}`+"\n", got.out)
}

func TestOneAPIFails(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	f := newFiles(t)
	server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, Times: -1})
	got := runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "collect: akinon failed: auditlogs: AuditEvents.List: 403 Forbidden")
	require.Contains(t, got.err, "collect: 1 of 5 sources failed: akinon\n")
	require.Len(t, keysIn(t, read(t, f.out)), 400)

	server.ClearFaults()
	got = runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitDone, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	server := newServer(t, 1000)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	f := newFiles(t)
	want := keysOn(server)
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		sent := 0
		server.BeforeRequest(func(auditlogtest.API, int) {
			if sent++; sent == n {
				cancel()
			}
		})
		got := runAt(ctx, server, noon, f.args()...)
		cancel()
		if got.code == exitDone {
			break
		}
		require.Equal(t, exitInterrupted, got.code, got.err)
		require.Contains(t, got.err, "collect: interrupted; the same command goes on from here\n")
		keys := keysIn(t, read(t, f.out))
		require.Equal(t, slices.Compact(slices.Clone(keys)), keys)
		require.Less(t, n, 100)
	}
	sameKeys(t, want, keysIn(t, read(t, f.out)))
}

func TestInterruptedWithoutState(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	server.BeforeRequest(func(api auditlogtest.API, _ int) {
		if api == auditlogtest.Akinon {
			cancel()
			<-ended // an answer could be faster than the interruption
		}
	})
	got := runAt(ctx, server, noon)
	close(ended)
	require.Equal(t, exitInterrupted, got.code)
	require.Contains(t, got.err, "without -state")
	require.Len(t, keysIn(t, got.out), 40)
}

func TestNothingConfigured(t *testing.T) {
	t.Parallel()
	got := runWith(t.Context(), nil, noon)
	require.Equal(t, exitDone, got.code, got.err)
	keys := keysIn(t, got.out)
	require.Len(t, keys, demoRecords)
	require.Len(t, slices.Compact(keys), demoRecords)
	lines := strings.Split(strings.TrimSpace(got.err), "\n")
	require.Contains(t, lines[0], "no API is configured")
	require.Len(t, lines, 8)
	require.Equal(t, []string{"api", "records", "pages", "requests", "seconds"}, strings.Fields(lines[1]))
	require.Equal(t, []string{"total", "10000"}, strings.Fields(lines[7])[:2])
	for _, row := range lines[2:7] {
		require.Equal(t, "2000", strings.Fields(row)[1])
		require.NotEqual(t, "0", strings.Fields(row)[3])
	}
}

// The made-up records are the same on every run, so that a state can be tried out with them.
func TestDemoGoesOn(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	ctx, cancel := context.WithCancel(t.Context())
	pages := 0
	hook := auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(context.Context, auditlogs.PageInfo) {
		if pages++; pages == 20 {
			cancel()
		}
	}})
	var out, said buffer
	p := program{config: []auditlogs.Option{hook}, stdout: &out, stderr: &said, now: func() time.Time { return noon }}
	require.Equal(t, exitInterrupted, p.run(ctx, f.args("-demo")), said.String())
	got := runWith(t.Context(), nil, noon, f.args("-demo")...)
	require.Equal(t, exitDone, got.code, got.err)
	keys := keysIn(t, read(t, f.out))
	require.Len(t, keys, demoRecords)
	require.Len(t, slices.Compact(keys), demoRecords)
}

func TestMadeUpAndRealDoNotMix(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	server := newServer(t, 10)
	require.Equal(t, exitDone, runAt(t.Context(), server, noon, f.args()...).code)
	before := read(t, f.out)
	got := runWith(t.Context(), nil, noon, f.args("-demo")...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "made-up and real records do not mix")
	require.Equal(t, before, read(t, f.out))

	f = newFiles(t)
	require.Equal(t, exitDone, runWith(t.Context(), nil, noon, f.args("-demo")...).code)
	before = read(t, f.out)
	got = runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "belongs to made-up records")
	require.Equal(t, before, read(t, f.out))
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
	config := []auditlogs.Option{auditlogs.FromEnv()}
	got := runWith(t.Context(), config, noon)
	require.Equal(t, exitFailed, got.code)
	for _, name := range []string{"AUDITLOGS_WALDUR_TOKEN", "AUDITLOGS_ELASTICPATH_URL", "AUDITLOGS_ELASTICPATH_CLIENT_ID"} {
		require.Contains(t, got.err, name)
	}
	require.NotContains(t, got.err, secret)
	require.Empty(t, got.out)

	t.Setenv("AUDITLOGS_ELASTICPATH_CLIENT_SECRET", "")
	t.Setenv("AUDITLOGS_WALDUR_TOKEN", auditlogtest.Token)
	got = runWith(t.Context(), config, noon)
	require.Equal(t, exitDone, got.code, got.err)
	require.Len(t, keysIn(t, got.out), 20)
}

func TestNoSecrets(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 20})
	server.Inject(auditlogtest.Fault{After: 8, Status: 401, Body: `{"detail":"` + auditlogtest.Token + ` is wrong"}`, Times: -1})
	f := newFiles(t)
	got := runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "is wrong")
	for _, text := range []string{got.out, got.err, read(t, f.out), read(t, f.state)} {
		require.NotContains(t, text, auditlogtest.Token)
		require.NotContains(t, text, server.URL)
	}
}
