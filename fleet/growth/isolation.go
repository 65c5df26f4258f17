package main

import (
	"context"
	"fmt"
	"time"
)

// The healthy tenants, and their workers.
const (
	isolationEvery    = 200 * time.Millisecond // between two records of a tenant
	isolationInterval = 2 * time.Second
	isolationLookback = 10 * time.Second
	isolationWorkers  = 2
	endless           = 100_000_000 // records of a backlog that nobody gets to the end of
)

// phase is a time in which bad tenants were there.
type phase struct {
	name     string
	from, to time.Time
	stored   uint64 // messages, of all tenants
}

// step is what is added before a phase.
type step struct {
	name string
	add  []tenants
}

func steps() []step {
	flood, nothing := past(endless), past(0)
	return []step{
		{"healthy ones alone", nil},
		{"and one that hangs", []tenants{{"hanging", 1, hanging, nothing}}},
		{"and one that floods", []tenants{{"flooding", 1, healthy, flood}}},
		{"and one that answers 401", []tenants{{"refused", 1, refused, nothing}}},
		{"and nine more of each", []tenants{{"hanging-too", 9, hanging, nothing}, {"flooding-too", 9, healthy, flood}, {"refused-too", 9, refused, nothing}}},
	}
}

// measureIsolation shows what bad tenants do to the others.
func measureIsolation(ctx context.Context, s sizes) (string, error) {
	all, phases, err := isolate(ctx, s)
	if err != nil {
		return "", err
	}
	t := table{"tenants", "records/s of the healthy", "lag, median", "lag, 95th percentile", "messages/s of all"}
	var rows [][]string
	for _, p := range phases {
		lags := all.between(p.from, p.to)
		rows = append(rows, []string{
			p.name, fmt.Sprintf("%.1f", float64(len(lags))/p.to.Sub(p.from).Seconds()), seconds(percentile(lags, 50)), seconds(percentile(lags, 95)),
			number(int(float64(p.stored) / p.to.Sub(p.from).Seconds())),
		})
	}
	note := fmt.Sprintf("%d healthy tenants, each with a record every %s, read every %s by %d workers with Parallel 32; lag is from a record's "+
		"time to its commit; the others are added one after the other.", s.Healthy, isolationEvery, isolationInterval, isolationWorkers)
	return section("Bad tenants beside healthy ones", note, t, rows), nil
}

func isolate(ctx context.Context, s sizes) (all commits, phases []phase, err error) {
	scene, err := newScene(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer scene.end()
	growing := past(0)
	growing.Start, growing.Every = time.Now().UTC().Truncate(time.Second), isolationEvery
	growing.Since = growing.Start
	good := tenants{"healthy", s.Healthy, healthy, growing}
	if err := scene.add(ctx, good); err != nil {
		return nil, nil, err
	}
	begin := time.Now()
	if err := scene.work(ctx, isolationWorkers, workerOptions{Interval: isolationInterval, Lookback: isolationLookback, Profile: s.Profile}); err != nil {
		return nil, nil, err
	}
	if err := wait(ctx, s.Settle); err != nil { // the first turns, all at once
		return nil, nil, err
	}
	for _, one := range steps() {
		p, err := scene.phase(ctx, one, s)
		if err != nil {
			return nil, nil, err
		}
		phases = append(phases, p)
	}
	all, err = scene.commits(ctx, good, begin)
	return all, phases, err
}

func (s *scene) phase(ctx context.Context, one step, with sizes) (p phase, err error) {
	for _, bad := range one.add {
		if err := s.add(ctx, bad); err != nil {
			return p, err
		}
	}
	if err := wait(ctx, with.Settle); err != nil {
		return p, err
	}
	before, err := s.stored(ctx)
	if err != nil {
		return p, err
	}
	p = phase{name: one.name, from: time.Now()}
	if err := wait(ctx, with.Watch); err != nil {
		return p, err
	}
	p.to = time.Now()
	after, err := s.stored(ctx)
	p.stored = after - before
	return p, err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
