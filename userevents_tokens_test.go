package auditlogs_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// eyes is a ThousandEyes server whose clock stands still, and a client.
type eyes struct {
	t      *testing.T
	srv    *auditlogtest.Server
	client *auditlogs.Client
	n      int
}

func newEyes(t *testing.T, q auditlogtest.Quirks, opts ...auditlogs.Option) *eyes {
	t.Helper()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, q), auditlogtest.WithClock(func() time.Time { return noon }))
	t.Cleanup(srv.Close)
	return &eyes{t: t, srv: srv, client: clientOf(t, srv, opts...)}
}

// happen adds n different events of one time.
func (e *eyes) happen(n int, at time.Time) {
	for range n {
		e.n++
		e.srv.AddUserEvents(auditlogs.UserEvent{Date: at, Event: "Report created.", UserID: fmt.Sprint(e.n)})
	}
}

// repeat adds n equal events.
func (e *eyes) repeat(n int, at time.Time) {
	for range n {
		e.srv.AddUserEvents(auditlogs.UserEvent{Date: at, Event: "Login", UserID: "1"})
	}
}

// others send requests, with which cursors expire.
func (e *eyes) others(n int) {
	for range n {
		_, err := e.client.UserEvents.List(e.t.Context(), auditlogs.UserEventFilter{})
		require.NoError(e.t, err)
	}
}

func (e *eyes) requests() int { return len(e.srv.Requests(auditlogtest.ThousandEyes)) }

// eyesRead is what came of a listing.
type eyesRead struct {
	keys  map[string]int
	total int
	err   error
}

func (r *eyesRead) take(t *testing.T, p *auditlogs.Page[auditlogs.UserEvent]) {
	require.Equal(t, -1, p.Total)
	if r.keys == nil {
		r.keys = map[string]int{}
	}
	for _, e := range p.Items {
		r.total++
		r.keys[e.Key()]++
		require.Equal(t, 1, r.keys[e.Key()], "%v, number %d, came twice", e.Date, e.Ordinal)
	}
}

// readOn reads from a cursor to the end. Where others is not negative, each page is read by List, and others send as many
// requests after it.
func (e *eyes) readOn(r *eyesRead, f auditlogs.UserEventFilter, others int) {
	for n := 0; ; n++ {
		require.Less(e.t, n, 2000, "the listing does not end")
		var next auditlogs.Cursor
		for p, err := range e.client.UserEvents.Pages(e.t.Context(), f) {
			if r.err = err; err != nil {
				return
			}
			r.take(e.t, p)
			if next = p.Next; others >= 0 {
				break
			}
		}
		if next == "" || others < 0 {
			return
		}
		f.Cursor = next
		e.others(others)
	}
}

// TestUserEventsExpireWithinALargeGroup: a cursor of the server expires within a second that has more events than a page,
// equal ones among them. The listing that replaces it shows the second again from its beginning.
func TestUserEventsExpireWithinALargeGroup(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending, auditlogtest.Unordered} {
		for name, quirks := range map[string]auditlogtest.Quirks{
			"pages of 4": {PageCap: 4}, "unstable ties": {PageCap: 4, UnstableTies: true}, "pages of 1": {PageCap: 1},
			"newer events": {PageCap: 4, EndIgnored: true}, "short pages": {PageCap: 5, ShortPages: 3},
			"empty pages": {PageCap: 4, EmptyPages: 3}, "an empty page after each": {PageCap: 4, EmptyRun: 1},
		} {
			quirks.CursorLifetime = 4
			if quirks.Order = order; order == auditlogtest.Unordered && quirks.UnstableTies {
				continue
			}
			for _, pages := range fewer([]int{4, 2, 8, 0, 1, 3, 5, 6, 7}) {
				for _, others := range []int{-1, 0, 5} {
					t.Run(fmt.Sprintf("%s, order %d, after %d pages, %d others", name, order, pages, others), func(t *testing.T) {
						t.Parallel()
						sampled(t)
						e := newEyes(t, quirks)
						for i := range 3 {
							e.happen(1, noon.Add(-time.Duration(i+1)*time.Minute))
						}
						for i := range 13 {
							e.repeat(1, noon.Add(-time.Hour))
							e.happen(i%2, noon.Add(-time.Hour))
						}
						for i := range 4 {
							e.happen(1, noon.Add(-2*time.Hour-time.Duration(i)*time.Minute))
						}
						var r eyesRead
						f := auditlogs.UserEventFilter{Until: noon.Add(time.Second)}
						for n := 0; n < pages && r.err == nil; n++ {
							var p *auditlogs.Page[auditlogs.UserEvent]
							if p, r.err = e.client.UserEvents.List(t.Context(), f); r.err == nil {
								if r.take(t, p); p.Next == "" {
									return
								}
								f.Cursor = p.Next
							}
						}
						if r.err == nil {
							e.others(20)
							e.readOn(&r, f, others)
						}
						var incomplete *auditlogs.IncompleteError
						if order == auditlogtest.Unordered && errors.As(r.err, &incomplete) {
							return // that there is no order showed only after a resumption
						}
						require.NoError(t, r.err)
						require.Equal(t, 3+13+6+4, r.total)
					})
				}
			}
		}
	}
}

