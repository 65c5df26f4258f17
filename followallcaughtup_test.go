package auditlogs_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// paced is a source of one's own that is followed: what it gives second by second, "." a page, "+" the last of a poll, "!" an
// error of one of its logs, "x" an error that ends it, and a blank nothing.
type paced struct {
	auditlogs.Source
	name, steps string
}

func (p *paced) Name() string { return p.name }

func (p *paced) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		for i, step := range p.steps {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
			page, err := &auditlogs.Page[auditlogs.Event]{Next: auditlogs.Cursor(fmt.Sprint(from, i)), CaughtUp: step == '+'}, error(nil)
			page.Items = []auditlogs.Event{{ID: p.name}}
			switch step {
			case ' ':
				continue
			case 'x':
				page, err = nil, auditlogs.ErrServer
			case '!':
				page, err = nil, &auditlogs.SourceError{Source: p.name, Err: auditlogs.ErrServer}
			}
			if !yield(page, err) || step == 'x' {
				return
			}
		}
	}
}

// FollowAll calls a page the one with which all are caught up, and gives one more if only a source was missing that failed.
func TestFollowAllSaysWhenAllAreCaughtUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ a, b, want string }{
		"in turn":                      {"+ + +", " + +", "a b+ a b+ a+"},
		"not within a poll":            {". + .", " . +", "a b a b+ a"},
		"the missing fails":            {"+   + + ", " . x", "a b ! + a+ a+"},
		"it failed first":              {"  . + + ", "x", "! a a+ a+"},
		"of a caught up one":           {"+   +  ", " + x    ", "a b+ ! a+"},
		"one of its logs fails":        {"+       ", " . ! . +", "a b ! b b+"},
		"all fail":                     {". x", " x", "a ! !"},
		"one was caught up":            {"+ x", " . x", "a b ! ! +"},
		"it ends without an error":     {"+   + +", " .", "a b a a"},
		"all of one's own end at ease": {"+", " +", "a b+"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got []string
				for p, err := range auditlogs.FollowAll(t.Context(), "", quickFollow, &paced{name: "a", steps: test.a}, &paced{name: "b", steps: test.b}) {
					text := "!"
					if err == nil {
						require.NotEmpty(t, p.Next)
						text = ""
						for _, e := range p.Items {
							text = e.ID
						}
						if p.CaughtUp {
							text += "+"
						}
					}
					got = append(got, text)
				}
				require.Equal(t, test.want, strings.Join(got, " "))
			})
		})
	}
}

// When all five logs are caught up, each has been read since they were so last time: what was there then has been given.
func TestFollowAllOfServicesIsCaughtUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		for _, one := range f.trials {
			f.srv.SetQuirks(one.api, auditlogtest.Quirks{PageCap: 20})
		}
		for i := range 60 {
			f.happen(1, time.Minute+time.Duration(i)*time.Second)
		}
		since := f.now().Add(-time.Hour)
		had := func() (keys []string) {
			for key, at := range f.had {
				if at.Before(f.now().Add(-quickFollow.Lag - time.Second)) {
					keys = append(keys, key)
				}
			}
			return keys
		}
		var got []string
		var polls pollCursors
		before, rounds, pages := had(), 0, 0
		for p, err := range auditlogs.FollowAll(f.Context(), "", quickFollow, f.sources(since, 0)...) {
			require.NoError(f, err)
			require.Less(f, pages, 1000)
			pages++
			polls.seen(p.Next)
			for _, e := range p.Items {
				got = append(got, string(e.API)+"|"+e.ID)
			}
			if pages%7 == 0 {
				f.happen(2, 15*time.Second)
			}
			if p.CaughtUp {
				require.Subset(f, got, before)
				before = had()
				if rounds++; rounds == 12 {
					break
				}
			}
		}
		require.Greater(f, pages, 5*rounds)
		polls.require(f)
	})
}

// pollCursors counts what cursors of several logs show: whether one of these was within a poll. Package deliver relies on that.
type pollCursors struct{ within, between, unknown int }

func (c *pollCursors) seen(cursor auditlogs.Cursor) {
	switch polling, known := exact.Polling(string(cursor)); {
	case polling:
		c.within++
	case known:
		c.between++
	default:
		c.unknown++ // a log that has not begun
	}
}

func (c *pollCursors) require(t require.TestingT) {
	require.Positive(t, c.within)
	require.Positive(t, c.between)
	require.Less(t, c.unknown, 5)
}

