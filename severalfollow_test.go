package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// followedSeveral are several logs within a bubble.
type followedSeveral struct {
	*testing.T
	severalCase
	srv  *auditlogtest.Server
	hc   *http.Client // nil: the server's own
	logs []string
	had  map[string]time.Time // every record that was ever there
}

func (f *followedSeveral) now() time.Time { return time.Now().Add(epoch).UTC() }

// inSeveral runs a test for each kind of logs, in a bubble with three of them.
func inSeveral(t *testing.T, test func(*followedSeveral)) {
	t.Helper()
	forSeveral(t, func(t *testing.T, c severalCase) {
		synctest.Test(t, func(t *testing.T) {
			f := &followedSeveral{T: t, severalCase: c, had: map[string]time.Time{}}
			f.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(f.now))
			defer f.srv.Close()
			f.srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
			for _, log := range []string{"log-a", "log-b", "log-c"} {
				f.log(log)
			}
			test(f)
		})
	})
}

// log adds a log.
func (f *followedSeveral) log(name string) {
	f.logs = append(f.logs, name)
	f.add(f.srv, name, 0, time.Time{})
}

func (f *followedSeveral) client() *auditlogs.Client {
	f.Helper()
	options := append(f.srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1}))
	if f.hc != nil {
		options = append(options, auditlogs.WithHTTPClient(f.hc))
	}
	c, err := auditlogs.NewClient(options...)
	require.NoError(f, err)
	return c
}

// happen adds n records to a log.
func (f *followedSeveral) happen(log string, n int, ago time.Duration) {
	before := map[string]bool{}
	for _, id := range f.ids(f.srv, log) {
		before[id] = true
	}
	f.add(f.srv, log, n, f.now().Add(-ago))
	for _, id := range f.ids(f.srv, log) {
		if !before[id] {
			f.had[f.single(f.client(), listing{}, log).Name()+"|"+id] = f.now().Add(-ago)
		}
	}
}

// whole is the source of all logs, of a client of its own.
func (f *followedSeveral) whole(since time.Time) auditlogs.Source {
	return f.source(f.client(), listing{since: since, ListOptions: auditlogs.ListOptions{PageSize: 7}}, f.logs...)
}

// followedFor is what a while of following gave.
type followedFor struct {
	events []auditlogs.Event
	errs   []error
	next   auditlogs.Cursor
	pages  int
}

// read follows for a while, and calls a function after every page.
func (f *followedSeveral) read(pages func(context.Context) eventPages, d time.Duration, each func(n int)) (got followedFor) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), d)
	defer cancel()
	for p, err := range pages(ctx) {
		if err != nil {
			if got.errs = append(got.errs, err); ctx.Err() != nil {
				require.ErrorIs(f, err, context.DeadlineExceeded)
				got.errs = got.errs[:len(got.errs)-1]
			}
			continue
		}
		got.pages++
		require.Equal(f, -1, p.Total)
		got.events, got.next = append(got.events, p.Items...), p.Next
		require.NotEmpty(f, p.Next)
		each(got.pages)
	}
	return got
}

// requireAll demands that every record that happened from a time on was delivered once.
func (f *followedSeveral) requireAll(since time.Time, events []auditlogs.Event) {
	f.Helper()
	seen := map[string]int{}
	for _, key := range keysOfEvents(events) {
		seen[key]++
	}
	n := 0
	for key, at := range f.had {
		if !at.Before(since) {
			require.Equal(f, 1, seen[key], "%s at %v", key, at)
			n++
		}
	}
	require.NotZero(f, n)
	require.Len(f, events, n)
}

