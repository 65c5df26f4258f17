package auditlogs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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

// unreadables gathers what Unreadable is given.
type unreadables struct {
	mu   sync.Mutex
	raw  map[string]int
	errs []*auditlogs.DecodeError
	fail error // what it returns
}

func (u *unreadables) take(_ context.Context, raw json.RawMessage, err *auditlogs.DecodeError) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.raw == nil {
		u.raw = map[string]int{}
	}
	u.raw[string(raw)]++
	u.errs = append(u.errs, err)
	return u.fail
}

func (u *unreadables) options(o auditlogs.FollowOptions) auditlogs.FollowOptions {
	o.Unreadable = u.take
	return o
}

// brokenRaw is a record that no API's type can hold, whose time can be read or not.
func brokenRaw(n int, at time.Time, timed bool) string {
	text := jsonString(at.UTC().Format("2006-01-02T15:04:05.000Z"))
	if !timed {
		text = `{"secret":"s3cret"}`
	}
	return fmt.Sprintf(`{"n":%d,"uuid":[1],"id":[1],"audit_log_id":[1],"event":[1],"timestamp":%[2]s,"happend_time":%[2]s,"time":%[2]s,"date":%[2]s}`, n, text)
}

func jsonString(s string) string {
	text, _ := json.Marshal(s) // a string always has a JSON form
	return string(text)
}

// breakOne adds an unreadable record.
func (c *followCase) breakOne(n int, ago time.Duration, timed bool) {
	at := c.now().Add(-ago)
	before := map[string]bool{}
	for _, r := range c.rows(c.srv) {
		before[r.key] = true
	}
	c.addRaw(c.srv, c.newRow(at), brokenRaw(n, at, timed))
	for _, r := range c.rows(c.srv) {
		if !before[r.key] {
			c.broken = append(c.broken, r.key)
		}
	}
}

// readable are the keys that the log holds of records that can be read.
func (c *followCase) readable(since time.Time) (keys []string) {
	broken := map[string]bool{}
	for _, key := range c.broken {
		broken[key] = true
	}
	for _, key := range c.stored(since) {
		if !broken[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

// Unreadable records are handed over once each, and all others are delivered once, however the log is followed.
func TestFollowGoesOnPastUnreadableRecords(t *testing.T) {
	for _, timed := range []bool{true, false} {
		for _, w := range fewer(ways()) {
			t.Run(fmt.Sprintf("%s, timed %v", w.name, timed), func(t *testing.T) {
				if testing.Short() && timed == w.resumed {
					t.Skip("either of both is enough for a short test")
				}
				eachFollowed(t, func(t *testing.T, c *followCase) {
					c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 25})
					since := c.now().Add(-time.Hour)
					l := listing{since: since, ListOptions: auditlogs.ListOptions{Prefetch: w.prefetch}}
					if c.maxPage > 0 {
						l.PageSize = 10
					}
					broken := 0
					grow := func(ago time.Duration) {
						c.happen(2, ago+time.Second)
						c.breakOne(broken, ago, timed)
						broken++
						c.happen(1, ago)
					}
					for i := range 40 {
						grow(time.Duration(5+i) * time.Minute)
					}
					grow(30 * time.Minute) // among equal times
					var u unreadables
					var pages []*page
					rounds := 0
					for len(pages) < 90 {
						for p, err := range c.follow(t.Context(), c.client(), l, u.options(quickFollow)) {
							require.NoError(t, err)
							pages, l.Cursor = append(pages, p), p.next
							if rounds++; rounds > 50 && rounds < 60 {
								grow(0)
							}
							if len(pages) >= 90 || w.resumed {
								break
							}
						}
						if w.resumed {
							time.Sleep(3 * time.Second)
						}
					}
					assert.ElementsMatch(t, c.readable(since), followedKeys(pages))
					assert.Len(t, u.raw, broken)
					for raw, n := range u.raw {
						assert.Equal(t, 1, n, raw)
						assert.True(t, json.Valid([]byte(raw)))
					}
					for _, err := range u.errs {
						assert.GreaterOrEqual(t, err.Index, 0)
						assert.True(t, strings.HasSuffix(err.Op, ".List"), err.Op)
						assert.Error(t, err.Err)
					}
				})
			})
		}
	}
}

// Every kind of JSON that is no record is handed over as it came; what it holds is neither logged nor in an error.
func TestFollowHandsOverUnreadableRecordsAsTheyCame(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		raws := []string{`7`, `null`, `"s3cret"`, `["s3cret"]`, `{"s3cret":[],"uuid":{},"id":{},"audit_log_id":{},"event":{}}`}
		since := c.now()
		var u unreadables
		var log bytes.Buffer
		logger := auditlogs.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		pages := 0
		for p, err := range c.follow(t.Context(), c.client(logger), listing{since: since}, u.options(quickFollow)) {
			require.NoError(t, err)
			if pages++; pages == 2 {
				for _, raw := range raws {
					c.happen(1, 0)
					c.addRaw(c.srv, c.newRow(c.now()), raw)
				}
				c.happen(1, 0)
			}
			if len(p.keys) > 0 {
				assert.Len(t, u.raw, len(raws), "before the page")
			}
			if pages == 20 {
				break
			}
		}
		want := map[string]int{}
		for _, raw := range raws {
			want[raw] = 1
		}
		assert.Equal(t, want, u.raw)
		assert.NotContains(t, log.String(), "s3cret")
		for _, err := range u.errs {
			assert.NotContains(t, err.Error(), "s3cret")
		}
	})
}

