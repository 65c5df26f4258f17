package auditlogs_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// clockProof is after how many polls another time is believed.
const clockProof = 30

// nodes are servers that answer in turn, and by how much their clocks are wrong.
func nodes(skews ...time.Duration) func(n int) time.Duration {
	return func(n int) time.Duration { return skews[(n-1)%len(skews)] }
}

// answers are the numbers of answers from first on whose Date is wrong by a time.
func answers(first, number int, by time.Duration) func(n int) time.Duration {
	return func(n int) time.Duration {
		if n < first || n >= first+number {
			return 0
		}
		return by
	}
}

const year = 365 * 24 * time.Hour

// wrongClocks are ways in which Dates are wrong, and after how many polls all that happened must have been delivered.
func wrongClocks() []struct {
	name string
	skew func(n int) time.Duration
	more int
} {
	randomly := func(seed uint64, skews ...time.Duration) func(int) time.Duration {
		return func(n int) time.Duration {
			if n <= 2 { // who starts with wrong ones only, and is given records, cannot know
				return 0
			}
			return skews[rand.New(rand.NewPCG(seed, uint64(n))).IntN(len(skews))]
		}
	}
	type way = struct {
		name string
		skew func(n int) time.Duration
		more int
	}
	ways := []way{
		{"right", nodes(0), 3},
		{"ahead by a day at once", answers(1, 1, 24*time.Hour), 3},
		{"ahead by a day once", answers(6, 1, 24*time.Hour), 3},
		{"ahead by a year once", answers(6, 1, year), 3},
		{"ahead by an hour for a while", answers(6, 5, time.Hour), 3},
		{"one of two nodes ahead", nodes(0, 24*time.Hour), 3},
		{"the other of two nodes ahead", nodes(24*time.Hour, 0), 3},
		{"the first of three nodes ahead", nodes(year, 0, 0), 3},
		{"two of three nodes ahead", nodes(24*time.Hour, 24*time.Hour, 0), 3},
		{"behind by a minute once", answers(6, 1, -time.Minute), clockProof + 5},
		{"behind by a year once", answers(6, 1, -year), clockProof + 5},
		{"behind by a year once, later", answers(6*clockProof, 1, -year), 3},
		{"one of two nodes minutes behind", nodes(0, -3*time.Minute), 60},
		{"three seconds apart", nodes(0, 3*time.Second, -3*time.Second), 3},
	}
	for seed := range uint64(4) {
		name := "random nodes " + strconv.Itoa(int(seed))
		ways = append(ways, way{name, randomly(seed, 0, 24*time.Hour, year, 0, time.Hour), 20})
	}
	return ways
}

// A Date that is ahead makes no poll skip records, wherever Follow began, and none comes twice.
func TestFollowOutlastsWrongDates(t *testing.T) {
	for _, w := range wrongClocks() {
		for _, from := range fewer([]string{"now", "Since", "cursor"}) {
			t.Run(w.name+" from "+from, func(t *testing.T) {
				eachFollowed(t, func(t *testing.T, c *followCase) {
					c.inTurn(t, w.name)
					var l listing
					var before []string
					since := c.now()
					if from == "Since" {
						l.since = since
					}
					if from == "cursor" {
						c.happen(3, 0)
						l.since = since
						before = followedKeys(c.pagesUntil(l, quickFollow, func(pages []*page) bool {
							l.Cursor = pages[len(pages)-1].next
							return len(pages) == 5
						}))
					}
					first := len(c.srv.Requests(c.api))
					c.skewBy(func(n int) time.Duration { return w.skew(n - first) })
					const polls = 40
					pages := c.pagesUntil(l, quickFollow, func(pages []*page) bool {
						if len(pages) < polls {
							time.Sleep(time.Second)
							c.happen(1, 0)
						}
						return len(pages) == polls+w.more
					})
					assert.ElementsMatch(t, c.stored(since), append(before, followedKeys(pages)...))
				})
			})
		}
	}
}

