package auditlogs_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// Two clients read under one budget of requests per minute, which each of them alone would use up. What is left of a minute
// is up to 60 seconds, so the default retry has to wait that long.
func TestClientsThatShareABudget(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		for _, perMinute := range []int{4, 10, 60} {
			t.Run(fmt.Sprintf("%d a minute, prefetch %d", perMinute, prefetch), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					begin, start := time.Now(), time.Date(2026, 11, 26, 12, 0, 2, 0, time.UTC) // the clients begin within a minute
					clock := func() time.Time { return start.Add(time.Since(begin)) }
					srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(clock))
					defer srv.Close()
					srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 2})
					srv.SetRateLimit(auditlogtest.ThousandEyes, perMinute)
					srv.GenerateFor(auditlogtest.ThousandEyes, 1, 80)
					var both sync.WaitGroup
					for i := range 2 {
						both.Go(func() {
							c, err := auditlogs.NewClient(srv.Options()...)
							require.NoError(t, err)
							f := auditlogs.UserEventFilter{ListOptions: auditlogs.ListOptions{Prefetch: prefetch}}
							events, err := auditlogs.Collect(c.UserEvents.All(t.Context(), f), 100)
							require.NoError(t, err, "client %d", i)
							require.Len(t, events, 80, "client %d", i)
						})
					}
					both.Wait()
				})
			})
		}
	}
}
