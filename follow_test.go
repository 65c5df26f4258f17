package auditlogs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// quickFollow are options by which a few seconds matter.
var quickFollow = auditlogs.FollowOptions{Interval: 10 * time.Second, Lag: 10 * time.Second, Lookback: time.Minute}

// followCase is a log that is followed within a bubble.
type followCase struct {
	*trial
	t      *testing.T
	offset time.Duration // of the server's clock from its usual one
	broken []string      // keys of records that cannot be read
	skew   time.Duration // of the Date of the next answer from the server's clock
	mu     sync.Mutex
}

// eachFollowed runs a test for all five services, each in a bubble of its own.
func eachFollowed(t *testing.T, test func(t *testing.T, c *followCase)) {
	t.Helper()
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newFollowCase(t, s)
				defer c.srv.Close()
				test(t, c)
			})
		})
	}
}

// inTurn skips all APIs but one for a kind of case if tests are to be short, always the same one.
func (c *followCase) inTurn(t *testing.T, kind string) {
	t.Helper()
	all := subjects()
	if testing.Short() && c.api != all[crc32.ChecksumIEEE([]byte(kind))%uint32(len(all))].api {
		t.Skip("another API has the turn")
	}
}

func newFollowCase(t *testing.T, s subject) *followCase {
	c := &followCase{trial: &trial{subject: s}, t: t}
	c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.date))
	return c
}

// date is what the server's next answer says, which may come from a node whose clock is wrong.
func (c *followCase) date() time.Time {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Add(c.skew)
}

// skewBy sets the skew of each answer, by its number.
func (c *followCase) skewBy(skew func(n int) time.Duration) {
	c.srv.BeforeRequest(func(_ auditlogtest.API, n int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.skew = skew(n)
	})
}

// now is the server's.
func (c *followCase) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(epoch + c.offset).UTC()
}

// setBack changes the server's clock.
func (c *followCase) setBack(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset -= d
}

// happen adds n records whose times lie ago before the server's now.
func (c *followCase) happen(n int, ago time.Duration) {
	for range n {
		c.add(c.srv, c.newRow(c.now().Add(-ago)))
	}
}

func (c *followCase) client(opts ...auditlogs.Option) *auditlogs.Client {
	client, err := auditlogs.NewClient(append(c.srv.Options(), opts...)...)
	require.NoError(c.t, err)
	return client
}

// pagesUntil reads until stop is true, of the pages so far; it fails on an error.
func (c *followCase) pagesUntil(l listing, o auditlogs.FollowOptions, stop func(pages []*page) bool) []*page {
	var pages []*page
	for p, err := range c.follow(c.t.Context(), c.client(), l, o) {
		require.NoError(c.t, err)
		require.NotEmpty(c.t, p.next)
		if pages = append(pages, p); stop(pages) {
			break
		}
	}
	return pages
}

func followedKeys(pages []*page) (keys []string) {
	for _, p := range pages {
		keys = append(keys, p.keys...)
	}
	return keys
}

// stored are the keys that the log holds from a time on.
func (c *followCase) stored(since time.Time) (keys []string) {
	for _, r := range c.rows(c.srv) {
		if !r.at.Before(since) {
			keys = append(keys, r.key)
		}
	}
	return keys
}

func count(n int) func([]*page) bool { return func(p []*page) bool { return len(p) >= n } }

func TestFollowBeginsAtTheServersNow(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.happen(5, time.Minute)
		began := c.now()
		pages := c.pagesUntil(listing{}, quickFollow, func(pages []*page) bool {
			if len(pages) == 1 {
				assert.Empty(t, pages[0].keys, "the first page tells where the log begins")
				time.Sleep(5 * time.Second)
				c.happen(3, 2*time.Second)
			}
			return len(pages) == 5
		})
		assert.ElementsMatch(t, c.stored(began), followedKeys(pages))
		assert.Len(t, followedKeys(pages), 3)
	})
}

func TestFollowBackfillsFromSince(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.clock = c.now()
		c.Rand = newLifeRand()
		c.add(c.srv, c.fill(700, 4)...)
		all := c.rows(c.srv)
		since := all[500].at
		pages := c.pagesUntil(listing{since: since}, quickFollow, count(12))
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
	})
}

