package django_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var matrixSeeds = flag.Int("matrix.seeds", 3, "seeds for each way of reading in each cell of the matrix")

// way is one way of reading a listing to its end.
type way struct {
	name     string
	prefetch int
	resumed  bool
}

func ways() []way {
	return []way{{"at once", 0, false}, {"resumed", 0, true}, {"prefetch", 3, false}, {"prefetch, resumed", 3, true}}
}

// read reads the trial's listing to its end, resumed in a new client after every page if the way is so.
func (t *trial) read(ctx context.Context, w way) (keys []string, err error) {
	o := auditlogs.ListOptions{PageSize: t.page, Prefetch: w.prefetch}
	for {
		client, err := t.client(t.url, auditlogs.WithHTTPClient(&http.Client{Transport: t}))
		if err != nil {
			return keys, err
		}
		for p, err := range t.pages(ctx, client, o) {
			if err != nil {
				return keys, err
			}
			keys = append(keys, p.keys...)
			if o.Cursor = p.next; w.resumed && p.next != "" {
				break
			}
		}
		if o.Cursor == "" || !w.resumed {
			return keys, nil
		}
	}
}

// verify compares what was delivered with the promise: every row that was there when the listing began and still is, once.
func (t *trial) verify(began []row, got []string, err error) error {
	if err != nil {
		return err
	}
	was, seen := map[string]bool{}, map[string]bool{}
	for _, r := range began {
		was[r.key] = true
	}
	for _, key := range got {
		if seen[key] {
			return fmt.Errorf("%s came twice", key)
		}
		if !was[key] && !slices.ContainsFunc(t.early, func(r row) bool { return r.key == key }) {
			return fmt.Errorf("%s was not there when the listing began", key)
		}
		seen[key] = true
	}
	missing := 0
	for _, r := range t.stored(t.t, t.framework) {
		if was[r.key] && !seen[r.key] {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d records are missing", missing, len(began))
	}
	return nil
}

// TestMatrix reads both logs while they change, in every way.
func TestMatrix(t *testing.T) {
	t.Parallel()
	seeds := *matrixSeeds
	if testing.Short() {
		seeds = 1
	}
	table := newTable()
	t.Cleanup(func() { table.print(t) })
	for _, s := range services() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			f := newFramework(t)
			for _, d := range disturbances() {
				t.Run(d.name, func(t *testing.T) { // one after another: they share a database
					cell := table.cell(s.name, d.name)
					for _, w := range ways() {
						for seed := range seeds {
							runTrial(t, newTrial(t, f, s, d, uint64(seed)), w, cell)
						}
					}
				})
			}
		})
	}
}

func runTrial(t *testing.T, trial *trial, w way, cell *cell) {
	began := trial.stored(t, trial.framework)
	keys, err := trial.read(t.Context(), w)
	cell.trials, cell.rows, cell.requests = cell.trials+1, cell.rows+len(began), cell.requests+trial.requests
	err = trial.verify(began, keys, err)
	var incomplete *auditlogs.IncompleteError
	switch {
	case err == nil:
		cell.complete++
	case errors.As(err, &incomplete) && trial.d.within: // nothing that the server says can be relied on
		cell.incomplete++
	default:
		t.Errorf("%s, seed %d: %v", w.name, trial.seed, err)
	}
}

// TestPlainPagerFailsMatrix tests the matrix: a pager that asks for one page number after the other must fail it wherever
// rows move.
func TestPlainPagerFailsMatrix(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			f := newFramework(t)
			for _, d := range disturbances() {
				if !d.moves {
					continue
				}
				failed := 0
				const seeds = 4
				for seed := range uint64(seeds) {
					trial := newTrial(t, f, s, d, seed)
					began := trial.stored(t, f)
					keys, err := s.readPlainly(t.Context(), &http.Client{Transport: trial}, f.url, trial.page)
					if err != nil {
						t.Fatal(err)
					}
					if trial.verify(began, keys, nil) != nil {
						failed++
					}
				}
				t.Logf("%s: failed %d of %d", d.name, failed, seeds)
				if failed <= seeds/2 {
					t.Errorf("%s: a plain pager passed more often than not", d.name)
				}
			}
		})
	}
}
