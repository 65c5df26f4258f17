package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// goal is one row of the table. Floor is the bound that must be kept; aim is the better figure that was hoped for, or ""
// if there is none.
type goal struct {
	what, floor, aim, measured string
	verdict                    verdict
}

type verdict string

const (
	met      verdict = "met"
	aimMet   verdict = "aim met"
	floorMet verdict = "floor met"
	missed   verdict = "**not met**"
	open     verdict = "–" // no goal was set, or nothing could be measured
)

func judge(ok bool) verdict {
	if ok {
		return met
	}
	return missed
}

// judgeAim judges a figure that has a floor and an aim.
func judgeAim(floor, aim bool) verdict {
	switch {
	case aim:
		return aimMet
	case floor:
		return floorMet
	default:
		return missed
	}
}

// detail is a table with details of the goals.
type detail struct {
	title  string
	note   string
	header []string
	rows   [][]string
}

// report holds all results.
type report struct {
	command string
	goals   []goal
	details []detail
}

func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`: %s, %d cores, %s, %s/%s; loopback, server in another process; medians, least–most in parentheses.\n\n",
		r.command, processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	goals := detail{header: []string{"what", "floor", "aim", "measured", "verdict"}}
	for _, g := range r.goals {
		goals.rows = append(goals.rows, []string{g.what, g.floor, cmp.Or(g.aim, "–"), g.measured, string(g.verdict)})
	}
	goals.write(&b)
	for _, d := range r.details {
		fmt.Fprintf(&b, "\n### %s\n\n", d.title)
		if d.note != "" {
			b.WriteString(d.note + "\n\n")
		}
		d.write(&b)
	}
	return b.String()
}

func (d detail) write(b *strings.Builder) {
	line := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	line(d.header)
	b.WriteString(strings.Repeat("|---", len(d.header)) + "|\n")
	for _, row := range d.rows {
		line(row)
	}
}

// processor returns the model of the machine's processor.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
