// Program bench measures the client against its goals. It starts a page server as a separate process, reads from it in
// several ways in turn, and prints the goals with the measured values, as Markdown.
//
//	go run -C bench .
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
	quick := flags.Bool("quick", false, "fewer and shorter rounds: a minute or two, less exact")
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
