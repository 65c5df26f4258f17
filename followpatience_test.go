package auditlogs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// longestFollowWait is the longest wait after a failed poll, if the interval is shorter.
const longestFollowWait = 10 * time.Minute

// lasting are failures that may pass, but do not.
func lasting() map[string]auditlogtest.Fault {
	return map[string]auditlogtest.Fault{
		"unavailable":         {Status: 503},
		"Retry-After, a year": {Status: 429, Header: http.Header{"Retry-After": {"31536000"}}},
		"sign-in page":        {Status: 200, Body: "<html>sign in</html>"},
		"unreadable record":   {Status: 200, Body: `{"count":1,"results":[7],"data":[7],"meta":{"results":{"total":1}},"auditEvents":[7]}`},
		"broken connection":   {Reset: true},
	}
}

// polls are what the hook was told of failed polls.
type polls []auditlogs.RetryInfo

func (p *polls) hook() auditlogs.Option {
	return auditlogs.WithHooks(auditlogs.Hooks{OnRetry: func(_ context.Context, r auditlogs.RetryInfo) {
		if strings.HasSuffix(r.Op, ".Follow") {
			*p = append(*p, r)
		}
	}})
}

// Failures that do not pass end Follow after Patience, with the last error; until then it goes on, and says since when.
func TestFollowEndsAfterPatience(t *testing.T) {
	for name, fault := range lasting() {
		for patience, want := range map[time.Duration]time.Duration{0: time.Hour, 25 * time.Minute: 25 * time.Minute, time.Nanosecond: time.Nanosecond} {
			t.Run(name+" for "+want.String(), func(t *testing.T) {
				eachFollowed(t, func(t *testing.T, c *followCase) {
					c.inTurn(t, name)
					fault, o := fault, quickFollow
					o.Patience, fault.API, fault.Times = patience, c.api, -1
					var (
						failed polls
						began  time.Time
						errs   []error
						log    bytes.Buffer
					)
					client := c.client(failed.hook(), auditlogs.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))))
					for _, err := range c.follow(t.Context(), client, listing{since: c.now()}, o) {
						if err != nil {
							errs = append(errs, err)
						} else if began.IsZero() {
							began = time.Now()
							c.srv.Inject(fault)
						}
					}
					require.Len(t, errs, 1)
					require.NotEmpty(t, failed)
					last := failed[len(failed)-1]
					assert.IsType(t, last.Err, errs[0])
					first := failed[0].Since
					assert.Less(t, first.Sub(began), quickFollow.Interval+5*time.Second)
					for i, r := range failed {
						assert.Equal(t, i+1, r.Attempt)
						assert.Equal(t, first, r.Since)
						assert.LessOrEqual(t, r.Wait, longestFollowWait)
						assert.Positive(t, r.Wait)
					}
					assert.GreaterOrEqual(t, time.Since(first), want)
					assert.Less(t, time.Since(first), want+time.Minute, "not longer than a poll")
					assert.Contains(t, log.String(), `"since":"`+first.Format(time.RFC3339Nano)+`"`)
				})
			})
		}
	}
}

// Negative is for ever.
func TestFollowWithEndlessPatience(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		o := quickFollow
		o.Patience, o.Interval = -1, 5*time.Minute
		outage := 72 * time.Hour
		if testing.Short() {
			outage = 12 * time.Hour
		}
		since := c.now()
		fault := auditlogtest.Fault{API: c.api, Status: 503, Times: -1}
		c.srv.Inject(fault)
		time.AfterFunc(outage, func() {
			c.srv.ClearFaults()
			c.happen(1, 0)
		})
		pages := c.pagesUntil(listing{since: since}, o, count(6))
		assert.Len(t, followedKeys(pages), 1)
		assert.GreaterOrEqual(t, c.now().Sub(since), outage)
	})
}

// A poll that brings records before it fails begins Patience anew; one that brings none does not.
func TestFollowProgressRenewsPatience(t *testing.T) {
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 20})
		c.happen(100, time.Minute)
		since := c.now().Add(-time.Hour)
		l := listing{since: since}
		if c.maxPage > 0 {
			l.PageSize = 20
		}
		began := time.Now()
		pages := c.pagesUntil(l, quickFollow, func(pages []*page) bool {
			c.srv.Inject(auditlogtest.Fault{API: c.api, Status: 503, Times: -1})
			time.AfterFunc(40*time.Minute, c.srv.ClearFaults)
			return len(followedKeys(pages)) == 100
		})
		assert.ElementsMatch(t, c.stored(since), followedKeys(pages))
		assert.Greater(t, time.Since(began), 2*time.Hour)
	})
}

