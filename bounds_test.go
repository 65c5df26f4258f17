package auditlogs_test

import (
	"fmt"
	"net/http"
	"slices"
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
		for _, size := range []int{0, 9, 50} {
			t.Run(fmt.Sprintf("%s, pages of %d", name, size), func(t *testing.T) {
				t.Parallel()
				r := newRig(t, subjectOf(auditlogtest.HuaweiEDS))
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
