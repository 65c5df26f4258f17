package auditlogs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// noon is the time of the newest row; the server's clock begins an hour later.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rig is one service with a server and a client of its own.
type rig struct {
	subject
	*testing.T
	srv    *auditlogtest.Server
	client *auditlogs.Client
	passed atomic.Int64 // of the server's clock since it began
}

// forEach runs a test over all five services.
func forEach(t *testing.T, test func(*rig)) {
	t.Helper()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			test(newRig(t, s))
		})
	}
}

func newRig(t *testing.T, s subject) *rig {
	t.Helper()
	r := &rig{subject: s, T: t}
	r.srv = auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time {
		return noon.Add(time.Hour + time.Duration(r.passed.Load()))
	}))
	t.Cleanup(r.srv.Close)
	t.Cleanup(recordServer(r.srv))
	r.client = r.newClient()
	return r
}

func subjectOf(api auditlogtest.API) subject {
	all := subjects()
	return all[slices.IndexFunc(all, func(s subject) bool { return s.api == api })]
}

// newClient makes a client that asks once and waits for nothing.
func (r *rig) newClient(opts ...auditlogs.Option) *auditlogs.Client {
	r.Helper()
	c, err := auditlogs.NewClient(append(append(r.srv.Options(), auditlogs.WithRetry(auditlogs.RetryPolicy{MaxAttempts: 1})), opts...)...)
	require.NoError(r, err)
	return c
}

// fill stores n rows, one every step, the newest at noon, and gives their keys, newest first.
func (r *rig) fill(n int, step time.Duration) []string {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{fmt.Sprintf("row-%d-%d", n, i), noon.Add(-time.Duration(n-1-i) * step)}
	}
	r.add(r.srv, rows...)
	return r.stored()
}

// stored are the keys of all rows, newest first.
func (r *rig) stored() []string {
	keys := []string{}
	for _, row := range r.rows(r.srv) {
		keys = append(keys, row.key)
	}
	return keys
}

// by is a listing in pages of n rows; 0 is the largest.
func (r *rig) by(n int) listing {
	if r.maxPage == 0 {
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: n})
		return listing{}
	}
	return listing{ListOptions: auditlogs.ListOptions{PageSize: n}}
}

func (r *rig) sent() int { return len(r.srv.Requests(r.api)) }

// readPages reads a listing to its end.
func (r *rig) readPages(l listing) (pages []*page, keys []string, err error) {
	keys = []string{}
	for p, err := range r.pages(r.Context(), r.client, l) {
		if err != nil {
			return pages, keys, err
		}
		pages = append(pages, p)
		keys = append(keys, p.keys...)
	}
	return pages, keys, nil
}

// read is readPages of a listing that cannot fail.
func (r *rig) read(l listing) []string {
	r.Helper()
	_, keys, err := r.readPages(l)
	require.NoError(r, err)
	return keys
}

// completeOrSaid asserts the promise: every record once, or, of an incomplete listing, none twice and an error that says so.
func (r *rig) completeOrSaid(want, got []string, err error) (complete bool) {
	r.Helper()
	require.False(r, hasTwice(got), "a record came twice: %v", got)
	if err == nil {
		left := slices.DeleteFunc(slices.Clone(want), func(key string) bool { return slices.Contains(got, key) })
		require.Empty(r, left, "%d of %d records are missing, and no error says so", len(left), len(want))
		require.Len(r, got, len(want))
		return true
	}
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(r, err, &incomplete)
	require.Subset(r, want, got)
	return false
}

func TestNothingIsSentBeforeTheRange(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(7, time.Minute)
		for _, prefetch := range []int{0, 3} {
			l := r.by(5)
			l.Prefetch = prefetch
			r.srv.ResetRequests()
			pages, all := r.pages(r.Context(), r.client, l), r.all(r.Context(), r.client, l)
			items := r.items(r.Context(), r.client, l)
			require.Zero(r, r.sent())
			for range pages {
			}
			require.NotZero(r, r.sent())
			for range all {
			}
			for range items {
			}
		}
	})
}

