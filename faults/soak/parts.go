package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// A listing of Elastic Path ends at 10,100 rows, so its records belong to as many resources as it takes. Each is a part of
// its own; of the other services all records are one part.
const partRows = 10_000

// begin is the server's time at first. All records are older.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// part is a run of numbers, the oldest first, that is read in one listing.
type part struct {
	resource string
	from, to int
}

func partsOf(api auditlogtest.API, rows int) []part {
	if api != auditlogtest.ElasticPath {
		return []part{{to: rows}}
	}
	var parts []part
	for from := 0; from < rows; from += partRows {
		parts = append(parts, part{fmt.Sprintf("customer-%d", len(parts)), from, min(from+partRows, rows)})
	}
	return parts
}

// partOf is the part that a filter of Elastic Path asks for; 0 for the others, which have no such filter.
func partOf(filter string) int {
	_, rest, _ := strings.Cut(filter, "customer-")
	n, _ := strconv.Atoi(strings.TrimRight(rest, ")"))
	return n
}

// row makes a record of the part. Every fourth shares the time of the one before.
func (p part) row(n int) logs.Row {
	age := time.Duration((p.to-n)*3/4) * time.Second
	return logs.Row{Number: n, At: begin.Add(-time.Minute - age), Resource: p.resource}
}
