package auditlogs_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var longLogClock = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

// longLog fills a log with n rows, one in four of the time of the one before.
func longLog(t testing.TB, s subject, n int) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return longLogClock }))
	t.Cleanup(srv.Close)
	trial := &trial{subject: s, Rand: newRand(1), srv: srv, clock: longLogClock}
	s.add(srv, trial.fill(n, 4)...)
	return srv
}

func clientOf(t testing.TB, srv *auditlogtest.Server, opts ...auditlogs.Option) *auditlogs.Client {
	t.Helper()
	c, err := auditlogs.NewClient(append(srv.Options(), opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestPrefetchChangesNothingButTheTime(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			srv := longLog(t, s, 1100)
			c := clientOf(t, srv)
			read := func(prefetch int) (pages []page) {
				l := listing{ListOptions: auditlogs.ListOptions{PageSize: min(70, s.maxPage), Prefetch: prefetch}}
				for p, err := range s.pages(t.Context(), c, l) {
					require.NoError(t, err)
					pages = append(pages, *p)
				}
				return pages
			}
			plain := read(0)
			require.Greater(t, len(plain), 10)
			for _, n := range []int{1, 4, 16} {
				got := read(n)
				require.Equal(t, len(plain), len(got), "pages with prefetch %d", n)
				for i := range got {
					require.True(t, slices.Equal(plain[i].keys, got[i].keys), "keys of page %d", i)
					require.Equal(t, plain[i].next, got[i].next, "cursor of page %d", i)
					require.Equal(t, plain[i].total, got[i].total)
				}
			}
		})
	}
}

func TestPrefetchReadsAheadOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			srv := longLog(t, s, 600)
			var sent atomic.Int64 // by the client: what is given up may reach the server later
			c := clientOf(t, srv, auditlogs.WithHooks(auditlogs.Hooks{OnRequest: func(context.Context, auditlogs.RequestInfo) { sent.Add(1) }}))
			l := listing{ListOptions: auditlogs.ListOptions{PageSize: min(20, s.maxPage), Prefetch: 3}}
			n := 0
			for _, err := range s.pages(t.Context(), c, l) {
				require.NoError(t, err)
				if n++; n == 3 {
					break
				}
			}
			asked := sent.Load()
			require.LessOrEqual(t, asked, int64(3+3+2), "pages, read ahead, and what finding out the offset's unit takes")
			srv.Close() // waits until all that reached it is answered
			require.Equal(t, asked, sent.Load(), "nothing goes on after break")
			require.LessOrEqual(t, int64(len(srv.Requests(s.api))), asked)
		})
	}
}

func TestPrefetchCountsWhatItThrowsAway(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		if s.maxPage == 0 {
			continue // a token leads on: there is nothing to guess
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			srv := longLog(t, s, 600)
			var discarded atomic.Int64
			c := clientOf(t, srv, auditlogs.WithHooks(auditlogs.Hooks{
				OnPage: func(_ context.Context, i auditlogs.PageInfo) { discarded.Add(int64(i.Discarded)) },
			}))
			rows := s.rows(srv)
			srv.BeforeRequest(func(_ auditlogtest.API, n int) {
				if n == 6 { // most of what was delivered, so that what follows moves up
					gone := map[string]bool{}
					for _, r := range rows[:100] {
						gone[r.key] = true
					}
					s.remove(srv, func(r row) bool { return gone[r.key] })
				}
			})
			seen := map[string]int{}
			for key, err := range s.all(t.Context(), c, listing{ListOptions: auditlogs.ListOptions{PageSize: 20, Prefetch: 4}}) {
				require.NoError(t, err)
				seen[key]++
			}
			for _, r := range s.rows(srv) {
				require.Equal(t, 1, seen[r.key])
			}
			require.Positive(t, discarded.Load())
			require.LessOrEqual(t, discarded.Load(), int64(4*60), "each row once: four pages were under way")
		})
	}
}

// What Huawei's offset counts is found out once, however many pages are read ahead.
func TestPrefetchFindsOutTheOffsetOnce(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		if s.api != auditlogtest.HuaweiEDS {
			continue
		}
		srv := longLog(t, s, 400)
		for _, err := range s.all(t.Context(), clientOf(t, srv), listing{ListOptions: auditlogs.ListOptions{PageSize: 20, Prefetch: 8}}) {
			require.NoError(t, err)
		}
		probes := 0
		for _, r := range srv.Requests(s.api) {
			if r.Query.Get("offset") == "1" {
				probes++
			}
		}
		require.Equal(t, 1, probes)
	}
}

// slowToEnd is a network that answers one request only. The others, once they are cancelled, take a while to return.
type slowToEnd struct {
	http.RoundTripper
	sent, pending atomic.Int64
}

func (n *slowToEnd) RoundTrip(req *http.Request) (*http.Response, error) {
	if n.sent.Add(1) == 1 {
		return n.RoundTripper.RoundTrip(req)
	}
	n.pending.Add(1)
	defer n.pending.Add(-1)
	<-req.Context().Done()
	time.Sleep(time.Second) // of the bubble's time
	return nil, req.Context().Err()
}

// Leaving the range cancels what is read ahead, and waits for it.
func TestBreakWaitsForWhatIsReadAhead(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := auditlogtest.NewServer(auditlogtest.InMemory())
				defer srv.Close()
				s.add(srv, (&trial{subject: s, Rand: newRand(1), srv: srv, clock: time.Now()}).fill(300, 0)...)
				network := &slowToEnd{RoundTripper: srv.HTTPClient().Transport}
				c := clientOf(t, srv, auditlogs.WithHTTPClient(&http.Client{Transport: network}))
				for _, err := range s.pages(t.Context(), c, listing{ListOptions: auditlogs.ListOptions{PageSize: min(20, s.maxPage), Prefetch: 3}}) {
					require.NoError(t, err)
					synctest.Wait()
					require.Positive(t, network.pending.Load())
					break
				}
				require.Zero(t, network.pending.Load())
			})
		})
	}
}
