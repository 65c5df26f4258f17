package auditlogs_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// mixed stores n rows in random order of time; every third shares its time with another.
func (r *rig) mixed(n int) []string {
	for i := range n {
		r.add(r.srv, row{fmt.Sprintf("row-%d", i), noon.Add(-time.Duration(hash(strconv.Itoa(i/2+i%2))%5000) * time.Second)})
	}
	return r.stored()
}

func TestOtherOrders(t *testing.T) {
	t.Parallel()
	orders := map[string]auditlogtest.Order{
		"newest first": auditlogtest.TimeDescending, "oldest first": auditlogtest.TimeAscending, "unordered": auditlogtest.Unordered,
	}
	for _, api := range []auditlogtest.API{auditlogtest.ElasticPath, auditlogtest.HuaweiEDS, auditlogtest.Akinon} {
		for name, order := range orders {
			for _, n := range []int{0, 1, 2, 3, 47} {
				t.Run(fmt.Sprintf("%s, %s, %d rows", api, name, n), func(t *testing.T) {
					t.Parallel()
					r := newRig(t, subjectOf(api))
					want := r.mixed(n)
					r.srv.SetQuirks(api, auditlogtest.Quirks{Order: order, IgnoreSort: true})
					incomplete := 0
					for _, size := range []int{0, 5, 11} {
						for _, prefetch := range []int{0, 3} {
							l := r.by(size)
							l.Prefetch = prefetch
							_, keys, err := r.readPages(l)
							complete := r.completeOrSaid(want, keys, err)
							if order != auditlogtest.Unordered || api == auditlogtest.ElasticPath || size == 0 {
								require.True(r, complete, "pages of %d: %v", size, err)
							}
							if !complete {
								incomplete++
							}
						}
						keys, err := r.readResumed(r.by(size))
						complete := r.completeOrSaid(want, keys, err)
						if order != auditlogtest.Unordered || size == 0 {
							require.True(r, complete, "pages of %d, resumed: %v", size, err)
						}
					}
					r.Logf("%d of 6 incomplete", incomplete)
				})
			}
		}
	}
}

// readResumed reads each page with a client of its own.
func (r *rig) readResumed(l listing) (keys []string, err error) {
	for n := 0; ; n++ {
		require.Less(r, n, 1000, "the listing does not end")
		p, err := r.list(r.Context(), r.newClient(), l)
		if err != nil {
			return keys, err
		}
		keys = append(keys, p.keys...)
		if l.Cursor = p.next; p.next == "" {
			return keys, nil
		}
	}
}

func TestTheOffsetLimitOfElasticPath(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending, auditlogtest.Unordered} {
		for _, n := range fewer([]int{10_101, 10_100, 10_099, 10_300}) {
			t.Run(fmt.Sprintf("order %d, %d rows", order, n), func(t *testing.T) {
				t.Parallel()
				r := newRig(t, subjectOf(auditlogtest.ElasticPath))
				want := r.fill(n, time.Second)
				r.srv.SetQuirks(r.api, auditlogtest.Quirks{Order: order})
				_, keys, err := r.readPages(listing{})
				require.False(t, hasTwice(keys))
				stored := map[string]bool{}
				for _, key := range want {
					stored[key] = true
				}
				for _, key := range keys {
					require.True(t, stored[key])
				}
				require.Len(t, keys, min(n, 10_100))
				t.Logf("%d requests", r.sent())
				if n <= 10_100 {
					require.NoError(t, err)
					return
				}
				var incomplete *auditlogs.IncompleteError
				require.ErrorAs(t, err, &incomplete)
				require.ErrorIs(t, err, auditlogs.ErrOffsetLimit)
			})
		}
	}
	t.Run("resumed near the end", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, subjectOf(auditlogtest.ElasticPath))
		r.fill(10_101, time.Second)
		l := listing{}
		l.Offset = 9_850
		keys := 0
		for n := 0; ; n++ {
			require.Less(t, n, 50)
			p, err := r.list(r.Context(), r.newClient(), l)
			if err != nil {
				require.ErrorIs(t, err, auditlogs.ErrOffsetLimit)
				break
			}
			keys += len(p.keys)
			require.NotEmpty(t, p.next)
			l.Offset, l.Cursor = 0, p.next
		}
		require.Equal(t, 250, keys)
	})
}