// Followed for a while, with records that come late and logs that are added, each record comes once; resumed in a new client
// after every page or never, by itself and by FollowAll.
func TestSeveralFollow(t *testing.T) {
	t.Parallel()
	for _, resumed := range []bool{false, true} {
		for _, by := range []string{"itself", "FollowAll"} {
			for _, sinceNow := range []bool{false, true} {
				t.Run(fmt.Sprintf("resumed %t, by %s, since now %t", resumed, by, sinceNow), func(t *testing.T) {
					t.Parallel()
					if testing.Short() && (resumed == sinceNow) == (by == "itself") {
						t.Skip("half of them have each value, and each two together")
					}
					inSeveral(t, func(f *followedSeveral) {
						since, from := f.now(), auditlogs.Cursor("")
						if !sinceNow {
							since = since.Add(-30 * time.Second)
						}
						f.happen("log-a", 3, time.Hour) // long before
						if !sinceNow {
							f.happen("log-b", 3, 20*time.Second)
						}
						filterSince := since
						if sinceNow {
							filterSince = time.Time{}
						}
						ctx, cancel := context.WithTimeout(f.Context(), 25*time.Minute)
						defer cancel()
						var got []auditlogs.Event
						for n := 0; ctx.Err() == nil; {
							pages := f.whole(filterSince).Follow(ctx, from, quickFollow)
							if by == "FollowAll" {
								pages = auditlogs.FollowAll(ctx, from, quickFollow, f.whole(filterSince))
							}
							for p, err := range pages {
								if err != nil {
									require.ErrorIs(f, err, context.DeadlineExceeded)
									break
								}
								got = append(got, p.Items...)
								from = p.Next
								if n++; n > 6 && n < 60 {
									f.happen(f.logs[n%len(f.logs)], n%4, 2*time.Second)
									f.happen(f.logs[n%2], n%2, 40*time.Second) // late, but within the lookback
								}
								if n == 20 && f.api == auditlogtest.HuaweiEDS {
									f.log("log-new")
								}
								if resumed && n < 60 {
									break
								}
							}
							time.Sleep(3 * time.Second)
						}
						f.requireAll(since, got)
					})
				})
			}
		}
	}
}

// A connector that is added while nobody follows, or while somebody does, is followed from where Follow began.
func TestAllConnectorsFindsNewOnes(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		f.srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
		f.logs = nil
		follow := func(from auditlogs.Cursor) func(context.Context) eventPages {
			return func(ctx context.Context) eventPages { return f.whole(time.Time{}).Follow(ctx, from, quickFollow) }
		}
		since := f.now()
		got := f.read(follow(""), 11*time.Minute, func(int) {})
		require.Equal(f, 3, got.pages, "an empty page for each list of no connector")
		require.Empty(f, got.errs)

		f.log("log-1")
		f.happen("log-1", 5, 7*time.Minute)
		all := got.events
		got = f.read(follow(got.next), 16*time.Minute, func(n int) {
			if n == 2 {
				f.log("log-2")
				f.happen("log-2", 4, 9*time.Minute)
			}
		})
		require.Empty(f, got.errs)
		all = append(all, got.events...)
		f.happen("log-2", 1, 0)
		f.log("log-3")
		f.happen("log-3", 2, 20*time.Minute)
		got = f.read(follow(got.next), 10*time.Minute, func(int) {})
		require.Empty(f, got.errs)
		f.requireAll(since, append(all, got.events...))

		lists := 0
		for _, r := range f.srv.Requests(auditlogtest.HuaweiEDS) {
			if strings.HasSuffix(r.Path, "/connectors") {
				lists++
			}
		}
		require.LessOrEqual(f, lists, 3*(3+4+2), "three requests for so few, every five minutes")
	})
}

