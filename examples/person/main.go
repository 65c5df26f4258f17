// Command person prints everything that the configured audit logs know about one person or resource in a time range.
// Use it to answer a data-subject request: who viewed, used or changed this person's data, and what the person did.
//
//	person -name "Zoë Ångström" -email zoe@example.org -waldur-user UUID -akinon-user ID -resource customer:ID \
//	  -eds-instance ID -eds-connector ID -since 2026-10-01T00:00:00Z
//
// It asks the APIs that auditlogs.FromEnv finds. For each API it prints how many events it got, or why it did not ask.
// With -json it prints this on standard error, so that standard output contains only whole events. Names and addresses
// are searched for, so other people with the same name may be found; ids are exact.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, it asks a test server about a made-up
// person. Every line of that answer begins with "demo ", or with a member "demo":true. If there is a flag or such a
// variable, but no API, the configuration was lost: that is an error, and there is no answer.
//
// Exit status: 0 every configured API was asked and read to its end, 1 something is missing or no API is configured, 2
// the flags are invalid.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr, auditlogs.FromEnv()))
}

func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer, config ...auditlogs.Option) int {
	var p person
	flags := flag.NewFlagSet("person", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&p.name, "name", "", "`name` of the person, for Huawei EDS, and for Waldur and ThousandEyes")
	flags.StringVar(&p.email, "email", "", "e-mail `address` of the person, for Waldur and ThousandEyes")
	flags.StringVar(&p.waldurUser, "waldur-user", "", "`UUID` of the person in Waldur, in place of name and address")
	flags.Int64Var(&p.akinonUser, "akinon-user", 0, "`ID` of the person in Akinon")
	flags.StringVar(&p.resource, "resource", "", "the person, or another resource, in Elastic Path, as `type:id`")
	flags.StringVar(&p.edsInstance, "eds-instance", "", "`ID` of the Huawei EDS instance")
	flags.StringVar(&p.edsConnector, "eds-connector", "", "`ID` of the Huawei EDS connector")
	flags.TextVar(&p.since, "since", time.Time{}, "the first `time` asked for, such as 2026-10-01T00:00:00Z")
	flags.TextVar(&p.until, "until", time.Time{}, "the first `time` no longer asked for")
	asJSON := flags.Bool("json", false, "write whole events, one JSON object per line")
	mode := demo.New(flags, "name", "email", "waldur-user", "akinon-user", "resource", "eds-instance", "eds-connector")
	if flags.Parse(args) != nil {
		return 2 // Parse printed the reason
	}
	if err := mode.Check(); err != nil {
		fmt.Fprintln(stderr, "person:", err)
		return 2
	}
	client, madeUp, err := mode.Client(environ, config...)
	answerTo, notes := stdout, map[bool]io.Writer{false: stdout, true: stderr}[*asJSON]
	if madeUp {
		server := p.demo()
		defer server.Close()
		client, err = auditlogs.NewClient(server.Options()...)
		answerTo, notes = demo.Marked(answerTo), demo.Marked(notes)
		fmt.Fprintf(notes, "%s: a test server is asked about %s, who is made up\n", mode.Reason(), p.name)
	}
	if err != nil {
		fmt.Fprintln(stderr, "person:", err)
		return 1
	}
	answer, whole := p.report(ctx, client, notes)
	for _, event := range answer {
		if *asJSON {
			err = errors.Join(err, json.NewEncoder(answerTo).Encode(event))
		} else if _, failed := fmt.Fprintln(answerTo, event); failed != nil {
			err = failed
		}
	}
	if err != nil || !whole {
		fmt.Fprintln(stderr, "person: the answer is incomplete: an API was not asked or not read to its end, or the output failed")
		return 1
	}
	return 0
}

// demo starts a server with made-up records, and asks about a person who occurs in them.
func (p *person) demo() *auditlogtest.Server {
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	server.Generate(1, 1000)
	p.name, p.email, p.akinonUser, p.waldurUser = "Zoë Ångström", "zoe.angstrom@example.org", 1002, "fdb87aac7f314aeea67c2325439bbb5d"
	p.resource = auditlogtest.ResourceType + ":" + auditlogtest.ResourceID
	p.edsInstance, p.edsConnector = auditlogtest.InstanceID, auditlogtest.ConnectorID
	return server
}