func TestFollowFromAFutureSince(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now().Add(time.Hour)
		c.happen(3, 0)
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			if len(pages) == 1 {
				c.happen(2, 0)
				time.Sleep(time.Until(since.Add(-epoch + time.Minute)))
				c.happen(4, time.Second)
			}
			return len(pages) == 5
		})
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
		assert.Len(t, followedKeys(pages), 4)
	})
}

// A server's clock that is put back moves no end back; what is delivered stays so, and what follows is not lost. When it
// is right again, that is believed after a while.
func TestFollowWhenTheClockIsPutBack(t *testing.T) {
	for name, back := range map[string]time.Duration{"a minute": time.Minute, "hours": 3 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			eachFollowed(t, func(t *testing.T, c *followCase) {
				since := c.now()
				var at time.Time
				pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
					switch len(pages) {
					case 3, 4, 5, 9:
						c.happen(2, 0)
					case 6: // only the header is wrong: records go on in time
						at = c.now()
						c.setBack(back)
					case 8:
						c.setBack(-back)
					}
					return len(pages) == 50
				})
				assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
				assert.False(t, at.IsZero())
			})
		})
	}
}

func TestFollowLateRecords(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			switch len(pages) {
			case 10, 11:
				c.happen(1, quickFollow.Lookback+quickFollow.Lag-2*time.Second)
				c.happen(1, 30*time.Second)
				c.happen(1, 0)
			}
			return len(pages) == 25
		})
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
		assert.Len(t, followedKeys(pages), 6)
	})
}

// The lookback may change from run to run, also in the middle of a poll.
func TestFollowWithAnotherLookback(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.clock, c.Rand = c.now(), newLifeRand()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 30})
		c.add(c.srv, c.fill(300, 0)...)
		l := listing{since: c.now().Add(-100 * time.Hour)}
		got := map[string]int{}
		for i, lookback := range []time.Duration{time.Minute, 80 * time.Hour, time.Second, 90 * time.Hour, time.Minute, time.Hour} {
			o := quickFollow
			o.Lookback = lookback
			for _, p := range c.pagesUntil(l, o, count(3+i)) {
				l.Cursor = p.next
				for _, key := range p.keys {
					got[key]++
				}
			}
		}
		for key, n := range got {
			assert.Equal(t, 1, n, key)
		}
		assert.Len(t, got, 300)
	})
}

// A months-long backlog costs no memory: only what the next poll reads again is remembered.
func TestFollowRemembersOnlyTheLookback(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		rows := make([]row, 3000)
		for i := range rows {
			rows[i] = c.newRow(c.now().Add(-time.Hour - time.Duration(i)*time.Minute))
		}
		c.add(c.srv, rows...)
		got := map[string]bool{}
		c.pagesUntil(listing{since: c.now().Add(-60 * 24 * time.Hour)}, quickFollow, func(pages []*page) bool {
			p := pages[len(pages)-1]
			assert.LessOrEqual(t, len(p.next), 900)
			for _, key := range p.keys {
				got[key] = true
			}
			return len(got) == len(rows) && len(p.keys) == 0
		})
	})
}

func TestFollowEndsOnRefusal(t *testing.T) {
	for status, want := range map[int]error{
		400: auditlogs.ErrInvalidRequest, 401: auditlogs.ErrUnauthorized, 403: auditlogs.ErrForbidden, 404: auditlogs.ErrNotFound,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			eachFollowed(t, func(t *testing.T, c *followCase) {
				c.happen(2, time.Minute)
				var errs []error
				pages := 0
				for p, err := range c.follow(t.Context(), c.client(), listing{since: c.now().Add(-time.Hour)}, quickFollow) {
					if err != nil {
						assert.Nil(t, p)
						errs = append(errs, err)
						continue
					}
					if pages++; pages == 3 {
						c.srv.Inject(auditlogtest.Fault{API: c.api, Status: status})
					}
				}
				require.Len(t, errs, 1)
				assert.ErrorIs(t, errs[0], want)
				assert.Equal(t, 3, pages)
				var refusal *auditlogs.APIError
				require.ErrorAs(t, errs[0], &refusal)
				assert.Equal(t, status, refusal.StatusCode)
			})
		})
	}
}

