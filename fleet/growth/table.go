package main

import (
	"fmt"
	"strconv"
	"strings"
)

// table is the head of a table.
type table []string

// section writes a table in Markdown.
func section(title, note string, head table, rows [][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s\n\n", title, note)
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	b.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// number writes a number with commas between its thousands.
func number(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// mib writes a number of bytes.
func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }

// kib writes a number of bytes that are not many.
func kib(bytes int64) string { return number(int(bytes>>10)) + " KiB" }