func TestRangingTwiceReadsTwice(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(17, time.Minute)
		seq := r.all(r.Context(), r.client, r.by(5))
		var sent [2]int
		for i := range sent {
			r.srv.ResetRequests()
			keys := []string{}
			for key, err := range seq {
				require.NoError(r, err)
				keys = append(keys, key)
			}
			require.Equal(r, want, keys)
			sent[i] = r.sent()
		}
		require.Equal(r, sent[0], sent[1])

		// A range that was left begins anew, too.
		for range seq {
			break
		}
		n := 0
		for range seq {
			n++
		}
		require.Equal(r, 17, n)
	})
}

func TestBreakStopsAtOnce(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(30, time.Minute)
		for range r.pages(r.Context(), r.client, r.by(5)) {
			break
		}
		require.Equal(r, 1, r.sent())
		r.srv.ResetRequests()
		n := 0
		for range r.all(r.Context(), r.client, r.by(5)) {
			if n++; n == 5 {
				break
			}
		}
		require.Equal(r, 1, r.sent())
		r.srv.ResetRequests()
		for range r.items(r.Context(), r.client, r.by(5)) {
			break
		}
		require.Equal(r, 1, r.sent())
	})
}

func TestBreakStopsReadingAhead(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(60, time.Minute)
		l := r.by(5)
		l.Prefetch = 3
		for range r.pages(r.Context(), r.client, l) {
			break
		}
		require.LessOrEqual(r, r.sent(), 1+3)
		// More requests over the same server: had the reader gone on, its requests would be among those. One that was on its
		// way may still arrive.
		for range 3 {
			_, err := r.list(r.Context(), r.client, r.by(5))
			require.NoError(r, err)
		}
		require.LessOrEqual(r, r.sent(), 1+3+3)
	})
}

func TestAnErrorComesOnceAndLast(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError, http.StatusConflict} {
		for _, prefetch := range []int{0, 3} {
			t.Run(fmt.Sprintf("%d, prefetch %d", status, prefetch), func(t *testing.T) {
				t.Parallel()
				forEach(t, func(r *rig) {
					want := r.fill(40, time.Minute)
					l := r.by(6)
					l.Prefetch = prefetch
					for n := range 4 {
						r.srv.ClearFaults()
						pages, _, err := r.readPages(l)
						require.NoError(r, err)
						before := []string{}
						for _, p := range pages[:n] {
							before = append(before, p.keys...)
						}
						fault := auditlogtest.Fault{API: r.api, Status: status, After: n, Times: -1}
						for tier, seq := range map[string]func() (int, []string, []error){
							"Pages": func() (n int, keys []string, errs []error) {
								for p, err := range r.pages(r.Context(), r.client, l) {
									if n++; err != nil {
										errs = append(errs, err)
										continue
									}
									keys = append(keys, p.keys...)
								}
								return n, keys, errs
							},
							"All": func() (n int, keys []string, errs []error) {
								for key, err := range r.all(r.Context(), r.client, l) {
									if n++; err != nil {
										errs = append(errs, err)
										continue
									}
									keys = append(keys, key)
								}
								return n, keys, errs
							},
						} {
							r.srv.ClearFaults()
							r.srv.Inject(fault)
							yields, keys, errs := seq()
							require.Len(r, errs, 1, tier)
							require.Empty(r, slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return slices.Contains(want, k) }))
							if prefetch == 0 {
								require.ElementsMatch(r, before, keys, tier)
							} else {
								require.Equal(r, want[:len(keys)], append([]string{}, keys...), tier)
							}
							var refusal *auditlogs.APIError
							require.ErrorAs(r, errs[0], &refusal)
							require.Equal(r, status, refusal.StatusCode)
							require.True(r, strings.HasSuffix(refusal.Op, ".List"), refusal.Op)
							if tier == "All" {
								require.Equal(r, len(keys)+1, yields)
							}
						}
					}
				})
			})
		}
	}
}