// TestUserEventsListGoesOnAfterARefusedCursor: within the call that finds it refused.
func TestUserEventsListGoesOnAfterARefusedCursor(t *testing.T) {
	t.Parallel()
	e := newEyes(t, auditlogtest.Quirks{PageCap: 4, CursorLifetime: 1})
	e.happen(30, noon.Add(-time.Hour))
	first, err := e.client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
	require.NoError(t, err)
	e.others(3)
	f := auditlogs.UserEventFilter{}
	f.Cursor = first.Next
	second, err := e.client.UserEvents.List(t.Context(), f)
	require.NoError(t, err)
	require.Len(t, second.Items, 4)
	require.Equal(t, -1, second.Total)
	require.NotEmpty(t, second.Next)
}

// TestUserEventsOfOneTimeRefused: while one time only was shown, the order is not known, and no bound can be put at it.
func TestUserEventsOfOneTimeRefused(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
		for _, added := range []int{0, 1, 9} {
			e := newEyes(t, auditlogtest.Quirks{PageCap: 4, CursorLifetime: 1, Order: order})
			times := []time.Time{noon.Add(-3 * time.Hour), noon.Add(-2 * time.Hour)}
			if order == auditlogtest.TimeDescending {
				times[0], times[1] = times[1], times[0]
			}
			e.repeat(5, times[0])
			e.happen(4, times[0])
			e.happen(6, times[1])
			first, err := e.client.UserEvents.List(t.Context(), auditlogs.UserEventFilter{})
			require.NoError(t, err)
			e.happen(added, noon.Add(time.Hour)) // after the listing's end
			e.others(3)
			var r eyesRead
			r.take(t, first)
			f := auditlogs.UserEventFilter{}
			f.Cursor = first.Next
			e.readOn(&r, f, -1)
			require.NoError(t, r.err)
			require.Equal(t, 15, r.total, "order %v, %d added", order, added)
		}
	}
}

// TestUserEventsEveryCursorRefused: new listings make progress as long as each shows something new, and end in an error
// after a few requests where they do not.
func TestUserEventsEveryCursorRefused(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		e := newEyes(t, auditlogtest.Quirks{PageCap: 4, CursorLifetime: -1})
		for i := range 40 {
			e.happen(1, noon.Add(-time.Duration(i)*time.Minute))
		}
		var r eyesRead
		f := auditlogs.UserEventFilter{}
		f.Prefetch = prefetch
		e.readOn(&r, f, -1)
		require.NoError(t, r.err)
		require.Equal(t, 40, r.total)

		e = newEyes(t, auditlogtest.Quirks{PageCap: 4, CursorLifetime: -1})
		e.happen(3, noon.Add(-time.Minute))
		e.happen(9, noon.Add(-time.Hour))
		r = eyesRead{}
		e.readOn(&r, f, -1)
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(t, r.err, &incomplete)
		require.ErrorIs(t, r.err, auditlogs.ErrInvalidRequest, "the refusal is the cause")
		require.Less(t, e.requests(), 40)
		require.GreaterOrEqual(t, r.total, 4)
	}
}

