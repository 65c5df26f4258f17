package main

import (
	"context"
	"fmt"
)

// place is an API that is read in some way, with records of a weight.
type place struct {
	weight       weight
	api, variant string
}

// footprint holds peaks in MiB. Those over a program that discards are differences within a round.
type footprint struct {
	resident, goMemory         samples[place]
	overResident, overGoMemory samples[place]
}

// footprintVariants are the ways of reading whose memory is compared, that which discards first.
func footprintVariants() []string { return []string{nothing, sdkAll, sdkPages, generated} }

// measureFootprint compares the peak memory of programs that read the same long listing, each in a process of its own,
// with that of one that only discards it. What remains is not the program's and HTTP's, but that of reading records.
func measureFootprint(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	var f footprint
	for round := range sizes.footprintRounds {
		for _, w := range weights() {
			for i, a := range apis() {
				if err := f.round(ctx, server, a, w, sizes.footprintRows, round+i); err != nil {
					return findings{}, err
				}
			}
		}
	}
	return findings{f.goals(), []detail{f.detail(sizes.footprintRows)}}, nil
}

func (f *footprint) round(ctx context.Context, server *pages, a *api, w weight, wanted, round int) error {
	rows, page := a.rowsOf(wanted), a.pageOf(longPage)
	listing := a.setup(rows, page)
	listing.weight = w
	for _, v := range inTurn(footprintVariants(), round) {
		e := errand{API: a.name, Variant: v, Rows: rows, Page: page, Times: max(1, wanted/rows), WatchMemory: true}
		done, err := send(ctx, e.warmed(server, a, listing))
		if err != nil {
			return err
		}
		f.resident.add(place{w, a.name, v}, done.Resident)
		f.goMemory.add(place{w, a.name, v}, done.GoMemory)
	}
	least := place{w, a.name, nothing}
	for _, v := range footprintVariants()[1:] {
		at := place{w, a.name, v}
		f.overResident.add(at, f.resident.last(at)-f.resident.last(least))
		f.overGoMemory.add(at, f.goMemory.last(at)-f.goMemory.last(least))
	}
	return nil
}

func (f *footprint) goals() []goal {
	var goals []goal
	for _, w := range weights() {
		for _, v := range []string{sdkAll, sdkPages} {
			at := f.worst(w, v)
			over := f.over(at)
			goals = append(goals, goal{
				what:  fmt.Sprintf("peak memory over a program that discards, %s, %s records, worst API", v, w),
				floor: "≤ 6 MiB", aim: "≤ 4 MiB",
				measured: fmt.Sprintf("%s MiB resident, %s MiB Go, %s",
					f.overResident.by[at].spread("%.1f"), f.overGoMemory.by[at].spread("%.1f"), at.api),
				verdict: judgeAim(over <= 6, over <= 4),
			})
		}
	}
	return goals
}

// over returns the larger of the two differences: the system may not tell what is resident.
func (f *footprint) over(at place) float64 {
	return max(f.overResident.by[at].median(), f.overGoMemory.by[at].median())
}

// worst returns where reading in some way needs most.
func (f *footprint) worst(w weight, variant string) place {
	worst := place{w, apis()[0].name, variant}
	for _, a := range apis() {
		if at := (place{w, a.name, variant}); f.over(at) > f.over(worst) {
			worst = at
		}
	}
	return worst
}

func (f *footprint) detail(rows int) detail {
	d := detail{
		title: fmt.Sprintf("Peak memory, %d rows", rows),
		note: "Largest page; each listing in a process of its own, those of Elastic Path as often as needed. MiB resident / of Go; " +
			"behind the first column: over the program that discards.",
		header: []string{"records", "API", nothing},
	}
	d.header = append(d.header, footprintVariants()[1:]...)
	for _, w := range weights() {
		for _, a := range apis() {
			least := place{w, a.name, nothing}
			row := []string{string(w), a.name, fmt.Sprintf("%.1f / %.1f", f.resident.by[least].median(), f.goMemory.by[least].median())}
			for _, v := range footprintVariants()[1:] {
				at := place{w, a.name, v}
				row = append(row, fmt.Sprintf("%+.1f / %+.1f", f.overResident.by[at].median(), f.overGoMemory.by[at].median()))
			}
			d.rows = append(d.rows, row)
		}
	}
	return d
}