func TestFollowEndsWhenTheTokenIsRevoked(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		pages := 0
		for _, err := range c.follow(t.Context(), c.client(), listing{}, quickFollow) {
			if err != nil {
				assert.ErrorIs(t, err, auditlogs.ErrUnauthorized)
				break
			}
			if pages++; pages == 2 {
				c.srv.RevokeTokens()
			}
			require.Less(t, pages, 4)
		}
		assert.Equal(t, 2, pages)
	})
}

// What may pass is survived, reported, and loses nothing; the report has no secret.
func TestFollowSurvives(t *testing.T) {
	faults := map[string]auditlogtest.Fault{
		"500":         {Status: 500},
		"501":         {Status: 501},
		"503":         {Status: 503},
		"429":         {Status: 429, Header: http.Header{"Retry-After": {"7200"}}},
		"reset":       {Reset: true},
		"truncated":   {Truncate: -1},
		"undecodable": {Status: 200, Body: "<html>" + auditlogtest.Token},
		"delay":       {Delay: time.Hour},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			eachFollowed(t, func(t *testing.T, c *followCase) {
				fault, since := fault, c.now() // each bubble has a copy of the fault
				var retries []auditlogs.RetryInfo
				var log bytes.Buffer
				client := c.client(
					auditlogs.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
					auditlogs.WithHooks(auditlogs.Hooks{OnRetry: func(_ context.Context, r auditlogs.RetryInfo) {
						if strings.HasSuffix(r.Op, ".Follow") {
							retries = append(retries, r)
						}
					}}))
				var pages []*page
				o := quickFollow
				o.Patience = -1
				for p, err := range c.follow(t.Context(), client, listing{since: since}, o) {
					require.NoError(t, err)
					pages = append(pages, p)
					if len(pages) <= 10 {
						c.happen(1, 0)
					}
					if len(pages) == 3 {
						fault.API, fault.Times = c.api, 10
						c.srv.Inject(fault)
					}
					if len(pages) == 20 {
						break
					}
				}
				assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
				require.NotEmpty(t, retries)
				for i, r := range retries {
					assert.Equal(t, i+1, r.Attempt)
					assert.Error(t, r.Err)
					assert.GreaterOrEqual(t, r.Wait, quickFollow.Interval)
				}
				if fault.Status == 429 {
					assert.Equal(t, 10*time.Minute, retries[0].Wait, "the wait is bounded")
					var refusal *auditlogs.APIError
					require.ErrorAs(t, retries[0].Err, &refusal)
					assert.Equal(t, 2*time.Hour, refusal.RetryAfter)
				}
				assert.Contains(t, log.String(), `"level":"WARN","msg":"poll failed"`)
				assert.NotContains(t, log.String(), auditlogtest.Token)
				assert.NotContains(t, fmt.Sprintf("%+v", retries), auditlogtest.Token)
			})
		})
	}
}

// Failures are counted in a row: after a poll that succeeded, the next failure is the first again.
func TestFollowForgetsFailuresThatPassed(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		var attempts []int
		client := c.client(auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}), auditlogs.WithHooks(auditlogs.Hooks{
			OnRetry: func(_ context.Context, r auditlogs.RetryInfo) { attempts = append(attempts, r.Attempt) },
		}))
		pages := 0
		for _, err := range c.follow(t.Context(), client, listing{since: c.now()}, quickFollow) {
			require.NoError(t, err)
			if pages++; pages == 3 {
				break
			}
			c.srv.Inject(auditlogtest.Fault{API: c.api, Status: http.StatusServiceUnavailable, Times: 2})
		}
		require.Equal(t, []int{1, 2, 1, 2}, attempts)
	})
}