// TestUserEventsThatComeAgain: the same pages, again and again, under next links that differ each time.
func TestUserEventsThatComeAgain(t *testing.T) {
	t.Parallel()
	hour := noon.Add(-time.Hour)
	for name, c := range map[string]struct {
		fill     func(*eyes)
		cycle    int
		requests int // at most
		invented int // at most
	}{
		"one page":                    {func(e *eyes) { e.happen(1, noon.Add(-time.Minute)); e.happen(1, hour) }, 1, 2, 0},
		"one page of one time":        {func(e *eyes) { e.happen(2, hour) }, 1, 2, 0},
		"one page, equal events, too": {func(e *eyes) { e.happen(1, hour); e.repeat(3, hour) }, 1, 2, 0},
		"one page of equal events":    {func(e *eyes) { e.repeat(4, hour) }, 1, 60, 4 * 50},
		"one event":                   {func(e *eyes) { e.happen(1, hour) }, 1, 60, 50},
		"two pages":                   {func(e *eyes) { e.happen(4, noon.Add(-time.Minute)); e.happen(4, hour) }, 2, 3, 0},
		"two pages of one time":       {func(e *eyes) { e.happen(8, hour) }, 2, 3, 0},
		"seven pages":                 {func(e *eyes) { e.happen(14, noon.Add(-time.Minute)); e.happen(14, hour) }, 7, 8, 0},
	} {
		for _, prefetch := range []int{0, 3} {
			for _, resumed := range []bool{false, true} {
				if resumed && c.cycle > 1 && !strings.Contains(name, "two pages") || resumed && name == "two pages of one time" {
					continue
				}
				t.Run(fmt.Sprintf("%s, prefetch %d, resumed %t", name, prefetch, resumed), func(t *testing.T) {
					t.Parallel()
					e := newEyes(t, auditlogtest.Quirks{PageCap: 4, RepeatPages: c.cycle})
					c.fill(e)
					var r eyesRead
					f := auditlogs.UserEventFilter{}
					f.Prefetch = prefetch
					others := -1
					if resumed {
						others = 0
					}
					e.readOn(&r, f, others)
					var incomplete *auditlogs.IncompleteError
					require.ErrorAs(t, r.err, &incomplete)
					require.ErrorIs(t, r.err, auditlogs.ErrCursorLoop)
					most := c.requests + 4*prefetch
					if resumed { // some of those ahead of each page may have been sent
						most = c.requests * (1 + prefetch)
					}
					assert.LessOrEqual(t, e.requests(), most)
					n := len(e.srv.UserEvents())
					assert.GreaterOrEqual(t, r.total, n)
					assert.LessOrEqual(t, r.total-n, c.invented)
				})
			}
		}
	}
}

// TestUserEventsAfterEmptyPages: pages without events, under next links that differ each time, do not end a listing, as
// long as there are not too many.
func TestUserEventsAfterEmptyPages(t *testing.T) {
	t.Parallel()
	for _, order := range fewer([]auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending}) {
		for _, others := range []int{-1, 0} {
			e := newEyes(t, auditlogtest.Quirks{PageCap: 4, EmptyRun: 200, Order: order})
			e.happen(3, noon.Add(-time.Hour))
			e.repeat(3, noon.Add(-time.Hour))
			var r eyesRead
			e.readOn(&r, auditlogs.UserEventFilter{}, others)
			require.NoError(t, r.err)
			require.Equal(t, 6, r.total)
		}
	}
	e := newEyes(t, auditlogtest.Quirks{PageCap: 4, EmptyRun: 1_000_000})
	e.happen(5, noon.Add(-time.Hour))
	var r eyesRead
	e.readOn(&r, auditlogs.UserEventFilter{}, -1)
	require.ErrorIs(t, r.err, auditlogs.ErrCursorLoop)
	require.Less(t, e.requests(), 1100)
}

