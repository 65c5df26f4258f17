package auditlogs_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// followedTrail is all five logs on one server within a bubble.
type followedTrail struct {
	*testing.T
	srv    *auditlogtest.Server
	trials []*trial
	had    map[string]time.Time // every record that was ever there, by API and key
}

func (f *followedTrail) now() time.Time { return time.Now().Add(epoch).UTC() }

// inBubble runs a test in a bubble.
func inBubble(t *testing.T, test func(*followedTrail)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &followedTrail{T: t, had: map[string]time.Time{}}
		f.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(f.now))
		defer f.srv.Close()
		for _, s := range subjects() {
			f.trials = append(f.trials, &trial{subject: s, srv: f.srv})
		}
		test(f)
	})
}

// happen adds n records to each log.
func (f *followedTrail) happen(n int, ago time.Duration) {
	for _, one := range f.trials {
		for range n {
			one.add(f.srv, one.newRow(f.now().Add(-ago)))
		}
		for _, r := range one.rows(f.srv) {
			f.had[string(one.api)+"|"+r.key] = r.at
		}
	}
}

// purge removes what is older.
func (f *followedTrail) purge(age time.Duration) {
	for _, one := range f.trials {
		one.remove(f.srv, func(r row) bool { return f.now().Sub(r.at) > age })
	}
}

// sources are those of all five, of a client of their own.
func (f *followedTrail) sources(since time.Time, prefetch int) []auditlogs.Source {
	f.Helper()
	c, err := auditlogs.NewClient(f.srv.Options()...)
	require.NoError(f, err)
	var all []auditlogs.Source
	for _, one := range f.trials {
		l := listing{since: since, ListOptions: auditlogs.ListOptions{PageSize: 7, Prefetch: prefetch}}
		all = append(all, sourceOf(one.api, c, l))
	}
	return all
}

// Followed for a while, with records that come late and old ones that go, each comes once; resumed in a new client after
// every page or never.
func TestFollowAll(t *testing.T) {
	t.Parallel()
	for _, w := range fewer(ways()) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(f *followedTrail) {
				f.happen(5, time.Minute)
				since := f.now()
				ctx, cancel := context.WithTimeout(f.Context(), 10*time.Minute)
				defer cancel()
				var (
					from auditlogs.Cursor
					got  []auditlogs.Event
				)
				for n := 0; ctx.Err() == nil; {
					for p, err := range auditlogs.FollowAll(ctx, from, quickFollow, f.sources(since, w.prefetch)...) {
						if err != nil {
							require.ErrorIs(f, err, context.DeadlineExceeded)
							break
						}
						got = append(got, p.Items...)
						from = p.Next
						if n++; n < 60 {
							f.happen(n%5, 2*time.Second)
							f.happen(n%2, 40*time.Second) // late, but within the lookback
							if !w.resumed {               // whose sources are read by chance
								f.purge(90 * time.Second)
							}
						}
						if w.resumed && n < 60 { // whoever goes on polls at once
							break
						}
					}
					time.Sleep(3 * time.Second)
				}
				seen := map[string]int{}
				for _, e := range got {
					seen[string(e.API)+"|"+e.ID]++
				}
				require.NotEmpty(f, f.had)
				maps.DeleteFunc(f.had, func(_ string, at time.Time) bool { return at.Before(since) })
				require.Len(f, seen, len(f.had))
				for key := range f.had {
					require.Equal(f, 1, seen[key], "%s at %v", key, f.had[key])
				}
			})
		})
	}
}

func TestFollowAllContract(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		sent := func() (n int) {
			for _, one := range f.trials {
				n += len(f.srv.Requests(one.api))
			}
			return n
		}
		followed := auditlogs.FollowAll(f.Context(), "", quickFollow, f.sources(time.Time{}, 2)...)
		require.Zero(f, sent(), "nothing is sent before the range")
		for p, err := range followed {
			require.NoError(f, err)
			require.NotEmpty(f, p.Next)
			require.Empty(f, p.Items)
			break
		}
		// The bubble sees to it that no goroutine is left waiting for a next poll.
		left := sent()
		time.Sleep(time.Hour)
		require.Equal(f, left, sent(), "break stops at once")

		for _, err := range followed { // ranging twice
			require.NoError(f, err)
			break
		}
		require.Greater(f, sent(), left)

		ctx, cancel := context.WithCancelCause(f.Context())
		defer cancel(nil)
		var errs []error
		for _, err := range auditlogs.FollowAll(ctx, "", quickFollow, f.sources(time.Time{}, 0)...) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			cancel(fmt.Errorf("enough"))
		}
		require.Len(f, errs, 1)
		require.ErrorIs(f, errs[0], context.Canceled)
		require.ErrorContains(f, errs[0], "enough")
	})
}

