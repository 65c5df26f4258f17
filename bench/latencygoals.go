package main

import (
	"fmt"
	"strconv"
)

// limits are the goals at a latency of 20 ms, and at a longer one.
type limits struct {
	sequential float64
	ahead      map[int]float64
}

func limitsAt(milliseconds int) limits {
	if milliseconds <= 20 {
		return limits{1.08, map[int]float64{4: 1.15, 8: 1.25, 16: 1.40}}
	}
	return limits{1.03, map[int]float64{4: 1.05, 8: 1.06, 16: 1.12}}
}

func (t *trips) goals() []goal {
	limits, at := limitsAt(t.delay), fmt.Sprintf(", %d ms", t.delay)
	worst := t.sequential.worst()
	goals := []goal{{
		"sequential reading against the sum of the round trips it made, worst API" + at, fmt.Sprintf("≤ %.2f×", limits.sequential), "",
		t.sequential.by[worst].spread("%.3f×") + ", " + worst, judge(t.sequential.by[worst].median() <= limits.sequential),
	}}
	within := true
	connections := ""
	for _, n := range depths() {
		ratio := t.ahead.by[n]
		goals = append(goals, goal{
			fmt.Sprintf("`Prefetch` %d against round trips ÷ %d, numbered pages", n, n) + at,
			fmt.Sprintf("≤ %.2f×", limits.ahead[n]), "", ratio.spread("%.3f×"), judge(ratio.median() <= limits.ahead[n]),
		})
		most := 0.0
		for _, c := range t.connections.by[n] {
			most = max(most, c)
		}
		within = within && most <= float64(n)
		connections += fmt.Sprintf(", %.0f", most)
	}
	return append(goals, goal{
		"connections with `Prefetch` 4, 8, 16" + at, "≤ 4, 8, 16", "", connections[2:], judge(within),
	}, goal{
		"`Prefetch` 1 on cursors, consumer busy half a round trip a page, against the slower of the two" + at,
		"≤ 1.10×", "", t.busy.spread("%.3f×"), judge(t.busy.median() <= 1.10),
	})
}

func (t *trips) detail() detail {
	d := detail{
		title: fmt.Sprintf("Sequential reading at %d ms", t.delay),
		note: fmt.Sprintf("%d pages of %d rows, compared with the sum of the round trips that were made. One round trip is the time to read a page of the same length and discard its body.",
			t.sizes.sequential, shortPage),
		header: []string{"API", "requests", "against the round trips"},
	}
	for _, name := range t.sequential.keys {
		requests := fmt.Sprintf("%.0f", t.requests.by[name].median())
		d.rows = append(d.rows, []string{name, requests, t.sequential.by[name].spread("%.3f×")})
	}
	d.note += " Read ahead were " + strconv.Itoa(t.sizes.ahead) + " pages."
	return d
}