func TestAllTiersFailAlike(t *testing.T) {
	t.Parallel()
	kinds := map[int]error{
		http.StatusUnauthorized: auditlogs.ErrUnauthorized, http.StatusForbidden: auditlogs.ErrForbidden,
		http.StatusNotFound: auditlogs.ErrNotFound, http.StatusTooManyRequests: auditlogs.ErrRateLimited,
		http.StatusBadRequest: auditlogs.ErrInvalidRequest, http.StatusInternalServerError: auditlogs.ErrServer,
	}
	forEach(t, func(r *rig) {
		r.fill(3, time.Minute)
		for status, kind := range kinds {
			r.srv.ClearFaults()
			r.srv.Inject(auditlogtest.Fault{API: r.api, Status: status, Times: -1})
			_, listed := r.list(r.Context(), r.client, listing{})
			_, _, paged := r.readPages(listing{})
			_, all := r.collect(r.Context(), r.client, listing{}, 1)
			var itemized error
			for _, err := range r.items(r.Context(), r.client, listing{}) {
				itemized = err
			}
			for tier, err := range map[string]error{"List": listed, "Pages": paged, "All": all, "Items": itemized} {
				require.ErrorIs(r, err, kind, "%s of %d", tier, status)
				require.Equal(r, listed.Error(), err.Error())
			}
			require.NoError(r, r.zero(r.Context(), r.client, listing{}))
		}
	})
}

func TestEmptyPagesDoNotEndAListing(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		// The rows asked for lie amid those that the server gives and the client trims: whole answers have none.
		r.fill(90, 7*time.Minute+11*time.Millisecond)
		rows := r.rows(r.srv)
		l := r.by(5)
		l.until, l.since = rows[40].at, rows[60].at
		if r.api == auditlogtest.ThousandEyes {
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: 5, EmptyPages: 2, CursorLifetime: 1000})
		}
		pages, keys, err := r.readPages(l)
		require.NoError(r, err)
		require.Equal(r, keysOf(rows[41:61]), keys)
		empty := 0
		for _, p := range pages {
			if len(p.keys) == 0 {
				empty++
			}
		}
		if r.api == auditlogtest.ThousandEyes {
			require.NotZero(r, empty)
		}
		// Resumed after each, the empty ones too.
		require.Equal(r, keys, r.resumed(l))
	})
}

func keysOf(rows []row) []string {
	keys := []string{}
	for _, r := range rows {
		keys = append(keys, r.key)
	}
	return keys
}

// resumed reads a listing page by page, each with a client of its own.
func (r *rig) resumed(l listing) []string {
	r.Helper()
	keys := []string{}
	for n := 0; ; n++ {
		require.Less(r, n, 1000, "the listing does not end")
		p, err := r.list(r.Context(), r.newClient(), l)
		require.NoError(r, err)
		keys = append(keys, p.keys...)
		if l.Cursor, l.Offset = p.next, 0; p.next == "" {
			return keys
		}
	}
}

func TestALoopEnds(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 5} {
		for _, prefetch := range []int{0, 3} {
			t.Run(fmt.Sprintf("pages of %d, prefetch %d", size, prefetch), func(t *testing.T) {
				t.Parallel()
				forEach(t, func(r *rig) {
					want := r.fill(17, time.Minute)
					l := r.by(size)
					l.Prefetch = prefetch
					r.srv.SetQuirks(r.api, auditlogtest.Quirks{LoopNext: true, PageCap: r.capOf(size)})
					_, keys, err := r.readPages(l)
					complete := r.completeOrSaid(want, keys, err)
					if bound := r.api == auditlogtest.Akinon || r.api == auditlogtest.HuaweiEDS; !bound {
						require.False(r, complete)
						require.Equal(r, want[:len(keys)], keys)
						require.NotEmpty(r, keys)
						require.ErrorIs(r, err, auditlogs.ErrCursorLoop)
					}
				})
			})
		}
	}
}

