package collect

import (
	"fmt"
	"text/tabwriter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// tally holds the counts of an API.
type tally struct {
	records, commits, requests int
	first, last                time.Time // of its requests and commits
}

// of returns the tally of an API. The caller holds the lock.
func (p *progress) of(api auditlogs.API) *tally {
	t := p.tally[api]
	if t == nil {
		t = &tally{}
		p.tally[api], p.order = t, append(p.order, api)
	}
	return t
}

// touch notes that something happens now.
func (t *tally) touch() {
	t.last = time.Now()
	if t.first.IsZero() {
		t.first = t.last
	}
}

func (t *tally) seconds() float64 { return t.last.Sub(t.first).Seconds() }

// add adds the counts of an API to those of all.
func (t *tally) add(one *tally) {
	t.records += one.records
	t.commits += one.commits
	t.requests += one.requests
	if t.first.IsZero() || one.first.Before(t.first) {
		t.first = one.first
	}
	if one.last.After(t.last) {
		t.last = one.last
	}
}

// summary prints the counts as a table, and where the records are.
func (p *progress) summary(where string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	if p.quiet {
		return
	}
	table := tabwriter.NewWriter(p.to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "api\trecords\tcommits\trequests\tseconds")
	row := func(name any, t *tally) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%.2f\n", name, t.records, t.commits, t.requests, t.seconds())
	}
	var total tally
	for _, api := range p.order {
		row(api, p.tally[api])
		total.add(p.tally[api])
	}
	row("total", &total)
	_ = table.Flush()
	if where != "" {
		fmt.Fprintln(p.to, "stored in "+where)
	}
}
