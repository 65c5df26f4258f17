package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/fleet"
)

// view is what the demo shows.
type view struct {
	elapsed time.Duration
	apis    []row
	all     row
	workers []string
}

// row is the logs of an API, or of all.
type row struct {
	name                  string
	logs, caught, failing int
	lag                   time.Duration
	records               uint64
}

// freshFor is how long ago a log may have caught up to count as one that has.
const freshFor = 6 * time.Second

func (r *row) add(s fleet.State) {
	r.logs++
	r.lag = max(r.lag, s.Lag)
	r.records += s.Place.Count
	if s.Error != "" {
		r.failing++
	} else if s.Lag < freshFor && !s.CaughtUp.IsZero() {
		r.caught++
	}
}

// seen sums up the states of all logs.
func (d *demo) seen(all []fleet.State) view {
	v := view{elapsed: time.Since(d.began), all: row{name: "all"}}
	for _, api := range auditlogtest.APIs() {
		r := row{name: string(api)}
		for _, one := range all {
			if string(one.Spec.API) == r.name {
				r.add(one)
			}
		}
		v.apis = append(v.apis, r)
	}
	read := map[string]int{}
	for _, one := range all {
		v.all.add(one)
		read[one.Owner]++
		if one.Error != "" {
			d.failing[one.Spec.Source()] = true
		}
	}
	for _, w := range d.crew {
		text := fmt.Sprintf("%s: %d logs", w.name, read[w.name])
		if w.killed {
			text = w.name + ": killed"
		}
		v.workers = append(v.workers, text)
	}
	return v
}

// screen is where the demo is shown: a terminal, where it is drawn again and again, or lines, one every two seconds.
type screen struct {
	out   io.Writer
	width int // of a terminal; 0 if it is none
	drawn int // lines that are drawn again

	shown   time.Time
	samples []sample // of the last seconds
}

type sample struct {
	at      time.Duration
	records uint64
}

const (
	lineEvery = 2 * time.Second
	rateOver  = 2 * time.Second
)

func newScreen(out io.Writer) *screen { return &screen{out: out, width: width(out)} }

// say prints a line that stays.
func (s *screen) say(format string, args ...any) {
	s.wipe()
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}

// wipe takes away what is drawn again and again.
func (s *screen) wipe() {
	if s.drawn > 0 {
		_, _ = fmt.Fprintf(s.out, "\x1b[%dA\x1b[J", s.drawn)
		s.drawn = 0
	}
}

// show shows how everything is going.
func (s *screen) show(v view) {
	rate := s.rate(v)
	if s.width > 0 {
		s.draw(v.table(rate))
		return
	}
	if time.Since(s.shown) >= lineEvery {
		s.shown = time.Now()
		_, _ = fmt.Fprintln(s.out, v.line(rate))
	}
}

func (s *screen) draw(lines []string) {
	s.wipe()
	for i, line := range lines {
		lines[i] = cut(line, s.width)
	}
	_, _ = fmt.Fprintln(s.out, strings.Join(lines, "\n"))
	s.drawn = len(lines)
}

// rate returns the records of a second.
func (s *screen) rate(v view) int {
	s.samples = append(s.samples, sample{v.elapsed, v.all.records})
	for len(s.samples) > 2 && v.elapsed-s.samples[1].at >= rateOver {
		s.samples = s.samples[1:]
	}
	first := s.samples[0]
	over := (v.elapsed - first.at).Seconds()
	if over <= 0 {
		return 0
	}
	return int(float64(v.all.records-first.records) / over)
}

func (v view) line(rate int) string {
	return fmt.Sprintf("%3.0fs  %d logs, %d caught up, lag %s, %d records (%d/s), %d failing | %s", v.elapsed.Seconds(),
		v.all.logs, v.all.caught, v.all.lag.Round(time.Second), v.all.records, rate, v.all.failing, strings.Join(v.workers, ", "))
}

func (v view) table(rate int) []string {
	lines := []string{"", fmt.Sprintf("%-14s %8s %10s %6s %9s %8s %10s", "API", "tenants", "caught up", "lag", "records", "failing", "records/s")}
	for _, r := range v.apis {
		lines = append(lines, r.text())
	}
	return append(lines, fmt.Sprintf("%s %10d", v.all.text(), rate), "", fmt.Sprintf("%3.0fs  %s", v.elapsed.Seconds(), strings.Join(v.workers, ", ")))
}

func (r row) text() string {
	return fmt.Sprintf("%-14s %8d %10d %6s %9d %8d", r.name, r.logs, r.caught, r.lag.Round(time.Second), r.records, r.failing)
}
