package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// A listing of Elastic Path ends at 10,100 rows, so its records are spread over as many resources as needed. Each
// resource is one part. The records of every other service are one part.
const partRows = 10_000

// begin is the server's time at the start. All records are older.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// part is a range of numbers, oldest first, that is read in one listing.
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

// partOf returns the part that an Elastic Path filter asks for. It returns 0 for the other services, which have no such
// filter.
func partOf(filter string) int {
	_, rest, _ := strings.Cut(filter, "customer-")
	n, _ := strconv.Atoi(strings.TrimRight(rest, ")"))
	return n
}

// row makes a record of the part. Every fourth record has the same time as the one before it.
func (p part) row(n int) logs.Row {
	age := time.Duration((p.to-n)*3/4) * time.Second
	return logs.Row{Number: n, At: begin.Add(-time.Minute - age), Resource: p.resource}
}
