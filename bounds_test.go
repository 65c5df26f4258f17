package auditlogs_test

import (
	"fmt"
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

// refusals counts the requests that were refused.
func refusals(srv *auditlogtest.Server, api auditlogtest.API) (n int) {
	for _, r := range srv.Requests(api) {
		if r.Status == http.StatusBadRequest {
			n++
		}
	}
	return n
}

// No document says which form of time Huawei wants: where the client's is refused, the range is read by offsets, whether the
// caller set a bound or the client did.
func TestHuaweiRefusesTheBounds(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"records": {}, "pages": {OffsetPages: true}, "oldest first": {Order: auditlogtest.TimeAscending}, "no total": {Total: auditlogtest.TotalMissing},
	} {
		for _, size := range fewer([]int{9, 0, 50}) {
			t.Run(fmt.Sprintf("%s, pages of %d", name, size), func(t *testing.T) {
				t.Parallel()
				r, quirks := newRig(t, subjectOf(auditlogtest.HuaweiEDS)), quirks
				quirks.RefuseBounds = true
				r.srv.SetQuirks(r.api, quirks)
				r.fill(120, time.Minute)
				rows := r.rows(r.srv)
				for _, l := range []listing{
					{}, {since: rows[80].at}, {until: rows[30].at}, {since: rows[80].at.Add(1), until: rows[30].at.Add(1)},
					{until: rows[30].at, ListOptions: auditlogs.ListOptions{Offset: 7}}, {ListOptions: auditlogs.ListOptions{Offset: 7}},
				} {
					l.PageSize = size
					want := []string{}
					for _, row := range rows {
						if !row.at.Before(l.since) && (l.until.IsZero() || row.at.Before(l.until)) {
							want = append(want, row.key)
						}
					}
					if quirks.Order == auditlogtest.TimeAscending {
						slices.Reverse(want)
					}
					want = want[l.Offset:]
					for _, name := range []string{"List", "Pages", "All"} {
						before := refusals(r.srv, r.api)
						keys, err := readers(r.subject)[name](t.Context(), r.client, l)
						require.NoError(t, err, "%s of %+v", name, l)
						require.Equal(t, want, keys, "%s of %+v", name, l)
						require.LessOrEqual(t, refusals(r.srv, r.api)-before, 1, "%s of %+v: remembered, also in cursors", name, l)
					}
					own := newRig(t, r.subject) // some requests ahead are cut short, and noted later
					own.srv.SetQuirks(r.api, quirks)
					own.fill(120, time.Minute)
					keys, err := readers(r.subject)["Pages, ahead"](t.Context(), own.client, l)
					require.NoError(t, err, "ahead, of %+v", l)
					require.Equal(t, want, keys, "ahead, of %+v", l)
				}
			})
		}
	}
}

// Polls do not ask with refused bounds again.
func TestHuaweiRefusesTheBoundsOfFollow(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 2} {
		for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
			t.Run(fmt.Sprintf("prefetch %d, order %d", prefetch, order), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.HuaweiEDS)}, t: t}
					c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
					defer c.srv.Close()
					c.srv.SetQuirks(c.api, auditlogtest.Quirks{RefuseBounds: true, Order: order})
					for i := range 40 {
						c.happen(1, time.Hour+time.Duration(i)*time.Minute)
					}
					since := c.now().Add(-90 * time.Minute)
					l := listing{since: since}
					l.Prefetch = prefetch
					pages := c.pagesUntil(l, quickFollow, func(pages []*page) bool {
						if len(pages) < 20 {
							c.happen(2, 0)
						}
						return len(pages) == 30
					})
					require.ElementsMatch(t, c.stored(since), followedKeys(pages))
					require.Equal(t, 1, refusals(c.srv, c.api))
					l.Cursor = pages[3].next
					again := c.pagesUntil(l, quickFollow, count(5))
					require.Subset(t, followedKeys(append(pages[:4:4], again...)), c.stored(since))
				})
			})
		}
	}
}