// capOf is the page cap that goes with a listing of pages of n rows.
func (r *rig) capOf(n int) int {
	if r.maxPage == 0 {
		return n
	}
	return 0
}

func TestTheFilterIsNotChanged(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(12, time.Minute)
		l := r.by(5)
		l.since, l.until = noon.Add(-time.Hour), noon.Add(time.Second)
		before, after := r.unchanged(r.Context(), r.client, l)
		require.Equal(r, before, after)
	})
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(53, 1300*time.Millisecond)
		pages, keys, err := r.readPages(r.by(5))
		require.NoError(r, err)
		require.Equal(r, want, keys)
		var times []time.Time
		for _, p := range pages {
			times = append(times, p.times...)
		}
		require.True(r, slices.IsSortedFunc(times, func(a, b time.Time) int { return b.Compare(a) }))
	})
}

func TestBoundsAreExactToTheNanosecond(t *testing.T) {
	t.Parallel()
	zone := func(hours int) *time.Location { return time.FixedZone("", hours*3600) }
	for name, quirks := range map[string]auditlogtest.Quirks{
		"usual": {}, "start exclusive": {StartExclusive: true}, "end exclusive": {EndExclusive: true},
		"both exclusive": {StartExclusive: true, EndExclusive: true}, "ahead": {TimeZone: zone(14)}, "back": {TimeZone: zone(-11)},
		"oldest first": {Order: auditlogtest.TimeAscending},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) { r.tryBounds(quirks) })
		})
	}
}

func (r *rig) tryBounds(quirks auditlogtest.Quirks) {
	for i := range 24 { // around midnight, too
		r.add(r.srv, row{"a" + strconv.Itoa(i), noon.Add(-time.Duration(i) * (time.Hour + time.Microsecond))})
	}
	for i := range 6 { // close together
		r.add(r.srv, row{"b" + strconv.Itoa(i), noon.Add(-30*time.Minute - time.Duration(i)*1234567*time.Microsecond)})
	}
	rows := r.rows(r.srv)
	r.srv.SetQuirks(r.api, quirks)
	for i := 0; i < len(rows)-3; i += 3 {
		for _, by := range []time.Duration{-1, 0, 1} {
			since, until := rows[i+3].at.Add(by), rows[i].at.Add(by)
			want := []string{}
			for _, row := range rows {
				if !row.at.Before(since) && row.at.Before(until) {
					want = append(want, row.key)
				}
			}
			got := r.read(listing{since: since, until: until})
			if quirks.Order == auditlogtest.TimeAscending {
				require.ElementsMatch(r, want, got)
			} else {
				require.Equal(r, want, got, "row %d, %v", i, by)
			}
		}
	}
}

func TestAZeroUntilIsFixedAtTheFirstRequest(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		for _, resumed := range []bool{false, true} {
			t.Run(fmt.Sprintf("prefetch %d, resumed %t", prefetch, resumed), func(t *testing.T) {
				t.Parallel()
				forEach(t, func(r *rig) {
					want := r.fill(33, time.Minute)
					l := r.by(5)
					l.Prefetch = prefetch
					var keys []string
					for n := 0; n == 0 || l.Cursor != ""; n++ {
						client := r.client
						if resumed {
							client = r.newClient()
						}
						for p, err := range r.pages(r.Context(), client, l) {
							require.NoError(r, err)
							keys = append(keys, p.keys...)
							l.Cursor = p.next
							r.passed.Add(int64(10 * time.Second))
							now := noon.Add(time.Hour + time.Duration(r.passed.Load()))
							r.add(r.srv, row{"later-" + now.String(), now}, row{"later too-" + now.String(), now})
							if resumed {
								break
							}
						}
					}
					require.Equal(r, want, keys)
				})
			})
		}
	}
}

