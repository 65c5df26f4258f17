package main

import (
	"context"
	"fmt"
	"strconv"
)

// grown is a listing of a certain length.
type grown struct {
	api  string
	rows int
}

// measureGrowth reads longer and longer listings, each in a separate process with one client.
func measureGrowth(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	g := growth{sizes: sizes.growth}
	for range sizes.growthRounds {
		for _, rows := range sizes.growth {
			for _, a := range apis() {
				if a.rowsOf(rows) < rows {
					continue // the API has no listing of that length
				}
				if err := g.read(ctx, server, a, rows); err != nil {
					return findings{}, err
				}
			}
		}
		g.compare()
	}
	return findings{g.goals(), []detail{g.detail()}}, nil
}

type growth struct {
	sizes                                    []int
	cpu, resident, goMemory, requests, depth samples[grown]
	linear, flat                             samples[string] // per API, per round: ratio of the longest listing to one a tenth as long
}

// longPage is the page size: the largest that a client may ask for, or 1000 if the server chooses.
const longPage = 1000

func (g *growth) read(ctx context.Context, server *pages, a *api, rows int) error {
	listing := a.setup(rows, a.pageOf(longPage))
	if _, err := server.counts(ctx, listing); err != nil {
		return err
	}
	e := errand{API: a.name, Variant: sdkPages, Rows: rows, Page: a.pageOf(longPage), WatchMemory: true}
	done, err := send(ctx, e.warmed(server, a, listing))
	if err != nil {
		return err
	}
	counts, err := server.counts(ctx, listing)
	if err != nil {
		return err
	}
	key := grown{a.name, rows}
	g.cpu.add(key, done.CPU)
	g.resident.add(key, done.Resident)
	g.goMemory.add(key, done.GoMemory)
	g.requests.add(key, float64(counts.Requests))
	g.depth.add(key, float64(counts.Depth))
	return nil
}

// compare adds the ratios of the round that ended.
func (g *growth) compare() {
	n := len(g.sizes)
	if n < 2 {
		return
	}
	long, short := g.sizes[n-1], g.sizes[n-2]
	for _, a := range apis() {
		if a.rowsOf(long) < long {
			continue
		}
		l, s := grown{a.name, long}, grown{a.name, short}
		g.linear.add(a.name, g.cpu.last(l)/g.cpu.last(s))
		memory := g.resident
		if g.resident.last(s) == 0 {
			memory = g.goMemory
		}
		g.flat.add(a.name, memory.last(l)/memory.last(s))
	}
}

func (g *growth) goals() []goal {
	if len(g.linear.keys) == 0 {
		return nil
	}
	n := len(g.sizes)
	span := fmt.Sprintf("%d events against %d", g.sizes[n-1], g.sizes[n-2])
	flat, linear := g.flat.worst(), g.linear.worst()
	within := func(s series, most float64) verdict { return judge(s.median() <= most) }
	return []goal{
		{
			"peak memory, " + span + ", worst API", "≤ 1.10×", "",
			g.flat.by[flat].spread("%.2f×") + ", " + flat, within(g.flat.by[flat], 1.10),
		},
		{
			"growth is linear: CPU per event, " + span + ", worst API", "≤ 1.25×", "",
			g.linear.by[linear].spread("%.2f×") + ", " + linear, within(g.linear.by[linear], 1.25),
		},
		g.requestsGoal(), g.depthGoal(),
	}
}

// requestsGoal compares the requests as a listing grows with those of a plain pager: the longest pages, without
// overlap.
func (g *growth) requestsGoal() goal {
	worst, which := 0.0, ""
	for _, key := range g.requests.keys {
		page := apiNamed(key.api).pageOf(longPage)
		if key.rows < 10*page {
			continue
		}
		plain := float64((key.rows + page - 1) / page)
		if r := g.requests.by[key].median() / plain; r > worst {
			worst, which = r, key.api+", "+strconv.Itoa(key.rows)+" rows"
		}
	}
	return goal{
		"growth is linear: requests against those of a plain pager, ten pages and more", "≤ 1.10×", "",
		fmt.Sprintf("%.2f×, %s", worst, which), judge(worst <= 1.10),
	}
}

// depthGoal is about the largest offset that was requested from the APIs with a time bound.
func (g *growth) depthGoal() goal {
	deepest := 0.0
	for _, key := range g.depth.keys {
		if name := key.api; name == "Huawei EDS" || name == "Akinon" {
			deepest = max(deepest, g.depth.by[key].median())
		}
	}
	return goal{
		"depth: largest offset asked of APIs with a time bound (Huawei EDS, Akinon)", "0 rows", "",
		fmt.Sprintf("%.0f rows", deepest), judge(deepest == 0),
	}
}

func (g *growth) detail() detail {
	d := detail{
		title:  "One listing as it grows",
		note:   "Largest page; each listing in a process of its own. Depth is the largest offset that was asked for; ThousandEyes has cursors.",
		header: []string{"API", "rows", "requests", "CPU per event, µs", "peak resident, MiB", "of which Go, MiB", "depth"},
	}
	for _, a := range apis() {
		for _, rows := range g.sizes {
			key := grown{a.name, rows}
			if len(g.cpu.by[key]) == 0 {
				continue
			}
			depth := fmt.Sprintf("%.0f", g.depth.by[key].median())
			if a.largest == 0 {
				depth = "–"
			}
			d.rows = append(d.rows, []string{
				a.name, strconv.Itoa(rows), fmt.Sprintf("%.0f", g.requests.by[key].median()),
				fmt.Sprintf("%.2f", g.cpu.by[key].median()/1000), g.resident.by[key].spread("%.1f"),
				g.goMemory.by[key].spread("%.1f"), depth,
			})
		}
	}
	return d
}
