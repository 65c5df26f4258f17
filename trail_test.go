package auditlogs_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// eventPages is what Merge, FollowAll and sources give.
type eventPages = iter.Seq2[*auditlogs.Page[auditlogs.Event], error]

// sourceOf makes the source of one service, which reads the records that the subject of the same service makes.
func sourceOf(api auditlogtest.API, c *auditlogs.Client, l listing) auditlogs.Source {
	switch api {
	case auditlogtest.Waldur:
		return c.DataAccessLogs.Source(auditlogs.DataAccessLogFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions})
	case auditlogtest.HuaweiEDS:
		return c.DataAssetLogs.Source(auditlogs.DataAssetLogFilter{
			InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID,
			Since: l.since, Until: l.until, ListOptions: l.ListOptions,
		})
	case auditlogtest.Akinon:
		return c.AuditEvents.Source(auditlogs.AuditEventFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions})
	case auditlogtest.ElasticPath:
		return c.PersonalDataLogs.Source(auditlogs.PersonalDataLogFilter{
			ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID,
			Since: l.since, Until: l.until, ListOptions: l.ListOptions,
		})
	case auditlogtest.ThousandEyes:
		l.PageSize = 0
		return c.UserEvents.Source(auditlogs.UserEventFilter{Since: l.since, Until: l.until, ListOptions: l.ListOptions})
	}
	panic(api)
}

// trail is all five logs on one server, each a trial of its own.
type trail struct {
	*testing.T
	srv    *auditlogtest.Server
	trials []*trial
	began  [][]row
	mu     sync.Mutex
	now    time.Time // the server's
}

// newTrail starts a server with five logs, which a disturbance changes before every request: each log once its own second
// request has come, when the first was surely answered.
func newTrail(t *testing.T, d disturbance, seed uint64) *trail {
	t.Helper()
	tr := &trail{T: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	tr.srv = auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		return tr.now
	}))
	t.Cleanup(tr.srv.Close)
	for i, s := range subjects() {
		one := &trial{subject: s, Rand: rand.New(rand.NewPCG(seed, uint64(len(d.name)*10+i))), clock: tr.now, srv: tr.srv}
		one.page = 5 + one.IntN(8)
		quirks := auditlogtest.Quirks{}
		if d.quirks != nil {
			quirks = d.quirks(one)
		}
		if s.maxPage == 0 && quirks.PageCap == 0 {
			quirks.PageCap = one.page
		}
		tr.srv.SetQuirks(s.api, quirks)
		one.add(tr.srv, d.rows(one)...)
		tr.trials = append(tr.trials, one)
		tr.began = append(tr.began, one.rows(tr.srv))
	}
	if d.between != nil {
		sent := map[auditlogtest.API]int{}
		tr.srv.BeforeRequest(func(api auditlogtest.API, n int) {
			tr.mu.Lock()
			defer tr.mu.Unlock()
			sent[api] = n
			for _, one := range tr.trials {
				if sent[one.api] >= 2 {
					one.clock = tr.now
					d.between(one, sent[one.api])
					tr.now = one.clock // new rows are newer than the server's now was in any answer
				}
			}
		})
	}
	return tr
}

func (tr *trail) client() *auditlogs.Client {
	tr.Helper()
	c, err := auditlogs.NewClient(tr.srv.Options()...)
	require.NoError(tr, err)
	tr.Cleanup(c.CloseIdleConnections)
	return c
}

// sources are those of all five, of a client of their own.
func (tr *trail) sources(prefetch int) []auditlogs.Source {
	tr.Helper()
	c := tr.client()
	var all []auditlogs.Source
	for _, one := range tr.trials {
		all = append(all, sourceOf(one.api, c, listing{ListOptions: auditlogs.ListOptions{PageSize: one.page, Prefetch: prefetch}}))
	}
	return all
}

// merged reads the trail to its end.
func (tr *trail) merged(w way) (events []auditlogs.Event, err error) {
	var from auditlogs.Cursor
	for range 10_000 {
		for p, err := range auditlogs.MergeFrom(tr.Context(), from, tr.sources(w.prefetch)...) {
			if err != nil {
				return events, err
			}
			events = append(events, p.Items...)
			if from = p.Next; w.resumed && from != "" {
				break
			}
		}
		if from == "" {
			return events, nil
		}
	}
	return events, fmt.Errorf("the trail does not end")
}