func TestPageSize(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(23, time.Minute)
		if r.maxPage == 0 { // no largest page is known; see TestUserEventsPageSize
			_, err := r.list(r.Context(), r.client, listing{ListOptions: auditlogs.ListOptions{PageSize: -1}})
			require.ErrorIs(r, err, auditlogs.ErrInvalidFilter)
			require.Zero(r, r.sent())
			return
		}
		for _, size := range []int{1, 2, 3, 22, 23, 24, r.maxPage - 1, r.maxPage, 0} {
			r.srv.ResetRequests()
			pages, keys, err := r.readPages(r.by(size))
			require.NoError(r, err)
			require.Equal(r, want, keys, "pages of %d", size)
			asked := size
			if size == 0 {
				asked = r.maxPage
			}
			requests := r.srv.Requests(r.api)
			require.Equal(r, strconv.Itoa(asked), requests[0].Query.Get(r.sizeParam))
			for _, p := range pages {
				require.LessOrEqual(r, len(p.keys), asked)
			}
			for _, req := range requests {
				n, err := strconv.Atoi(req.Query.Get(r.sizeParam))
				require.NoError(r, err)
				require.True(r, n > 0 && n <= r.maxPage, "asked for %d", n)
			}
		}
		r.srv.ResetRequests()
		for _, size := range []int{-1, r.maxPage + 1} {
			_, err := r.list(r.Context(), r.client, r.by(size))
			require.ErrorIs(r, err, auditlogs.ErrInvalidFilter)
		}
		require.Zero(r, r.sent())
	})
}

func TestOffset(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{"usual": {}, "no total": {Total: auditlogtest.TotalMissing}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) { r.tryOffsets(quirks) })
		})
	}
}

func (r *rig) tryOffsets(quirks auditlogtest.Quirks) {
	want := r.fill(23, time.Minute)
	if r.maxPage == 0 {
		_, err := r.list(r.Context(), r.client, listing{ListOptions: auditlogs.ListOptions{Offset: 1}})
		require.ErrorIs(r, err, auditlogs.ErrInvalidFilter)
		require.Zero(r, r.sent())
		return
	}
	r.srv.SetQuirks(r.api, quirks)
	for _, size := range []int{1, 5, 7, 0} {
		for _, offset := range fewer([]int{0, 1, 6, 23, 2, 4, 5, 10, 11, 22, 24, 40}) {
			l := r.by(size)
			l.Offset = offset
			rest := want[min(offset, 23):]
			pages, keys, err := r.readPages(l)
			if err != nil && quirks != (auditlogtest.Quirks{}) { // such a server may make it impossible, but not silently
				r.completeOrSaid(rest, keys, err)
				continue
			}
			require.NoError(r, err, "offset %d, pages of %d", offset, size)
			require.Equal(r, rest, keys, "offset %d, pages of %d", offset, size)
			if offset >= 23 {
				require.Len(r, pages, 1)
				require.Empty(r, pages[0].next)
			}
			if quirks == (auditlogtest.Quirks{}) {
				require.Equal(r, rest, r.resumed(l), "resumed, offset %d, pages of %d", offset, size)
			}
		}
	}
	first, err := r.list(r.Context(), r.client, r.by(5))
	require.NoError(r, err)
	r.srv.ResetRequests()
	for _, o := range []auditlogs.ListOptions{{Offset: -1}, {Offset: 3, Cursor: first.next}} {
		_, err := r.list(r.Context(), r.client, listing{ListOptions: o})
		require.ErrorIs(r, err, auditlogs.ErrInvalidFilter)
	}
	require.Zero(r, r.sent())
}

func TestWhatPagesSay(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(17, time.Minute)
		r.srv.Inject(auditlogtest.Fault{API: r.api, Times: -1, Header: http.Header{"X-Request-Id": {"req-4711"}}})
		pages, _, err := r.readPages(r.by(5))
		require.NoError(r, err)
		require.Greater(r, len(pages), 2)
		for _, p := range pages {
			require.Equal(r, "req-4711", p.id)
			if r.counts {
				require.Equal(r, 17, p.total)
			} else {
				require.Equal(r, -1, p.total)
			}
			if r.api == auditlogtest.ThousandEyes {
				require.Equal(r, 240, p.limit.Limit)
				require.Equal(r, 239, p.limit.Remaining)
				require.WithinDuration(r, noon.Add(time.Hour+time.Minute), p.limit.Reset, 0)
			} else {
				require.Zero(r, p.limit)
			}
		}
		if r.api != auditlogtest.ThousandEyes {
			return
		}
		r.srv.SetRateLimit(r.api, 100)
		p, err := r.list(r.Context(), r.client, r.by(5))
		require.NoError(r, err)
		require.Equal(r, 99, p.limit.Remaining)
	})
}

