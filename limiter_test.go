package auditlogs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// limiterFunc is a limiter of a caller.
type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

// One budget for two clients, each of several APIs: no request of either comes without its turn.
func TestLimiterOfManyClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		var mu sync.Mutex
		var sent []time.Time
		srv.BeforeRequest(func(auditlogtest.API, int) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, time.Now())
		})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: 503}) // its retry waits for a turn, too
		begin := time.Now()
		budget := rate.NewLimiter(rate.Every(6*time.Second), 1)
		var all sync.WaitGroup
		for range 2 {
			c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithLimiter(budget))...)
			require.NoError(t, err)
			all.Go(func() {
				_, err := c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
				require.NoError(t, err)
			})
			all.Go(func() {
				_, err := c.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{})
				require.NoError(t, err)
			})
		}
		all.Wait()
		require.Len(t, sent, 5)
		for i, at := range sent {
			require.Equal(t, time.Duration(i)*6*time.Second, at.Sub(begin).Round(time.Millisecond), "rate.Limiter counts in fractions")
		}
	})
}

// A wait for a turn may be longer than an attempt may take, and is no part of its duration.
func TestLimiterWaitsOutsideTheAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		slow := limiterFunc(func(context.Context) error {
			time.Sleep(10 * time.Minute)
			return nil
		})
		own := *srv.HTTPClient()
		own.Timeout = time.Second
		var waited, attempts []time.Duration
		hooks := auditlogs.Hooks{OnRequest: func(_ context.Context, i auditlogs.RequestInfo) { waited = append(waited, i.Waited) }, OnResponse: func(_ context.Context, i auditlogs.ResponseInfo) { attempts = append(attempts, i.Duration) }}
		c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithHTTPClient(&own), auditlogs.WithLimiter(slow), auditlogs.WithHooks(hooks))...)
		require.NoError(t, err)
		begin := time.Now()
		_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.NoError(t, err)
		require.Equal(t, 10*time.Minute, time.Since(begin))
		require.Equal(t, []time.Duration{10 * time.Minute}, waited)
		require.Equal(t, []time.Duration{0}, attempts, "without the wait")
	})
}

// What a limiter refuses is not asked again, and nothing is sent.
func TestLimiterThatRefuses(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	empty := errors.New("the budget of the month is used up")
	for name, tt := range map[string]struct {
		limiter limiterFunc
		want    error
		text    string
	}{
		"an error": {func(context.Context) error { return empty }, empty, "auditlogs: UserEvents.List: rate limiter: the budget of the month is used up"},
		"never":    {rate.NewLimiter(0, 0).Wait, nil, "auditlogs: UserEvents.List: rate limiter: rate: Wait(n=1) exceeds limiter's burst 0"},
	} {
		asked := 0
		c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithLimiter(limiterFunc(func(ctx context.Context) error {
			asked++
			return tt.limiter(ctx)
		})))...)
		require.NoError(t, err)
		_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		var failed *auditlogs.TransportError
		require.ErrorAs(t, err, &failed, name)
		require.EqualError(t, err, tt.text)
		if tt.want != nil {
			require.ErrorIs(t, err, tt.want)
		}
		require.Equal(t, 1, asked, name)
	}
	require.Empty(t, srv.Requests(auditlogtest.ThousandEyes))
}

// A context that ends while a request waits for its turn ends the call, whatever Wait returns.
func TestLimiterAndContext(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	for name, result := range map[string]error{"the context's error": context.Canceled, "another error": errors.New("gave up"), "none": nil} {
		ctx, cancel := context.WithCancel(t.Context())
		c, err := auditlogs.NewClient(append(srv.Options(), auditlogs.WithLimiter(limiterFunc(func(context.Context) error {
			cancel()
			return result
		})))...)
		require.NoError(t, err)
		_, err = c.UserEvents.List(ctx, auditlogs.UserEventFilter{})
		require.ErrorIs(t, err, context.Canceled, name)
	}
	require.Empty(t, srv.Requests(auditlogtest.ThousandEyes))
}

// Logins do not wait for the budget of the API.
func TestLimiterAndLogins(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	turns := 0
	limiter := limiterFunc(func(context.Context) error { turns++; return nil })
	login := auditlogs.WaldurLogin(srv.BaseURL(auditlogtest.Waldur), auditlogtest.Username, auditlogtest.Password)
	c, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), login), auditlogs.WithLimiter(limiter))
	require.NoError(t, err)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	require.Equal(t, 1, turns)
	require.Len(t, srv.TokenRequests(auditlogtest.Waldur), 1)
}

func TestLimiterThatIsNil(t *testing.T) {
	t.Parallel()
	var none *rate.Limiter
	for _, limiter := range []interface{ Wait(context.Context) error }{nil, none, limiterFunc(nil)} {
		_, err := auditlogs.NewClient(auditlogs.WithLimiter(limiter))
		require.EqualError(t, err, "auditlogs: WithLimiter: is nil")
	}
}