// TestUserEventsNeverFollowATokenTwice: within one listing, also when pages are read ahead, and when new events come.
func TestUserEventsNeverFollowATokenTwice(t *testing.T) {
	t.Parallel()
	for _, cycle := range []int{1, 2, 5} {
		for _, prefetch := range []int{0, 1, 4} {
			var requests atomic.Int64
			asked := map[string]int{}
			client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
				n := int(requests.Add(1))
				body := fmt.Sprintf(`{"auditEvents":[{"date":%q,"event":"e"}],"_links":{"next":{"href":"?cursor=%d"}}}`, noon.Add(-time.Duration(n)*time.Minute).Format(time.RFC3339), n%cycle)
				svcAnswer(200, body, "Date", noon.Format(http.TimeFormat))(w, r)
			})
			f := auditlogs.UserEventFilter{}
			f.Prefetch = prefetch
			var err error
			for _, err = range client.UserEvents.All(t.Context(), f) {
				if err != nil {
					break
				}
			}
			require.ErrorIs(t, err, auditlogs.ErrCursorLoop)
			for _, r := range log.all() {
				if asked[r.RawQuery]++; strings.HasPrefix(r.RawQuery, "cursor=") {
					require.Equal(t, 1, asked[r.RawQuery], "cycle %d, prefetch %d", cycle, prefetch)
				}
			}
		}
	}
}

// TestUserEventsFollowKnowsWhatChangedItsForm: events whose resources come in another order in each poll, whose user or
// whose account group was renamed, come once.
func TestUserEventsFollowKnowsWhatChangedItsForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.ThousandEyes)}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now),
			auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{ShuffleResources: true}))
		defer c.srv.Close()
		began := c.now()
		resources := []auditlogs.EventResource{{Type: "userDisplayName", Name: "b"}, {Type: "roleName", Name: "r"}, {Type: "userDisplayName", Name: "a"}}
		names := []string{"Jane Doe", "Jane Roe"}
		var events []auditlogs.UserEvent
		for i := range 6 {
			events = append(events, auditlogs.UserEvent{
				AccountGroupID: auditlogtest.AccountGroupID, Date: began.Add(time.Duration(i/3) * time.Second), Event: "e",
				UserID: "7", User: names[0], Resources: resources,
			})
		}
		c.srv.AddUserEvents(events...)
		total, polls := 0, 0
		f := auditlogs.UserEventFilter{Since: began}
		for polls < 6 {
			for p, err := range c.client().UserEvents.Follow(t.Context(), f, quickFollow) {
				require.NoError(t, err)
				total += len(p.Items)
				polls++
				f.Cursor = p.Next
				if polls%2 == 0 {
					break // and go on in another process
				}
				c.srv.DeleteUserEvents(func(auditlogs.UserEvent) bool { return true })
				for i := range events {
					events[i].User, events[i].AccountGroupName = names[polls%2], names[polls%2]
				}
				c.srv.AddUserEvents(events...)
			}
		}
		require.Equal(t, 6, total)
	})
}

// TestUserEventsPlainNext: a next link that is a text leads on.
func TestUserEventsPlainNext(t *testing.T) {
	t.Parallel()
	e := newEyes(t, auditlogtest.Quirks{PageCap: 4, PlainNext: true})
	e.happen(30, noon.Add(-time.Hour))
	var r eyesRead
	e.readOn(&r, auditlogs.UserEventFilter{}, 0)
	require.NoError(t, r.err)
	require.Equal(t, 30, r.total)
}

// TestUserEventsBareNext: next links without a query, which lead nowhere, lose and repeat nothing: a new listing goes on where
// the one before stopped. Where it shows nothing new, the listing says so after its rows.
func TestUserEventsBareNext(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
		for name, quirks := range map[string]auditlogtest.Quirks{
			"all": {BareNext: 1}, "every second": {BareNext: 2}, "texts": {BareNext: 1, PlainNext: true},
			"short pages": {BareNext: 1, ShortPages: 3}, "expiring cursors": {BareNext: 3, CursorLifetime: 2}, "newer events": {BareNext: 2, EndIgnored: order == auditlogtest.TimeAscending},
		} {
			quirks.PageCap, quirks.Order = 6, order
			for _, filter := range []auditlogs.UserEventFilter{{}, {Window: time.Hour}, {Since: noon.Add(-30 * time.Minute), Until: noon.Add(-3 * time.Minute)}} {
				for _, prefetch := range []int{0, 3} {
					for _, others := range []int{-1, 0} {
						t.Run(fmt.Sprintf("%s, order %d, %v, prefetch %d, others %d", name, order, filter.Window, prefetch, others), func(t *testing.T) {
							t.Parallel()
							e := newEyes(t, quirks)
							for i := range 40 {
								e.happen(1, noon.Add(-time.Duration(i)*time.Minute))
								if i%5 == 0 {
									e.repeat(2, noon.Add(-time.Duration(i)*time.Minute))
								}
							}
							want := 0
							for _, event := range e.srv.UserEvents() {
								if !event.Date.Before(filter.Since) && (filter.Until.IsZero() || event.Date.Before(filter.Until)) {
									want++
								}
							}
							var r eyesRead
							filter := filter
							filter.Prefetch = prefetch
							e.readOn(&r, filter, others)
							require.NoError(t, r.err)
							require.Equal(t, want, r.total)
						})
					}
				}
			}
		}
	}
}