// An error of Unreadable ends Follow; whoever goes on from the last cursor is given the record again.
func TestFollowEndsWithTheErrorOfUnreadable(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		var l listing
		l.since = c.now()
		u := unreadables{fail: errors.New("not this one")}
		follow := func() (pages int, last error) {
			for p, err := range c.follow(t.Context(), c.client(), l, u.options(quickFollow)) {
				if err != nil {
					assert.Nil(t, p)
					last = err
					continue
				}
				if l.Cursor = p.next; pages == 2 && len(c.broken) == 0 {
					c.happen(1, 0)
					c.breakOne(1, 0, true)
				}
				if pages++; pages == 10 {
					break
				}
			}
			return pages, last
		}
		_, err := follow()
		assert.Equal(t, u.fail, err)
		assert.Len(t, u.errs, 1)
		_, err = follow()
		assert.Equal(t, u.fail, err)
		assert.Len(t, u.errs, 2)
		u.fail = nil
		_, err = follow()
		require.NoError(t, err)
		assert.Len(t, u.errs, 3)
	})
}

// Where nothing tells when an unreadable record happened, the poll fails until a record shows it.
func TestFollowWaitsForTheTimeOfAnUnreadableRecord(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		var u unreadables
		c.breakOne(1, 0, false)
		time.AfterFunc(30*time.Minute, func() { c.happen(1, 0) })
		pages := 0
		for p, err := range c.follow(t.Context(), c.client(), listing{since: since}, u.options(quickFollow)) {
			require.NoError(t, err)
			if len(p.keys) > 0 {
				assert.GreaterOrEqual(t, c.now().Sub(since), 30*time.Minute)
				assert.Len(t, u.raw, 1)
			}
			if pages++; pages == 10 {
				break
			}
		}
		assert.Len(t, u.raw, 1)

		c.breakOne(2, 0, false)
		o := u.options(quickFollow)
		o.Lookback = time.Second
		var last error
		for _, err := range c.follow(t.Context(), c.client(), listing{since: c.now().Add(-time.Second)}, o) {
			last = err
			if pages++; pages == 200 {
				break
			}
		}
		if c.api == auditlogtest.HuaweiEDS || c.api == auditlogtest.Akinon || c.api == auditlogtest.ThousandEyes { // they show nothing else
			var decode *auditlogs.DecodeError
			assert.ErrorAs(t, last, &decode)
			assert.Len(t, u.raw, 1)
		}
	})
}

