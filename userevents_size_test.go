package auditlogs_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// sizes returns the value of max in each request since the nth, "-" if there is none.
func (e *eyes) sizes(n int) (sizes []string) {
	for _, r := range e.srv.Requests(auditlogtest.ThousandEyes)[n:] {
		size := "-"
		if values, ok := r.Query["max"]; ok {
			size = strings.Join(values, "+")
		}
		sizes = append(sizes, size)
	}
	return sizes
}

// TestUserEventsPageSize: the client's own requests ask for the page size, and a link of the server's is used as it is,
// whatever size the listing is resumed with.
func TestUserEventsPageSize(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		e := newEyes(t, auditlogtest.Quirks{PageDefault: 9})
		for i := range 40 {
			e.happen(1, noon.Add(-time.Duration(i)*time.Minute))
		}
		f := auditlogs.UserEventFilter{}
		f.PageSize, f.Prefetch = 12, prefetch
		var r eyesRead
		e.readOn(&r, f, -1)
		require.NoError(t, r.err)
		require.Equal(t, 40, r.total)
		require.Equal(t, []string{"12", "12", "12", "12"}, e.sizes(0), "in a link, it is the server's echo")

		before := e.requests()
		first, err := e.client.UserEvents.List(t.Context(), f)
		require.NoError(t, err)
		require.Len(t, first.Items, 12)
		r = eyesRead{}
		r.take(t, first)
		f.Cursor = first.Next
		for _, size := range []int{0, 5} {
			f.PageSize = size
			again := eyesRead{}
			e.readOn(&again, f, -1)
			require.NoError(t, again.err)
			require.Equal(t, 28, again.total)
		}
		require.Equal(t, []string{"12", "12", "12", "12", "12", "12", "12"}, e.sizes(before))

		e.srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageDefault: 9, CursorLifetime: -1})
		before = e.requests()
		e.readOn(&r, f, -1)
		require.NoError(t, r.err)
		require.Equal(t, 40, r.total)
		require.Equal(t, "5", e.sizes(before)[1], "the listing that replaces the refused link is the client's own")

		before = e.requests()
		f = auditlogs.UserEventFilter{}
		p, err := e.client.UserEvents.List(t.Context(), f)
		require.NoError(t, err)
		require.Len(t, p.Items, 9)
		require.Equal(t, []string{"-"}, e.sizes(before))
	}
}

// TestUserEventsPageSizeRefused: where the server refuses max by name, it is left out from then on, and the events come all the
// same.
func TestUserEventsPageSizeRefused(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		e := newEyes(t, auditlogtest.Quirks{PageCap: 10, RefuseMax: true, CursorLifetime: -1, OldestStart: 24 * time.Hour * 800})
		for i := range 40 {
			e.happen(1, noon.Add(-time.Duration(i)*time.Minute))
		}
		f := auditlogs.UserEventFilter{}
		f.PageSize, f.Prefetch = 12, prefetch
		var r eyesRead
		e.readOn(&r, f, -1)
		require.NoError(t, r.err)
		require.Equal(t, 40, r.total)
		asked := 0
		for _, size := range e.sizes(0) {
			if size != "-" {
				asked++
			}
		}
		require.LessOrEqual(t, asked, 2, "once, and once more from a later start")
	}
}

// TestUserEventsPageSizeRefusedInWords: a refusal may name max in a sentence only. One that names another parameter is one of
// the request.
func TestUserEventsPageSizeRefusedInWords(t *testing.T) {
	t.Parallel()
	for body, again := range map[string]bool{
		`{"title":"There were some errors in your request. Error in field max : Unknown parameter.","status":400}`: true,
		`{"title":"Bad Request","detail":"max: is not known"}`:                                                     true,
		`{"errors":[{"field":"max","message":"Unknown."}]}`:                                                        true,
		`{"errors":[{"field":"startDate","message":"max is another's"}]}`:                                          false,
		`{"title":"The maximum was exceeded."}`:                                                                    false,
		`{"title":"Bad Request"}`:                                                                                  false,
	} {
		client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("max") {
				svcAnswer(http.StatusBadRequest, body)(w, r)
				return
			}
			svcAnswer(http.StatusOK, `{"auditEvents":[{"date":"2022-07-18T21:54:54Z"}]}`)(w, r)
		})
		f := auditlogs.UserEventFilter{Since: svcTime("2022-01-01T00:00:00Z")}
		f.PageSize = 500
		page, err := client.UserEvents.List(t.Context(), f)
		if !again {
			require.ErrorIs(t, err, auditlogs.ErrInvalidRequest, body)
			log.only(t)
			continue
		}
		require.NoError(t, err, body)
		require.Len(t, page.Items, 1)
		requests := log.all()
		require.Len(t, requests, 2)
		require.Equal(t, "500", requests[0].Query.Get("max"))
		requests[0].Query.Del("max")
		require.Equal(t, requests[0].Query, requests[1].Query, "the rest is the same")
	}
}

// TestUserEventsPageSizeInALink: a refusal of max in answer to a link of the server's is one of the link.
func TestUserEventsPageSizeInALink(t *testing.T) {
	t.Parallel()
	var links atomic.Int64
	client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("cursor") {
			links.Add(1)
			svcAnswer(http.StatusBadRequest, `{"errors":[{"field":"max","message":"Unknown."}]}`)(w, r)
			return
		}
		rows, next := `{"date":"2022-07-18T21:54:54Z"},{"date":"2022-07-18T21:54:53Z"}`, `"?max=7&cursor=a"`
		if links.Load() > 0 {
			rows, next = `{"date":"2022-07-18T21:54:53Z"},{"date":"2022-07-18T21:54:52Z"}`, `null`
		}
		svcAnswer(http.StatusOK, `{"auditEvents":[`+rows+`],"_links":{"next":`+next+`}}`)(w, r)
	})
	f := auditlogs.UserEventFilter{}
	f.PageSize = 7
	all, err := auditlogs.Collect(client.UserEvents.All(t.Context(), f), 10)
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.Len(t, log.all(), 3)
	require.Equal(t, "7", log.all()[2].Query.Get("max"))
}

// TestUserEventsFollowPageSize: each poll asks for it, until it is refused.
func TestUserEventsFollowPageSize(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{"": {}, "refused": {RefuseMax: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.ThousandEyes)}, t: t}
				c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now), auditlogtest.WithQuirks(auditlogtest.ThousandEyes, quirks))
				defer c.srv.Close()
				e := &eyes{t: t, srv: c.srv}
				e.happen(5, c.now().Add(-time.Minute))
				f := auditlogs.UserEventFilter{Since: c.now().Add(-time.Hour)}
				f.PageSize = 2
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				var r eyesRead
				polls := 0
				for p, err := range c.client().UserEvents.Follow(ctx, f, quickFollow) {
					require.NoError(t, err)
					r.take(t, p)
					if len(p.Items) == 0 {
						polls++
					}
					if polls == 3 {
						break
					}
				}
				require.Equal(t, 5, r.total)
				sizes := e.sizes(0)
				require.Greater(t, len(sizes), 3)
				require.Equal(t, "2", sizes[0])
				if quirks.RefuseMax {
					require.NotContains(t, sizes[1:], "2")
					return
				}
				require.NotContains(t, sizes, "-")
			})
		})
	}
}
