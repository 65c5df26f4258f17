package auditlogs_test

import (
	"context"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// BenchmarkCost counts what the promise costs: requests, against those of a plain pager, and rows that were read twice,
// on a log that nothing disturbs and on one that changes before every request.
func BenchmarkCost(b *testing.B) {
	const rows = 5000
	quiet := func(*auditlogtest.Server, subject) {}
	busy := func(srv *auditlogtest.Server, s subject) {
		t := &trial{subject: s, Rand: newRand(3), srv: srv, clock: longLogClock}
		srv.BeforeRequest(func(_ auditlogtest.API, n int) {
			if n > 1 {
				t.grow(2)
				t.deleteSome(2)
			}
		})
	}
	for _, s := range subjects() {
		for _, way := range []struct {
			name    string
			disturb func(*auditlogtest.Server, subject)
		}{{"undisturbed", quiet}, {"disturbed", busy}} {
			b.Run(s.name+"/"+way.name, func(b *testing.B) {
				var requests, read, fresh int
				for b.Loop() {
					srv := longLog(b, s, rows)
					way.disturb(srv, s)
					c := clientOf(b, srv, auditlogs.WithHooks(auditlogs.Hooks{
						OnPage: func(_ context.Context, i auditlogs.PageInfo) { read, fresh = read+i.Rows, fresh+i.New },
					}))
					for _, err := range s.all(b.Context(), c, listing{}) {
						if err != nil {
							b.Fatal(err)
						}
					}
					requests += len(srv.Requests(s.api))
				}
				page := s.maxPage
				if page == 0 {
					page = 100
				}
				n := float64(b.N)
				b.ReportMetric(float64(requests)/n, "requests/op")
				b.ReportMetric(float64((rows+page-1)/page), "plain-requests/op")
				b.ReportMetric(100*float64(read-fresh)/float64(fresh), "%twice")
			})
		}
	}
}
