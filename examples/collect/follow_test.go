package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/stretchr/testify/require"
)

// followUntil follows until the server was asked as often as said, by all five sources.
func followUntil(t *testing.T, server *auditlogtest.Server, requests int, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := map[auditlogtest.API]int{}
	server.BeforeRequest(func(api auditlogtest.API, _ int) {
		seen[api]++
		for _, api := range auditlogtest.APIs() {
			if seen[api] < requests {
				return
			}
		}
		cancel()
	})
	return runAt(ctx, server, noon, append([]string{"-follow", "-interval", "1ms", "-lag", "1s"}, args...)...)
}

func TestFollow(t *testing.T) {
	t.Parallel()
	server := newServer(t, 200)
	f := newFiles(t)
	got := followUntil(t, server, 8, f.args("-since", "2026-01-01T00:00:00Z")...)
	require.Equal(t, exitInterrupted, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))

	addAll(server, time.Now().Add(-time.Minute), "late")
	got = followUntil(t, server, 8, f.args("-since", "2026-01-01T00:00:00Z")...)
	require.Equal(t, exitInterrupted, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))

	got = runAt(t.Context(), server, noon, f.args()...)
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "belongs to -follow")
}

// What passes by itself does not end following, but is told. The waits between the tries are simulated.
func TestFollowOutlastsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		clock := func() time.Time { return noon.Add(time.Since(begun)) }
		server := newServer(t, 100, auditlogtest.InMemory(), auditlogtest.WithClock(clock))
		server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, After: 2, Status: 503, Times: 3})
		got := followUntil(t, server, 10, "-since", "2026-01-01T00:00:00Z", "-interval", "1s")
		require.Equal(t, exitInterrupted, got.code, got.err)
		require.Equal(t, 3, strings.Count(got.err, "collect: akinon: auditlogs: AuditEvents.List: 503 Service Unavailable"), got.err)
		sameKeys(t, keysOn(server), keysIn(t, got.out))
	})
}

// A range that was interrupted is finished before following begins where it ends.
func TestRangeThenFollow(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	server.SetQuirks("", auditlogtest.Quirks{PageCap: 30})
	f := newFiles(t)
	ctx, cancel := context.WithCancel(t.Context())
	server.BeforeRequest(func(api auditlogtest.API, n int) {
		if api == auditlogtest.Akinon && n == 3 {
			cancel()
		}
	})
	require.Equal(t, exitInterrupted, runAt(ctx, server, noon, f.args("-until", "2026-11-10T00:00:00Z")...).code)
	addAll(server, time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC), "later")
	got := followUntil(t, server, 30, f.args()...)
	require.Equal(t, exitInterrupted, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, f.out)))
}

func TestFollowGoesOnForTheOthers(t *testing.T) {
	t.Parallel()
	server := newServer(t, 100)
	server.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: 403, Times: -1})
	ctx, cancel := context.WithCancel(t.Context())
	polls := 0
	server.BeforeRequest(func(api auditlogtest.API, _ int) {
		if api == auditlogtest.Akinon {
			if polls++; polls == 10 {
				cancel()
			}
		}
	})
	got := runAt(ctx, server, noon, "-follow", "-interval", "1ms", "-since", "2026-01-01T00:00:00Z", "-api", "waldur,akinon")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.err, "waldur failed: ")
	require.Contains(t, got.err, "1 of 2 sources failed: waldur")
	require.Len(t, keysIn(t, got.out), 20)
}
