package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if done, err := role(context.Background()); done {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func newServer(tb testing.TB) *pages {
	tb.Helper()
	server, err := startServer(context.WithoutCancel(tb.Context())) // it is stopped after that context ends
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := server.stop(); err != nil {
			tb.Error(err)
		}
	})
	return server
}

func TestVariantsReadTheSame(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	for _, a := range apis() {
		for _, w := range weights() {
			for _, page := range []int{7, 100, 1000} {
				const rows = 345
				page := a.pageOf(page)
				listing := a.setup(rows, page)
				listing.weight = w
				j := job{api: a, base: server.base(listing), rows: rows, page: page, times: 2}
				for _, v := range variants() {
					if n, err := v.read(t.Context(), j); n != 2*rows || err != nil {
						t.Errorf("%s, %s, pages of %d, %s: %d events, %v; want %d", a.name, w, page, v.name, n, err, 2*rows)
					}
				}
			}
		}
	}
}

// TestReport measures everything at its smallest, and looks only at whether there is a figure for everything.
func TestReport(t *testing.T) {
	t.Parallel()
	small := sizes{
		cpuRounds: 1, events: 300, gogcRounds: 1, footprintRounds: 1, footprintRows: 300, delays: []int{1}, delayRounds: 1, sequential: 3, ahead: 20, reference: 2,
		priceRows: 500, requestRounds: 2, requests: 5, growthRounds: 2, growth: []int{500, 2000},
	}
	report, err := run(t.Context(), small, sectionNames(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	text := report.markdown()
	t.Log(text)
	if len(report.goals) != 53 || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("%d goals", len(report.goals))
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, "||") || strings.Contains(line, "|  |") {
			t.Errorf("an empty cell: %s", line)
		}
	}
}

func TestInTurn(t *testing.T) {
	t.Parallel()
	for n := 2; n < 8; n++ {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		before := -1
		for round := range 2 * n {
			turned := inTurn(all, round)
			if turned[0] == before || !slices.Equal(slices.Sorted(slices.Values(turned)), all) {
				t.Errorf("round %d of %d: %v", round, n, turned)
			}
			before = turned[0]
		}
	}
}

func TestRowAt(t *testing.T) {
	t.Parallel()
	for row := range 50 {
		for _, step := range []time.Duration{-time.Second, -time.Millisecond, 0, time.Millisecond, time.Second} {
			bound := timeOf(row).Add(step)
			before, upTo := 0, 0
			for !timeOf(before).Before(bound) {
				before++
			}
			for timeOf(upTo).After(bound) {
				upTo++
			}
			text := bound.Format(time.RFC3339Nano)
			if got := rowAt(text, fraction, false); got != before {
				t.Errorf("before %s: row %d, want %d", text, got, before)
			}
			if got := rowAt(text, fraction, true); got != upTo {
				t.Errorf("up to %s: row %d, want %d", text, got, upTo)
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	server := newServer(b)
	const rows = 1000
	for _, a := range apis() {
		for _, size := range []int{1000, 100} {
			page := a.pageOf(size)
			j := job{api: a, base: server.base(a.setup(rows, page)), rows: rows, page: page}
			for _, v := range variants() {
				b.Run(fmt.Sprintf("%s/%d/%s", a.name, size, v.name), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if n, err := v.read(b.Context(), j); n != rows || err != nil {
							b.Fatalf("%d events, %v; want %d", n, err, rows)
						}
					}
				})
			}
		}
	}
}