// A log that is refused ends and is reported once; the others go on. From a later cursor it is tried again, and nothing is
// lost.
func TestSeveralFollowGoesOnWithoutTheFailing(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		since := f.now()
		proxy := newRefusing(f.srv.Handler())
		f.hc = &http.Client{Transport: handlerTransport{proxy}}
		for _, by := range []string{"itself", "FollowAll"} {
			follow := func(from auditlogs.Cursor) func(context.Context) eventPages {
				return func(ctx context.Context) eventPages {
					if by == "FollowAll" {
						return auditlogs.FollowAll(ctx, from, quickFollow, f.whole(since))
					}
					return f.whole(since).Follow(ctx, from, quickFollow)
				}
			}
			got := f.read(follow(""), 5*time.Minute, func(n int) {
				switch n {
				case 5:
					f.happen("log-b", 2, 0)
				case 20:
					proxy.refuse(403, "log-b")
				case 30:
					f.happen("log-a", 2, 0)
					f.happen("log-b", 2, 0)
				}
			})
			require.Len(f, got.errs, 1, by)
			require.ErrorIs(f, got.errs[0], auditlogs.ErrForbidden)
			var one *auditlogs.SourceError
			require.True(f, errors.As(got.errs[0], &one))
			require.Equal(f, f.single(f.client(), listing{}, "log-b").Name(), one.Source)
			require.False(f, errors.As(one.Err, &one), "it is named once")
			require.Subset(f, keysOfEvents(got.events), f.keys(f.srv, f.client(), "log-a"), "the others go on")

			proxy.refuse(0)
			rest := f.read(follow(got.next), 5*time.Minute, func(int) {})
			require.Empty(f, rest.errs)
			f.requireAll(since, append(got.events, rest.events...))
		}
	})
}

// handlerTransport answers requests by a handler.
type handlerTransport struct{ http.Handler }

func (t handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	t.ServeHTTP(w, req)
	return w.Result(), nil
}

// If no log is left, and there can be no others, following ends.
func TestSourceOfEndsWithItsLogs(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		f.srv.Inject(auditlogtest.Fault{API: f.api, Status: 403, Times: -1})
		got := f.read(func(ctx context.Context) eventPages { return f.whole(time.Time{}).Follow(ctx, "", quickFollow) }, time.Hour, func(int) {})
		if f.api == auditlogtest.HuaweiEDS { // the list is refused
			require.Len(f, got.errs, 1)
			var one *auditlogs.SourceError
			require.False(f, errors.As(got.errs[0], &one))
		} else {
			require.Len(f, got.errs, 3)
		}
		require.ErrorIs(f, got.errs[0], auditlogs.ErrForbidden)
		require.Zero(f, got.pages)
	})
}

// A list of connectors that fails for a while is outlasted, and one that fails for too long ends Follow.
func TestAllConnectorsOutlastsItsList(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		since := f.now()
		proxy := newRefusing(f.srv.Handler())
		proxy.refuse(503, "type=ADMIN")
		f.hc = &http.Client{Transport: handlerTransport{proxy}}
		time.AfterFunc(20*time.Minute, func() { proxy.refuse(0) })
		time.AfterFunc(31*time.Minute, func() { f.log("log-new") })
		time.AfterFunc(32*time.Minute, func() { proxy.refuse(503, "type=ADMIN") })
		time.AfterFunc(50*time.Minute, func() {
			proxy.refuse(0)
			f.happen("log-new", 3, 0)
			f.happen("log-a", 3, 0)
		})
		options := quickFollow
		options.Patience = 25 * time.Minute // for each failure
		got := f.read(func(ctx context.Context) eventPages { return f.whole(since).Follow(ctx, "", options) }, 2*time.Hour, func(int) {})
		require.Empty(f, got.errs)
		f.requireAll(since, got.events)

		proxy.refuse(503, "type=ADMIN")
		options.Patience = time.Minute
		got = f.read(func(ctx context.Context) eventPages { return f.whole(since).Follow(ctx, got.next, options) }, 2*time.Hour, func(int) {})
		require.Len(f, got.errs, 1)
		require.ErrorIs(f, got.errs[0], auditlogs.ErrServer)
		require.Contains(f, got.errs[0].Error(), "Connectors.List")
	})
}

// A list that is not known to be complete is asked for again.
func TestAllConnectorsFollowsOnceTheListIsComplete(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		since := f.now()
		time.Sleep(time.Minute)
		f.srv.SetQuirks(f.api, auditlogtest.Quirks{PageCap: 2})
		f.srv.AddConnectors(auditlogs.Connector{ID: "log-a"}) // is listed twice, on two pages
		time.AfterFunc(10*time.Minute, func() {
			f.srv.DeleteConnectors(func(c auditlogs.Connector) bool { return c.ID == "log-a" })
			f.srv.AddConnectors(auditlogs.Connector{ID: "log-a"})
		})
		f.happen("log-a", 3, 0)
		got := f.read(func(ctx context.Context) eventPages { return f.whole(since).Follow(ctx, "", quickFollow) }, time.Hour, func(int) {})
		require.Empty(f, got.errs)
		f.requireAll(since, got.events)
	})
}