func TestFollowEndsWithItsContext(t *testing.T) {
	reason := errors.New("shutting down")
	eachFollowed(t, func(t *testing.T, c *followCase) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		began := time.Now()
		pages, errs := 0, 0
		for _, err := range c.follow(ctx, c.client(), listing{}, auditlogs.FollowOptions{Interval: time.Hour}) {
			if err != nil {
				errs++
				assert.ErrorIs(t, err, context.Canceled)
				assert.ErrorIs(t, err, reason)
				continue
			}
			pages++
			time.AfterFunc(time.Second, func() { cancel(reason) })
		}
		assert.Equal(t, []int{1, 1}, []int{pages, errs})
		assert.Equal(t, time.Second, time.Since(began), "it ends while it waits")
	})
}

func TestFollowNeedsADate(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.happen(3, time.Minute)
		c.srv.Inject(auditlogtest.Fault{API: c.api, Times: -1, Header: http.Header{"Date": {}}})
		var told error // what the hook is told is what the caller gets
		hooks := auditlogs.WithHooks(auditlogs.Hooks{OnCall: func(ctx context.Context, _ auditlogs.CallInfo) (context.Context, func(auditlogs.CallDone)) {
			return ctx, func(done auditlogs.CallDone) { told = done.Err }
		}})
		for _, since := range []time.Time{{}, c.now().Add(-time.Hour)} {
			n := 0
			for p, err := range c.follow(t.Context(), c.client(hooks), listing{since: since}, quickFollow) {
				n++
				require.Equal(t, err, told)
				assert.Nil(t, p)
				var incomplete *auditlogs.IncompleteError
				require.ErrorAs(t, err, &incomplete)
				assert.Contains(t, err.Error(), "Date")
			}
			assert.Equal(t, 1, n)
		}
	})
}

func TestFollowRefusesWhatHasNoMeaning(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		now := c.now()
		cases := map[string]struct {
			listing
			auditlogs.FollowOptions
		}{
			"Until":    {listing: listing{until: now}},
			"Offset":   {listing: listing{ListOptions: auditlogs.ListOptions{Offset: 1}}},
			"Interval": {FollowOptions: auditlogs.FollowOptions{Interval: -1}},
			"Lag":      {FollowOptions: auditlogs.FollowOptions{Lag: -1}},
			"Lookback": {FollowOptions: auditlogs.FollowOptions{Lookback: -1}},
		}
		for field, bad := range cases {
			for p, err := range c.follow(t.Context(), c.client(), bad.listing, bad.FollowOptions) {
				assert.Nil(t, p)
				assertField(t, err, field)
			}
		}
		assert.Empty(t, c.srv.Requests(c.api))
	})
}

func assertField(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, auditlogs.ErrInvalidFilter)
	var fault *auditlogs.FilterError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, field, fault.Field)
}

func TestFollowRefusesOrdersAndWindows(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer()
	defer srv.Close()
	client, err := auditlogs.NewClient(srv.Options()...)
	require.NoError(t, err)
	o := auditlogs.FollowOptions{}
	for _, err := range client.UserEvents.Follow(t.Context(), auditlogs.UserEventFilter{Window: time.Hour}, o) {
		assertField(t, err, "Window")
	}
	order := []auditlogs.DataAccessLogOrder{auditlogs.OrderUserUsername}
	for _, err := range client.DataAccessLogs.Follow(t.Context(), auditlogs.DataAccessLogFilter{Order: order}, o) {
		assertField(t, err, "Order")
	}
	for _, err := range client.AuditEvents.Follow(t.Context(), auditlogs.AuditEventFilter{Sort: "user"}, o) {
		assertField(t, err, "Order")
	}
	upper := auditlogs.AuditEventFilter{TimestampLTE: time.Now()}
	for _, err := range client.AuditEvents.Follow(t.Context(), upper, o) {
		assertField(t, err, "Until")
	}
	for _, api := range auditlogtest.APIs() {
		assert.Empty(t, srv.Requests(api))
	}
}

