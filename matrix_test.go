package auditlogs_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

var matrixSeeds = flag.Int("matrix.seeds", 12, "seeds for each way of reading in each cell of the matrix")

// disturbance is something that happens to a log while it is read, or a way in which it is awkward.
type disturbance struct {
	name    string
	rows    func(*trial) []row // what the log holds at first
	quirks  func(*trial) auditlogtest.Quirks
	between func(*trial, int) // what happens before the n-th request, from the second on
}

// trial is one listing of one service under one disturbance.
type trial struct {
	subject
	*rand.Rand
	srv   *auditlogtest.Server
	stop  func() // of its recorder
	page  int    // rows of a page
	clock time.Time
	made  int
}

// step is the finest difference of time that the service's records show.
func (t *trial) step() time.Duration {
	switch t.api {
	case auditlogtest.HuaweiEDS, auditlogtest.ThousandEyes:
		return time.Second
	case auditlogtest.ElasticPath:
		return time.Millisecond
	default:
		return time.Microsecond
	}
}

// fill makes n rows that end at the trial's clock. Every row is, with one chance in ties, of the time of the one before.
func (t *trial) fill(n, ties int) []row {
	rows := make([]row, n)
	at := t.clock.Add(-time.Hour)
	for i := range rows {
		if ties == 0 || t.IntN(ties) > 0 {
			at = at.Add(-time.Duration(1+t.IntN(1500)) * t.step())
		}
		rows[i] = t.newRow(at)
	}
	slices.Reverse(rows)
	return rows
}

func (t *trial) newRow(at time.Time) row {
	t.made++
	return row{fmt.Sprintf("row-%d", t.made), at}
}

// grow adds rows at the head.
func (t *trial) grow(n int) {
	for range n {
		t.clock = t.clock.Add(time.Duration(2+t.IntN(3)) * time.Second)
		t.add(t.srv, t.newRow(t.clock))
	}
}

// shrink deletes the n-th oldest row and those after it, until n are gone.
func (t *trial) purge(n int) {
	rows := t.rows(t.srv)
	gone := map[string]bool{}
	for _, r := range rows[max(0, len(rows)-n):] {
		gone[r.key] = true
	}
	t.remove(t.srv, func(r row) bool { return gone[r.key] })
}

// deleteSome deletes n random rows.
func (t *trial) deleteSome(n int) {
	rows := t.rows(t.srv)
	gone := map[string]bool{}
	for range min(n, len(rows)) {
		gone[rows[t.IntN(len(rows))].key] = true
	}
	t.remove(t.srv, func(r row) bool { return gone[r.key] })
}

func disturbances() []disturbance {
	usual := func(t *trial) []row { return t.fill(30+t.IntN(60), 6) }
	return []disturbance{
		{name: "rows added at the head", rows: usual, between: func(t *trial, _ int) { t.grow(t.IntN(2 * t.page)) }},
		{name: "oldest rows purged", rows: usual, between: func(t *trial, _ int) { t.purge(t.IntN(t.page)) }},
		{name: "random rows deleted", rows: usual, between: func(t *trial, _ int) { t.deleteSome(t.IntN(t.page)) }},
		{name: "addition and deletion cancel", rows: usual, between: func(t *trial, _ int) {
			n := 1 + t.IntN(3)
			before := len(t.rows(t.srv))
			t.deleteSome(n)
			t.grow(before - len(t.rows(t.srv)))
		}},
		{
			name: "equal times in unstable order", rows: func(t *trial) []row { return t.fill(30+t.IntN(60), 2) },
			quirks: func(*trial) auditlogtest.Quirks { return auditlogtest.Quirks{UnstableTies: true} },
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
			at := t.clock.Add(-time.Minute)
			for i := range rows {
				rows[i] = t.newRow(at)
			}
			return rows
		}},
		{name: "everything deleted", rows: usual, between: func(t *trial, n int) {
			if n == 2+t.IntN(3) {
				t.remove(t.srv, func(row) bool { return true })
			}
		}},
		{name: "page size reduced by the server", rows: usual, quirks: func(t *trial) auditlogtest.Quirks {
			t.page += 8
			return auditlogtest.Quirks{PageCap: 8 + t.IntN(t.page-8)}
		}},
		{name: "pages shorter than asked for", rows: usual, quirks: func(t *trial) auditlogtest.Quirks {
			return auditlogtest.Quirks{ShortPages: 2 + t.IntN(3)}
		}},
	}
}

// way is one way of reading a listing to its end.
type way struct {
	name     string
	prefetch int
	resumed  bool
}

func ways() []way {
	return []way{{"at once", 0, false}, {"prefetch, resumed", 3, true}, {"resumed", 0, true}, {"prefetch", 3, false}}
}

// fewer returns the first third of some cases if tests are to be short, as they are under the race detector, and else all.
func fewer[T any](cases []T) []T {
	if testing.Short() {
		return cases[:(len(cases)+2)/3]
	}
	return cases
}

// sampled skips two of three cases of a large product if tests are to be short. Their names decide which, always the same.
func sampled(t *testing.T) {
	t.Helper()
	if testing.Short() && crc32.ChecksumIEEE([]byte(t.Name()))%3 != 0 {
		t.Skip("a third is enough for a short test")
	}
}