// The logs of one source are caught up when each of them is.
func TestSeveralAreCaughtUp(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		for _, log := range f.logs {
			f.happen(log, 20, time.Minute)
		}
		f.srv.SetQuirks(f.api, auditlogtest.Quirks{PageCap: 8})
		got, rounds, pages := []auditlogs.Event(nil), 0, 0
		var polls pollCursors
		for p, err := range f.whole(f.now().Add(-time.Hour)).Follow(f.Context(), "", quickFollow) {
			require.NoError(f, err)
			require.Less(f, pages, 1000)
			pages++
			polls.seen(p.Next)
			if got = append(got, p.Items...); !p.CaughtUp {
				continue
			}
			f.requireAll(time.Time{}, got)
			if rounds++; rounds == 40 {
				break
			}
			time.Sleep(time.Second)
			f.happen(f.logs[rounds%3], rounds%3, quickFollow.Lag+2*time.Second)
		}
		require.Greater(f, pages, 3*rounds)
		polls.require(f)
	})
}

// A log that is refused is not waited for, whenever that shows. If all are, and each was reported, others
// may still be found where connectors are listed; elsewhere Follow ends.
func TestSeveralAreCaughtUpWithoutTheFailing(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		proxy := newRefusing(f.srv.Handler())
		f.hc = &http.Client{Transport: handlerTransport{proxy}}
		for _, refused := range [][]string{{"log-a"}, {"log-a", "log-b"}, {"log-a", "log-b", "log-c"}} {
			for _, since := range []time.Time{f.now(), {}} {
				for by, pages := range map[string]func(context.Context) eventPages{
					"itself": func(ctx context.Context) eventPages { return f.whole(since).Follow(ctx, "", quickFollow) },
					"FollowAll": func(ctx context.Context) eventPages {
						return auditlogs.FollowAll(ctx, "", quickFollow, f.whole(since))
					},
				} {
					proxy.refuse(403, refused...)
					ctx, cancel := context.WithTimeout(f.Context(), 10*time.Minute)
					began, errs, rounds := time.Now(), 0, 0
					for p, err := range pages(ctx) {
						if err != nil {
							errs++
							continue
						}
						if p.CaughtUp {
							require.GreaterOrEqual(f, errs, len(refused), by)
							if len(refused) < 3 || rounds == 0 {
								require.Equal(f, quickFollow.Interval*time.Duration(rounds), time.Since(began), "as soon as it is so")
							}
							if rounds++; rounds == 3 {
								break
							}
						}
					}
					cancel()
					switch {
					case len(refused) < 3:
						require.Equal(f, 3, rounds, "%v refused, by %s", refused, by)
					case f.api == auditlogtest.HuaweiEDS: // with each list, too, in which others may be
						require.GreaterOrEqual(f, rounds, 1, by)
					default:
						require.Zero(f, rounds, by)
					}
				}
			}
		}
	})
}

// Without any connector, each list shows that nothing is missing.
func TestNoConnectorIsCaughtUp(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		f.srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		for _, pages := range []eventPages{
			f.whole(time.Time{}).Follow(f.Context(), "", quickFollow), auditlogs.FollowAll(f.Context(), "", quickFollow, f.whole(time.Time{})),
		} {
			require.True(f, onePage(f.T, pages).CaughtUp)
		}
	})
}

// slowList answers the list of connectors after a while, from a time on.
type slowList struct {
	http.Handler
	from time.Time
}

func (s *slowList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	second := r.URL.Query().Get("offset") == "1" // of the requests of a list
	if strings.HasSuffix(r.URL.Path, "/connectors") && second && time.Now().After(s.from) {
		time.Sleep(25 * time.Second)
	}
	s.Handler.ServeHTTP(w, r)
}

// While the connectors are listed, nobody knows which logs there are; once they are listed, it is said at once that all are caught
// up, or when a new one is.
func TestSeveralAreNotCaughtUpWhileTheyAreSearched(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		since := f.now()
		began := time.Now()
		f.hc = &http.Client{Transport: handlerTransport{&slowList{f.srv.Handler(), began.Add(time.Minute)}}}
		var at []int
		got := f.read(func(ctx context.Context) eventPages {
			return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
				var events []auditlogs.Event
				for p, err := range f.whole(since).Follow(ctx, "", quickFollow) {
					if err == nil {
						events = append(events, p.Items...)
						if second := int(time.Since(began).Seconds()); p.CaughtUp && (len(at) == 0 || at[len(at)-1] != second) {
							at = append(at, second)
							if second > 11*60 {
								f.requireAll(since, events)
							}
						}
					}
					if !yield(p, err) {
						return
					}
				}
			}
		}, 12*time.Minute, func(int) {
			if len(f.logs) == 3 && time.Since(began) >= 10*time.Minute {
				f.log("log-new")
				f.happen("log-new", 3, 20*time.Second)
			}
		})
		require.Empty(f, got.errs)
		require.Contains(f, at, 290)
		require.Contains(f, at, 325, "at once after the list, which began at 300")
		require.NotContains(f, at, 310)
		require.NotContains(f, at, 320)
		require.Contains(f, at, 330)
		require.Len(f, got.events, 3)
	})
}