// A refusal for another reason stays an error, except that of a bound that the client made up.
func TestHuaweiRefusesSomethingElse(t *testing.T) {
	t.Parallel()
	refused := auditlogtest.Fault{API: auditlogtest.HuaweiEDS, Status: 400, Body: `{"error_code":"EDS.00011001","error_msg":"Invalid parameter."}`}
	r := newRig(t, subjectOf(auditlogtest.HuaweiEDS))
	want := r.fill(60, time.Minute)
	r.srv.Inject(refused)
	_, err := r.list(t.Context(), r.client, listing{since: noon.Add(-time.Hour)})
	require.ErrorIs(t, err, auditlogs.ErrInvalidRequest)
	for _, prefetch := range []int{0, 2} {
		refused.After, refused.Times = 1, 1+prefetch/2 // one window is asked for ahead while the unit of the offset is unknown
		r.srv.Inject(refused)
		l := r.by(20)
		l.Prefetch = prefetch
		require.Equal(t, want, r.read(l), "prefetch %d", prefetch)
	}
	timeFormat := refused
	timeFormat.Body, timeFormat.After, timeFormat.Times = `{"error_code":"EDS.00011011"}`, 0, -1
	r.srv.Inject(timeFormat)
	_, err = r.list(t.Context(), r.client, listing{})
	require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, "without bounds")
	_, err = r.list(t.Context(), r.client, listing{since: noon})
	require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, "with and without bounds")
}

// The largest page of Akinon is not documented: where the client's is refused, it asks for one that vendors' clients ask for,
// and remembers that.
func TestAkinonRefusesALongPage(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"", "timestamp"} {
		for _, tc := range fewer([]struct{ largest, size, offset, refused int }{
			{500, 0, 0, 1}, {1000, 0, 0, 0}, {100, 99, 13, 1}, {100, 0, 0, 1}, {999, 0, 0, 1}, {100, 100, 0, 1}, {20, 20, 0, 1}, {7, 5, 0, 1}, {100, 0, 230, 1},
		}) {
			t.Run(fmt.Sprintf("sort %q, %+v", order, tc), func(t *testing.T) {
				t.Parallel()
				sampled(t)
				r := newRig(t, subjectOf(auditlogtest.Akinon))
				r.srv.SetQuirks(r.api, auditlogtest.Quirks{LargestLimit: tc.largest})
				want := r.fill(1230, time.Second)
				if order != "" {
					slices.Reverse(want)
				}
				f := auditlogs.AuditEventFilter{Sort: order, ListOptions: auditlogs.ListOptions{PageSize: tc.size, Offset: tc.offset}}
				for range 2 {
					var keys []string
					for e, err := range r.client.AuditEvents.All(t.Context(), f) {
						require.NoError(t, err)
						keys = append(keys, e.Key())
					}
					require.Equal(t, want[tc.offset:], keys)
				}
				require.LessOrEqual(t, refusals(r.srv, r.api), 2*tc.refused, "one for each listing")
				f.Prefetch = 3
				var keys []string
				for e, err := range r.client.AuditEvents.All(t.Context(), f) {
					require.NoError(t, err)
					keys = append(keys, e.Key())
				}
				require.Equal(t, want[tc.offset:], keys)
				f.Prefetch, keys = 0, nil
				for {
					page, err := r.client.AuditEvents.List(t.Context(), f)
					require.NoError(t, err)
					for _, e := range page.Items {
						keys = append(keys, e.Key())
					}
					if f.Offset, f.Cursor = 0, page.Next; page.Next == "" {
						break
					}
				}
				require.Equal(t, want[tc.offset:], keys)
			})
		}
	}
}

// In cursors, too: where rows are read by page number, a listing that is resumed asks for pages that the server gives.
func TestAkinonRefusesALongPageOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.Akinon))
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{LargestLimit: 100})
	want := r.fill(530, time.Second)
	f := auditlogs.AuditEventFilter{Sort: "url"}
	var keys []string
	for {
		page, err := r.client.AuditEvents.List(t.Context(), f)
		require.NoError(t, err)
		for _, e := range page.Items {
			keys = append(keys, e.Key())
		}
		if f.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	require.ElementsMatch(t, want, keys)
	require.Equal(t, 1, refusals(r.srv, r.api))
}

// A refusal for another reason is one, after at most one more request.
func TestAkinonRefusesSomethingElse(t *testing.T) {
	t.Parallel()
	for body, requests := range map[string]int{
		`{"user":["A valid integer is required."]}`: 1, `{"limit":["Too many."]}`: 2, `{"detail":"no"}`: 1, `{"non_field_errors":["no"]}`: 1, `<html>`: 1,
	} {
		client, log := svcServe(t, svcAnswer(400, body))
		_, err := client.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{})
		require.ErrorIs(t, err, auditlogs.ErrInvalidRequest)
		require.Len(t, log.all(), requests, body)
		_, err = client.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{ListOptions: auditlogs.ListOptions{PageSize: 1000}})
		require.ErrorIs(t, err, auditlogs.ErrInvalidRequest)
		require.Len(t, log.all(), requests+1, "the caller's own page size")
	}
}

