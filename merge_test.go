package auditlogs_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// scripted is a source of one's own: pages of events named by the minute before noon at which they happened, and an error
// after them. It counts the pages read.
type scripted struct {
	name  string
	pages [][]int
	err   error // after the last page
	read  int
	left  bool // the range was left
}

func (s *scripted) Name() string { return s.name }

func (s *scripted) Pages(_ context.Context, from auditlogs.Cursor) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) {
		defer func() { s.left = true }()
		first, _ := strconv.Atoi(string(from))
		for i := first; i < len(s.pages); i++ {
			s.read++
			p := &auditlogs.Page[auditlogs.Event]{Total: -1}
			for n, minutes := range s.pages[i] {
				e := auditlogs.Event{ID: fmt.Sprintf("%d-%d", i, n), Source: s.name}
				if minutes >= 0 {
					e.Time = noon.Add(-time.Duration(minutes) * time.Minute)
				}
				p.Items = append(p.Items, e)
			}
			if i < len(s.pages)-1 || s.err != nil {
				p.Next = auditlogs.Cursor(strconv.Itoa(i + 1))
			}
			if !yield(p, nil) {
				return
			}
		}
		if s.err != nil {
			yield(nil, s.err)
		}
	}
}

func (s *scripted) Follow(ctx context.Context, from auditlogs.Cursor, _ auditlogs.FollowOptions) eventPages {
	return s.Pages(ctx, from)
}

// asText is what a reading gave: the times of each page, and errors.
func asText(pages eventPages) []string {
	var all []string
	for p, err := range pages {
		if err != nil {
			all = append(all, err.Error())
			continue
		}
		var items []string
		for _, e := range p.Items {
			minutes := "-"
			if !e.Time.IsZero() {
				minutes = strconv.Itoa(int(noon.Sub(e.Time).Minutes()))
			}
			items = append(items, e.Source+minutes)
		}
		all = append(all, strings.Join(items, " "))
	}
	return all
}

func TestMergeOfOwnSources(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	incomplete := &auditlogs.IncompleteError{Op: "Own", Reason: "no more"}
	for name, tc := range map[string]struct {
		sources []auditlogs.Source
		want    []string
	}{
		"empty":        {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{}}}, &scripted{name: "b", pages: [][]int{{}, {}}}}, []string{""}},
		"one":          {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{1, 2}, {3}}}}, []string{"a1 a2", "a3"}},
		"two by turns": {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{1, 3}, {5, 7}}}, &scripted{name: "b", pages: [][]int{{2, 4}, {6, 8}}}}, []string{"a1 b2 a3", "b4", "a5 b6 a7 b8"}},
		"one time, in the order of the sources": {
			[]auditlogs.Source{&scripted{name: "b", pages: [][]int{{1, 2, 2}}}, &scripted{name: "a", pages: [][]int{{1, 1, 2}}}},
			[]string{"b1 a1 a1 b2 b2 a2"},
		},
		"without a time, last": {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{1, -1}}}, &scripted{name: "b", pages: [][]int{{1, 9}}}}, []string{"a1 b1 b9 a-"}},
		"empty pages between": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{}, {1, 2}, {}, {}, {9}}}, &scripted{name: "b", pages: [][]int{{3}}}},
			[]string{"a1 a2", "b3 a9"},
		},
		"oldest first": {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{9, 8}, {2, 1}}}, &scripted{name: "b", pages: [][]int{{5, 6}}}}, []string{"a1 a2 b5 b6 a8 a9"}},
		"in no order":  {[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{4, 9, 1}, {7}}}}, []string{"a1 a4 a7 a9"}},
		"one time on the first page, newer ones on the next": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{4, 4}, {3}, {2}}}}, []string{"a2 a3 a4 a4"},
		},
		"the order breaks later": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{4, 5}, {1}}}, &scripted{name: "b", pages: [][]int{{3, 9}}}},
			[]string{"b3 a4 a5", "source not in order of time", "b9"},
		},
		"the order breaks after one without a time": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{4, -1}, {1}}}},
			[]string{"a4 a-", "source not in order of time"},
		},
		"an error in place": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{1, 4}}, err: down}, &scripted{name: "b", pages: [][]int{{2, 5}, {6}}}},
			[]string{"a1 b2 a4", "down", "b5", "b6"},
		},
		"an error first": {[]auditlogs.Source{&scripted{name: "a", err: down}, &scripted{name: "b", pages: [][]int{{2}}}}, []string{"down", "b2"}},
		"errors alone":   {[]auditlogs.Source{&scripted{name: "a", err: down}, &scripted{name: "b", err: down}}, []string{"down", "down"}},
		"an error before the order is known": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{1, 1}}, err: down}, &scripted{name: "b", pages: [][]int{{2}}}}, []string{"down", "b2"},
		},
		"all that can be had, and then the reason": {
			[]auditlogs.Source{&scripted{name: "a", pages: [][]int{{9, 8}}, err: incomplete}, &scripted{name: "b", pages: [][]int{{2, 10}}}},
			[]string{"b2 a8 a9", incomplete.Error(), "b10"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			merged := auditlogs.Merge(t.Context(), tc.sources...)
			require.Equal(t, tc.want, asText(merged))
			require.Equal(t, tc.want, asText(merged), "ranging twice reads twice")

			// Resumed after every page, the same events come, and the same errors.
			var resumed []string
			failed := 0
			for from, n := auditlogs.Cursor(""), 0; n < 100; n++ {
				before := from
				for p, err := range auditlogs.MergeFrom(t.Context(), from, tc.sources...) {
					if err != nil {
						failed++
						continue
					}
					from = p.Next
					resumed = append(resumed, asText(one(p))...)
					break
				}
				if from == "" || from == before {
					break
				}
			}
			want := slices.DeleteFunc(slices.Clone(tc.want), func(s string) bool {
				return s == "down" || s == incomplete.Error() || s == auditlogs.ErrOutOfOrder.Error()
			})
			if name == "the order breaks later" || name == "the order breaks after one without a time" {
				// Going on from there tries again, and then it is the first page.
				require.Positive(t, len(resumed))
				return
			}
			require.Equal(t, strings.Join(want, " "), strings.Join(resumed, " "))
			require.Equal(t, len(want) < len(tc.want), failed > 0)
		})
	}
}