// Waits are bounded, whatever an API asks for, by the interval if that is longer; what it asked for is in the error.
func TestFollowBoundsItsWaits(t *testing.T) {
	for name, asked := range map[string]http.Header{
		"seconds": {"Retry-After": {"31536000"}},
		"date":    {"Retry-After": {"Fri, 31 Dec 2199 23:59:59 GMT"}},
		"reset":   {"X-Organization-Rate-Limit-Remaining": {"0"}, "X-Organization-Rate-Limit-Reset": {"7258118399"}},
	} {
		for _, interval := range []time.Duration{10 * time.Second, 25 * time.Minute} {
			t.Run(name+" "+interval.String(), func(t *testing.T) {
				eachFollowed(t, func(t *testing.T, c *followCase) {
					var failed polls
					o := quickFollow
					o.Interval = interval
					since := c.now()
					pages, began := 0, time.Now()
					for _, err := range c.follow(t.Context(), c.client(failed.hook()), listing{since: since}, o) {
						require.NoError(t, err)
						if pages++; pages == 1 {
							c.srv.Inject(auditlogtest.Fault{API: c.api, Status: 429, Header: asked})
						}
						if pages == 3 {
							break
						}
					}
					require.Len(t, failed, 1)
					want := max(interval, longestFollowWait)
					assert.Equal(t, want, failed[0].Wait)
					assert.InDelta(t, want+2*interval, time.Since(began), float64(time.Minute))
					var refusal *auditlogs.APIError
					require.ErrorAs(t, failed[0].Err, &refusal)
					assert.Greater(t, refusal.RetryAfter, year-time.Second)
				})
			})
		}
	}
}

// tokenFunc is a token source of a user's own.
type tokenFunc func(context.Context) (auditlogs.Token, error)

func (f tokenFunc) Token(ctx context.Context) (auditlogs.Token, error) { return f(ctx) }

// A login that fails is tried again until Patience is over; one that is refused ends Follow at once.
func TestFollowPatienceWithLogins(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want time.Duration
	}{
		"fails":   {errors.New("no network"), time.Hour},
		"refused": {&auditlogs.APIError{Op: "Waldur.Login", StatusCode: 401}, 0},
		"invalid": {&auditlogs.APIError{Op: "Waldur.Login", StatusCode: 400}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := auditlogtest.NewServer(auditlogtest.InMemory())
				defer srv.Close()
				tokens := tokenFunc(func(context.Context) (auditlogs.Token, error) { return auditlogs.Token{}, tt.err })
				client, err := auditlogs.NewClient(auditlogs.WithWaldur(srv.BaseURL(auditlogtest.Waldur), tokens))
				require.NoError(t, err)
				began, errs := time.Now(), 0
				for _, err := range client.DataAccessLogs.Follow(t.Context(), auditlogs.DataAccessLogFilter{}, auditlogs.FollowOptions{}) {
					errs++
					require.ErrorIs(t, err, tt.err)
				}
				require.Equal(t, 1, errs)
				require.Equal(t, tt.want, time.Since(began))
			})
		})
	}
}

// A source that fails for longer than Patience ends, and the others go on.
func TestFollowAllPatience(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		bad := f.trials[2].api
		ctx, cancel := context.WithTimeout(f.Context(), 2*time.Hour)
		defer cancel()
		o := quickFollow
		o.Patience = 20 * time.Minute
		f.srv.Inject(auditlogtest.Fault{API: bad, Status: 503, Times: -1})
		time.AfterFunc(90*time.Minute, func() { f.happen(1, 0) })
		var failed *auditlogs.SourceError
		began, got := time.Now(), 0
		for p, err := range auditlogs.FollowAll(ctx, "", o, f.sources(f.now(), 0)...) {
			if ctx.Err() != nil {
				break
			}
			if err != nil {
				require.Nil(f, failed, "reported once")
				require.ErrorAs(f, err, &failed)
				require.ErrorIs(f, err, auditlogs.ErrServer)
				require.InDelta(f, 20*time.Minute, time.Since(began), float64(time.Minute))
				continue
			}
			got += len(p.Items)
		}
		require.NotNil(f, failed)
		require.True(f, strings.HasPrefix(failed.Source, string(bad)))
		require.Equal(f, 4, got)
	})
}
