package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// notes are lines in the order in which hooks wrote them.
type notes struct {
	mu    sync.Mutex
	lines []string
}

func (n *notes) add(format string, values ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, fmt.Sprintf(format, values...))
}

type noteKey struct{}

// noting are hooks that write down what they are told, and which contexts of OnCall they see.
func noting(n *notes, name string) auditlogs.Hooks {
	seen := func(ctx context.Context) any { return ctx.Value(noteKey{}) }
	return auditlogs.Hooks{
		OnCall: func(ctx context.Context, i auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) {
			n.add("%s call %s %s within %v", name, i.API, i.Op, seen(ctx))
			ctx = context.WithValue(ctx, noteKey{}, name+" "+i.Op)
			return ctx, func(d auditlogs.CallDone) { n.add("%s done %s %v", name, i.Op, d.Err != nil) }
		},
		OnRequest: func(ctx context.Context, i auditlogs.RequestInfo) {
			n.add("%s request %s %d within %v", name, i.Op, i.Attempt, seen(ctx))
		},
		OnResponse: func(ctx context.Context, i auditlogs.ResponseInfo) {
			n.add("%s response %s %d within %v", name, i.Op, i.Status, seen(ctx))
		},
		OnRetry: func(ctx context.Context, i auditlogs.RetryInfo) {
			n.add("%s retry %s %d within %v", name, i.Op, i.Attempt, seen(ctx))
		},
		OnPage: func(ctx context.Context, i auditlogs.PageInfo) {
			n.add("%s page %s %d within %v", name, i.Op, i.Delivered, seen(ctx))
		},
	}
}

// One call of OnCall spans all attempts of an operation, and the login that it needs is one within it.
func TestOnCall(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	srv.GenerateFor(auditlogtest.Waldur, 1, 3)
	srv.Inject(auditlogtest.Fault{API: auditlogtest.Waldur, Status: http.StatusServiceUnavailable})
	var n notes
	c, err := auditlogs.NewClient(
		auditlogs.WithWaldur(srv.URL, auditlogs.WaldurLogin(srv.URL, auditlogtest.Username, auditlogtest.Password)),
		auditlogs.WithHooks(noting(&n, "a")), auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 1, MaxWait: 1}),
	)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	_, err = c.DataAccessLogs.List(t.Context(), auditlogs.DataAccessLogFilter{})
	require.NoError(t, err)
	_, err = c.DataAccessLogs.Get(t.Context(), "0f850c15d643480aa2b49e3c26067178")
	require.ErrorIs(t, err, auditlogs.ErrNotFound)
	require.Equal(t, []string{
		"a call waldur DataAccessLogs.List within <nil>",
		"a call waldur Waldur.Login within a DataAccessLogs.List",
		"a request Waldur.Login 1 within a Waldur.Login",
		"a response Waldur.Login 200 within a Waldur.Login",
		"a done Waldur.Login false",
		"a request DataAccessLogs.List 1 within a DataAccessLogs.List",
		"a response DataAccessLogs.List 503 within a DataAccessLogs.List",
		"a retry DataAccessLogs.List 1 within a DataAccessLogs.List",
		"a request DataAccessLogs.List 2 within a DataAccessLogs.List",
		"a response DataAccessLogs.List 200 within a DataAccessLogs.List",
		"a done DataAccessLogs.List false",
		"a page DataAccessLogs.List 3 within <nil>",
		"a call waldur DataAccessLogs.Get within <nil>",
		"a request DataAccessLogs.Get 1 within a DataAccessLogs.Get",
		"a response DataAccessLogs.Get 404 within a DataAccessLogs.Get",
		"a done DataAccessLogs.Get true",
	}, n.lines)
}

// The error is the one that the caller gets, also of an answer that cannot be read; both results may be nil.
func TestOnCallEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 503, Delay: 2 * time.Second})
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 200, Body: `{"auditEvents":[7]}`, Times: 2})
		var ends []auditlogs.CallDone
		calls := 0
		c := clientOf(t, srv, auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: time.Second, MaxWait: time.Second}), auditlogs.WithHooks(auditlogs.Hooks{
			OnCall: func(ctx context.Context, _ auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) {
				if calls++; calls > 1 {
					return nil, nil
				}
				return ctx, func(d auditlogs.CallDone) { ends = append(ends, d) }
			},
		}))
		_, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		var decode *auditlogs.DecodeError
		require.ErrorAs(t, err, &decode)
		require.Equal(t, []auditlogs.CallDone{{Duration: 4 * time.Second, Err: err}}, ends)
		_, err = c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.NoError(t, err)
		require.Equal(t, 2, calls)
		require.Len(t, ends, 1)
	})
}

// Joined hooks are called in order, their contexts nest, and their ends come the other way round.
func TestJoinHooks(t *testing.T) {
	t.Parallel()
	srv := relatedServer(t, auditlogtest.Quirks{})
	srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: http.StatusServiceUnavailable})
	var n notes
	parts := []auditlogs.Hooks{noting(&n, "a"), {}, noting(&n, "b")}
	hooks := auditlogs.JoinHooks(parts...)
	clear(parts) // the caller's slice is the caller's
	retry := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 1, MaxWait: 1})
	_, err := clientOf(t, srv, auditlogs.WithHooks(noting(&n, "replaced")), auditlogs.WithHooks(hooks), retry).UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	const in = " within b UserEvents.List"
	require.Equal(t, []string{
		"a call thousandeyes UserEvents.List within <nil>", "b call thousandeyes UserEvents.List within a UserEvents.List",
		"a request UserEvents.List 1" + in, "b request UserEvents.List 1" + in,
		"a response UserEvents.List 503" + in, "b response UserEvents.List 503" + in,
		"a retry UserEvents.List 1" + in, "b retry UserEvents.List 1" + in,
		"a request UserEvents.List 2" + in, "b request UserEvents.List 2" + in,
		"a response UserEvents.List 200" + in, "b response UserEvents.List 200" + in,
		"b done UserEvents.List false", "a done UserEvents.List false",
		"a page UserEvents.List 0 within <nil>", "b page UserEvents.List 0 within <nil>",
	}, n.lines)
}