// TestUserEventsBareNextOnSmallPages: the pages that a caller wants may be too small to get past what was read; the listing that
// begins again at the frontier takes what the server gives.
func TestUserEventsBareNextOnSmallPages(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3} {
		srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{BareNext: 4}))
		defer srv.Close()
		srv.GenerateFor(auditlogtest.ThousandEyes, 1, 106)
		c, err := auditlogs.NewClient(srv.Options()...)
		require.NoError(t, err)
		events, err := auditlogs.Collect(c.UserEvents.All(t.Context(), auditlogs.UserEventFilter{ListOptions: auditlogs.ListOptions{PageSize: size}}), 1000)
		require.NoError(t, err, "%d events", len(events))
		require.Len(t, events, 106)
	}
}

// TestUserEventsBareNextWithinOneSecond: no bound leads into a second that has more events than a page.
func TestUserEventsBareNextWithinOneSecond(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		e := newEyes(t, auditlogtest.Quirks{PageCap: 4, BareNext: 1})
		e.happen(3, noon.Add(-time.Minute))
		e.happen(9, noon.Add(-time.Hour))
		f := auditlogs.UserEventFilter{}
		f.Prefetch = prefetch
		var r eyesRead
		e.readOn(&r, f, -1)
		var incomplete *auditlogs.IncompleteError
		require.ErrorAs(t, r.err, &incomplete)
		require.EqualError(t, r.err, "auditlogs: UserEvents.List: incomplete: the API says that more records follow, but the next link leads nowhere")
		require.Equal(t, 3+4, r.total)
		require.Equal(t, 4, e.requests())

		first, err := e.client.UserEvents.List(t.Context(), f) // once the server's links are right, the same cursor leads on
		require.NoError(t, err)
		require.Len(t, first.Items, 4)
		e.srv.SetQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 4})
		r = eyesRead{}
		r.take(t, first)
		f.Cursor = first.Next
		e.readOn(&r, f, -1)
		require.NoError(t, r.err)
		require.Equal(t, 12, r.total)
	}
}

// TestUserEventsNextOfOddForms: whatever stands in place of a link, the rows beside it come first.
func TestUserEventsNextOfOddForms(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		`{"href":"https://api.thousandeyes.com/v7/audit-user-events"}`, `"https://api.thousandeyes.com/v7/audit-user-events"`, `"?"`, `{"href":"#"}`,
		`"http://[::1?cursor=a"`, `"%zz?cursor=a"`, `5`, `true`, `["?cursor=a"]`, `[{"href":"?cursor=a"}]`, `{"href":5}`, `{"href":["?cursor=a"]}`, `"b2Zmc2V0PTU1MDE4Mzgw"`,
		`"?cursor=` + svcToken + `"`,
	} {
		t.Run(next, func(t *testing.T) {
			t.Parallel()
			rows := []string{
				`{"date":"2022-07-18T21:54:54Z"},{"date":"2022-07-18T21:54:53Z"}`, `{"date":"2022-07-18T21:54:53Z"},{"date":"2022-07-18T21:54:52Z"}`,
				`{"date":"2022-07-18T21:54:52Z"}`, `{"date":"2022-07-18T21:54:52Z"}`,
			}
			n := 0
			client, log := svcServe(t, func(w http.ResponseWriter, r *http.Request) {
				svcAnswer(200, `{"auditEvents":[`+rows[n]+`],"_links":{"self":{"href":"?a"},"next":`+next+`}}`)(w, r)
				n++
			})
			var got []string
			var pages int
			var err error
			for page, failed := range client.UserEvents.Pages(t.Context(), auditlogs.UserEventFilter{}) {
				if err = failed; err != nil {
					break
				}
				pages++
				for _, event := range page.Items {
					got = append(got, event.Date.Format(time.TimeOnly))
				}
			}
			require.Equal(t, []string{"21:54:54", "21:54:53", "21:54:52"}, got)
			require.Equal(t, 2, pages)
			var incomplete *auditlogs.IncompleteError
			require.ErrorAs(t, err, &incomplete)
			requests := log.all()
			require.Len(t, requests, 4)
			require.Empty(t, requests[0].Query.Get("endDate"))
			require.Equal(t, "2022-07-18T21:54:55Z", requests[1].Query.Get("endDate"))
			require.Equal(t, "2022-07-18T21:54:54Z", requests[2].Query.Get("endDate"))
			require.Equal(t, requests[2].RawQuery, requests[3].RawQuery)
		})
	}
}

