package main

import (
	"context"
	"fmt"
	"slices"
)

// measureCPU compares what an event costs with each variant, on the same pages. Every measurement has a process of its
// own, and those that are compared run right after each other.
func measureCPU(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	var found findings
	all := comparisons()
	for round := range sizes.cpuRounds {
		for _, c := range all {
			if err := c.round(ctx, server, sizes.events, round); err != nil {
				return found, err
			}
		}
	}
	for _, w := range weights() {
		found.goals = append(found.goals, cpuGoals(w, all)...)
	}
	for _, c := range all {
		found.details = append(found.details, c.detail())
	}
	return found, nil
}

// comparison holds the results for one weight and one page size.
type comparison struct {
	weight             weight
	page               int
	cpu, byte, mallocs samples[pairing]  // per event
	less               samples[relation] // mean of the five APIs, one of each round
}

// pairing is an API with a variant.
type pairing struct{ api, variant string }

// relation is a cost of one variant against that of another.
type relation struct {
	cost          costKind
	variant, peer string
}

type costKind string

const (
	cpu         costKind = "CPU"
	bytesOf     costKind = "bytes"
	allocations costKind = "allocations"
)

func comparisons() []*comparison {
	var all []*comparison
	for _, w := range weights() {
		for _, page := range []int{longPage, shortPage} {
			all = append(all, &comparison{weight: w, page: page})
		}
	}
	return all
}

// round measures all variants with all APIs, and compares them.
func (c *comparison) round(ctx context.Context, server *pages, events, round int) error {
	for i, a := range apis() {
		for _, v := range inTurn(variants(), round+i) {
			done, err := send(ctx, c.errand(server, a, v, events))
			if err != nil {
				return err
			}
			key := pairing{a.name, v.name}
			c.cpu.add(key, done.CPU)
			c.byte.add(key, done.Bytes)
			c.mallocs.add(key, done.Mallocs)
		}
	}
	for _, v := range variants() {
		for _, peer := range []string{generated, values, keeping} {
			c.compare(relation{cpu, v.name, peer}, c.cpu)
			c.compare(relation{bytesOf, v.name, peer}, c.byte)
			c.compare(relation{allocations, v.name, peer}, c.mallocs)
		}
	}
	return nil
}

func (c *comparison) errand(server *pages, a *api, v variant, events int) errand {
	rows, page := a.rowsOf(events), a.pageOf(c.page)
	listing := a.setup(rows, page)
	listing.weight = c.weight
	e := errand{API: a.name, Variant: v.name, Rows: rows, Page: page, Times: max(1, events/rows)}
	return e.warmed(server, a, listing)
}

// compare adds how many times less the variant costs, as the mean of the APIs in the round that ended.
func (c *comparison) compare(r relation, costs samples[pairing]) {
	var ratios []float64
	for _, a := range apis() {
		ratios = append(ratios, costs.last(pairing{a.name, r.peer})/costs.last(pairing{a.name, r.variant}))
	}
	c.less.add(r, geometricMean(ratios))
}

// ratio returns how many times less than the generated style a variant costs with one API: the median of the rounds.
func (c *comparison) ratio(costs samples[pairing], key pairing) float64 {
	var ratios series
	for i, own := range costs.by[key] {
		ratios = append(ratios, costs.by[pairing{key.api, generated}][i]/own)
	}
	return ratios.median()
}

func (c *comparison) detail() detail {
	d := detail{
		title: fmt.Sprintf("Per event, %s records, pages of %d", c.weight, c.page),
		note: "Pages have that length, or the API's largest. CPU in µs (client only) / bytes / allocations; " +
			"in brackets how many times less than the generated style.",
		header: []string{"API"},
	}
	for _, v := range variants() {
		d.header = append(d.header, v.name)
	}
	for _, a := range apis() {
		row := []string{fmt.Sprintf("%s (%d)", a.name, a.pageOf(c.page))}
		for _, v := range variants() {
			key := pairing{a.name, v.name}
			row = append(row, fmt.Sprintf("%.2f / %.0f / %.1f [%.2f×, %.2f×, %.1f×]",
				c.cpu.by[key].median()/1000, c.byte.by[key].median(), c.mallocs.by[key].median(),
				c.ratio(c.cpu, key), c.ratio(c.byte, key), c.ratio(c.mallocs, key)))
		}
		d.rows = append(d.rows, row)
	}
	mean := []string{"mean of the five"}
	for _, v := range variants() {
		text := "["
		for _, k := range []costKind{cpu, bytesOf, allocations} {
			text += fmt.Sprintf("%.2f×, ", c.less.by[relation{k, v.name, generated}].median())
		}
		mean = append(mean, text[:len(text)-2]+"]")
	}
	d.rows = append(d.rows, mean)
	return d
}

// comparisonOf finds the results for a weight and a page size.
func comparisonOf(all []*comparison, w weight, page int) *comparison {
	return all[slices.IndexFunc(all, func(c *comparison) bool { return c.weight == w && c.page == page })]
}