func TestTheMillisecondsOfAkinon(t *testing.T) {
	t.Parallel()
	for _, cut := range []bool{false, true} {
		t.Run(fmt.Sprintf("cut %t", cut), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, subjectOf(auditlogtest.Akinon))
			want := r.fill(60, 37*time.Microsecond)
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{MillisecondBounds: cut})
			for _, size := range []int{1, 2, 5, 25, 26, 27, 28, 0} {
				require.Equal(r, want, r.read(r.by(size)), "pages of %d", size)
				require.Equal(r, want, r.resumed(r.by(size)), "pages of %d", size)
			}
		})
	}
}

func TestTheServersOfWaldur(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"ahead": {TimeZone: time.FixedZone("", 14*3600)}, "back": {TimeZone: time.FixedZone("", -11*3600)},
		"envelope": {Envelope: true}, "envelope, cut": {Envelope: true, PageCap: 100}, "cut to 100": {PageCap: 100},
		"cut to 200": {PageCap: 200}, "cut, unstable": {PageCap: 100, UnstableTies: true}, "gzip": {Gzip: true}, "chunked": {Chunked: true},
		"short": {ShortPages: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, subjectOf(auditlogtest.Waldur))
			r.fill(450, 13*time.Minute)
			for i := range 40 {
				r.add(r.srv, row{fmt.Sprintf("same-%d", i), noon.Add(-40 * time.Hour)})
			}
			rows := r.rows(r.srv)
			r.srv.SetQuirks(r.api, quirks)
			for _, size := range fewer([]int{300, 100, 0, 101, 99, 37}) {
				for _, l := range []listing{r.by(size), {since: rows[400].at, until: rows[60].at, ListOptions: r.by(size).ListOptions}} {
					want := []string{}
					for _, row := range rows {
						if !row.at.Before(l.since) && (l.until.IsZero() || row.at.Before(l.until)) {
							want = append(want, row.key)
						}
					}
					require.ElementsMatch(r, want, r.read(l), "pages of %d", size)
					require.ElementsMatch(r, want, r.resumed(l), "pages of %d", size)
				}
			}
			r.Logf("%d requests", r.sent())
		})
	}
}

func TestForeignLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	forEach(t, func(r *rig) {
		var visits atomic.Int64
		foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
		defer foreign.Close()
		want := r.fill(17, time.Minute)
		for _, envelope := range []bool{false, true} {
			l := r.by(5)
			r.srv.SetQuirks(r.api, auditlogtest.Quirks{ForeignNext: foreign.URL, PageCap: r.capOf(5), Envelope: envelope})
			require.Equal(r, want, r.read(l))
			require.Equal(r, want, r.resumed(l))
		}
		require.Zero(r, visits.Load())
	})
}

// ordered reads a log in an order that is not by time.
func ordered(ctx context.Context, api auditlogtest.API, c *auditlogs.Client, l listing) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if api == auditlogtest.Waldur {
			f := auditlogs.DataAccessLogFilter{Order: []auditlogs.DataAccessLogOrder{auditlogs.OrderUserUsername}, ListOptions: l.ListOptions}
			for r, err := range c.DataAccessLogs.All(ctx, f) {
				if !yield(r.Key(), err) {
					return
				}
			}
			return
		}
		for r, err := range c.AuditEvents.All(ctx, auditlogs.AuditEventFilter{Sort: "url", ListOptions: l.ListOptions}) {
			if !yield(r.Key(), err) {
				return
			}
		}
	}
}