func TestCollect(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(17, time.Minute)
		l := r.by(5)
		for most, requests := range map[int]int{-1: 0, 0: 0, 1: 1, 4: 1, 5: 1} {
			r.srv.ResetRequests()
			keys, err := r.collect(r.Context(), r.client, l, most)
			require.NoError(r, err)
			require.Equal(r, want[:max(0, most)], append([]string{}, keys...))
			require.Equal(r, requests, r.sent(), "of Collect %d", most)
		}
		for _, most := range []int{6, 16, 17, 18, 1000} {
			keys, err := r.collect(r.Context(), r.client, l, most)
			require.NoError(r, err)
			require.Equal(r, want[:min(17, most)], keys)
		}
		r.srv.Inject(auditlogtest.Fault{API: r.api, Status: http.StatusForbidden, After: 1, Times: -1})
		keys, err := r.collect(r.Context(), r.client, l, 100)
		require.ErrorIs(r, err, auditlogs.ErrForbidden)
		require.Equal(r, want[:5], keys)
	})
}

func TestItemsOverPagesEqualAll(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(29, time.Minute)
		var all, items []string
		for key, err := range r.all(r.Context(), r.client, r.by(4)) {
			require.NoError(r, err)
			all = append(all, key)
		}
		for key, err := range r.items(r.Context(), r.client, r.by(4)) {
			require.NoError(r, err)
			items = append(items, key)
		}
		require.Equal(r, want, all)
		require.Equal(r, all, items)
	})
}

func TestCancellation(t *testing.T) {
	t.Parallel()
	reason := errors.New("the caller's reason")
	for _, prefetch := range []int{0, 3} {
		t.Run(fmt.Sprintf("prefetch %d", prefetch), func(t *testing.T) {
			t.Parallel()
			forEach(t, func(r *rig) {
				want := r.fill(30, time.Minute)
				l := r.by(5)
				l.Prefetch = prefetch

				ctx, cancel := context.WithCancelCause(r.Context())
				cancel(reason)
				_, err := r.list(ctx, r.client, l)
				require.ErrorIs(r, err, context.Canceled)
				require.ErrorIs(r, err, reason)
				n := 0
				for _, err := range r.all(ctx, r.client, l) {
					n++
					require.ErrorIs(r, err, context.Canceled)
					require.ErrorIs(r, err, reason)
				}
				require.Equal(r, 1, n)
				require.Zero(r, r.sent(), "requests of a context that had ended")

				// Between two pages: what was read is there, and the next page is not.
				ctx, cancel = context.WithCancelCause(r.Context())
				var keys []string
				var failures []error
				for p, err := range r.pages(ctx, r.client, l) {
					if err != nil {
						failures = append(failures, err)
						continue
					}
					keys = append(keys, p.keys...)
					cancel(reason)
				}
				require.Len(r, failures, 1)
				require.ErrorIs(r, failures[0], context.Canceled)
				require.ErrorIs(r, failures[0], reason)
				require.Equal(r, want[:5], keys)

				// During the second request.
				ctx, cancel = context.WithCancelCause(r.Context())
				before := r.sent()
				r.srv.Inject(auditlogtest.Fault{API: r.api, After: 1, Times: -1, Delay: time.Hour})
				r.srv.BeforeRequest(func(api auditlogtest.API, _ int) {
					if api == r.api && r.sent() >= before+2 {
						cancel(reason)
					}
				})
				keys, failures = nil, nil
				for key, err := range r.all(ctx, r.client, l) {
					if err != nil {
						failures = append(failures, err)
						continue
					}
					keys = append(keys, key)
				}
				require.Len(r, failures, 1)
				require.ErrorIs(r, failures[0], context.Canceled)
				require.ErrorIs(r, failures[0], reason)
				require.Equal(r, want[:len(keys)], keys)
				r.srv.BeforeRequest(nil)
				cancel(nil)
			})
		})
	}
}

