package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// tally holds the counts of an API.
type tally struct {
	records, pages, requests int
	reading                  int // sources that are being read
	since                    time.Time
	busy                     time.Duration
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

func (t *tally) seconds() float64 {
	busy := t.busy
	if t.reading > 0 {
		busy += time.Since(t.since)
	}
	return busy.Seconds()
}

// summary prints the counts as a table.
func (p *progress) summary() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	if p.quiet {
		return
	}
	var total tally
	table := tabwriter.NewWriter(p.to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "api\trecords\tpages\trequests\tseconds")
	row := func(name any, t *tally) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%.2f\n", name, t.records, t.pages, t.requests, t.busy.Seconds())
	}
	for _, api := range p.order {
		t := p.tally[api]
		row(api, t)
		total.records += t.records
		total.pages += t.pages
		total.requests += t.requests
		total.busy += t.busy
	}
	row("total", &total)
	_ = table.Flush()
}
