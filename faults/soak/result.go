package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// result is the result of reading a service.
type result struct {
	*reading
	parts  []part
	took   time.Duration
	server report
}

// missing counts the records that were not delivered although they existed when the listing reached them. A part is
// read from its newest record to its oldest, and purged beginning with its oldest. So the delivered records must be all
// records from the newest down to one that was purged by the end, or down to the oldest that remains.
func (r *result) missing() int {
	missing := 0
	for i, p := range r.parts {
		kept := p.from + r.server.Purged[i] // all records below were purged
		lowest := p.from
		for lowest < kept && !r.tally.Has(lowest) {
			lowest++
		}
		missing += r.tally.Missing(lowest, p.to)
	}
	return missing
}

func (r *result) purged() int {
	sum := 0
	for _, n := range r.server.Purged {
		sum += n
	}
	return sum
}

// check returns what is not as it must be.
func (r *result) check() []error {
	var failed []error
	must := func(ok bool, format string, args ...any) {
		if !ok {
			failed = append(failed, errors.New(r.log.Name+": "+fmt.Sprintf(format, args...)))
		}
	}
	must(r.missing() == 0, "%d records are missing", r.missing())
	must(r.tally.Twice == 0, "%d records came twice", r.tally.Twice)
	must(r.tally.Strange == 0, "%d records came that were added after the start", r.tally.Strange)
	must(r.retries == r.server.failures(), "%d retries for %d failures", r.retries, r.server.failures())
	must(r.requests == r.server.Requests, "%d requests sent, and %d arrived", r.requests, r.server.Requests)
	must(r.server.failures() > 0, "nothing failed, so nothing was tried")
	must(r.purged() > 0 && r.server.Added > 0, "no rows changed, so nothing was tried")
	must(r.memory.flat(), "memory grew from %.1f to %.1f MiB", mib(r.memory.tenth), mib(r.memory.all))
	return failed
}

func mib(bytes uint64) float64 { return float64(bytes) / mebibyte }

// table returns a table with a line for each service.
func table(results []*result) string {
	var b strings.Builder
	b.WriteString("| | Rows delivered | Requests | Failures injected | Retries counted | Delays | Added meanwhile | Purged meanwhile |" +
		" Missing | Twice | From after the start | Heap up to 10 %, 50 %, 100 % (MiB) | Seconds |\n")
	b.WriteString("|" + strings.Repeat("---|", 13) + "\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.1f, %.1f, %.1f | %.0f |\n",
			r.log.Name, r.tally.Rows, r.requests, r.server.failures(), r.retries, r.server.Failed[string(delayed)],
			r.server.Added, r.purged(), r.missing(), r.tally.Twice, r.tally.Strange,
			mib(r.memory.tenth), mib(r.memory.half), mib(r.memory.all), r.took.Seconds())
	}
	return b.String()
}