func TestADeadlineShows(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		r.fill(3, time.Minute)
		ctx, cancel := context.WithDeadline(r.Context(), time.Now().Add(-time.Second))
		defer cancel()
		_, err := r.list(ctx, r.client, listing{})
		require.ErrorIs(r, err, context.DeadlineExceeded)
		require.Zero(r, r.sent())
	})
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		want := r.fill(23, time.Minute)
		l := r.by(5)
		seq := r.all(r.Context(), r.client, l) // shared, too
		var wg sync.WaitGroup
		wrong := make(chan string, 64)
		for i := range 64 {
			wg.Go(func() {
				mine := l
				if mine.Prefetch = i % 3; i%2 == 0 {
					var keys []string
					for key, err := range seq {
						if err != nil {
							wrong <- err.Error()
							return
						}
						keys = append(keys, key)
					}
					if !slices.Equal(want, keys) {
						wrong <- fmt.Sprint(keys)
					}
					return
				}
				keys, err := r.collect(r.Context(), r.client, mine, 100)
				if err != nil || !slices.Equal(want, keys) {
					wrong <- fmt.Sprint(keys, err)
				}
			})
		}
		wg.Wait()
		close(wrong)
		for text := range wrong {
			r.Error(text)
		}
	})
}

func TestNoTierIsConfigured(t *testing.T) {
	t.Parallel()
	client, err := auditlogs.NewClient()
	require.NoError(t, err)
	forEach(t, func(r *rig) {
		for _, l := range []listing{{}, {ListOptions: auditlogs.ListOptions{PageSize: -1}}, {ListOptions: auditlogs.ListOptions{Cursor: "damaged"}}} {
			_, err := r.list(r.Context(), client, l)
			require.ErrorIs(r, err, auditlogs.ErrNotConfigured)
			n := 0
			for _, err := range r.all(r.Context(), client, l) {
				n++
				require.ErrorIs(r, err, auditlogs.ErrNotConfigured)
			}
			for _, err := range r.pages(r.Context(), client, l) {
				n++
				require.ErrorIs(r, err, auditlogs.ErrNotConfigured)
			}
			require.Equal(r, 2, n)
		}
	})
}

func TestSizesOfLogs(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		// An empty log is one page without a record.
		pages, _, err := r.readPages(r.by(5))
		require.NoError(r, err)
		require.Len(r, pages, 1)
		require.Empty(r, pages[0].keys)
		require.Empty(r, pages[0].next)

		for _, n := range fewer([]int{1, 4, 5, 6, 26, 2, 3, 9, 10, 11, 15, 24, 25}) {
			r.remove(r.srv, func(row) bool { return true })
			want := r.fill(n, time.Minute)
			for _, size := range []int{1, 2, 5} {
				pages, keys, err := r.readPages(r.by(size))
				require.NoError(r, err, "%d rows in pages of %d", n, size)
				require.Equal(r, want, keys, "%d rows in pages of %d", n, size)
				require.Empty(r, pages[len(pages)-1].next)
				require.Equal(r, want, r.resumed(r.by(size)), "%d rows in pages of %d, resumed", n, size)
			}
		}
	})
}

func TestALargePage(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		n := r.maxPage
		if n == 0 {
			n = 5000
		}
		r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: n, PageDefault: n})
		want := r.fill(n, time.Second)
		pages, keys, err := r.readPages(listing{})
		require.NoError(r, err)
		require.Equal(r, want, keys)
		require.Len(r, pages[0].keys, n)
		r.Logf("%d rows in %d pages by %d requests", n, len(pages), r.sent())
	})
}