// one is a reading of one page.
func one(p *auditlogs.Page[auditlogs.Event]) eventPages {
	return func(yield func(*auditlogs.Page[auditlogs.Event], error) bool) { yield(p, nil) }
}

func TestMergeHoldsAPageOfEach(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1, 2}, {3, 4}, {5, 6}}}
	b := &scripted{name: "b", pages: [][]int{{100, 101}, {102}}}
	pages := 0
	for _, err := range auditlogs.Merge(t.Context(), a, b) {
		require.NoError(t, err)
		if pages++; pages < 4 { // a page of a was given, the next not read yet, and b waits with its first
			require.Equal(t, pages, a.read)
			require.Equal(t, 1, b.read)
		}
	}
	require.True(t, a.left)
	require.True(t, b.left)
}

func TestMergeTooLongToSort(t *testing.T) {
	t.Parallel()
	long := &scripted{name: "a"}
	for range 21 {
		page := make([]int, 1000)
		for i := range page {
			page[i] = 30_000 - i - 1000*len(long.pages)
		}
		long.pages = append(long.pages, page)
	}
	b := &scripted{name: "b", pages: [][]int{{1}}}
	events, next, errs := collectPages(auditlogs.Merge(t.Context(), long, b))
	require.Len(t, events, 1)
	require.NotEmpty(t, next[len(next)-1])
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], auditlogs.ErrOutOfOrder)
	var failed *auditlogs.SourceError
	require.ErrorAs(t, errs[0], &failed)
	require.Equal(t, "a", failed.Source)

	// The same number of events of one time is no matter of order.
	long.pages = nil
	for range 21 {
		long.pages = append(long.pages, make([]int, 1000))
	}
	events, _, errs = collectPages(auditlogs.Merge(t.Context(), long, b))
	require.Empty(t, errs)
	require.Len(t, events, 21_001)
}

