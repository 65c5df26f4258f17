package auditlogs_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// firstCursor is the cursor of the first page.
func firstCursor(t *testing.T, pages eventPages) auditlogs.Cursor {
	t.Helper()
	next := onePage(t, pages).Next
	require.NotEmpty(t, next)
	return next
}

// A source that is added begins at its beginning, and the others go on where they were.
func TestSourcesCome(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1, 2}, {5}, {9}}}
	b := &scripted{name: "b", pages: [][]int{{1}, {4, 7}, {8}}}
	c := &scripted{name: "c", pages: [][]int{{0, 6}, {10}}}
	next := firstPage(t, "a1 b1 a2", "", a, b)
	require.Equal(t, []string{"c0 b4 a5", "c6", "b7", "b8 a9 c10"}, asText(auditlogs.MergeFrom(t.Context(), next, c, b, a)))
	next = firstPage(t, "c0 b4 a5", next, c, b, a)
	require.Equal(t, []string{"c6", "b7", "b8 a9 c10"}, asText(auditlogs.MergeFrom(t.Context(), next, a, b, c)))

	a.err, b.err, c.err = auditlogs.ErrServer, auditlogs.ErrServer, auditlogs.ErrServer // so that no page is a last one
	counts := map[string]int{}
	for _, sources := range [][]auditlogs.Source{{a}, {b, a}, {a, b, c}} {
		from := auditlogs.Cursor("")
		if len(counts) > 0 {
			from = next
		}
		n := 0
		for p, err := range auditlogs.FollowAll(t.Context(), from, auditlogs.FollowOptions{}, sources...) {
			if err != nil {
				continue
			}
			for _, e := range p.Items {
				counts[e.Source]++
			}
			next = p.Next
			if n++; n == 2 && len(sources) < 3 {
				break
			}
		}
	}
	require.Equal(t, map[string]int{"a": 4, "b": 4, "c": 3}, counts, "each once")
}

// The same for the five services: whichever come later, all is read once.
func TestServicesCome(t *testing.T) {
	t.Parallel()
	tr := newTrail(t, calm(40), 3)
	var got []auditlogs.Event
	from, known := auditlogs.Cursor(""), 1
	for n := 0; n == 0 || from != ""; n++ {
		require.Less(t, n, 200)
		sources := tr.sources(0)[:known]
		slices.Reverse(sources)
		page := onePage(t, auditlogs.MergeFrom(t.Context(), from, sources...))
		got, from, known = append(got, page.Items...), page.Next, min(known+1, 5)
	}
	want, _, errs := collectPages(auditlogs.Merge(t.Context(), tr.sources(0)...))
	require.Empty(t, errs)
	require.ElementsMatch(t, keysOfEvents(want), keysOfEvents(got))
}

// A source that is not given any more is an error, which says how many are missing and what to do, but not which.
func TestSourcesGo(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "name-a", pages: [][]int{{1, 2}, {5}, {9}}}
	b := &scripted{name: "name-b", pages: [][]int{{1}, {4, 7}, {8}}}
	c := &scripted{name: "name-c", pages: [][]int{{0, 6}, {10}}}
	for name, read := range manySources {
		next := firstCursor(t, read(t.Context(), "", a, b, c))
		for missing, given := range map[string][]auditlogs.Source{"1 of its 3": {c, a}, "2 of its 3": {b}, "2 of its 3 ": {b, &scripted{name: "d"}}} {
			err := onlyError(t, read(t.Context(), next, given...))
			require.ErrorIs(t, err, auditlogs.ErrCursorMismatch, name)
			require.Contains(t, err.Error(), strings.TrimSpace(missing)+" sources not given")
			require.Contains(t, err.Error(), "Without")
			require.NotContains(t, err.Error(), "name-")
		}
		err := onlyError(t, read(t.Context(), next, &scripted{name: "d"}))
		require.ErrorIs(t, err, auditlogs.ErrCursorMismatch)
		require.NotContains(t, err.Error(), "Without", "nothing of it is given")

		less, err := auditlogs.Without(next, "name-a", "name-c", "name-a")
		require.NoError(t, err)
		events, _, errs := collectPages(read(t.Context(), less, b))
		require.Empty(t, errs)
		require.Equal(t, "name-b", events[0].Source)
		require.LessOrEqual(t, len(events), 4)
		require.GreaterOrEqual(t, len(events), 3, "b goes on where it was")
		require.ErrorIs(t, onlyError(t, read(t.Context(), less, &scripted{name: "d"})), auditlogs.ErrCursorMismatch)
	}
}

func TestWithoutRefuses(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "name-a", pages: [][]int{{1, 2}, {5}}}
	b := &scripted{name: "name-b", pages: [][]int{{1}, {4, 7}}}
	refused := func(want error, from auditlogs.Cursor, names ...string) {
		t.Helper()
		got, err := auditlogs.Without(from, names...)
		require.ErrorIs(t, err, want)
		require.Empty(t, got)
		require.True(t, strings.HasPrefix(err.Error(), "auditlogs: Without: "), err.Error())
		require.NotContains(t, err.Error(), "name-")
	}
	for _, read := range manySources {
		next := firstCursor(t, read(t.Context(), "", a, b))
		refused(auditlogs.ErrInvalidFilter, next, "name-a", "name-x")
		refused(auditlogs.ErrInvalidFilter, next, "")
		refused(auditlogs.ErrNoSource, next, "name-b", "name-a")
		refused(auditlogs.ErrInvalidCursor, next+"x", "name-a")
		same, err := auditlogs.Without(next)
		require.NoError(t, err)
		require.Equal(t, next, same)
	}
	refused(auditlogs.ErrInvalidCursor, "x")
	for _, names := range [][]string{nil, {"name-a"}} {
		beginning, err := auditlogs.Without("", names...)
		require.NoError(t, err)
		require.Empty(t, beginning, "there is nothing to be removed from the beginning")
	}
	tr := newTrail(t, calm(30), 1)
	for _, s := range tr.sources(0) {
		for _, pages := range []eventPages{s.Pages(t.Context(), ""), s.Follow(t.Context(), "", auditlogs.FollowOptions{})} {
			if next := onePage(t, pages).Next; next != "" {
				refused(auditlogs.ErrCursorMismatch, next, s.Name())
				refused(auditlogs.ErrCursorMismatch, next)
			}
		}
	}
}

