package main

import (
	"context"
	"fmt"
)

// relaxed is a GOGC with which a bulk reader trades memory for CPU: a choice of the program, not of a library.
const relaxed = "400"

// relaxation compares reading with the usual GOGC with reading with the relaxed one.
type relaxation struct {
	less        samples[place] // CPU: the usual against the relaxed
	mean        samples[place] // the same, mean of the five; without an API
	usual, more samples[place] // peak resident memory in MiB
}

func relaxationVariants() []string { return []string{sdkAll, sdkPages, generated} }

// measureGOGC measures what GOGC=400 saves. It changes nothing about what is read.
func measureGOGC(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	var r relaxation
	for round := range sizes.gogcRounds {
		for _, w := range weights() {
			for _, v := range relaxationVariants() {
				if err := r.round(ctx, server, w, v, sizes.events, round); err != nil {
					return findings{}, err
				}
			}
		}
	}
	return findings{details: []detail{r.detail()}}, nil
}

func (r *relaxation) round(ctx context.Context, server *pages, w weight, variant string, events, round int) error {
	c := comparison{weight: w, page: longPage}
	v, err := variantNamed(variant)
	if err != nil {
		return err
	}
	var ratios []float64
	for i, a := range apis() {
		at := place{w, a.name, variant}
		took := map[string]float64{}
		for _, gogc := range inTurn([]string{"100", relaxed}, round+i) {
			e := c.errand(server, a, v, events)
			e.GOGC = gogc
			done, err := send(ctx, e)
			if err != nil {
				return err
			}
			took[gogc] = done.CPU
			if gogc == relaxed {
				r.more.add(at, done.Resident)
			} else {
				r.usual.add(at, done.Resident)
			}
		}
		r.less.add(at, took["100"]/took[relaxed])
		ratios = append(ratios, r.less.last(at))
	}
	r.mean.add(place{weight: w, variant: variant}, geometricMean(ratios))
	return nil
}

func (r *relaxation) detail() detail {
	d := detail{
		title:  "GOGC=" + relaxed + " in place of 100, pages of 1000",
		note:   "How many times less CPU per event, mean of the five APIs; peak resident memory in MiB of the API that needs most then.",
		header: []string{"records", "reading", "CPU", "peak at 100", "peak at " + relaxed},
	}
	for _, w := range weights() {
		for _, v := range relaxationVariants() {
			worst := place{w, apis()[0].name, v}
			for _, a := range apis() {
				if at := (place{w, a.name, v}); r.more.by[at].median() > r.more.by[worst].median() {
					worst = at
				}
			}
			d.rows = append(d.rows, []string{
				string(w), v, r.mean.by[place{weight: w, variant: v}].spread("%.2f×") + " less",
				fmt.Sprintf("%.1f, %s", r.usual.by[worst].median(), worst.api), fmt.Sprintf("%.1f", r.more.by[worst].median()),
			})
		}
	}
	return d
}
