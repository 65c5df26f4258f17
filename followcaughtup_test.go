package auditlogs_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// visible are the keys of what the log shows before a time.
func (c *followCase) visible(since, until time.Time) (keys []string) {
	for _, r := range c.rows(c.srv) {
		if !r.at.Before(since) && r.at.Before(until) {
			keys = append(keys, r.key)
		}
	}
	return keys
}

// requirePolling demands that a cursor shows whether a poll was under way where it was made. Package deliver relies on that.
func requirePolling(t *testing.T, cursor auditlogs.Cursor, want bool) {
	t.Helper()
	polling, known := exact.Polling(string(cursor))
	require.True(t, known)
	require.Equal(t, want, polling)
}

// The last page of each poll says that it is the last, and no other does, also while requests fail: all that was visible up to
// the poll's end has been given then, and the next page comes after the interval.
func TestFollowSaysWhenItIsCaughtUp(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.clock, c.Rand = c.now(), newLifeRand()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 30})
		c.add(c.srv, c.fill(300, 4)...)
		since := c.now().Add(-100 * time.Hour)
		client := c.client(auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
		var keys []string
		var polls, long, before int
		began := time.Now()
		for p, err := range c.follow(t.Context(), client, listing{since: since}, quickFollow) {
			require.NoError(t, err)
			waited := time.Since(began)
			keys = append(keys, p.keys...)
			require.Less(t, before, 100)
			requirePolling(t, p.next, !p.caughtUp)
			require.Equal(t, before == 0 && polls > 0, waited >= quickFollow.Interval, "pages of one poll come one after the other")
			if before++; !p.caughtUp {
				began = time.Now()
				require.NotEmpty(t, p.keys)
				continue
			}
			require.Subset(t, keys, c.visible(since, c.now().Add(-quickFollow.Lag-time.Second)))
			if before > 1 {
				long++
			}
			if polls++; polls == 8 {
				break
			}
			began, before = time.Now(), 0
			c.happen([]int{0, 100, 0, 0, 40}[polls%5], 2*time.Second)
		}
		require.Greater(t, long, 1, "polls of several pages")
		require.ElementsMatch(t, c.visible(since, c.now().Add(-quickFollow.Lag-time.Second)), keys)
	})
}

// A poll that breaks off is no poll that ended, whatever its pages have given.
func TestFollowIsNotCaughtUpWithinAFailure(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.clock, c.Rand = c.now(), newLifeRand()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 30})
		c.add(c.srv, c.fill(300, 4)...)
		since := c.now().Add(-100 * time.Hour)
		c.srv.Inject(auditlogtest.Fault{API: c.api, Status: 503, After: 3, Times: 20})
		var keys []string
		for p, err := range c.follow(t.Context(), c.client(auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})), listing{since: since}, quickFollow) {
			require.NoError(t, err)
			if keys = append(keys, p.keys...); p.caughtUp {
				break
			}
			require.NotEmpty(t, p.keys)
		}
		require.ElementsMatch(t, c.stored(since), keys)
	})
}

// The page that only tells where Follow begins is caught up; whoever goes on from any page is, once its first poll has ended.
// Nothing of that is in the cursor.
func TestFollowIsCaughtUpWhereverItBegins(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.happen(3, time.Minute)
		first := c.pagesUntil(listing{}, quickFollow, count(1))[0]
		require.True(t, first.caughtUp)
		require.Empty(t, first.keys)

		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 10})
		c.happen(50, -time.Second)
		time.Sleep(time.Minute)
		l, pages := listing{ListOptions: auditlogs.ListOptions{Cursor: first.next}}, 0
		var keys []string
		for {
			p := c.pagesUntil(l, quickFollow, count(1))[0]
			keys, pages, l.Cursor = append(keys, p.keys...), pages+1, p.next
			if p.caughtUp {
				break
			}
			require.Less(t, pages, 100)
		}
		require.Greater(t, pages, 1)
		require.Len(t, keys, 50)

		future := c.pagesUntil(listing{since: c.now().Add(time.Hour)}, quickFollow, count(2))
		require.True(t, future[0].caughtUp && future[1].caughtUp, "of what is still to come, nothing is missing")
	})
}

// A poll that is refused because the server's clock was put back has not shown what became visible since the last one.
func TestFollowIsNotCaughtUpByARefusal(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since, late := c.now(), ""
		refused, polls := 0, 0
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			require.Less(t, len(pages), 100)
			p := pages[len(pages)-1]
			switch {
			case !p.caughtUp:
				if len(p.keys) > 0 {
					return false
				}
				if refused++; refused == 3 {
					c.setBack(-3 * time.Hour)
				}
				return false
			case late != "":
				require.Contains(t, followedKeys(pages), late)
			}
			if polls++; polls == 3 {
				c.happen(1, 0) // what was delivered is not read again
			}
			if polls == 12 {
				known := c.stored(since)
				c.happen(1, 30*time.Second)
				late = slices.DeleteFunc(c.stored(since), func(key string) bool { return slices.Contains(known, key) })[0]
				c.setBack(3 * time.Hour)
			}
			return polls == 16
		})
		require.Contains(t, followedKeys(pages), late)
		require.Equal(t, c.api == auditlogtest.ThousandEyes, refused == 3, "which refuses what begins after its now")
	})
}

// What is listed is never called caught up, though it is whole.
func TestListingsAreNotCaughtUp(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(20, time.Minute)
		p, err := r.list(r.Context(), r.client, listing{})
		require.NoError(r, err)
		require.False(r, p.caughtUp)
		for _, prefetch := range []int{0, 2} {
			l := r.by(6)
			l.Prefetch = prefetch
			for p, err := range r.pages(r.Context(), r.client, l) {
				require.NoError(r, err)
				require.False(r, p.caughtUp)
			}
			for _, pages := range []eventPages{sourceOf(r.api, r.client, l).Pages(r.Context(), ""), auditlogs.Merge(r.Context(), sourceOf(r.api, r.client, l))} {
				for p, err := range pages {
					require.NoError(r, err)
					require.False(r, p.CaughtUp)
				}
			}
		}
	})
}
