package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// holds says what is in a report.
const holds = "This report holds the answers of this program to questions about the form of an API, sizes of pages, and versions. It holds\n" +
	"nothing that a server sent: no record, name, address, ID, host or token, and not how many records there are."

// report is what can be pasted into an issue.
type report struct {
	results []result
	date    time.Time
	madeUp  bool
}

// write writes it as Markdown.
func (r report) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Smoke test of auditlogs-go\n\n%s\n\n", holds)
	fmt.Fprintf(&b, "- library: %s\n- Go: %s %s/%s\n- date: %s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		r.date.UTC().Format(time.DateOnly))
	if r.madeUp {
		b.WriteString("- server: made up, of package auditlogtest; no live API was asked\n")
	}
	for _, one := range r.results {
		one.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r result) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", r.api)
	switch {
	case r.preflight != "":
		fmt.Fprintf(b, "Preflight failed: %s. Standard error says what to correct.\n", r.preflight)
		return
	case r.missing != "":
		fmt.Fprintf(b, "Preflight passed. Not asked: %s.\n", r.missing)
		return
	}
	fmt.Fprintf(b, "Preflight passed. %s: %s.\n\n", cli.Count(r.sent, "request"), r.summary())
	rows := [][3]string{{"question", "the client assumes", "this server"}}
	for _, f := range r.findings {
		rows = append(rows, [3]string{f.id + ": " + f.text, fmt.Sprintf("%s (%s)", f.assumes, f.certain), f.String()})
	}
	table(b, rows)
}

// summary counts the findings by status.
func (r result) summary() string {
	var parts []string
	for _, s := range []status{confirmed, learned, differs, failed, notSeen} {
		n := 0
		for _, f := range r.findings {
			if f.status == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

// table writes a table of Markdown whose columns are aligned, so that it can be read as text.
func table(b *strings.Builder, rows [][3]string) {
	var widths [3]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(cells [3]string, fill string) {
		for i, cell := range cells {
			fmt.Fprintf(b, "|%s%s%s%s", fill, cell, strings.Repeat(fill, widths[i]-utf8.RuneCountInString(cell)), fill)
		}
		b.WriteString("|\n")
	}
	for i, row := range rows {
		if line(row, " "); i == 0 {
			line([3]string{}, "-")
		}
	}
}

// version is that of the library, with the commit if it was built from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(text, s.Value[:min(12, len(s.Value))]) {
			text += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return text
}
