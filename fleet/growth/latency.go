package main

import (
	"context"
	"fmt"
	"time"
)

// Logs of distant APIs. Reading has short pages, so that a turn waits for many answers.
const (
	distantRecords = 250
	distantPage    = 25
	pollInterval   = 10 * time.Millisecond
)

// Slots of a worker: so few that they wait for the APIs, and neither for the processors nor for the node, with four workers too.
const (
	readParallel = 1
	pollParallel = 2
)

// measureLatency shows that workers add up where what they wait for is far away.
func measureLatency(ctx context.Context, s sizes) (string, error) {
	t := table{"workers", "reading: records/s", "times one worker", "requests/s", "polling: turns/s", "times one worker", "requests/s"}
	var rows [][]string
	var read, poll float64
	for _, workers := range s.Far {
		reading, err := farReading(ctx, s, workers)
		if err != nil {
			return "", fmt.Errorf("reading, %d workers: %w", workers, err)
		}
		polling, err := farPolling(ctx, s, workers)
		if err != nil {
			return "", fmt.Errorf("polling, %d workers: %w", workers, err)
		}
		records, polls := reading.each(reading.done.Events), polling.each(polling.done.Turns)
		if read == 0 {
			read, poll = records, polls
		}
		rows = append(rows, []string{
			number(workers), number(int(records)), fmt.Sprintf("%.2f", records/read), number(int(reading.each(reading.requests))),
			number(int(polls)), fmt.Sprintf("%.2f", polls/poll), number(int(polling.each(polling.requests))),
		})
	}
	note := fmt.Sprintf("%d tenants. Reading: %d records of each, in pages of %d, with Parallel %d. Polling: logs without anything new, with Parallel %d. "+
		"So few slots that the %s until an API answers are the limit, and not the processors.",
		s.Latency, distantRecords, distantPage, readParallel, pollParallel, latency)
	return section("APIs at a distance of 20 ms", note, t, rows), nil
}

// span is what was done in some time.
type span struct {
	took     time.Duration
	done     turns
	requests int64
}

// each returns how many of something there were in a second.
func (s span) each(n int64) float64 { return float64(n) / s.took.Seconds() }

// farReading reads logs until all have caught up.
func farReading(ctx context.Context, with sizes, workers int) (r span, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return r, err
	}
	defer s.end()
	n := with.Latency
	if err := s.add(ctx, tenants{"distant", n, distant, past(distantRecords)}); err != nil {
		return r, err
	}
	begun := time.Now()
	o := workerOptions{Parallel: readParallel, PageSize: distantPage, Interval: long}
	if err := s.work(ctx, workers, o); err != nil {
		return r, err
	}
	r.done, err = s.until(ctx, func(t turns) bool { return t.Events >= int64(n*distantRecords) && t.Turns >= int64(n) })
	if err != nil {
		return r, err
	}
	r.took = time.Since(begun)
	now, err := s.apis.ask(askStatus)
	r.requests = now.Requests
	return r, err
}

// farPolling polls logs that have nothing new for a while.
func farPolling(ctx context.Context, with sizes, workers int) (r span, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return r, err
	}
	defer s.end()
	if err := s.add(ctx, tenants{"distant", with.Latency, distant, past(1)}); err != nil {
		return r, err
	}
	o := workerOptions{Parallel: pollParallel, PerTenant: pollParallel, Interval: pollInterval}
	if err := s.work(ctx, workers, o); err != nil {
		return r, err
	}
	if _, err := s.until(ctx, func(t turns) bool { return t.Turns >= int64(2*with.Latency) }); err != nil {
		return r, err
	}
	return s.watch(ctx, with.Watch/2)
}

// watch returns what the workers do for a while.
func (s *scene) watch(ctx context.Context, d time.Duration) (r span, err error) {
	begun := time.Now()
	before, err := s.done()
	if err != nil {
		return r, err
	}
	asked, err := s.apis.ask(askStatus)
	if err != nil {
		return r, err
	}
	if err := wait(ctx, d); err != nil {
		return r, err
	}
	after, err := s.done()
	if err != nil {
		return r, err
	}
	now, err := s.apis.ask(askStatus)
	return span{time.Since(begun), after.minus(before), now.Requests - asked.Requests}, err
}