// The client's own order is not documented either. Where it is refused, the answers show which order the server has.
func TestAkinonRefusesTheOrder(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
		for _, prefetch := range []int{0, 2} {
			r := newRig(t, subjectOf(auditlogtest.Akinon))
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{RefuseSort: true, LargestLimit: 100, Order: order})
			want := r.fill(330, time.Second)
			if order == auditlogtest.TimeAscending {
				slices.Reverse(want)
			}
			l := listing{}
			l.Prefetch = prefetch
			require.Equal(t, want, r.read(l))
			if prefetch == 0 {
				require.Equal(t, 2, refusals(r.srv, r.api), "remembered")
			}
			_, err := r.client.AuditEvents.List(t.Context(), auditlogs.AuditEventFilter{Sort: "-timestamp"})
			require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, "the caller's own order")
		}
	}
}

// ThousandEyes keeps events for two years. Where it refuses an earlier start that the caller did not ask for, the log is read
// from there.
func TestThousandEyesRefusesTheLongPast(t *testing.T) {
	t.Parallel()
	const years = 2 * 365 * 24 * time.Hour
	r := newRig(t, subjectOf(auditlogtest.ThousandEyes))
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{PageCap: 9, CursorLifetime: 2, OldestStart: years, Retention: years})
	r.fill(30, 20*24*time.Hour)
	r.add(r.srv, row{"long ago", noon.AddDate(-3, 0, 0)})
	want := []string{}
	for _, row := range r.rows(r.srv) {
		if row.at.After(noon.AddDate(-2, 0, 1)) {
			want = append(want, row.key)
		}
	}
	require.Len(t, want, 30)
	for name, read := range readers(r.subject) {
		before := refusals(r.srv, r.api)
		keys, err := read(t.Context(), r.client, listing{})
		require.NoError(t, err, name)
		require.Equal(t, want, keys, name)
		require.Equal(t, 1, refusals(r.srv, r.api)-before, "%s: remembered", name)
	}
	before := refusals(r.srv, r.api)
	r.srv.Inject(auditlogtest.Fault{API: r.api, After: 3, Status: http.StatusGone}) // a cursor expired: a new listing begins
	require.Equal(t, want, r.read(listing{}))
	require.Equal(t, 1, refusals(r.srv, r.api)-before, "remembered for that, too")
	var first string
	for _, q := range r.srv.Requests(r.api) {
		if q.Status == http.StatusOK {
			first = q.Query.Get("startDate")
			break
		}
	}
	require.Equal(t, "2024-03-01T13:01:00Z", first, "two years before the server's now, but for the way of the request")
	for _, l := range []listing{{since: noon.AddDate(-3, 0, 0)}, {since: time.Unix(0, 0)}} {
		before := len(r.srv.Requests(r.api))
		_, err := r.list(t.Context(), r.client, l)
		require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, "the caller's own bound")
		require.Len(t, r.srv.Requests(r.api), before+1)
	}
	r.srv.SetQuirks(r.api, auditlogtest.Quirks{OldestStart: time.Hour})
	_, err := r.list(t.Context(), r.client, listing{})
	require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, "and never without a start, whose meaning is unknown")
	for _, q := range r.srv.Requests(r.api) {
		require.True(t, q.Query.Has("startDate") || q.Query.Has("cursor"), q.RawQuery)
	}
}

func TestThousandEyesRefusesSomethingElse(t *testing.T) {
	t.Parallel()
	for body, requests := range map[string]int{
		svcFile(t, "thousandeyes/error_400.json"): 1, `{"title":"Bad Request"}`: 2, `{"errors":[{"field":"startDate","message":"no"}]}`: 2,
	} {
		client, log := svcServe(t, svcAnswer(400, body))
		_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
		require.ErrorIs(t, err, auditlogs.ErrInvalidRequest)
		require.Len(t, log.all(), requests, body)
		_, err = client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{Window: time.Hour})
		require.ErrorIs(t, err, auditlogs.ErrInvalidRequest)
		require.Len(t, log.all(), requests+1, "a window has no start")
	}
	client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		if r.URL.Query().Get("startDate") == "1970-01-01T00:00:00Z" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(`{"auditEvents":[]}`))
	})
	_, err := client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err, "without a Date, the local clock has to do")
	require.Len(t, log.all(), 2)
}

// Follow that asks for the server's time says where the log begins, too.
func TestThousandEyesRefusesTheLongPastOfFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.ThousandEyes)}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now))
		defer c.srv.Close()
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{OldestStart: 700 * 24 * time.Hour * 2})
		began := c.now()
		pages := c.pagesUntil(listing{}, quickFollow, func(pages []*page) bool {
			c.happen(1, 0)
			return len(pages) == 9
		})
		require.Subset(t, c.stored(began), followedKeys(pages))
		require.NotEmpty(t, followedKeys(pages))
		require.Equal(t, 1, refusals(c.srv, c.api))
	})
}

