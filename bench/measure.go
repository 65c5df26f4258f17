package main

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"
)

// cost is what a piece of work took in this process.
type cost struct {
	events          int
	cpu, wall       time.Duration
	bytes, mallocs  uint64
	perCPU, perByte float64 // per event: nanoseconds, bytes
	perMalloc       float64
}

// measure runs work and returns its cost, in total and per event.
func measure(work func() (events int, err error)) (cost, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	cpu, wall := processCPU(), time.Now()
	events, err := work()
	c := cost{events: events, wall: time.Since(wall), cpu: processCPU() - cpu}
	runtime.ReadMemStats(&after)
	c.bytes, c.mallocs = after.TotalAlloc-before.TotalAlloc, after.Mallocs-before.Mallocs
	n := float64(max(1, events))
	c.perCPU, c.perByte, c.perMalloc = float64(c.cpu)/n, float64(c.bytes)/n, float64(c.mallocs)/n
	return c, err
}

// series holds one value of a figure for each round.
type series []float64

func (s series) median() float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// spread returns the median, with the minimum and the maximum if there is more than one value.
func (s series) spread(format string) string {
	text := fmt.Sprintf(format, s.median())
	if len(s) > 1 {
		text += fmt.Sprintf(" ("+format+"–"+format+")", slices.Min(s), slices.Max(s))
	}
	return text
}

// geometricMean returns the geometric mean of figures of one round.
func geometricMean(of []float64) float64 {
	sum := 0.0
	for _, x := range of {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(of)))
}

// samples holds figures by what they are about, with the keys in order of arrival.
type samples[K comparable] struct {
	keys []K
	by   map[K]series
}

func (s *samples[K]) add(key K, value float64) {
	if s.by == nil {
		s.by = map[K]series{}
	}
	if _, known := s.by[key]; !known {
		s.keys = append(s.keys, key)
	}
	s.by[key] = append(s.by[key], value)
}

// worst returns the key with the largest median.
func (s *samples[K]) worst() K {
	return slices.MaxFunc(s.keys, func(a, b K) int { return cmp.Compare(s.by[a].median(), s.by[b].median()) })
}

// last returns the value of the round that ended.
func (s *samples[K]) last(key K) float64 {
	of := s.by[key]
	return of[len(of)-1]
}

// inTurn returns the variants in a different order in every round: another one is first, and in every second round the
// others follow in reverse, so that none always comes after the same one.
func inTurn[T any](all []T, round int) []T {
	n := len(all)
	step := 1
	if round%2 == 1 {
		step = n - 1
	}
	turned := make([]T, n)
	for i := range turned {
		turned[i] = all[(round+i*step)%n]
	}
	return turned
}
