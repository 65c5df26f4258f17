// Program soak reads a million records through each service while one request in a hundred fails in some way, and while
// rows are added and others purged. It checks that every record came once, that memory did not grow, and that there was
// one retry for every failure. The server is a separate process, so that the measured memory is the client's. At the
// end the program prints a table in Markdown.
//
//	go run -C faults ./soak
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/auditlogs/auditlogs-go/faults/internal/logs"
)

// settings holds the program's flags.
type settings struct {
	rows     int
	seed     uint64
	oneIn    int
	services []logs.Log
	breaks   breaks
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	done, err := role(ctx)
	if !done && err == nil {
		err = soak(ctx, os.Args[1:], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		stop()
		os.Exit(1)
	}
}

// soak reads what the arguments ask for, prints the table, and returns which checks failed.
func soak(ctx context.Context, args []string, out io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	var results []*result
	var failed []error
	for _, log := range s.services {
		fmt.Fprintf(os.Stderr, "%s: %d rows\n", log.Name, s.rows)
		r, err := run(ctx, s, log)
		if err != nil {
			return fmt.Errorf("%s: %w", log.Name, err)
		}
		results = append(results, r)
		failed = append(failed, r.check()...)
	}
	_, err = io.WriteString(out, table(results))
	return errors.Join(append(failed, err)...)
}

func parse(args []string) (settings, error) {
	var s settings
	var names []string
	for _, log := range logs.All() {
		names = append(names, string(log.API))
	}
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.IntVar(&s.rows, "rows", 1_000_000, "records of each service")
	flags.Uint64Var(&s.seed, "seed", 1, "of the failures")
	flags.IntVar(&s.oneIn, "one-in", 100, "one request in so many goes wrong")
	chosen := flags.String("api", strings.Join(names, ","), "services to read, with commas between")
	spoilt := flags.String("break", "", "spoil what is checked, to see it fail, with commas between: "+strings.Join(allBreaks, ", "))
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if s.rows <= 0 || s.oneIn <= 0 {
		return s, errors.New("-rows and -one-in must be positive")
	}
	for name := range strings.SplitSeq(*chosen, ",") {
		at := slices.Index(names, name)
		if at < 0 {
			return s, fmt.Errorf("-api: no %q", name)
		}
		s.services = append(s.services, logs.All()[at])
	}
	var err error
	s.breaks, err = parseBreaks(*spoilt)
	return s, err
}

// run reads one service to its end.
func run(ctx context.Context, s settings, log logs.Log) (*result, error) {
	child, err := startServer(ctx, orders{API: log.API, Rows: s.rows, Seed: s.seed, OneIn: s.oneIn})
	if err != nil {
		return nil, err
	}
	r, err := newReading(s, log, child.address).run(ctx)
	if err == nil {
		r.server, err = child.report(ctx)
	}
	return r, errors.Join(err, child.stop())
}
