package collect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// A store has one range. Later runs go on with it, whatever time it is.
func TestRangeOfAStore(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	path, to := newStore(t)
	got := at(noon, server).runs(stopAfter(t, server, 4), with(to, "-since", "1y", "-page-size", "30")...)
	require.Equal(t, cli.ExitInterrupted, got.code)
	server.BeforeRequest(nil)
	want := keysOn(server)
	addAll(server, noon.Add(time.Hour), "new")

	later := noon.Add(2 * time.Hour)
	got = at(later, server).must(t, with(to, "-since", "1y")...)
	require.Contains(t, got.err, "the range 2024-03-20T12:00:00Z/2025-03-20T11:59:00Z is done; -catch-up and -follow deliver what is new")
	sameKeys(t, want, keysIn(t, read(t, path)))

	requests := len(server.Requests(auditlogtest.Akinon))
	for _, args := range [][]string{nil, {"-since", "2d"}, {"-since", "2024-03-20T12:00:00Z"}, {"-until", "2025-03-20T11:59:00Z"}} {
		got = at(later, server).must(t, with(to, args...)...)
		require.Contains(t, got.err, "is done")
	}
	require.Len(t, server.Requests(auditlogtest.Akinon), requests)
	for _, args := range [][]string{{"-since", "2024-03-20T12:00:01Z"}, {"-until", "2025-03-20T11:59:01Z"}, {"-until", "2025-03-20T11:00:00Z"}} {
		got = at(later, server).runs(t.Context(), with(to, args...)...)
		require.Equal(t, cli.ExitFailed, got.code)
		require.Contains(t, got.err, "collect: the store has the range 2024-03-20T12:00:00Z/2025-03-20T11:59:00Z: another one needs a store of its own\n")
	}
	got = at(later, server).runs(t.Context(), with(to, "-backfill", "2y")...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "which -backfill would repeat")
	sameKeys(t, want, keysIn(t, read(t, path)))
}

func TestLogThatIsAddedLater(t *testing.T) {
	t.Parallel()
	server := newServer(t, 500)
	path, to := newStore(t)
	at(noon, server).must(t, with(to, "-api", "waldur,akinon")...)
	require.Len(t, keysIn(t, read(t, path)), 200)
	at(noon, server).must(t, with(to, "-api", "huawei-eds")...)
	require.Len(t, keysIn(t, read(t, path)), 300)
	at(noon.Add(time.Hour), server).must(t, to...)
	sameKeys(t, keysOn(server), keysIn(t, read(t, path)))
}

func TestMadeUpAndRealDoNotMix(t *testing.T) {
	t.Parallel()
	server := newServer(t, 10)
	path, to := newStore(t)
	at(noon, server).must(t, to...)
	before := read(t, path)
	got := at(demoNoon, nil).runs(t.Context(), with(to, "-demo")...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "the store has records of configured APIs, and -demo is set: made-up and real records do not mix")
	require.Equal(t, before, read(t, path))

	path, to = newStore(t)
	at(demoNoon, nil).must(t, with(to, "-demo")...)
	before = read(t, path)
	got = at(noon, server).runs(t.Context(), to...)
	require.Equal(t, cli.ExitFailed, got.code)
	require.Contains(t, got.err, "the store has made-up records, and now an API is configured")
	require.Equal(t, before, read(t, path))
}