// TestUserEventsFollowGoesOnAfterBareNext: within each poll.
func TestUserEventsFollowGoesOnAfterBareNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &followCase{trial: &trial{subject: subjectOf(auditlogtest.ThousandEyes)}, t: t}
		c.srv = auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(c.now),
			auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 12, BareNext: 1}))
		defer c.srv.Close()
		f := auditlogs.UserEventFilter{Since: c.now().Add(-time.Hour)}
		var r eyesRead
		polls := 0
		for p, err := range c.client().UserEvents.Follow(t.Context(), f, quickFollow) {
			require.NoError(t, err)
			r.take(t, p)
			if polls++; polls > 60 {
				break
			}
			for i := range 30 * (polls % 2) {
				if n := len(c.srv.UserEvents()); n < 90 {
					c.srv.AddUserEvents(auditlogs.UserEvent{Date: c.now().Add(-time.Duration(i) * time.Second), Event: fmt.Sprint(n)})
				}
			}
		}
		require.Equal(t, 90, r.total)
	})
}

// TestUserEventsNewerThanTheFrontier: a listing that replaces an expired one may begin with more pages of newer events
// than one. They are no loss of the listing's.
func TestUserEventsNewerThanTheFrontier(t *testing.T) {
	t.Parallel()
	e := newEyes(t, auditlogtest.Quirks{PageCap: 4, CursorLifetime: 4, EndIgnored: true})
	for i := range 30 {
		e.happen(1, noon.Add(-time.Duration(i)*time.Minute))
	}
	var r eyesRead
	f := auditlogs.UserEventFilter{}
	for range 5 {
		p, err := e.client.UserEvents.List(t.Context(), f)
		require.NoError(t, err)
		r.take(t, p)
		f.Cursor = p.Next
	}
	for i := range 10 {
		e.happen(1, noon.Add(time.Duration(i+2)*time.Minute))
	}
	e.others(20)
	e.readOn(&r, f, -1)
	require.NoError(t, r.err)
	require.Equal(t, 30, r.total)
}

// TestUserEventsWindowKeepsItsRange: a window is the time before the first request, also where a refused cursor is replaced
// later, and no bound can be put at what was read.
func TestUserEventsWindowKeepsItsRange(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{PageCap: 4, CursorLifetime: 4}),
		auditlogtest.WithClock(func() time.Time { return noon.Add(time.Duration(passed.Load())) }))
	t.Cleanup(srv.Close)
	e := &eyes{t: t, srv: srv, client: clientOf(t, srv)}
	e.happen(10, noon.Add(-59*time.Minute))
	e.happen(10, noon.Add(-61*time.Minute))
	f := auditlogs.UserEventFilter{Window: time.Hour}
	first, err := e.client.UserEvents.List(t.Context(), f)
	require.NoError(t, err)
	var r eyesRead
	r.take(t, first)
	f.Cursor = first.Next
	passed.Store(int64(30 * time.Minute))
	e.others(9)
	e.readOn(&r, f, -1)
	require.NoError(t, r.err)
	require.Equal(t, 10, r.total)
}
