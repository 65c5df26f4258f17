package django_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
)

// table is the table of results, printed with -v.
type table struct {
	mu    sync.Mutex
	cells map[string]*cell
}

// cell is what the trials of one cell came to.
type cell struct {
	trials, complete, incomplete int
	rows, requests               int
}

func newTable() *table { return &table{cells: map[string]*cell{}} }

func (t *table) cell(service, disturbance string) *cell {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &cell{}
	t.cells[service+"/"+disturbance] = c
	return c
}

func (c *cell) String() string {
	s := fmt.Sprintf("%d/%d", c.complete, c.trials)
	if c.incomplete > 0 {
		s += fmt.Sprintf(", %d incomplete", c.incomplete)
	}
	return s
}

func (t *table) print(tb testing.TB) {
	var b strings.Builder
	var sum cell
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	header := "| While it is read"
	for _, s := range services() {
		header += "\t| " + s.name
	}
	fmt.Fprintln(w, header+"\t|")
	for _, d := range disturbances() {
		line := "| " + d.name
		for _, s := range services() {
			c := t.cells[s.name+"/"+d.name]
			if c == nil {
				c = &cell{}
			}
			line += "\t| " + c.String()
			sum.trials += c.trials
			sum.complete += c.complete
			sum.rows += c.rows
			sum.requests += c.requests
		}
		fmt.Fprintln(w, line+"\t|")
	}
	w.Flush()
	tb.Logf("\n%scells: %d, listings: %d, of them complete: %d, rows: %d, requests: %d",
		b.String(), len(t.cells), sum.trials, sum.complete, sum.rows, sum.requests)
}
