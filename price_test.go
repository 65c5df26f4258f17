package auditlogs_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// pairedRows returns rows, newest first, of which two in four share their time; the others are a second apart.
func pairedRows(n int, newest time.Time) []row {
	rows := make([]row, n)
	for i := range rows {
		second := i/4*3 + min(i%4, 2)
		rows[i] = row{strconv.Itoa(i), newest.Add(-time.Duration(second) * time.Second)}
	}
	return rows
}

// leastRequests returns how few requests can read rows by offset, in answers of at most size rows, if each but the first
// shows the group of the last known row, as far as it is known, and a witness from before it.
func leastRequests(rows []row, size int) int {
	least := make([]int, len(rows)+1)
	for end := range rows {
		from := max(0, end-1)
		for from > 0 && rows[from].at.Equal(rows[end-1].at) {
			from--
		}
		for next := end + 1; next <= min(from+size, len(rows)); next++ {
			if least[next] == 0 || least[end]+1 < least[next] {
				least[next] = least[end] + 1
			}
		}
	}
	return least[len(rows)]
}

// On a log that nobody changes, the promise costs at most 3 % of rows that are read twice, and one request more than a plain
// pager sends. Only where the caller's pages are the API's largest, and rows are reached by offset, are more requests needed:
// as many as the model says. Elastic Path's pages of 100 are such.
func TestThePriceOfThePromise(t *testing.T) {
	t.Parallel()
	const total = 5000
	stored := pairedRows(total, longLogClock.Add(-time.Hour))
	for _, s := range subjects() {
		for _, size := range slices.Compact([]int{100, max(100, s.maxPage)}) {
			t.Run(s.name+"/"+strconv.Itoa(size), func(t *testing.T) {
				t.Parallel()
				if testing.Short() && size < s.maxPage {
					t.Skip("many pages; those of the largest size are enough for a short test")
				}
				srv := auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time { return longLogClock }))
				defer srv.Close()
				s.add(srv, stored...)
				var read atomic.Int64
				c := clientOf(t, srv, auditlogs.WithHooks(auditlogs.Hooks{
					OnPage: func(_ context.Context, i auditlogs.PageInfo) { read.Add(int64(i.Rows)) },
				}))
				n := 0
				for p, err := range s.pages(t.Context(), c, listing{ListOptions: auditlogs.ListOptions{PageSize: size}}) {
					require.NoError(t, err)
					require.LessOrEqual(t, len(p.keys), size)
					n += len(p.keys)
				}
				require.Equal(t, total, n)
				require.LessOrEqual(t, 100*(int(read.Load())-total), 3*total, "per cent of the rows, read twice")
				most := (total+size-1)/size + 1
				if s.maxPage == size {
					most = max(most, leastRequests(stored, size))
				}
				require.LessOrEqual(t, len(srv.Requests(s.api)), most, "requests")
			})
		}
	}
}

// distant is a network whose round trips take a while.
type distant struct {
	http.RoundTripper
	trip        time.Duration
	under, most atomic.Int64 // requests under way, and how many they were at most
	rows        atomic.Int64 // that were asked for, on pages of Waldur's
}

func (d *distant) RoundTrip(req *http.Request) (*http.Response, error) {
	if n, err := strconv.Atoi(req.URL.Query().Get("page_size")); err == nil {
		d.rows.Add(int64(n))
	}
	now := d.under.Add(1)
	defer d.under.Add(-1)
	for most := d.most.Load(); now > most && !d.most.CompareAndSwap(most, now); {
		most = d.most.Load()
	}
	time.Sleep(d.trip) // of the bubble's time
	return d.RoundTripper.RoundTrip(req)
}

// While n pages are read ahead, a listing takes hardly longer than its pages' round trips divided by n: the first page is
// read alone, because nothing is known before, and what pages with numbers overlap is paid by those that are longer. The time
// is that of the bubble, so it is exact.
func TestPrefetchNearsTheIdeal(t *testing.T) {
	t.Parallel()
	s := subjects()[slices.IndexFunc(subjects(), func(s subject) bool { return s.api == auditlogtest.Waldur })]
	for depth, most := range map[int]float64{4: 1.05, 8: 1.06, 16: 1.12} {
		t.Run(strconv.Itoa(depth), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const pages, size = 160, 100
				srv := auditlogtest.NewServer(auditlogtest.InMemory())
				defer srv.Close()
				s.add(srv, pairedRows(pages*size, time.Now().Add(-time.Hour))...)
				network := &distant{RoundTripper: srv.HTTPClient().Transport, trip: 100 * time.Millisecond}
				c := clientOf(t, srv, auditlogs.WithHTTPClient(&http.Client{Transport: network}))
				began, n := time.Now(), 0
				for p, err := range s.pages(t.Context(), c, listing{ListOptions: auditlogs.ListOptions{PageSize: size, Prefetch: depth}}) {
					require.NoError(t, err)
					n += len(p.keys)
					synctest.Wait()
					require.LessOrEqual(t, int(network.rows.Load())-n, (depth+2)*size*21/20+n/20, "rows held or under way")
				}
				require.Equal(t, pages*size, n)
				ideal := network.trip * pages / time.Duration(depth)
				require.LessOrEqual(t, float64(time.Since(began)), most*float64(ideal))
				require.LessOrEqual(t, network.most.Load(), int64(depth), "requests at once")
			})
		})
	}
}

// What is left of an answer is no page of a listing that was cancelled.
func TestNoPageComesAfterCancelling(t *testing.T) {
	t.Parallel()
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, longLog(t, s, 900))
			for stop := range 5 {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				n := 0
				for _, err := range s.pages(ctx, c, listing{ListOptions: auditlogs.ListOptions{PageSize: 100}}) {
					if n++; n > stop+1 {
						require.ErrorIs(t, err, context.Canceled)
						break
					}
					require.NoError(t, err)
					if n == stop+1 {
						cancel()
					}
				}
				require.Equal(t, stop+2, n)
			}
		})
	}
}