// What nobody sets stays unset, and so costs nothing; results of OnCall may be nil here, too.
func TestJoinHooksThatAreNotSet(t *testing.T) {
	t.Parallel()
	for _, joined := range []auditlogs.Hooks{auditlogs.JoinHooks(), auditlogs.JoinHooks(auditlogs.Hooks{}, auditlogs.Hooks{})} {
		assert.Nil(t, joined.OnCall)
		assert.Nil(t, joined.OnRequest)
		assert.Nil(t, joined.OnResponse)
		assert.Nil(t, joined.OnRetry)
		assert.Nil(t, joined.OnPage)
	}
	none := auditlogs.Hooks{OnCall: func(context.Context, auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) { return nil, nil }}
	ctx, end := auditlogs.JoinHooks(none, none).OnCall(t.Context(), auditlogs.CallInfo{})
	require.Equal(t, t.Context(), ctx)
	end(auditlogs.CallDone{Err: errors.New("x")})
}

// Waits for one's own budget and for the API's are told with the attempt that they precede, not again with the next one.
func TestRequestInfoWaited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		later := func() time.Time { return time.Now().AddDate(27, 0, 0) } // the bubble's year is 2000
		srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(later))
		defer srv.Close()
		srv.SetRateLimit(auditlogtest.ThousandEyes, 2) // the reset is at the next full minute
		var waited []time.Duration
		c := clientOf(t, srv, auditlogs.WithRateLimit(6), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxWait: time.Hour}), auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(_ context.Context, i auditlogs.RequestInfo) { waited = append(waited, i.Waited) },
		}))
		for range 4 {
			_, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
		}
		require.Equal(t, []time.Duration{0, 10 * time.Second, 50 * time.Second, 0}, waited)
	})
}

// Delivered adds up to the records that the caller gets, whether a range trims them, an offset leaves some out, or a poll
// reads them again; Newest is the time of the newest of them.
func TestPageInfoDelivered(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		t.Run(fmt.Sprint(prefetch), func(t *testing.T) {
			t.Parallel()
			srv := relatedServer(t, auditlogtest.Quirks{})
			logsOf(srv, elasticFilter.ResourceType, elasticFilter.ResourceID, 250)
			var delivered int
			var newest time.Time
			c := clientOf(t, srv, auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, i auditlogs.PageInfo) {
				assert.False(t, i.Follow)
				assert.False(t, i.Date.IsZero())
				assert.LessOrEqual(t, i.Delivered, i.New)
				assert.Equal(t, i.Delivered == 0, i.Newest.IsZero())
				delivered += i.Delivered
				if newest.IsZero() {
					newest = i.Newest
				}
			}}))
			filter := elasticFilter
			filter.PageSize, filter.Prefetch = 20, prefetch
			filter.Since, filter.Until = relatedDay.Add(-200*time.Second), relatedDay.Add(-10*time.Second)
			got, err := auditlogs.Collect(c.PersonalDataLogs.All(t.Context(), filter), 1000)
			require.NoError(t, err)
			require.Len(t, got, 190)
			require.Equal(t, len(got), delivered)
			require.Equal(t, got[0].Time, newest)
		})
	}
}

func TestPageInfoOfFollow(t *testing.T) { //nolint:paralleltest // eachFollowed runs its tests in parallel
	eachFollowed(t, func(t *testing.T, c *followCase) {
		var pages []auditlogs.PageInfo
		client := c.client(auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, i auditlogs.PageInfo) { pages = append(pages, i) }}))
		polls, got := 0, 0
		for p, err := range c.follow(t.Context(), client, listing{}, quickFollow) {
			require.NoError(t, err)
			got += len(p.keys)
			if polls++; polls == 1 {
				c.happen(3, 0)
			}
			if polls == 6 {
				break
			}
		}
		delivered, fresh := 0, 0
		for _, i := range pages {
			delivered, fresh = delivered+i.Delivered, fresh+i.New
			assert.True(t, i.Follow)
		}
		require.Equal(t, 3, got)
		require.Equal(t, got, delivered)
		require.Greater(t, fresh, delivered, "polls read some again")
		at := slices.IndexFunc(pages, func(i auditlogs.PageInfo) bool { return i.Delivered > 0 })
		require.GreaterOrEqual(t, pages[at].Date.Sub(pages[at].Newest), quickFollow.Lag)
		require.Less(t, pages[at].Date.Sub(pages[at].Newest), time.Minute)
	})
}

// A repeated attempt does not tell once more what the one before it waited.
func TestRequestInfoWaitedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := auditlogtest.NewServer(auditlogtest.InMemory())
		defer srv.Close()
		srv.Inject(auditlogtest.Fault{API: auditlogtest.ThousandEyes, Status: 503, After: 1})
		var waited []time.Duration
		retry := auditlogs.WithRetry(auditlogs.RetryPolicy{MinWait: 20 * time.Second, MaxWait: 20 * time.Second})
		c := clientOf(t, srv, auditlogs.WithRateLimit(6), retry, auditlogs.WithHooks(auditlogs.Hooks{
			OnRequest: func(_ context.Context, i auditlogs.RequestInfo) { waited = append(waited, i.Waited) },
		}))
		for range 2 {
			_, err := c.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
		}
		require.Equal(t, []time.Duration{0, 10 * time.Second, 0}, waited)
	})
}