// Where Follow began at a Date that was ahead, it goes back, also if only the cursor of that first page was kept.
func TestFollowGoesBackToAnEarlierBeginning(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		c.skewBy(answers(1, 1, 24*time.Hour))
		var l listing
		c.pagesUntil(l, quickFollow, func(pages []*page) bool { l.Cursor = pages[0].next; return true })
		pages := c.pagesUntil(l, quickFollow, func(pages []*page) bool {
			if len(pages) < 5 {
				c.happen(1, 0)
			}
			return len(pages) == 8
		})
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
	})
}

// What no answer came before: a Date that is far after the end of what was read is asked for again.
func TestFollowDoubtsAFirstDate(t *testing.T) {
	downtimes := map[string]struct {
		gap   time.Duration
		again int
	}{"short": {10 * time.Minute, 0}, "long": {time.Hour, 1}}
	for name, d := range downtimes {
		t.Run(name, func(t *testing.T) {
			eachFollowed(t, func(t *testing.T, c *followCase) {
				since := c.now()
				l := listing{since: since}
				c.happen(2, 0)
				c.pagesUntil(l, quickFollow, func(pages []*page) bool {
					l.Cursor = pages[len(pages)-1].next
					return len(pages) == 4
				})
				// poll reads one page, and counts the requests for the date alone.
				poll := func(skew func(int) time.Duration) (asked int, p *page) {
					c.skewBy(skew)
					client := c.client(auditlogs.WithHooks(auditlogs.Hooks{OnRequest: func(_ context.Context, r auditlogs.RequestInfo) {
						if strings.HasSuffix(r.Op, ".Follow") {
							asked++
						}
					}}))
					for p, err := range c.follow(t.Context(), client, l, quickFollow) {
						require.NoError(t, err)
						return asked, p
					}
					return asked, nil
				}
				time.Sleep(d.gap)
				c.happen(1, time.Minute)
				asked, p := poll(nodes(0))
				assert.Equal(t, d.again, asked)
				assert.Len(t, p.keys, 1)

				first := 0
				_, p = poll(func(n int) time.Duration {
					if first == 0 {
						first = n
					}
					return answers(first, 1, year)(n)
				})
				assert.Len(t, p.keys, 1)
				l.Cursor = p.next
				c.happen(1, 0)
				pages := c.pagesUntil(l, quickFollow, count(4))
				assert.Len(t, followedKeys(pages), 1)
			})
		})
	}
}

// Clocks that differ as those of honest servers do cost nothing: as many requests and the same pages as with one clock.
func TestFollowNormalClocksCostNothing(t *testing.T) {
	hourly := auditlogs.FollowOptions{Interval: time.Hour}
	ways := map[string]struct {
		auditlogs.FollowOptions
		skew func(elapsed time.Duration, n int) time.Duration
		days int
	}{
		"three seconds apart": {quickFollow, func(_ time.Duration, n int) time.Duration { return nodes(0, 3*time.Second)(n) }, 0},
		"1 % fast for a week": {hourly, func(elapsed time.Duration, _ int) time.Duration { return elapsed / 100 }, 7},
		"1 % slow for a week": {hourly, func(elapsed time.Duration, _ int) time.Duration { return -elapsed / 100 }, 7},
	}
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range subjects() {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						run := func(skewed bool) (requests, pages, records int) {
							c := newFollowCase(t, s)
							defer c.srv.Close()
							began := time.Now()
							c.skewBy(func(n int) time.Duration {
								if !skewed {
									return 0
								}
								return w.skew(time.Since(began), n)
							})
							var claims atomic.Int64
							hooks := auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, i auditlogs.PageInfo) {
								if !i.Claimed.IsZero() {
									claims.Add(1)
								}
							}})
							length := max(10*time.Minute, time.Duration(w.days)*24*time.Hour)
							for p, err := range c.follow(t.Context(), c.client(hooks), listing{}, w.FollowOptions) {
								require.NoError(t, err)
								pages, records = pages+1, records+len(p.keys)
								if time.Since(began) < length/2 { // quiet: new records cost requests whose number the clock may change
									requests = len(c.srv.Requests(c.api))
									continue
								}
								if time.Since(began) >= length {
									break
								}
								if pages%7 == 1 {
									c.add(c.srv, c.newRow(c.date()))
								}
							}
							assert.Zero(t, claims.Load(), "dates that were not believed")
							return requests, pages, records
						}
						requests, pages, records := run(false)
						skewedRequests, skewedPages, skewedRecords := run(true)
						assert.Equal(t, requests, skewedRequests)
						assert.Equal(t, pages, skewedPages)
						assert.InDelta(t, records, skewedRecords, 1)
						assert.NotZero(t, records)
					})
				})
			}
		})
	}
}

