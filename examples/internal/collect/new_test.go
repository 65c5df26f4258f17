package collect

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// moving is the program and a server on one clock, which a test moves.
type moving struct {
	*auditlogtest.Server
	t   *testing.T
	mu  sync.Mutex
	now time.Time
}

func newMoving(t *testing.T, records int) *moving {
	t.Helper()
	m := &moving{t: t, now: noon}
	m.Server = newServer(t, records, auditlogtest.WithClock(m.clock))
	return m
}

func (m *moving) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// after moves the clock, and returns the program at that time.
func (m *moving) after(d time.Duration) Program {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	return at(m.now, m.Server)
}

func TestCatchUp(t *testing.T) {
	t.Parallel()
	m := newMoving(t, 100)
	path, to := newStore(t)
	args := with(to, "-catch-up", "-since", "1y")
	m.after(0).must(t, args...)
	sameKeys(t, keysOn(m.Server), keysIn(t, read(t, path)))

	addAll(m.Server, noon.Add(-4*time.Minute), "late")
	addAll(m.Server, noon.Add(-30*time.Second), "less than lag ago")
	addAll(m.Server, noon.Add(time.Hour), "new")
	got := m.after(2*time.Hour).must(t, args...)
	require.Contains(t, got.err, "stored in file:"+path)
	sameKeys(t, keysOn(m.Server), keysIn(t, read(t, path)))

	addAll(m.Server, noon.Add(110*time.Minute), "very late")
	m.after(time.Hour).must(t, with(to, "-catch-up", "-lookback", "20m")...)
	require.NotContains(t, read(t, path), "very late", "the poll before looked back five minutes")
	addAll(m.Server, noon.Add(165*time.Minute), "quite late")
	m.after(time.Hour).must(t, with(to, "-catch-up", "-lookback", "20m")...)
	require.Contains(t, read(t, path), "quite late")
}

// The first run of a store says where following begins, whatever later ones say.
func TestSinceOfAStore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first []string
		since string
	}{
		"now":      {nil, "2025-03-20T12:00:00Z"},
		"relative": {[]string{"-since", "2d"}, "2025-03-18T12:00:00Z"},
		"fixed":    {[]string{"-since", "2025-03-01T00:00:00Z"}, "2025-03-01T00:00:00Z"},
		"backfill": {[]string{"-backfill", "1w", "-step", "1h"}, "2025-03-20T11:00:00Z"},
		"both":     {[]string{"-backfill", "1w", "-since", "2d"}, "2025-03-18T12:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMoving(t, 0)
			path, to := newStore(t)
			args := with(to, "-catch-up", "-api", "akinon")
			m.after(0).must(t, append(args, c.first...)...)
			addAll(m.Server, noon.Add(30*time.Minute), "new")
			for _, more := range [][]string{nil, {"-since", "1s"}, {"-since", c.since}, {"-backfill", "2d"}} {
				if name == "backfill" && more == nil {
					continue
				}
				if name == "backfill" && more[0] == "-backfill" {
					more = []string{"-backfill", "2d", "-step", "1h"}
				}
				m.after(time.Hour).must(t, append(args, more...)...)
				require.Equal(t, 1, strings.Count(read(t, path), "/new"), more)
			}
			got := m.after(time.Hour).runs(t.Context(), with(args, "-since", "2025-03-18T00:00:00Z")...)
			require.Equal(t, cli.ExitFailed, got.code)
			require.Contains(t, got.err, "collect: the store is followed from "+c.since+", other than -since: another time needs a store of its own\n")
			got = m.after(time.Hour).runs(t.Context(), to...)
			require.Equal(t, cli.ExitFailed, got.code)
			require.Contains(t, got.err, "the store is followed from "+c.since)
		})
	}
}

// Behind a range, following begins at its end, and the range is finished first.
func TestRangeThenCatchUp(t *testing.T) {
	t.Parallel()
	m := newMoving(t, 500)
	m.SetQuirks("", auditlogtest.Quirks{PageCap: 30})
	path, to := newStore(t)
	const since = "2024-01-01T00:00:00Z"
	got := m.after(0).runs(stopAfter(t, m.Server, 7), with(to, "-since", since)...)
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	addAll(m.Server, noon.Add(-time.Minute), "the first instant that the range left out")
	m.after(time.Hour).must(t, with(to, "-catch-up", "-since", since)...)
	sameKeys(t, keysOn(m.Server), keysIn(t, read(t, path)))

	got = m.after(time.Hour).must(t, with(to, "-since", since)...)
	require.Contains(t, got.err, "the range 2024-01-01T00:00:00Z/2025-03-20T11:59:00Z is done")
	got = m.after(0).runs(t.Context(), with(to, "-catch-up", "-since", "2025-01-01T00:00:00Z")...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "followed from 2025-03-20T11:59:00Z, other than -since")
	sameKeys(t, keysOn(m.Server), keysIn(t, read(t, path)))
}

