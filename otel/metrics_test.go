package auditlogsotel_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	auditlogsotel "github.com/auditlogs/auditlogs-go/otel"
)

const userEvents = "auditlogs.api=thousandeyes auditlogs.operation=UserEvents.List"

func TestMetricsOfAListing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tm, srv := newTelemetry(), auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(later))
		defer srv.Close()
		srv.GenerateFor(auditlogtest.ThousandEyes, 1, 250)
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 503, After: 1, Delay: 2 * time.Second})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Truncate: -1, After: 2})
		retry := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: time.Second, MaxWait: time.Second})
		events, err := auditlogs.Collect(tm.client(t, srv, retry).UserEvents.All(t.Context(), auditlogs.UserEventFilter{}), 1000)
		require.NoError(t, err)
		require.Len(t, events, 250)
		require.Equal(t, []string{
			"records{" + userEvents + "} 250",
			"request.duration{" + userEvents + " auditlogs.status_class=2xx} 3: 0 s",
			"request.duration{" + userEvents + " auditlogs.status_class=5xx} 1: 2 s",
			"request.duration{" + userEvents + " auditlogs.status_class=none error.type=connection} 1: 0 s",
			"requests{" + userEvents + " auditlogs.status_class=2xx} 3",
			"requests{" + userEvents + " auditlogs.status_class=5xx} 1",
			"requests{" + userEvents + " auditlogs.status_class=none error.type=connection} 1",
			"retries{" + userEvents + " error.type=503} 1",
			"retries{" + userEvents + " error.type=connection} 1",
			"wait.duration{" + userEvents + " auditlogs.wait.reason=retry} 2: 2 s",
		}, tm.measured(t))
	})
}

// later is a clock by which the generated records lie in the past, also in a bubble of simulated time.
func later() time.Time { return time.Now().AddDate(27, 0, 0).UTC() }

// Waits for a budget of one's own and for the API's are measured, where there was one.
func TestWaitsForRateLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		opts []auditlogs.Option
		srv  func(*auditlogtest.Server)
		want []string
	}{
		{"none", nil, func(*auditlogtest.Server) {}, []string{}},
		{"own", []auditlogs.Option{auditlogs.WithRateLimit(30)}, func(*auditlogtest.Server) {}, []string{
			"wait.duration{" + userEvents + " auditlogs.wait.reason=rate_limit} 2: 4 s",
		}},
		{"the API's", []auditlogs.Option{auditlogs.WithRetry(auditlogs.RetryPolicy{MaxWait: 2 * time.Minute})}, func(srv *auditlogtest.Server) {
			srv.SetRateLimit(auditlogtest.ThousandEyes, 2)
		}, []string{
			"wait.duration{" + userEvents + " auditlogs.wait.reason=rate_limit} 1: 60 s",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tm, srv := newTelemetry(), auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(later))
				defer srv.Close()
				srv.GenerateFor(auditlogtest.ThousandEyes, 1, 250)
				tt.srv(srv)
				_, err := auditlogs.Collect(tm.client(t, srv, tt.opts...).UserEvents.All(t.Context(), auditlogs.UserEventFilter{}), 1000)
				require.NoError(t, err)
				require.Equal(t, tt.want, of(tm.measured(t), "wait.duration"))
			})
		})
	}
}

// Polls read rows again; records are counted once all the same. Their age when they came is the lag.
func TestMetricsOfFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tm, srv := newTelemetry(), auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(later))
		defer srv.Close()
		c := tm.client(t, srv)
		options := auditlogs.FollowOptions{Interval: 10 * time.Second, Lag: 5 * time.Second, Lookback: 10 * time.Minute}
		polls, got := 0, 0
		for page, err := range c.UserEvents.Follow(t.Context(), auditlogs.UserEventFilter{}, options) {
			require.NoError(t, err)
			got += len(page.Items)
			switch polls++; polls {
			case 1: // it has found out the server's now
				for i := range 3 {
					srv.AddUserEvents(auditlogs.UserEvent{Date: later().Add(time.Duration(i) * time.Second), Event: fmt.Sprint(i)})
				}
			case 3: // the three were delivered by the poll before: two of them now lie in the lookback of every poll
				srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 404 + 101, Times: 1})
			}
			if polls == 6 {
				break
			}
		}
		require.Equal(t, 3, got)
		lines := tm.measured(t)
		require.Equal(t, []string{"records{" + userEvents + "} 3"}, of(lines, "records"))
		// The first poll is ten seconds after the start, and the newest record two: it is eight seconds old.
		require.Equal(t, []string{"lag{" + userEvents + "} 1: 8 s"}, of(lines, "lag"))
		require.Equal(t, []string{"retries{auditlogs.api=thousandeyes auditlogs.operation=UserEvents.Follow error.type=505} 1"}, of(lines, "retries"))
	})
}

// Without options the global providers are used, whoever set them and when; nil options change nothing.
func TestGlobalProviders(t *testing.T) { //nolint:paralleltest // it sets what is global
	hooks := auditlogsotel.Hooks(nil, auditlogsotel.WithTracerProvider(nil), auditlogsotel.WithMeterProvider(nil))
	tm, srv := newTelemetry(), newServer(t)
	before := otel.GetTracerProvider()
	defer otel.SetTracerProvider(before)
	otel.SetTracerProvider(tm.tracer)
	_, err := tm.client(t, srv, auditlogs.WithHooks(hooks)).UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	require.Len(t, tm.named("UserEvents.List"), 1)
	require.Empty(t, tm.measured(t))
}