func TestMergeRefusesSources(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1, 2}, {3}, {4}}}
	b := &scripted{name: "b", pages: [][]int{{1, 2}, {3}}}
	c := &scripted{name: "c"}
	for name, read := range map[string]func(auditlogs.Cursor, ...auditlogs.Source) eventPages{
		"Merge": func(from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
			return auditlogs.MergeFrom(t.Context(), from, s...)
		},
		"FollowAll": func(from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
			return auditlogs.FollowAll(t.Context(), from, auditlogs.FollowOptions{}, s...)
		},
	} {
		refused := func(is error, from auditlogs.Cursor, sources ...auditlogs.Source) {
			t.Helper()
			a.read = 0
			events, _, errs := collectPages(read(from, sources...))
			require.Empty(t, events)
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], is)
			require.Contains(t, errs[0].Error(), name)
			require.Zero(t, a.read)
		}
		refused(auditlogs.ErrInvalidFilter, "", a, nil)
		refused(auditlogs.ErrInvalidFilter, "", a, &scripted{name: "a"})

		var next auditlogs.Cursor
		for p, err := range read("", a, b) {
			require.NoError(t, err)
			next = p.Next
			break
		}
		require.NotEmpty(t, next)
		refused(auditlogs.ErrCursorMismatch, next, a)
		refused(auditlogs.ErrCursorMismatch, next, a, c)
		refused(auditlogs.ErrCursorMismatch, next, c)
		refused(auditlogs.ErrInvalidCursor, next+"x", a, b)
		refused(auditlogs.ErrInvalidCursor, "x", a, b)
		for _, err := range read(next, b, a) {
			require.NoError(t, err, "another order of the sources is no matter")
		}
	}
}

// The cursors of listings, of Follow, of Merge and of FollowAll are told apart.
func TestCursorsOfOtherReadings(t *testing.T) {
	t.Parallel()
	tr := newTrail(t, calm(30), 1)
	sources := tr.sources(0)[:1]
	o := auditlogs.FollowOptions{Interval: time.Hour}
	readings := map[string]func(auditlogs.Cursor) eventPages{
		"Pages":     func(from auditlogs.Cursor) eventPages { return sources[0].Pages(t.Context(), from) },
		"Follow":    func(from auditlogs.Cursor) eventPages { return sources[0].Follow(t.Context(), from, o) },
		"MergeFrom": func(from auditlogs.Cursor) eventPages { return auditlogs.MergeFrom(t.Context(), from, sources...) },
		"FollowAll": func(from auditlogs.Cursor) eventPages { return auditlogs.FollowAll(t.Context(), from, o, sources...) },
	}
	for name, read := range readings {
		var next auditlogs.Cursor
		for p, err := range read("") {
			require.NoError(t, err)
			next = p.Next
			break
		}
		for other, read := range readings {
			if other == name {
				continue
			}
			for p, err := range read(next) {
				require.Nil(t, p)
				require.ErrorIs(t, err, auditlogs.ErrCursorMismatch, "a cursor of %s in %s", name, other)
				break
			}
		}
	}
}

func TestMergeContract(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		t.Run(fmt.Sprintf("prefetch %d", prefetch), func(t *testing.T) {
			t.Parallel()
			tr := newTrail(t, calm(40), 3)
			sent := func() (n int) {
				for _, one := range tr.trials {
					n += len(tr.srv.Requests(one.api))
				}
				return n
			}
			merged := auditlogs.Merge(t.Context(), tr.sources(prefetch)...)
			require.Zero(t, sent(), "nothing is sent before the range")

			events, next, errs := collectPages(merged)
			require.Empty(t, errs)
			require.NoError(t, tr.verify(events, nil))
			require.Empty(t, next[len(next)-1])
			once := sent()
			again, _, errs := collectPages(merged)
			require.Empty(t, errs)
			require.Equal(t, keysOfEvents(events), keysOfEvents(again), "ranging twice reads twice")
			if prefetch == 0 {
				require.Equal(t, 2*once, sent())
			}

			tr.srv.ResetRequests()
			for _, err := range merged {
				require.NoError(t, err)
				break
			}
			// One more request over the same server: had the reading gone on, its requests would be among those.
			_, err := tr.client().UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
			require.LessOrEqual(t, sent(), 5*(1+prefetch)+1, "break stops at once")

			ctx, cancel := context.WithCancel(t.Context())
			n := 0
			var last error
			for _, err := range auditlogs.Merge(ctx, tr.sources(prefetch)...) {
				require.NoError(t, last, "an error after the context's end")
				if last = err; n == 2 {
					cancel()
				}
				n++
			}
			cancel()
			require.ErrorIs(t, last, context.Canceled)
			var failed *auditlogs.SourceError
			require.NotErrorAs(t, last, &failed)
		})
	}
}

