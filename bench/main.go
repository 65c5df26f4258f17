// Program bench measures the client against its goals, and prints them with what was measured, as Markdown. Only figures of
// one run can be compared.
//
//	go run -C bench .
//	go run -C bench . -quick -only cpu,memory
//	GOTOOLCHAIN=go1.27.4 go run -C bench .
//
// # How it measures
//
// A page server, in a process of its own, writes pages of records from templates. The records are light, as auditlogtest
// generates them, or of realistic weight (population.go, realistic.go). A listing is read in several ways: with the SDK,
// record by record or page by page; as a generated client does; with json/v2, without and with a copy of each record; and
// without a look at it, which is the limit.
//
// Every measurement of these has a process of its own, too (reader.go), so that no heap is larger for what was read before.
// Such a process first reads a short listing, then the measured one, and reports its CPU, its allocations and its peak of
// memory. The order changes from round to round; ratios are computed within a round, and their median counts.
//
// # What it measures
//
//   - cpu: what an event costs, in CPU, bytes and allocations, against the other ways of reading
//   - memory: the peak of memory over a program that discards what it reads
//   - gogc: what GOGC=400 saves, which is a program's choice
//   - growth: cost, requests and memory as a listing grows
//   - latency: the time of a listing against its round trips, one after another and with Prefetch
//   - price: rows and requests that the promise costs on a listing that does not change
//   - requests: what a request costs beyond one by hand
//   - connections: whether connections are used again
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	done, err := role(ctx)
	if !done && err == nil {
		err = bench(ctx, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func bench(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "fewer and shorter rounds: some minutes, less exact")
	rounds := flags.Int("rounds", 0, "rounds of every measurement; 0: as many as each needs")
	only := flags.String("only", "", "measure only these, with commas between: "+strings.Join(sectionNames(), ", "))
	if err := flags.Parse(args); err != nil {
		return err
	}
	sizes, chosen := fullSizes(), sectionNames()
	if *quick {
		sizes = quickSizes()
	}
	if *rounds > 0 {
		sizes = sizes.withRounds(*rounds)
	}
	if *only != "" {
		chosen = strings.Split(*only, ",")
	}
	for _, name := range chosen {
		if !slices.Contains(sectionNames(), name) {
			return fmt.Errorf("-only: no %q", name)
		}
	}
	report, err := run(ctx, sizes, chosen, os.Stderr)
	if err != nil {
		return err
	}
	report.command = strings.TrimSpace("go run -C bench . " + strings.Join(args, " "))
	_, err = os.Stdout.WriteString(report.markdown())
	return err
}