// If the source that failed is removed, and the others were read to their ends, the trail has ended, and does not begin again.
func TestWithoutTheFailed(t *testing.T) {
	t.Parallel()
	a := &scripted{name: "a", pages: [][]int{{1}, {3}}}
	b := &scripted{name: "b", pages: [][]int{{2}}, err: auditlogs.ErrServer}
	_, next, errs := collectPages(auditlogs.Merge(t.Context(), a, b))
	require.Len(t, errs, 1)
	less, err := auditlogs.Without(next[len(next)-1], "b")
	require.NoError(t, err)
	require.NotEmpty(t, less)
	events, next, errs := collectPages(auditlogs.MergeFrom(t.Context(), less, a))
	require.Empty(t, errs)
	require.Empty(t, events)
	require.Equal(t, []auditlogs.Cursor{""}, next)

	c := &scripted{name: "c", pages: [][]int{{0}, {4}}}
	require.Equal(t, []string{"c0 c4"}, asText(auditlogs.MergeFrom(t.Context(), less, a, c)))
}

// With a source made of several goes what is known of its logs, and nothing else: not a source that is one of these logs.
func TestWithoutSeveral(t *testing.T) {
	t.Parallel()
	forSeveral(t, func(t *testing.T, c severalCase) {
		srv := severalServer(t)
		for _, log := range []string{"a", "b"} {
			c.add(srv, log, 20, noon)
		}
		client := clientOf(t, srv)
		l := listing{ListOptions: auditlogs.ListOptions{PageSize: 5}}
		whole, single := c.source(client, l, "a", "b"), c.single(client, l, "b")
		for by, pages := range map[string]func(auditlogs.Cursor, ...auditlogs.Source) eventPages{
			"MergeFrom": func(from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
				return auditlogs.MergeFrom(t.Context(), from, s...)
			},
			"FollowAll": func(from auditlogs.Cursor, s ...auditlogs.Source) eventPages {
				return auditlogs.FollowAll(t.Context(), from, auditlogs.FollowOptions{}, s...)
			},
		} {
			next := firstCursor(t, pages("", whole, single))
			less, err := auditlogs.Without(next, whole.Name())
			require.NoError(t, err)
			require.Less(t, len(less), len(next))
			again, err := auditlogs.Without(next, single.Name())
			require.NoError(t, err)
			if by == "FollowAll" {
				require.NotNil(t, onePage(t, pages(less, single)))
				continue
			}
			left := func(from auditlogs.Cursor, sources ...auditlogs.Source) int {
				events, _, errs := collectPages(pages(from, sources...))
				require.Empty(t, errs)
				return len(events)
			}
			both, ofSingle := left(next, whole, single), left(less, single)
			require.Less(t, ofSingle, 20, "it goes on where it was")
			require.Less(t, both-ofSingle, 40)
			require.Equal(t, both-ofSingle, left(again, whole))
			require.Equal(t, 40+ofSingle, left(less, whole, single), "it begins anew")
		}
		_, err := auditlogs.Without(firstCursor(t, auditlogs.Merge(t.Context(), whole)), single.Name())
		require.ErrorIs(t, err, auditlogs.ErrInvalidFilter, "a log of it is no source of the cursor")
	})
}

// A service that is refused for good is removed, and another one is added, while all are followed: nothing is lost or repeated.
func TestFollowedServicesComeAndGo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(f *followedTrail) {
		since := f.now()
		f.srv.Inject(auditlogtest.Fault{API: auditlogtest.Akinon, Status: http.StatusForbidden, Times: -1})
		var names []string
		for _, s := range f.sources(since, 0) {
			names = append(names, s.Name())
		}
		akinon := slices.IndexFunc(f.trials, func(one *trial) bool { return one.api == auditlogtest.Akinon })
		got := map[string]int{}
		read := func(from auditlogs.Cursor, sources ...auditlogs.Source) (next auditlogs.Cursor) {
			ctx, cancel := context.WithTimeout(f.Context(), 2*time.Minute)
			defer cancel()
			for p, err := range auditlogs.FollowAll(ctx, from, quickFollow, sources...) {
				if err != nil {
					continue
				}
				next = p.Next
				for _, e := range p.Items {
					got[string(e.API)+"|"+e.ID]++
				}
			}
			return next
		}
		all := func() []auditlogs.Source { return f.sources(since, 0) }
		f.happen(3, 0)
		next := read("", all()[:akinon+1]...)
		next, err := auditlogs.Without(next, names[akinon])
		require.NoError(f, err)
		f.happen(3, 0)
		next = read(next, slices.Delete(all(), akinon, akinon+1)...)
		f.srv.ClearFaults()
		f.happen(3, 0)
		read(next, all()...)
		require.Len(f, got, len(f.had))
		for key := range f.had {
			require.Equal(f, 1, got[key], key)
		}
	})
}
