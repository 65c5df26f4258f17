// Command timeline shows the configured audit trails as one trail on a local web page, newest events first. Use it to
// investigate what happened: it shows activity over time by API, filters, and each original record. auditlogs.FromEnv
// describes how to configure APIs. -since and -until take a duration back from now, such as 24h, 7d or 2w; a date, which is its
// midnight in UTC; or a time of RFC 3339. Logs are read once, while the user scrolls. Everybody who is logged in on this
// machine can see the page. Exit status: 1 failed, or no API configured; 2 wrong flags; 130 stopped by SIGINT or SIGTERM.
//
// The filters are in the address of the page, which can be kept and passed on. What they leave can be exported as JSON
// Lines, with each whole record, or as CSV for spreadsheets, which begins with the byte order mark of UTF-8. An export has
// everything, or says at its end what it lacks.
//
// Akinon's content types are numbers that each installation gives, and that nobody publishes. With -akinon-type 19=campaign
// the page shows the name that you know; a number without a name stays a number.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, there are 10,000 made-up records. The
// page and each of its rows say so. If there is a flag or such a variable, but no API, the configuration was lost: that
// is an error, and there is no page.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

func main() {
	os.Exit(run(cli.Interruptible(), os.Args[1:], os.Environ(), os.Stderr, auditlogs.FromEnv()))
}

func run(ctx context.Context, args, environ []string, stderr io.Writer, config ...auditlogs.Option) int {
	set, flags, err := parse(args, stderr)
	if err != nil {
		return flags.Status(err)
	}
	tcp, err := net.ResolveTCPAddr("tcp", set.address)
	if err != nil || !tcp.IP.IsLoopback() {
		fmt.Fprintf(stderr, "timeline: -addr: %s is not a loopback address with a port\n", set.address)
		return cli.ExitUsage
	}
	client, madeUp, err := set.demo.Client(environ, config...)
	if madeUp {
		fmt.Fprintf(stderr, "timeline: %s: showing made-up records\n", set.demo.Reason())
		server := auditlogtest.NewServer(auditlogtest.InMemory())
		defer server.Close()
		server.Generate(1, 10_000)
		set.MadeUp()
		client, err = auditlogs.NewClient(server.Options()...)
	}
	var sources []auditlogs.Source
	if err == nil {
		sources, err = set.Sources(client)
	}
	if err == nil {
		t := &trail{most: set.most, madeUp: madeUp, ranged: set.ranged(), apis: set.chosen(client), names: set.names}
		err = t.serve(ctx, tcp.String(), stderr, auditlogs.Merge(ctx, sources...))
	}
	if ctx.Err() != nil {
		return cli.ExitInterrupted
	}
	fmt.Fprintln(stderr, "timeline:", cli.OneLine(err))
	return cli.ExitFailed
}