// verify compares what was delivered with the promise of each log.
func (tr *trail) verify(events []auditlogs.Event, err error) error {
	if err != nil {
		return err
	}
	keys := map[auditlogs.API][]string{}
	for _, e := range events {
		keys[e.API] = append(keys[e.API], e.ID)
	}
	for i, one := range tr.trials {
		if err := one.verify(tr.began[i], keys[one.api], nil); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return nil
}

// newestFirst reports whether events come in the order that Merge promises.
func newestFirst(events []auditlogs.Event, sources []auditlogs.Source) error {
	place := map[string]int{}
	for i, s := range sources {
		place[s.Name()] = i
	}
	for i := 1; i < len(events); i++ {
		a, b := events[i-1], events[i]
		if b.Time.After(a.Time) || b.Time.Equal(a.Time) && place[b.Source] < place[a.Source] {
			return fmt.Errorf("event %d of %d, %v, comes after %v", i, len(events), b, a)
		}
	}
	return nil
}

func keysOfEvents(events []auditlogs.Event) []string {
	keys := []string{}
	for _, e := range events {
		keys = append(keys, e.Source+"|"+e.ID)
	}
	return keys
}

// calm is a disturbance that is none.
func calm(n int) disturbance {
	return disturbance{name: "calm", rows: func(t *trial) []row { return t.fill(n, 4) }}
}

func TestMergeMatrix(t *testing.T) {
	t.Parallel()
	seeds := max(1, *matrixSeeds/6)
	if testing.Short() {
		seeds = 1
	}
	for _, d := range disturbances() {
		for _, w := range ways() {
			t.Run(d.name+"/"+w.name, func(t *testing.T) {
				t.Parallel()
				for seed := range seeds {
					tr := newTrail(t, d, uint64(seed))
					events, err := tr.merged(w)
					if err := tr.verify(events, err); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
					if err := newestFirst(events, tr.sources(0)); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
				}
			})
		}
	}
}

// What is not in order of time is sorted: Elastic Path and Huawei EDS may list the oldest first, or in no order at all.
func TestMergeSorts(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeAscending, auditlogtest.Unordered} {
		for _, w := range fewer(ways()) {
			t.Run(fmt.Sprintf("order %d, %s", order, w.name), func(t *testing.T) {
				t.Parallel()
				d := calm(40)
				d.quirks = func(one *trial) auditlogtest.Quirks {
					if one.api == auditlogtest.HuaweiEDS {
						one.page = 100 // Huawei EDS needs an order for more than a page
					}
					return auditlogtest.Quirks{Order: order}
				}
				if order == auditlogtest.TimeAscending { // a log that changes can be read in some order only
					d.between = func(one *trial, _ int) {
						if one.api != auditlogtest.HuaweiEDS {
							one.grow(one.IntN(3))
						}
					}
				}
				tr := newTrail(t, d, 1)
				events, err := tr.merged(w)
				require.NoError(t, tr.verify(events, err))
				require.NoError(t, newestFirst(events, tr.sources(0)))
			})
		}
	}
}

// A page of one event shows no order.
func TestMergeOfSmallestPages(t *testing.T) {
	t.Parallel()
	for _, order := range []auditlogtest.Order{auditlogtest.TimeDescending, auditlogtest.TimeAscending} {
		for _, w := range fewer(ways()) {
			t.Run(fmt.Sprintf("order %d, %s", order, w.name), func(t *testing.T) {
				t.Parallel()
				d := calm(12)
				d.quirks = func(one *trial) auditlogtest.Quirks {
					one.page = 1
					return auditlogtest.Quirks{Order: order}
				}
				tr := newTrail(t, d, 1)
				events, err := tr.merged(w)
				require.NoError(t, tr.verify(events, err))
				require.NoError(t, newestFirst(events, tr.sources(0)))
			})
		}
	}
}

// collectPages reads pages and errors to the end.
func collectPages(pages eventPages) (events []auditlogs.Event, next []auditlogs.Cursor, errs []error) {
	for p, err := range pages {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		events = append(events, p.Items...)
		next = append(next, p.Next)
	}
	return events, next, errs
}