func TestFollowRefusesOtherCursors(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 5})
		for i := range 9 {
			c.happen(1, time.Duration(20+i)*time.Second)
		}
		since := c.now().Add(-time.Hour)
		l := listing{since: since}
		if c.maxPage > 0 {
			l.PageSize = 5
		}
		listed, err := c.list(t.Context(), c.client(), l)
		require.NoError(t, err)
		require.NotEmpty(t, listed.next)
		follows := c.pagesUntil(l, quickFollow, func(p []*page) bool { return len(followedKeys(p)) == 9 && len(p[len(p)-1].keys) == 0 })
		sent := len(c.srv.Requests(c.api))
		refused := func(l listing, want error) {
			t.Helper()
			for p, err := range c.follow(t.Context(), c.client(), l, quickFollow) {
				assert.Nil(t, p)
				assert.ErrorIs(t, err, want)
			}
		}
		for _, f := range follows {
			l.Cursor = f.next
			_, err = c.list(t.Context(), c.client(), l)
			assert.ErrorIs(t, err, auditlogs.ErrCursorMismatch)
		}
		refused(listing{since: since.Add(1), ListOptions: l.ListOptions}, auditlogs.ErrCursorMismatch)
		l.Cursor = listed.next
		refused(l, auditlogs.ErrCursorMismatch)
		good := string(follows[0].next)
		for _, bad := range []string{"x", good + "A", good[:len(good)-3], strings.Replace(good, "al1.", "al9.", 1), good[:9] + "____" + good[13:]} {
			l.Cursor = auditlogs.Cursor(bad)
			refused(l, auditlogs.ErrInvalidCursor)
		}
		assert.Len(t, c.srv.Requests(c.api), sent, "nothing was sent")
	})
}

// A log that lists the oldest first is not read from its beginning each time.
func TestFollowOldestFirstReadsLittle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjects()[3], Rand: newLifeRand()}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
		defer c.srv.Close()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{Order: auditlogtest.TimeAscending})
		c.clock = c.now()
		c.add(c.srv, c.fill(5000, 5)...)
		l := listing{since: c.now().Add(-24 * time.Hour)}
		first := c.pagesUntil(l, quickFollow, func(p []*page) bool { return len(p[len(p)-1].keys) == 0 })
		require.Len(t, followedKeys(first), 5000)
		l.Cursor = first[len(first)-1].next
		c.srv.ResetRequests()
		rest := c.pagesUntil(l, quickFollow, func(p []*page) bool { c.happen(1, 0); return len(p) == 50 })
		assert.Greater(t, len(followedKeys(rest)), 40)
		assert.LessOrEqual(t, len(c.srv.Requests(c.api)), 150)
	})
}

// Equal events of one second are told apart by counting, also when some of them come later.
func TestFollowCountsEqualEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjects()[4]}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
		defer c.srv.Close()
		at := c.now().Add(5 * time.Second)
		event := auditlogs.UserEvent{Date: at, Event: "Report created.", User: "a@example.org"}
		var ordinals []int
		polls := 0
		f := auditlogs.UserEventFilter{Since: c.now()}
		for p, err := range c.client().UserEvents.Follow(t.Context(), f, quickFollow) {
			require.NoError(t, err)
			for _, e := range p.Items {
				ordinals = append(ordinals, e.Ordinal)
			}
			switch polls++; polls {
			case 1:
				c.srv.AddUserEvents(event, event)
			case 4, 6:
				c.srv.AddUserEvents(event)
			}
			if f.Cursor = p.Next; polls == 12 {
				break
			}
		}
		assert.Equal(t, []int{0, 1, 2, 3}, ordinals)
	})
}

// A record without a time is shown by every poll, and delivered by the first.
func TestFollowRecordsWithoutATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjects()[1]}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
		defer c.srv.Close()
		since := c.now()
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			if n := len(pages); n == 3 {
				c.srv.AddDataAssetLogs(auditlogs.DataAssetLog{HappenedTime: c.now().Add(100 * time.Hour), Raw: []byte(`{"audit_log_id":"timeless"}`)})
			}
			c.happen(1, time.Second)
			return len(pages) == 60
		})
		keys := followedKeys(pages)
		assert.Equal(t, 1, strings.Count(strings.Join(keys, " "), "timeless"))
		assert.Greater(t, len(keys), 20)
	})
}
