package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// sizes says how much to read.
type sizes struct {
	cpuRounds, events            int // for the comparison with the peers
	gogcRounds                   int // of as many events
	footprintRounds              int
	footprintRows                int
	delays                       []int // milliseconds of a round trip
	delayRounds                  int
	sequential, ahead, reference int // pages: read one after another, read ahead, and read to measure a round trip
	priceRows                    int
	requestRounds, requests      int
	growthRounds                 int
	growth                       []int
}

func fullSizes() sizes {
	return sizes{
		cpuRounds: 9, events: 40_000, gogcRounds: 9, footprintRounds: 3, footprintRows: 100_000,
		delays: []int{20, 100}, delayRounds: 3, sequential: 50, ahead: 320, reference: 25,
		priceRows: 5000, requestRounds: 9, requests: 1000,
		growthRounds: 3, growth: []int{1000, 10_000, 100_000, 1_000_000},
	}
}

func quickSizes() sizes {
	s := fullSizes()
	s.cpuRounds, s.events, s.gogcRounds, s.footprintRounds, s.footprintRows = 3, 20_000, 3, 1, 30_000
	s.delayRounds, s.sequential, s.ahead, s.reference = 1, 30, 160, 5
	s.requestRounds, s.requests = 3, 500
	s.growthRounds, s.growth = 1, []int{1000, 10_000, 100_000}
	return s
}

func (s sizes) withRounds(n int) sizes {
	s.cpuRounds, s.gogcRounds, s.footprintRounds = n, n, n
	s.delayRounds, s.requestRounds, s.growthRounds = n, n, n
	return s
}

// section is one kind of measurement.
type section struct {
	name    string
	measure func(context.Context, *pages, sizes) (findings, error)
}

// findings are rows of the goals table, and tables with the details.
type findings struct {
	goals   []goal
	details []detail
}

func sections() []section {
	return []section{
		{"cpu", measureCPU},
		{"memory", measureFootprint},
		{"gogc", measureGOGC},
		{"growth", measureGrowth},
		{"latency", measureLatency},
		{"price", measurePrice},
		{"requests", measureRequests},
		{"connections", measureConnections},
	}
}

func sectionNames() []string {
	var names []string
	for _, s := range sections() {
		names = append(names, s.name)
	}
	return names
}

// run measures what was chosen and reports its progress.
func run(ctx context.Context, sizes sizes, chosen []string, progress io.Writer) (r *report, err error) {
	server, err := startServer(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	r = &report{}
	for _, s := range sections() {
		if !slices.Contains(chosen, s.name) {
			continue
		}
		begin := time.Now()
		found, err := s.measure(ctx, server, sizes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		r.goals = append(r.goals, found.goals...)
		r.details = append(r.details, found.details...)
		_, _ = fmt.Fprintf(progress, "%s: %s\n", s.name, time.Since(begin).Round(time.Second))
	}
	return r, nil
}
