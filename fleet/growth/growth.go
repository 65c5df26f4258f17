package main

import (
	"context"
	"fmt"
	"time"
)

// sizes is how much is measured.
type sizes struct {
	Tenants []int // of growth
	Workers []int
	Records int   // of all tenants together
	Latency int   // tenants whose APIs are far away
	Far     []int // workers that read them
	Idle    int   // tenants without anything new
	Healthy int   // tenants beside bad ones
	Watch   time.Duration
	Settle  time.Duration // until bad tenants show what they do

	IdleInterval time.Duration
	Profile      string // begins the names of the files for profiles of workers, if set
}

// long is a pause that is longer than a measurement: every log has one turn.
const long = time.Hour

// growthRow is one measurement of growth.
type growthRow struct {
	tenants, workers int
	add, took        time.Duration
	done             turns
	worker, node     usage
}

// measureGrowth reads the same number of records from few tenants and from many, with one worker and with several.
func measureGrowth(ctx context.Context, s sizes) (string, error) {
	t := table{"tenants", "workers", "records/s", "turns/s", "heap of a worker", "goroutines", "RSS of a worker", "RSS of the node", "CPU s: workers, node"}
	var rows [][]string
	for _, n := range s.Tenants {
		for _, w := range s.Workers {
			r, err := grow(ctx, s, n, w, s.Records/n)
			if err != nil {
				return "", fmt.Errorf("%d tenants, %d workers: %w", n, w, err)
			}
			rows = append(rows, []string{
				number(n), number(w), number(int(float64(r.done.Events) / r.took.Seconds())), number(int(float64(r.done.Turns) / r.took.Seconds())),
				mib(r.worker.Heap), number(int(r.worker.Goroutines)), mib(r.worker.Resident), mib(r.node.Resident),
				fmt.Sprintf("%.1f, %.1f", r.worker.CPU*float64(w), r.node.CPU),
			})
		}
	}
	note := fmt.Sprintf("%s records in all, spread over the tenants, from the start of the workers until all have caught up; "+
		"Parallel 32 for each worker; memory after a garbage collection, all tenants caught up.", number(s.Records))
	return section("Growth", note, t, rows), nil
}

// grow reads the logs of tenants until all have caught up.
func grow(ctx context.Context, with sizes, n, workers, records int) (r growthRow, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return r, err
	}
	defer s.end()
	begun := time.Now()
	if err := s.add(ctx, tenants{"tenant", n, healthy, past(records)}); err != nil {
		return r, err
	}
	r = growthRow{tenants: n, workers: workers, add: time.Since(begun)}
	begun = time.Now()
	if err := s.work(ctx, workers, workerOptions{Interval: long, Profile: with.Profile}); err != nil {
		return r, err
	}
	r.done, err = s.until(ctx, func(t turns) bool { return t.Events >= int64(n*records) && t.Turns >= int64(n) })
	if err != nil {
		return r, err
	}
	r.took = time.Since(begun)
	r.worker, r.node, err = s.usage()
	return r, err
}