func TestBackfill(t *testing.T) {
	t.Parallel()
	m := newMoving(t, 500)
	path, to := newStore(t)
	args := with(to, "-backfill", "100d", "-step", "1w", "-parallel", "3")
	m.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 403, After: 5, Times: -1})
	got := m.after(0).runs(t.Context(), args...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "collect: 1 of 5 logs failed: akinon\n")
	require.NotContains(t, got.err, "is done")

	m.ClearFaults()
	addAll(m.Server, noon.Add(-time.Hour), "after the last whole week")
	got = m.after(time.Hour).runs(stopAfter(t, m.Server, 5), args...)
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	m.BeforeRequest(nil)
	got = m.after(24*time.Hour).must(t, args...)
	require.Contains(t, got.err, "everything from 2024-12-09T00:00:00Z to 2025-03-17T00:00:00Z is done; -catch-up and -follow deliver what is new")
	m.after(time.Hour).must(t, with(to, "-backfill", "100d", "-catch-up")...)
	want := keysOn(m.Server)
	sameKeys(t, want, keysIn(t, read(t, path)))

	// Later runs may go back further, and in the same steps.
	addAll(m.Server, noon.Add(-150*day), "old")
	got = m.after(time.Hour).must(t, with(to, "-backfill", "2024-10-01T12:00:00Z")...)
	require.Contains(t, got.err, "everything from 2024-09-30T00:00:00Z to ")
	sameKeys(t, keysOn(m.Server), keysIn(t, read(t, path)))
	got = m.after(0).runs(t.Context(), with(to, "-backfill", "1y", "-step", "1d")...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "in windows of 168h0m0s, other than -step")
}

func TestNothingToBackfill(t *testing.T) {
	t.Parallel()
	m := newMoving(t, 10)
	_, to := newStore(t)
	got := m.after(0).must(t, with(to, "-backfill", "1h")...)
	require.Contains(t, got.err, "there is nothing to backfill: following begins at 2025-03-20T00:00:00Z")
}

func TestBackfillThenFollow(t *testing.T) {
	t.Parallel()
	server := newServer(t, 200)
	path, to := newStore(t)
	got := followUntil(t, server, 60, with(to, "-backfill", "100d", "-step", "4w")...)
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))
}

// followUntil follows until each of the APIs was asked some times.
func followUntil(t *testing.T, server *auditlogtest.Server, requests int, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	seen := map[auditlogtest.API]int{}
	server.BeforeRequest(func(api auditlogtest.API, _ int) {
		mu.Lock()
		defer mu.Unlock()
		seen[api]++
		for _, api := range auditlogtest.APIs() {
			if seen[api] < requests {
				return
			}
		}
		cancel()
	})
	return at(noon, server).runs(ctx, append([]string{"-follow", "-interval", "1ms", "-lag", "1s"}, args...)...)
}

func TestFollow(t *testing.T) {
	t.Parallel()
	server := newServer(t, 200)
	path, to := newStore(t)
	args := with(to, "-since", "2024-01-01T00:00:00Z")
	got := followUntil(t, server, 8, args...)
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	require.Contains(t, got.err, "the same command goes on from here")
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))

	addAll(server, noon.Add(-time.Minute), "late")
	got = followUntil(t, server, 8, args...)
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))

	got = followUntil(t, server, 8, "-since", "2024-01-01T00:00:00Z")
	require.Equal(t, cli.ExitInterrupted, got.code, got.err)
	require.Contains(t, got.err, "standard output has no memory")
	sameKeys(t, keysOn(server), keysIn(t, got.out))
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
	got := at(noon, server).runs(ctx, "-follow", "-interval", "1ms", "-since", "1y", "-api", "waldur,akinon")
	require.Equal(t, cli.ExitFailed, got.code)
	require.Equal(t, 1, strings.Count(got.err, "collect: waldur: auditlogs: "), got.err)
	require.Contains(t, got.err, "1 of 2 logs failed: waldur")
	require.Len(t, keysIn(t, got.out), 20)
}
