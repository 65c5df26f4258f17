package main

import (
	"context"
	"fmt"
)

// measureCPU compares what an event costs with each variant, on the same pages.
func measureCPU(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	var found findings
	for _, page := range []int{1000, 100} {
		c := comparison{page: page}
		for round := range sizes.cpuRounds {
			if err := c.round(ctx, server, sizes.events, round); err != nil {
				return found, err
			}
		}
		found.goals = append(found.goals, c.goals()...)
		found.details = append(found.details, c.detail())
	}
	return found, nil
}

// comparison holds the results for one page size.
type comparison struct {
	page                      int
	cpu, bytes, mallocs       samples[pairing] // of a variant, per event
	cpuLess, byteLess, fewer  series           // the SDK against the generated style, mean of the five, per round
	cpuRatio, byteRatio, less samples[pairing] // ratio of the generated style to a variant
}

// pairing is an API with a variant.
type pairing struct{ api, variant string }

func (c *comparison) round(ctx context.Context, server *pages, events, round int) error {
	var cpu, bytes, mallocs []float64
	for _, a := range apis() {
		costs, err := c.read(ctx, server, a, events, round)
		if err != nil {
			return err
		}
		generated := costs["generated"]
		for name, got := range costs {
			key := pairing{a.name, name}
			c.cpu.add(key, got.perCPU)
			c.bytes.add(key, got.perByte)
			c.mallocs.add(key, got.perMalloc)
			c.cpuRatio.add(key, generated.perCPU/got.perCPU)
			c.byteRatio.add(key, generated.perByte/got.perByte)
			c.less.add(key, generated.perMalloc/got.perMalloc)
		}
		sdk := costs["SDK"]
		cpu = append(cpu, generated.perCPU/sdk.perCPU)
		bytes = append(bytes, generated.perByte/sdk.perByte)
		mallocs = append(mallocs, generated.perMalloc/sdk.perMalloc)
	}
	c.cpuLess = append(c.cpuLess, geometricMean(cpu))
	c.byteLess = append(c.byteLess, geometricMean(bytes))
	c.fewer = append(c.fewer, geometricMean(mallocs))
	return nil
}

// read reads the same listing with all variants.
func (c *comparison) read(ctx context.Context, server *pages, a *api, events, round int) (map[string]cost, error) {
	rows, page := a.rowsOf(events), a.pageOf(c.page)
	j := job{
		api: a, base: server.base(a.setup(rows, page)), rows: rows, page: page, times: max(1, events/rows),
	}
	costs := map[string]cost{}
	for _, v := range rotated(variants(), round) {
		got, err := measure(func() (int, error) { return v.read(ctx, j) })
		if err == nil && got.events != rows*j.times {
			err = fmt.Errorf("%d events, not %d", got.events, rows*j.times)
		}
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", a.name, v.name, err)
		}
		costs[v.name] = got
	}
	return costs, nil
}

func (c *comparison) goals() []goal {
	title := fmt.Sprintf("pages of %d", c.page)
	least := 3.0
	if c.page < 1000 {
		least = 2.5
	}
	return []goal{
		{
			"CPU per event against the generated style, mean of the five, " + title, fmt.Sprintf("≥ %.1f× less", least),
			c.cpuLess.spread("%.2f×") + " less", judge(c.cpuLess.median() >= least),
		},
		{
			"bytes per event against the same, " + title, "≥ 3× less",
			c.byteLess.spread("%.2f×") + " less", judge(c.byteLess.median() >= 3),
		},
		{
			"allocations per event against the same, " + title, "≥ 5× less",
			c.fewer.spread("%.2f×") + " less", judge(c.fewer.median() >= 5),
		},
	}
}

func (c *comparison) detail() detail {
	d := detail{
		title: fmt.Sprintf("Per event, pages of %d", c.page),
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
			row = append(row, fmt.Sprintf("%.2f / %.0f / %.1f [%.1f×, %.1f×, %.1f×]",
				c.cpu.by[key].median()/1000, c.bytes.by[key].median(), c.mallocs.by[key].median(),
				c.cpuRatio.by[key].median(), c.byteRatio.by[key].median(), c.less.by[key].median()))
		}
		d.rows = append(d.rows, row)
	}
	return d
}
