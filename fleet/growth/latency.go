package main

import (
	"context"
	"fmt"
	"time"
)

// Logs of distant APIs, in pages that are short, so that a turn waits for many answers.
const (
	distantRecords  = 500
	distantPage     = 100
	distantParallel = 4
)

// measureLatency shows that workers add up where what they wait for is far away.
func measureLatency(ctx context.Context, s sizes) (string, error) {
	t := table{"workers", "records/s", "times one worker", "turns/s", "requests/s"}
	var rows [][]string
	var one float64
	for _, workers := range []int{1, 2, 4} {
		r, requests, err := growFar(ctx, s.Latency, workers)
		if err != nil {
			return "", fmt.Errorf("%d workers: %w", workers, err)
		}
		rate := float64(r.done.Events) / r.took.Seconds()
		if one == 0 {
			one = rate
		}
		rows = append(rows, []string{
			number(workers), number(int(rate)), fmt.Sprintf("%.2f", rate/one),
			fmt.Sprintf("%.1f", float64(r.done.Turns)/r.took.Seconds()), number(int(float64(requests) / r.took.Seconds())),
		})
	}
	note := fmt.Sprintf("%d tenants with %d records each, in pages of %d; Parallel %d for each worker, so that the %s until an API answers "+
		"are the limit, and not the processors.", s.Latency, distantRecords, distantPage, distantParallel, latency)
	return section("APIs at a distance of 20 ms", note, t, rows), nil
}

func growFar(ctx context.Context, n, workers int) (r growthRow, requests int64, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return r, 0, err
	}
	defer s.end()
	if err := s.add(ctx, tenants{"distant", n, distant, past(distantRecords)}); err != nil {
		return r, 0, err
	}
	begun := time.Now()
	o := workerOptions{Parallel: distantParallel, PerTenant: distantParallel, PageSize: distantPage, Interval: long}
	if err := s.work(ctx, workers, o); err != nil {
		return r, 0, err
	}
	r.done, err = s.until(ctx, func(t turns) bool { return t.Events >= int64(n*distantRecords) && t.Turns >= int64(n) })
	if err != nil {
		return r, 0, err
	}
	r.took = time.Since(begun)
	now, err := s.apis.ask(askStatus)
	return r, now.Requests, err
}