// A clock that was set is believed after so many polls, and not before; each answer until then is reported.
func TestFollowBelievesAClockThatWasSet(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		var claims []auditlogs.PageInfo
		var log bytes.Buffer
		client := c.client(
			auditlogs.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
			auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, i auditlogs.PageInfo) {
				if !i.Claimed.IsZero() {
					claims = append(claims, i)
				}
			}}))
		pages, came := 0, 0
		for p, err := range c.follow(t.Context(), client, listing{since: since}, quickFollow) {
			require.NoError(t, err)
			if pages++; pages == 3 {
				c.setBack(-24 * time.Hour)
				c.happen(2, 0)
			}
			if len(p.keys) > 0 && came == 0 {
				came = pages
			}
			if pages == 50 {
				break
			}
		}
		assert.Equal(t, 3+clockProof, came)
		require.NotEmpty(t, claims)
		for _, i := range claims {
			assert.InDelta(t, 24*time.Hour, i.Claimed.Sub(i.Date), float64(15*time.Second))
		}
		assert.Equal(t, len(claims), strings.Count(log.String(), `"msg":"date not believed"`))
		assert.Contains(t, log.String(), `"level":"WARN","msg":"date not believed","api":"`+string(c.api)+`"`)
	})
}

// A server that begins a year behind and is then right delays what it shows, but not for ever.
func TestFollowOfASlowNode(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		c.skewBy(func(n int) time.Duration {
			if n < 3*clockProof*5 { // requests of as many polls, or more
				return 0
			}
			return nodes(0, -year)(n)
		})
		pages := c.pagesUntil(listing{since: since}, quickFollow, func(pages []*page) bool {
			if len(pages) < 300 {
				c.happen(1, 0)
			}
			return len(pages) == 310
		})
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
	})
}

// A copy from a cache is as old as its Age says.
func TestFollowSubtractsTheAge(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		since := c.now()
		var dates []time.Time
		client := c.client(auditlogs.WithHooks(auditlogs.Hooks{OnPage: func(_ context.Context, i auditlogs.PageInfo) { dates = append(dates, i.Date) }}))
		for age, want := range map[string]time.Duration{"60": time.Minute, "0": 0, "-60": 0, "x": 0, "": 0} {
			c.srv.ClearFaults()
			c.srv.Inject(auditlogtest.Fault{API: c.api, Times: -1, Header: http.Header{"Age": {age}}})
			dates = nil
			for _, err := range c.follow(t.Context(), client, listing{since: since.Add(-time.Hour)}, quickFollow) {
				require.NoError(t, err)
				break
			}
			require.NotEmpty(t, dates)
			assert.Equal(t, c.now().Add(-want).Truncate(time.Second), dates[0], "%q", age)
		}
	})
}

func TestFollowAllOutlastsWrongDates(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		wrong := http.Header{"Date": {f.now().Add(48 * time.Hour).Format(http.TimeFormat)}}
		ctx, cancel := context.WithTimeout(f.Context(), 10*time.Minute)
		defer cancel()
		got, n := 0, 0
		for p, err := range auditlogs.FollowAll(ctx, "", quickFollow, f.sources(f.now(), 0)...) {
			if err != nil {
				require.ErrorIs(f, err, context.DeadlineExceeded)
				break
			}
			got += len(p.Items)
			switch n++; n {
			case 8, 20:
				for _, one := range f.trials {
					f.srv.Inject(auditlogtest.Fault{API: one.api, Header: wrong})
				}
			case 15, 30, 60:
				f.happen(2, 0)
			}
		}
		require.Equal(f, 3*2*5, got)
	})
}

// Requests ask caches not to answer from a copy.
func TestRequestsAskForNoCopy(t *testing.T) {
	forEach(t, func(r *rig) {
		r.fill(3, time.Second)
		r.read(listing{})
		for _, sent := range r.srv.Requests(r.api) {
			assert.Equal(r, []string{"no-cache"}, sent.Header["Cache-Control"])
		}
	})
}