// A service that fails is reported once, in place; the others are read whole, and from the last page it is tried again.
func TestMergeGoesOnWithoutTheFailing(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		for _, after := range fewer([]int{1, 0, 3}) {
			t.Run(fmt.Sprintf("%s after %d", s.name, after), func(t *testing.T) {
				t.Parallel()
				tr := newTrail(t, calm(40), 5)
				tr.srv.Inject(auditlogtest.Fault{API: s.api, Status: http.StatusForbidden, After: after, Times: -1})
				events, next, errs := collectPages(auditlogs.Merge(t.Context(), tr.sources(0)...))
				require.Len(t, errs, 1)
				require.ErrorIs(t, errs[0], auditlogs.ErrForbidden)
				var failed *auditlogs.SourceError
				require.ErrorAs(t, errs[0], &failed)
				require.True(t, strings.HasPrefix(failed.Source, string(s.api)), failed.Source)
				require.NotEmpty(t, next[len(next)-1])
				for i, one := range tr.trials {
					if one.api != s.api {
						got := slices.DeleteFunc(slices.Clone(events), func(e auditlogs.Event) bool { return string(e.API) != string(one.api) })
						require.Len(t, got, len(tr.began[i]), one.name)
					}
				}

				// The same from every page, and whole once it works again.
				tr.srv.ClearFaults()
				read := 0
				for _, from := range next {
					rest, _, errs := collectPages(auditlogs.MergeFrom(t.Context(), from, tr.sources(0)...))
					require.Empty(t, errs)
					if from == next[len(next)-1] {
						require.NoError(t, tr.verify(append(slices.Clone(events), rest...), nil))
					}
					read += len(rest)
				}
				require.NotZero(t, read)

				tr.srv.Inject(auditlogtest.Fault{API: s.api, Status: http.StatusForbidden, After: after, Times: -1})
				var once error
				for _, err := range auditlogs.Items(auditlogs.Merge(t.Context(), tr.sources(0)...)) {
					require.NoError(t, once, "Items ends at the first error")
					once = err
				}
				require.ErrorIs(t, once, auditlogs.ErrForbidden)
			})
		}
	}
}

// The message of an error does not say which resource was asked for, and cursors do not hold the names of sources.
func TestMergeKeepsNamesToItself(t *testing.T) {
	t.Parallel()
	tr := newTrail(t, calm(30), 5)
	for _, p := range []auditlogtest.API{auditlogtest.ElasticPath, auditlogtest.HuaweiEDS} {
		tr.srv.Inject(auditlogtest.Fault{API: p, Status: http.StatusForbidden, Times: -1})
	}
	_, next, errs := collectPages(auditlogs.Merge(t.Context(), tr.sources(0)...))
	require.Len(t, errs, 2)
	for _, err := range errs {
		require.NotContains(t, err.Error(), auditlogtest.ResourceID)
		require.NotContains(t, err.Error(), auditlogtest.ConnectorID)
	}
	for _, c := range next {
		plain, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(string(c), "al1."))
		require.NoError(t, err)
		require.NotContains(t, string(plain), auditlogtest.ResourceID)
		require.NotContains(t, string(plain), auditlogtest.ConnectorID)
	}
}

// What was given before a merge was resumed does not come again, though the log comes in shorter pages and fails between.
func TestMergeResumedInShorterPages(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1, 2, 5}}}
	b := &scripted{name: "b", pages: [][]int{{2, 3}, {4}}}
	next := firstPage(t, "a1 a2 b2 b3", "", a, b)
	a.pages, a.err = [][]int{{1}}, errors.New("down")
	next = firstPage(t, "b4", next, a, b)
	a.pages, a.err = [][]int{{1}, {2}, {5}}, nil
	require.Equal(t, []string{"a5"}, asText(auditlogs.MergeFrom(t.Context(), next, a, b)))
}

// Going on from where the order broke gives what comes there, although it is newer than what was given.
func TestMergeResumedWhereTheOrderBroke(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{3, 6}, {7}, {1}}}
	b := &scripted{name: "b", pages: [][]int{{4, 5}, {6}}}
	next := firstPage(t, "a3 b4 b5", "", a, b)
	events, all, errs := collectPages(auditlogs.MergeFrom(t.Context(), next, a, b))
	require.Len(t, events, 3)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], auditlogs.ErrOutOfOrder)
	require.Equal(t, []string{"a1"}, asText(auditlogs.MergeFrom(t.Context(), all[len(all)-1], a, b)))
}

// firstPage reads one page, passing over errors, and gives its cursor.
func firstPage(t *testing.T, want string, from auditlogs.Cursor, sources ...auditlogs.Source) auditlogs.Cursor {
	t.Helper()
	for p, err := range auditlogs.MergeFrom(t.Context(), from, sources...) {
		if err == nil {
			require.Equal(t, []string{want}, asText(one(p)))
			return p.Next
		}
	}
	t.Fatal("no page")
	return ""
}