func TestAnOrderThatIsNotByTime(t *testing.T) {
	t.Parallel()
	for _, api := range []auditlogtest.API{auditlogtest.Waldur, auditlogtest.Akinon} {
		for _, change := range []string{"none", "added", "deleted", "both"} {
			t.Run(fmt.Sprintf("%s, %s", api, change), func(t *testing.T) {
				t.Parallel()
				for _, prefetch := range []int{0, 3} {
					for _, size := range []int{3, 5, 12} {
						r := newRig(t, subjectOf(api))
						r.mixed(47)
						was := r.stored()
						gone := ""
						r.srv.BeforeRequest(func(_ auditlogtest.API, n int) {
							if n != 3 {
								return
							}
							rows := r.rows(r.srv)
							if change == "deleted" || change == "both" {
								gone = rows[0].key
								r.remove(r.srv, func(r row) bool { return r.key == rows[0].key })
							}
							if change == "added" || change == "both" {
								r.add(r.srv, row{"aaa", noon})
							}
						})
						l := r.by(size)
						l.Prefetch = prefetch
						var keys []string
						var err error
						for key, e := range ordered(r.Context(), api, r.client, l) {
							if err = e; e == nil {
								keys = append(keys, key)
							}
						}
						require.False(t, hasTwice(keys))
						var incomplete *auditlogs.IncompleteError
						switch {
						case change == "none":
							require.NoError(t, err)
							require.ElementsMatch(t, was, keys)
						case change == "both": // the count stays the same: nothing shows it
							if err != nil {
								require.ErrorAs(t, err, &incomplete)
							}
						case err == nil: // what was there all the time was read all the same
							for _, key := range was {
								require.True(t, key == gone || slices.Contains(keys, key), "pages of %d, prefetch %d: a silent gap", size, prefetch)
							}
						default:
							require.ErrorAs(t, err, &incomplete)
						}
					}
				}
			})
		}
	}
}

func TestEqualEventsOfThousandEyes(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]auditlogtest.Quirks{
		"one page": {}, "many pages": {PageCap: 3}, "short pages": {PageCap: 4, ShortPages: 2}, "empty pages": {PageCap: 4, EmptyPages: 3, CursorLifetime: 1000},
		"one by one": {PageCap: 1}, "expired": {PageCap: 4, CursorLifetime: 1}, "expired, in the end": {PageCap: 9, CursorLifetime: 1},
	} {
		for _, resumed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, resumed %t", name, resumed), func(t *testing.T) {
				t.Parallel()
				r := newRig(t, subjectOf(auditlogtest.ThousandEyes))
				r.fill(3, time.Second)
				for range 7 {
					r.add(r.srv, row{"equal", noon.Add(-time.Second)}, row{"equal too", noon.Add(-time.Second)})
				}
				for range 2 {
					r.add(r.srv, row{"equal", noon.Add(-2 * time.Second)})
				}
				r.srv.SetQuirks(r.api, quirks)
				ordinals := map[string][]int{}
				keys := map[string]bool{}
				total := 0
				f := auditlogs.UserEventFilter{}
				for n := 0; n == 0 || f.Cursor != ""; n++ {
					require.Less(t, n, 100)
					client := r.newClient()
					for p, err := range client.UserEvents.Pages(r.Context(), f) {
						require.NoError(t, err)
						for _, e := range p.Items {
							total++
							keys[e.Key()] = true
							name := e.User + e.Date.String()
							ordinals[name] = append(ordinals[name], e.Ordinal)
						}
						if f.Cursor = p.Next; resumed {
							break
						}
					}
					if resumed && f.Cursor != "" && n%7 == 0 { // requests of others, so that the cursor expires
						for range 3 {
							_, err := r.newClient().UserEvents.List(r.Context(), auditlogs.UserEventFilter{})
							require.NoError(t, err)
						}
					}
				}
				require.Equal(t, 3+14+2, total)
				require.Len(t, keys, total)
				for name, got := range ordinals {
					for want := range got {
						require.Contains(t, got, want, name)
					}
				}
			})
		}
	}
}
