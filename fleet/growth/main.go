// Command growth measures a fleet: how it grows with tenants and workers, what idle tenants cost, and whether bad tenants slow the
// others. It starts a node of NATS, the made-up APIs of all tenants and the workers as processes of their own, and prints tables in
// Markdown.
//
//	go run . -all
//	go run . -only growth,idle
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// measurement is one of those that can be chosen.
type measurement struct {
	name    string
	measure func(context.Context, sizes) (string, error)
}

func measurements() []measurement {
	return []measurement{
		{"growth", measureGrowth}, {"latency", measureLatency}, {"idle", measureIdle}, {"isolation", measureIsolation},
	}
}

// full is what the tables of docs/performance.md are made with.
var full = sizes{
	Tenants: []int{10, 100, 1000, 5000}, Workers: []int{1, 2, 4}, Records: 100_000,
	Latency: 120, Far: []int{1, 2, 4}, Idle: 5000, Healthy: 40, Watch: 20 * time.Second, Settle: 4 * time.Second, IdleInterval: 30 * time.Second,
}

func run(ctx context.Context, args []string) error {
	if role := os.Getenv(roleVariable); role != "" {
		return serve(ctx, role, os.Stdin, os.Stdout)
	}
	flags := flag.NewFlagSet("growth", flag.ContinueOnError)
	all := flags.Bool("all", false, "measure everything")
	only := flags.String("only", "", "what to measure, with commas between: "+names())
	sizes := full
	flags.StringVar(&sizes.Profile, "profile", "", "write profiles of the workers to files whose names begin so")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen := strings.Split(*only, ",")
	if !*all && *only == "" {
		return fmt.Errorf("say -all, or -only with some of %s", names())
	}
	for _, name := range chosen {
		if !*all && !slices.ContainsFunc(measurements(), func(m measurement) bool { return m.name == name }) {
			return fmt.Errorf("there is no %q; say some of %s", name, names())
		}
	}
	fmt.Printf("%d cores, %s, %s/%s; one node that synchronises every write, the APIs and each worker as processes of their own.\n\n",
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, m := range measurements() {
		if !*all && !slices.Contains(chosen, m.name) {
			continue
		}
		text, err := m.measure(ctx, sizes)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		fmt.Println(text)
	}
	return nil
}

func names() string {
	var all []string
	for _, m := range measurements() {
		all = append(all, m.name)
	}
	return strings.Join(all, ",")
}