// newTrial starts a server with the disturbance's log.
func newTrial(s subject, d disturbance, seed uint64) *trial {
	t := &trial{
		subject: s, Rand: rand.New(rand.NewPCG(seed, uint64(len(d.name)))),
		clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	t.page = 5 + t.IntN(8)
	var mu sync.Mutex
	t.srv = auditlogtest.NewServer(auditlogtest.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return t.clock
	}))
	t.stop = recordServer(t.srv)
	quirks := auditlogtest.Quirks{}
	if d.quirks != nil {
		quirks = d.quirks(t)
	}
	if s.maxPage == 0 && quirks.PageCap == 0 {
		quirks.PageCap = t.page
	}
	t.srv.SetQuirks(s.api, quirks)
	t.add(t.srv, d.rows(t)...)
	if d.between != nil {
		t.srv.BeforeRequest(func(api auditlogtest.API, n int) {
			if n < 2 {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			d.between(t, n)
		})
	}
	return t
}

func (t *trial) close() {
	t.stop()
	t.srv.Close()
}

// verify compares what was delivered with the promise.
func (t *trial) verify(began []row, got []string, err error) error {
	if err != nil {
		return err
	}
	was, seen := map[string]bool{}, map[string]int{}
	for _, r := range began {
		was[r.key] = true
	}
	for _, key := range got {
		if seen[key]++; seen[key] > 1 {
			return fmt.Errorf("%s came twice", key)
		}
		if !was[key] {
			return fmt.Errorf("%s was not there when the listing began", key)
		}
	}
	missing := 0
	for _, r := range t.rows(t.srv) {
		if was[r.key] && seen[r.key] == 0 {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d records are missing", missing, len(began))
	}
	return nil
}

// read reads the trial's listing to its end.
func (t *trial) read(ctx context.Context, w way) (keys []string, err error) {
	l := listing{ListOptions: auditlogs.ListOptions{PageSize: t.page, Prefetch: w.prefetch}}
	if t.maxPage == 0 {
		l.PageSize = 0
	}
	client, err := auditlogs.NewClient(t.srv.Options()...)
	if err != nil {
		return nil, err
	}
	for {
		for p, err := range t.pages(ctx, client, l) {
			if err != nil {
				return keys, err
			}
			keys = append(keys, p.keys...)
			if l.Cursor = p.next; w.resumed && p.next != "" {
				break
			}
		}
		if l.Cursor == "" || !w.resumed {
			return keys, nil
		}
	}
}

// result is what the trials of a cell came to.
type result struct{ trials, complete, incomplete, broken int }

func TestMatrix(t *testing.T) {
	t.Parallel()
	seeds := *matrixSeeds
	if testing.Short() {
		seeds = min(seeds, 1)
	}
	var table matrixTable
	t.Cleanup(func() { table.print(t) })
	for _, s := range subjects() {
		for _, d := range disturbances() {
			t.Run(s.name+"/"+d.name, func(t *testing.T) {
				t.Parallel()
				var sum result
				for _, w := range ways() {
					for seed := range seeds {
						runTrial(t, s, d, w, uint64(seed), &sum)
					}
				}
				table.set(s.name, d.name, sum)
			})
		}
	}
}

func runTrial(t *testing.T, s subject, d disturbance, w way, seed uint64, sum *result) {
	trial := newTrial(s, d, seed)
	defer trial.close()
	began := trial.rows(trial.srv)
	keys, err := trial.read(t.Context(), w)
	err = trial.verify(began, keys, err)
	sum.trials++
	var incomplete *auditlogs.IncompleteError
	switch {
	case err == nil:
		sum.complete++
	case errors.As(err, &incomplete) && !hasTwice(keys):
		sum.incomplete++
		t.Errorf("%s, seed %d: loud, but every cell can be read whole: %v", w.name, seed, err)
	default:
		sum.broken++
		t.Errorf("%s, seed %d: %v", w.name, seed, err)
	}
}

func hasTwice(keys []string) bool {
	sorted := slices.Sorted(slices.Values(keys))
	return len(slices.Compact(sorted)) != len(keys)
}

// matrixTable is the table of results, printed with -v.
type matrixTable struct {
	mu    sync.Mutex
	cells map[string]result
}

func (m *matrixTable) set(service, disturbance string, r result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cells == nil {
		m.cells = map[string]result{}
	}
	m.cells[service+"/"+disturbance] = r
}

func (m *matrixTable) print(t *testing.T) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	header := "| "
	for _, s := range subjects() {
		header += "\t| " + s.name
	}
	fmt.Fprintln(w, header+"\t|")
	for _, d := range disturbances() {
		line := "| " + d.name
		for _, s := range subjects() {
			r := m.cells[s.name+"/"+d.name]
			line += fmt.Sprintf("\t| %d/%d", r.complete, r.trials)
			if r.incomplete > 0 {
				line += fmt.Sprintf(", %d incomplete", r.incomplete)
			}
		}
		fmt.Fprintln(w, line+"\t|")
	}
	w.Flush()
	t.Log("\n" + b.String())
}