// In a log that lists the oldest first, an unreadable record belongs to the newer one after it.
func TestFollowUnreadableRecordsOldestFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newFollowCase(t, subjects()[3])
		defer c.srv.Close()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{Order: auditlogtest.TimeAscending})
		since := c.now()
		c.happen(12, 0)
		var u unreadables
		pages := 0
		for _, err := range c.follow(t.Context(), c.client(), listing{since: since}, u.options(quickFollow)) {
			require.NoError(t, err)
			switch pages++; pages {
			case 40: // the record before is far older than what is read again
				c.breakOne(1, 0, false)
			case 60:
				c.happen(1, 0)
			}
			if pages == 90 {
				break
			}
		}
		assert.Len(t, u.raw, 1)
		assert.Len(t, u.errs, 1)
	})
}

// Equal records without an id are told apart by counting, also those that cannot be read.
func TestFollowCountsEqualUnreadableEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newFollowCase(t, subjects()[4])
		defer c.srv.Close()
		since := c.now()
		raw := brokenRaw(1, since.Add(5*time.Second), true)
		var u unreadables
		pages := 0
		for _, err := range c.follow(t.Context(), c.client(), listing{since: since}, u.options(quickFollow)) {
			require.NoError(t, err)
			switch pages++; pages {
			case 1:
				c.addRaw(c.srv, c.newRow(since.Add(5*time.Second)), raw)
				c.addRaw(c.srv, c.newRow(since.Add(5*time.Second)), raw)
			case 4:
				c.addRaw(c.srv, c.newRow(since.Add(5*time.Second)), raw)
			}
			if pages == 15 {
				break
			}
		}
		assert.Equal(t, map[string]int{raw: 3}, u.raw)
	})
}

func TestFollowAllUnreadable(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		ctx, cancel := context.WithTimeout(f.Context(), 10*time.Minute)
		defer cancel()
		var u unreadables
		since := f.now()
		got, n := 0, 0
		for p, err := range auditlogs.FollowAll(ctx, "", u.options(quickFollow), f.sources(since, 2)...) {
			if err != nil {
				require.ErrorIs(f, err, context.DeadlineExceeded)
				break
			}
			got += len(p.Items)
			if n++; n == 20 {
				f.happen(2, 0)
				for i, one := range f.trials {
					one.addRaw(f.srv, one.newRow(f.now()), brokenRaw(i, f.now(), i%2 == 0))
				}
			}
		}
		require.Equal(f, 2*5, got)
		require.Len(f, u.raw, 5)
		require.Len(f, u.errs, 5)
	})
}

// Lists do not go on past what they cannot read.
func TestListsEndAtAnUnreadableRecord(t *testing.T) {
	forEach(t, func(r *rig) {
		r.fill(3, time.Second)
		r.addRaw(r.srv, row{"x", noon}, `7`)
		_, _, err := r.readPages(listing{})
		var decode *auditlogs.DecodeError
		require.ErrorAs(r, err, &decode)
	})
}

// In an API that shows the records before, an unreadable record is handed over although no newer one shows its time.
func TestFollowHandsOverTheNewestRecord(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		if c.api != auditlogtest.Waldur && c.api != auditlogtest.ElasticPath {
			t.Skip("it shows only what is in the range")
		}
		c.happen(12, 0)
		time.Sleep(10 * time.Minute)
		var u unreadables
		pages := 0
		for _, err := range c.follow(t.Context(), c.client(), listing{since: c.now()}, u.options(quickFollow)) {
			require.NoError(t, err)
			if pages++; pages == 3 {
				c.breakOne(1, 0, false)
			}
			if pages == 15 {
				break
			}
		}
		assert.Len(t, u.errs, 1)
	})
}