// A source that is refused ends, and is reported once; one that fails for a while is outlasted; the others go on. From a
// cursor of later it is tried again, and nothing is lost.
func TestFollowAllGoesOnWithoutTheFailing(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(f *followedTrail) {
				read := func(from auditlogs.Cursor, each func(n int)) (next auditlogs.Cursor, got []auditlogs.Event, errs []error) {
					ctx, cancel := context.WithTimeout(f.Context(), 5*time.Minute)
					defer cancel()
					n := 0
					for p, err := range auditlogs.FollowAll(ctx, from, quickFollow, f.sources(time.Time{}, 0)...) {
						if err != nil {
							if ctx.Err() == nil {
								errs = append(errs, err)
							}
							continue
						}
						n++
						got, next = append(got, p.Items...), p.Next
						each(n)
					}
					return next, got, errs
				}
				next, got, errs := read("", func(n int) {
					switch n {
					case 5:
						f.happen(2, 0)
					case 20:
						f.srv.Inject(auditlogtest.Fault{API: s.api, Status: http.StatusServiceUnavailable, Times: 5})
					case 40:
						f.srv.Inject(auditlogtest.Fault{API: s.api, Status: http.StatusForbidden, Times: -1})
						f.happen(3, 0)
					}
				})
				require.Len(f, errs, 1)
				require.ErrorIs(f, errs[0], auditlogs.ErrForbidden)
				var failed *auditlogs.SourceError
				require.ErrorAs(f, errs[0], &failed)
				require.True(f, strings.HasPrefix(failed.Source, string(s.api)))
				require.Len(f, got, 4*5+2)

				f.srv.ClearFaults()
				_, rest, errs := read(next, func(int) {})
				require.Empty(f, errs)
				require.Len(f, rest, 3)
				require.False(f, slices.ContainsFunc(rest, func(e auditlogs.Event) bool { return string(e.API) != string(s.api) }))
			})
		})
	}
}

func TestFollowAllOfOwnSources(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1}, {2}}}
	b := &scripted{name: "b", pages: [][]int{{3}}, err: auditlogs.ErrServer}
	events, next, errs := collectPages(auditlogs.FollowAll(t.Context(), "", auditlogs.FollowOptions{}, a, b))
	require.Len(t, events, 3)
	require.Len(t, next, 3)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], auditlogs.ErrServer)
}

// mute is a source that yields neither a page nor an error.
type mute struct{ scripted }

func (s *mute) Follow(context.Context, auditlogs.Cursor, auditlogs.FollowOptions) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) { yield(nil, nil) }
}

// A source that yields nothing has ended, and the others have not.
func TestFollowAllOfAMuteSource(t *testing.T) {
	t.Parallel()
	sources := []auditlogs.Source{&scripted{name: "a", pages: slices.Repeat([][]int{{1}}, 200)}}
	for i := range 20 {
		sources = append(sources, &mute{scripted{name: fmt.Sprint(i)}})
	}
	events, _, errs := collectPages(auditlogs.FollowAll(t.Context(), "", auditlogs.FollowOptions{}, sources...))
	require.Empty(t, errs)
	require.Len(t, events, 200)
}

// An error of one of several logs does not end their source.
func TestFollowAllOfOwnSeveral(t *testing.T) {
	t.Parallel()
	var source auditlogs.Source = &halfFailing{}
	events, _, errs := collectPages(auditlogs.FollowAll(t.Context(), "", auditlogs.FollowOptions{}, source))
	require.Len(t, events, 2)
	require.Len(t, errs, 2)
	var one *auditlogs.SourceError
	require.ErrorAs(t, errs[0], &one)
	require.Equal(t, "part", one.Source)
	require.ErrorAs(t, errs[1], &one)
	require.Equal(t, "whole", one.Source)
}

// halfFailing is a source of several logs of one's own: one of them fails, and then all.
type halfFailing struct{ auditlogs.Source }

func (*halfFailing) Name() string { return "whole" }

func (*halfFailing) Follow(context.Context, auditlogs.Cursor, auditlogs.FollowOptions) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		page := &auditlogs.Page[auditlogs.Event]{Items: []auditlogs.Event{{ID: "1"}}}
		_ = yield(page, nil) && yield(nil, &auditlogs.SourceError{Source: "part", Err: auditlogs.ErrForbidden}) && yield(page, nil) &&
			yield(nil, auditlogs.ErrServer) && yield(page, nil)
	}
}