// Whatever the client adds to a bound, no request leaves the years 1 to 9999.
func TestBoundsAtTheEdges(t *testing.T) {
	t.Parallel()
	first, last := time.Time{}.Add(1), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	forEach(t, func(r *rig) {
		want := r.fill(30, time.Minute)
		for _, l := range []listing{
			{until: last}, {until: last.Add(-500 * time.Millisecond)}, {until: last.Truncate(time.Second)}, {until: last.AddDate(0, 0, -1)},
			{since: first}, {since: first.Add(time.Second)}, {since: first.Add(30 * time.Hour), until: last}, {since: first, until: last.Truncate(24 * time.Hour)},
		} {
			l.ListOptions = r.by(7).ListOptions
			require.Equal(r, want, r.read(l), "%v to %v", l.since, l.until)
			require.Equal(r, want, r.resumed(l), "%v to %v", l.since, l.until)
			for _, nothing := range []listing{{since: last.Add(-1), until: last}, {since: last.Add(-30 * time.Hour), until: last}, {until: first.Add(time.Hour)}, {since: first, until: first.Add(1)}} {
				require.Empty(r, r.read(nothing), "%v to %v", nothing.since, nothing.until)
			}
		}
		requireYears(r.T, r.srv, r.api)
	})
}

func TestFollowAtTheEdges(t *testing.T) {
	first, last := time.Time{}.Add(1), time.Date(9999, 12, 31, 23, 59, 59, 500_000_000, time.UTC)
	eachFollowed(t, func(t *testing.T, c *followCase) {
		c.srv.SetQuirks(c.api, auditlogtest.Quirks{PageCap: 7})
		c.happen(30, time.Minute)
		c.happen(10, 30*time.Second)
		pages := c.pagesUntil(listing{since: first}, quickFollow, count(3))
		for range 8 { // each goes on where the one before stopped, also within the first poll
			l := listing{since: first}
			l.Cursor = pages[len(pages)-1].next
			pages = append(pages, c.pagesUntil(l, quickFollow, count(2))...)
			c.happen(1, 0)
		}
		require.False(t, hasTwice(followedKeys(pages)))
		require.Subset(t, followedKeys(pages), c.stored(first)[8:])
		for _, p := range c.pagesUntil(listing{since: last}, quickFollow, count(3)) {
			require.Empty(t, p.keys)
		}
		requireYears(t, c.srv, c.api)
	})
}

// The bounds that only Akinon has.
func TestAkinonAtTheEdges(t *testing.T) {
	t.Parallel()
	r := newRig(t, subjectOf(auditlogtest.Akinon))
	want := r.fill(30, time.Minute)
	first, last := time.Time{}.Add(1), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for _, f := range []auditlogs.AuditEventFilter{{TimestampLTE: last}, {TimestampGT: first}, {TimestampGT: first, TimestampLTE: last.Add(-1)}} {
		f.PageSize = 7
		var keys []string
		for page, err := range r.client.AuditEvents.Pages(t.Context(), f) {
			require.NoError(t, err)
			for _, e := range page.Items {
				keys = append(keys, e.Key())
			}
		}
		require.Equal(t, want, keys)
	}
	for _, f := range []auditlogs.AuditEventFilter{{TimestampGT: last}, {TimestampLTE: first}, {Timestamp: first}} {
		page, err := r.client.AuditEvents.List(t.Context(), f)
		require.NoError(t, err)
		require.Empty(t, page.Items)
	}
	requireYears(t, r.srv, r.api)
}

// requireYears requires that all times in the requests have a form that servers can read.
func requireYears(t *testing.T, srv *auditlogtest.Server, api auditlogtest.API) {
	t.Helper()
	bounds := 0
	for _, q := range srv.Requests(api) {
		for name, values := range q.Query {
			if !strings.Contains(name, "time") && !strings.Contains(strings.ToLower(name), "date") {
				continue
			}
			bounds++
			_, err := time.Parse(time.RFC3339Nano, values[0])
			if _, day := time.Parse(time.DateOnly, values[0]); day == nil {
				err = nil
			}
			require.NoError(t, err, "%s=%s", name, values[0])
		}
		if q.Query.Get("startDate") < "3" { // ThousandEyes refuses the future, which Follow knows
			require.Less(t, q.Status, 300, q.RawQuery)
		}
	}
	require.Equal(t, api != auditlogtest.ElasticPath, bounds > 0)
}
