package main

import (
	"context"
	"fmt"
	"time"
)

// shortPage is the page size with which round trips are measured.
const shortPage = 100

// trips compares wall time with round trips. One round trip is the time to read one page and discard its body.
type trips struct {
	server *pages
	sizes  sizes
	delay  int // milliseconds

	sequential  samples[string] // by API: relative to the sum of the round trips that were made
	requests    samples[string] // by API: the number of these round trips
	ahead       samples[int]    // by Prefetch: relative to the ideal
	connections samples[int]    // by Prefetch: the maximum
	busy        series          // a cursor API with a busy consumer
}

func depths() []int { return []int{4, 8, 16} }

func measureLatency(ctx context.Context, server *pages, sizes sizes) (findings, error) {
	var found findings
	for _, delay := range sizes.delays {
		t := trips{server: server, sizes: sizes, delay: delay}
		for range sizes.delayRounds {
			for _, a := range apis() {
				if err := t.round(ctx, a); err != nil {
					return found, fmt.Errorf("%s at %d ms: %w", a.name, delay, err)
				}
			}
		}
		found.goals = append(found.goals, t.goals()...)
		found.details = append(found.details, t.detail())
	}
	return found, nil
}

func (t *trips) round(ctx context.Context, a *api) error {
	reference, err := t.read(ctx, a, t.sizes.reference, readNowhere, 0)
	if err != nil {
		return err
	}
	trip := float64(reference) / float64(t.sizes.reference)
	pages := t.sizes.sequential
	took, seen, err := t.counted(ctx, a, pages, 0)
	if err != nil {
		return err
	}
	t.sequential.add(a.name, float64(took)/(trip*float64(seen.Requests)))
	t.requests.add(a.name, float64(seen.Requests))
	switch a.name {
	case "Waldur": // has page numbers
		return t.readAhead(ctx, a, trip)
	case "ThousandEyes": // has cursors
		pause := time.Duration(trip / 2)
		read := func(ctx context.Context, j job) (int, error) {
			j.pause = pause
			return readPages(ctx, j)
		}
		took, err := t.read(ctx, a, pages, read, 1)
		t.busy = append(t.busy, float64(took)/(trip*float64(pages)))
		return err
	}
	return nil
}

func (t *trips) readAhead(ctx context.Context, a *api, trip float64) error {
	for _, n := range depths() {
		pages := t.sizes.ahead
		took, seen, err := t.counted(ctx, a, pages, n)
		if err != nil {
			return err
		}
		t.ahead.add(n, float64(took)*float64(n)/(trip*float64(pages)))
		t.connections.add(n, float64(max(seen.Connections, seen.AtOnce)))
	}
	return nil
}

// counted reads a listing with the SDK, and returns what the server saw of it.
func (t *trips) counted(ctx context.Context, a *api, pages, prefetch int) (took time.Duration, seen counts, err error) {
	listing := t.setup(a, pages)
	if _, err := t.server.counts(ctx, listing); err != nil {
		return 0, seen, err
	}
	took, err = t.read(ctx, a, pages, readPages, prefetch)
	if err != nil {
		return 0, seen, err
	}
	seen, err = t.server.counts(ctx, listing)
	return took, seen, err
}

func (t *trips) setup(a *api, pages int) setup {
	s := a.setup(pages*shortPage, shortPage)
	s.delay = time.Duration(t.delay) * time.Millisecond
	return s
}

// read returns the wall time of reading a listing.
func (t *trips) read(
	ctx context.Context, a *api, pages int, read func(context.Context, job) (int, error), prefetch int,
) (time.Duration, error) {
	listing := t.setup(a, pages)
	j := job{api: a, base: t.server.base(listing), rows: listing.rows, page: shortPage, prefetch: prefetch}
	begin := time.Now()
	n, err := read(ctx, j)
	took := time.Since(begin)
	if err == nil && n != listing.rows {
		err = fmt.Errorf("%d events, not %d", n, listing.rows)
	}
	return took, err
}
