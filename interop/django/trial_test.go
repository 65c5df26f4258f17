package django_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// disturbance is something that happens to a log while it is read, or a way in which it is awkward.
type disturbance struct {
	name    string
	moves   bool // rows, so that a plain pager must fail
	rows    func(*trial) []row
	between func(*trial, int) // what happens before the n-th request, from the second on
	within  bool              // it happens within a request instead, after its rows were counted and before they are read: the
	// framework ends the last page where the rows that it counted would end, and leaves out as many of the oldest
	switches func(*trial, http.Header)
}

func disturbances() []disturbance {
	usual := func(t *trial) []row { return t.fill(30+t.IntN(60), 6) }
	grow := func(t *trial, _ int) { t.change(0, t.IntN(2*t.page)) }
	remove := func(t *trial, _ int) { t.change(t.IntN(t.page), 0) }
	both := func(t *trial, _ int) { n := 1 + t.IntN(3); t.change(n, n) }
	sometimes := func(f func(*trial, int)) func(*trial, int) {
		return func(t *trial, n int) {
			if t.IntN(2) == 0 {
				f(t, n)
			}
		}
	}
	return []disturbance{
		{name: "rows added at the head", moves: true, rows: usual, between: grow},
		{name: "oldest rows purged", rows: usual, between: func(t *trial, _ int) { t.purge(t.IntN(t.page)) }},
		{name: "random rows deleted", moves: true, rows: usual, between: remove},
		{name: "addition and deletion cancel", moves: true, rows: usual, between: both},
		{
			name: "equal times in unstable order", moves: true, rows: func(t *trial) []row { return t.fill(30+t.IntN(60), 2) },
			switches: func(_ *trial, h http.Header) { h.Set("X-Unstable", "1") },
		},
		{name: "more rows in one second than a page", rows: func(t *trial) []row {
			rows := t.fill(10+t.IntN(20), 6)
			at := rows[t.IntN(len(rows))].at
			for range t.page + 1 + t.IntN(3*t.page) {
				rows = append(rows, t.newRow(at))
			}
			return rows
		}},
		{name: "all rows in one second", rows: func(t *trial) []row {
			rows := make([]row, 20+t.IntN(40))
			for i := range rows {
				rows[i] = t.newRow(t.clock.Add(-time.Minute))
			}
			return rows
		}},
		{name: "everything deleted", rows: usual, between: func(t *trial, n int) {
			if n == 2+int(t.seed%3) {
				t.purge(1 << 20)
			}
		}},
		{name: "page size reduced by the server", rows: usual, switches: func(t *trial, h http.Header) {
			t.page += 8
			h.Set("X-Max-Page-Size", strconv.Itoa(8+t.IntN(t.page-8)))
		}},
		{name: "rows added between count and rows", moves: true, rows: usual, between: sometimes(grow), within: true},
		{
			name: "the same, with a single page", rows: func(t *trial) []row { return t.fill(t.page-1, 6) }, within: true,
			between: func(t *trial, n int) {
				if n == 1 {
					t.change(0, 1+t.IntN(3))
				}
			},
		},
		{name: "rows deleted between count and rows", moves: true, rows: usual, between: sometimes(remove), within: true},
		{name: "both between count and rows", moves: true, rows: usual, between: sometimes(both), within: true},
	}
}

// trial is one listing of one service under one disturbance. It is the transport of the client that reads: it disturbs
// the log through the second connection.
type trial struct {
	service
	*framework
	*rand.Rand
	t     *testing.T
	d     disturbance
	seed  uint64
	page  int // rows of a page
	clock time.Time
	made  int

	mu           sync.Mutex // held while the log changes
	early        []row      // added within the first request, and so perhaps part of the listing
	requests     int
	switches     http.Header
	interruption string // where the server calls between counting and reading
}

// newTrial fills the log. Rows that come later are of times after the server's own, so that they belong to no listing that
// began before them.
func newTrial(t *testing.T, f *framework, s service, d disturbance, seed uint64) *trial {
	t.Helper()
	tr := &trial{
		service: s, framework: f, Rand: rand.New(rand.NewPCG(seed, uint64(len(d.name)))), t: t, d: d, seed: seed,
		clock: time.Now().Truncate(time.Second).Add(time.Hour), switches: http.Header{},
	}
	tr.page = 5 + tr.IntN(8)
	if d.switches != nil {
		d.switches(tr, tr.switches)
	}
	if d.within {
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tr.disturb() }))
		t.Cleanup(server.Close)
		tr.interruption = server.URL
	}
	f.run(t, statement{"DELETE FROM " + s.table, [][]any{{}}}, s.add(d.rows(tr)))
	return tr
}

// RoundTrip sends a request, with the trial's switches, and disturbs the log before it or within it.
func (t *trial) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	t.requests++
	later := t.requests > 1
	t.mu.Unlock()
	req = req.Clone(req.Context())
	maps.Copy(req.Header, t.switches)
	switch {
	case t.d.within:
		req.Header.Set("X-After-Count", t.interruption)
	case later && t.d.between != nil:
		t.disturb()
	}
	return http.DefaultTransport.RoundTrip(req)
}

func (t *trial) disturb() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.d.between(t, t.requests)
}

// fill makes n rows that end before the trial's clock. Every row is, with one chance in ties, of the time of the one before.
func (t *trial) fill(n, ties int) []row {
	rows := make([]row, n)
	at := t.clock.Add(-2 * time.Hour)
	for i := range rows {
		if t.IntN(ties) > 0 {
			at = at.Add(-time.Duration(1+t.IntN(1500)) * time.Microsecond)
		}
		rows[i] = t.newRow(at)
	}
	slices.Reverse(rows)
	return rows
}

func (t *trial) newRow(at time.Time) row {
	t.made++
	return row{fmt.Sprintf("%08x000040008000%012x", t.Uint32(), t.made), at}
}

// change deletes up to n random rows and adds new ones at the head, in one transaction.
func (t *trial) change(deleted, added int) {
	gone := t.stored(t.t, t.framework)
	t.Shuffle(len(gone), func(i, j int) { gone[i], gone[j] = gone[j], gone[i] })
	come := make([]row, added)
	for i := range come {
		t.clock = t.clock.Add(time.Duration(2+t.IntN(3)) * time.Second)
		come[i] = t.newRow(t.clock)
	}
	if t.requests == 1 {
		t.early = come
	}
	t.run(t.t, t.remove(gone[:min(deleted, len(gone))]), t.add(come))
}

// purge deletes the n oldest rows.
func (t *trial) purge(n int) {
	rows := t.stored(t.t, t.framework)
	t.run(t.t, t.remove(rows[max(0, len(rows)-n):]))
}