// Without the server's time, nobody knows where Follow began.
func TestSeveralFollowByTheDate(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		dateless := func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			f.srv.Handler().ServeHTTP(answer, r)
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		}
		f.hc = &http.Client{Transport: handlerTransport{http.HandlerFunc(dateless)}}
		_, next, errs := collectPages(f.whole(time.Time{}).Follow(f.Context(), "", quickFollow))
		require.Empty(f, next)
		require.Len(f, errs, map[auditlogtest.API]int{auditlogtest.HuaweiEDS: 1, auditlogtest.ElasticPath: 3}[f.api])
		for _, err := range errs {
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(f, err, &incomplete)
			require.Contains(f, incomplete.Reason, "Date")
		}
	})
}

// If the server's clock was ahead when Follow began, connectors that are found later begin where it says so once it is right.
func TestAllConnectorsBelievesTheEarlierDate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := severalCases()[0]
		start := time.Now()
		now := func() time.Time {
			if at := time.Now().UTC(); at.Sub(start) > time.Minute {
				return at
			}
			return time.Now().Add(time.Hour).UTC()
		}
		srv := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(now))
		defer srv.Close()
		srv.DeleteConnectors(func(auditlogs.Connector) bool { return true })
		time.AfterFunc(7*time.Minute, func() { c.add(srv, "log-a", 3, now()) })
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		var got []auditlogs.Event
		for p, err := range c.source(clientOf(t, srv), listing{}).Follow(ctx, "", quickFollow) {
			if err == nil {
				got = append(got, p.Items...)
			}
		}
		require.Len(t, got, 3)
	})
}

// A connector that is deleted is reported once, also by those that go on from a cursor, and goes on where it was if it comes
// back.
func TestAllConnectorsReportsTheGone(t *testing.T) {
	t.Parallel()
	inSeveral(t, func(f *followedSeveral) {
		if f.api != auditlogtest.HuaweiEDS {
			return
		}
		since := f.now()
		follow := func(from auditlogs.Cursor) followedFor {
			return f.read(func(ctx context.Context) eventPages { return f.whole(since).Follow(ctx, from, quickFollow) }, 6*time.Minute, func(int) {})
		}
		time.Sleep(time.Minute)
		remove := func(id string) {
			f.srv.DeleteConnectors(func(c auditlogs.Connector) bool { return c.ID == id })
		}
		f.happen("log-b", 2, 0)
		var all []auditlogs.Event
		next := auditlogs.Cursor("")
		for _, step := range []struct {
			before func()
			want   error // of a log
			gone   bool  // a log is not listed
		}{
			{func() {}, nil, false},
			{func() { time.AfterFunc(time.Minute, func() { remove("log-b") }) }, auditlogs.ErrNotFound, false},
			{func() {}, nil, false}, // it was reported
			{func() { remove("log-c") }, nil, true},
			{func() {}, nil, false},
			{func() {
				f.srv.AddConnectors(auditlogs.Connector{ID: "log-b"}, auditlogs.Connector{ID: "log-c"})
				f.happen("log-b", 2, 0)
				f.happen("log-c", 2, 0)
			}, nil, false},
			{func() { remove("log-b") }, nil, true},
		} {
			step.before()
			got := follow(next)
			all, next = append(all, got.events...), got.next
			if step.want == nil && !step.gone {
				require.Empty(f, got.errs)
				continue
			}
			require.Len(f, got.errs, 1)
			var one *auditlogs.SourceError
			require.ErrorAs(f, got.errs[0], &one)
			var incomplete *auditlogs.IncompleteError
			require.Equal(f, step.gone, errors.As(got.errs[0], &incomplete))
			if step.want != nil {
				require.ErrorIs(f, got.errs[0], step.want)
			}
		}
		f.requireAll(since, all)
	})
}
