package auditlogs_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// TestLogsWithoutEnd: a server that makes up older rows for ever is read for as long as the caller goes on, and no longer;
// what the client keeps of it does not grow; and Since ends it.
func TestLogsWithoutEnd(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		older := r.fill(20, time.Minute)
		require.NotEmpty(r, older)
		oldest := noon.Add(-20 * time.Minute)
		r.srv.BeforeRequest(func(api auditlogtest.API, n int) {
			if api != r.api {
				return
			}
			for i := range 10 {
				oldest = oldest.Add(-time.Minute)
				r.add(r.srv, row{fmt.Sprintf("made-up-%d-%d", n, i), oldest})
			}
		})
		first, last, pages := 0, 0, 0
		for p, err := range r.pages(r.Context(), r.client, r.by(5)) {
			require.NoError(r, err)
			require.NotEmpty(r, p.next, "the log has no end")
			if pages++; pages == 10 {
				first = len(p.next)
			}
			if last = len(p.next); pages == 60 {
				break
			}
		}
		require.Equal(r, 60, pages)
		require.InDelta(r, first, last, 64, "the cursor grows")
		sent := r.sent()
		require.LessOrEqual(r, sent, 2*60)

		l := r.by(5)
		l.since = noon.Add(-30 * time.Minute)
		keys := r.read(l)
		require.Len(r, keys, 20+10)
		require.Less(r, r.sent()-sent, 40)
	})
}

// TestServersThatNeverGetAnywhere: a listing ends by itself, and not in silence, when the server says that there is more
// and shows nothing.
func TestServersThatNeverGetAnywhere(t *testing.T) {
	t.Parallel()
	answers := map[auditlogtest.API]string{
		auditlogtest.Waldur:       `[]`,
		auditlogtest.HuaweiEDS:    `{"total":1000,"data":[]}`,
		auditlogtest.Akinon:       `{"count":1000,"next":"http://h/?page=2","previous":null,"results":[]}`,
		auditlogtest.ElasticPath:  `{"data":[],"meta":{"results":{"total":1000}},"links":{"next":"http://h/"}}`,
		auditlogtest.ThousandEyes: `{"auditEvents":[],"_links":{"next":{"href":"?cursor=%d"}}}`,
	}
	for _, prefetch := range []int{0, 3} {
		for _, s := range subjects() {
			t.Run(fmt.Sprintf("%s, prefetch %d", s.name, prefetch), func(t *testing.T) {
				t.Parallel()
				var requests atomic.Int64
				server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
					n := requests.Add(1)
					w.Header().Set("Link", `<http://h/?page=2>; rel="next", <http://h/?page=9>; rel="last"`)
					w.Header().Set("X-Result-Count", "1000")
					_, _ = io.WriteString(w, strings.ReplaceAll(answers[s.api], "%d", fmt.Sprint(n))) // a new cursor each time
				})
				c, err := auditlogs.NewClient(s.connect(server.URL, auditlogs.StaticToken(secToken)))
				require.NoError(t, err)
				t.Cleanup(c.CloseIdleConnections)
				l := listing{}
				l.Prefetch = prefetch
				var last error
				for _, err := range s.all(t.Context(), c, l) {
					last = err
				}
				t.Logf("%d requests: %v", requests.Load(), last)
				most := int64(200)
				if s.api == auditlogtest.ThousandEyes {
					most = 1100 // some hundred pages without events may lie between two that have some
				}
				require.LessOrEqual(t, requests.Load(), most)
				if s.api != auditlogtest.HuaweiEDS { // whose total is not believed, so that an empty answer is the end
					var incomplete *auditlogs.IncompleteError
					require.ErrorAs(t, last, &incomplete)
				}
			})
		}
	}
}

// TestCursorsWithoutEnd: ThousandEyes' events have no ids, so a server that repeats one page under ever new cursors seems to
// go on. It is read until the client would have to remember more than it may, and then the listing ends with an error.
func TestCursorsWithoutEnd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads 200,000 events")
	}
	const perAnswer = 100_000
	events := strings.Repeat(`{"event":"x","date":"2026-01-14T09:26:53Z"},`, perAnswer)
	var requests atomic.Int64
	server := secServe(t, false, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"auditEvents":[%s],"_links":{"next":{"href":"?cursor=%d"}}}`, events[:len(events)-1], requests.Add(1))
	})
	c, err := auditlogs.NewClient(auditlogs.WithThousandEyes(server.URL, auditlogs.StaticToken(secToken)))
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	got, last := 0, error(nil)
	for _, err := range c.UserEvents.All(t.Context(), auditlogs.UserEventFilter{}) {
		if last = err; err == nil {
			got++
		}
	}
	var incomplete *auditlogs.IncompleteError
	require.ErrorAs(t, last, &incomplete)
	require.LessOrEqual(t, got, 200_001)
	require.LessOrEqual(t, requests.Load(), int64(200_000/perAnswer+1))
}
