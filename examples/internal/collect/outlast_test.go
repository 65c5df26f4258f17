package collect

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// What passes by itself does not end following, but is told. The waits between the tries are simulated.
func TestFollowOutlastsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		clock := func() time.Time { return noon.Add(time.Since(begun)) }
		server := newServer(t, 100, auditlogtest.InMemory(), auditlogtest.WithClock(clock))
		server.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, After: 2, Status: 503, Times: 3})
		got := followUntil(t, server, 10, "-since", "1y", "-interval", "1s")
		require.Equal(t, cli.ExitInterrupted, got.code, got.err)
		require.Equal(t, 3, strings.Count(got.err, "collect: akinon: auditlogs: AuditEvents.List: 503 Service Unavailable"), got.err)
		sameKeys(t, keysOn(server), keysIn(t, got.out))
	})
}
