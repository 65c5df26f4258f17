// Command person prints everything that the configured audit logs know about one person or resource in a time range.
// Use it to answer a data-subject request: who viewed, used or changed this person's data, and what the person did.
//
//	person -name "Zoë Ångström" -email zoe@example.org -waldur-user UUID -eds-instance ID -eds-user ID -akinon-user ID \
//	  -elasticpath-resource customer:ID -since 2026-10-01
//
// It asks the APIs that auditlogs.FromEnv finds; -api chooses among them. For each API it prints how many events it got, or why
// it did not ask. With -json it prints this on standard error, so that standard output contains only whole events. A time is a
// duration back from now, such as 90d or 1y; a date, which is its midnight in UTC; or one of RFC 3339.
//
// # Nobody else
//
// It answers about nobody else than the person asked about. Each event found is compared with what was asked: an id exactly, an
// e-mail address exactly but for capitals, or the whole name, regardless of capitals and of the form that Unicode has for a
// letter. An id decides, unless it had several names there, or another address: then it may have been given on, and only what
// has the name and the address asked for is answered. Without an id, the address decides where records have addresses, and
// otherwise the name; but a name does not confirm an address that was asked for if the records have an id to ask for instead.
//
// An address may be shared, or have been another's. What has it with another name than that asked for is not answered. If
// several persons have the address or the name, as their ids, names or addresses show, nothing is answered that may be of two
// of them: the ids are listed, and one of them must be given. Two ids are two persons, even with one address. If an id with the
// name or address asked for has had another one, too, the answer may be incomplete, and the id is listed. What is known to be
// of others is not printed, but counted.
//
// -possible prints what was found but is not known to be of the person, behind the answer. Each of these lines begins with
// "possible ", or with a member "possible":true.
//
// How much is read to find a name or an address depends on the API. Waldur searches. Huawei EDS and ThousandEyes are read
// from -since to -until, because the search of the first is not documented, and the second has none.
//
// # Made-up records
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, it asks a test server about a made-up
// person. Every line of that answer begins with "demo ", or with a member "demo":true. If there is a flag or such a
// variable, but no API, the configuration was lost: that is an error, and there is no answer.
//
// Exit status: 0 every configured API was asked and read to its end, 1 something is missing or may be missing, or no API is
// configured, 2 the flags are invalid, 130 stopped by SIGINT or SIGTERM, and nothing is answered.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

func main() {
	os.Exit(run(cli.Interruptible(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr, auditlogs.FromEnv()))
}

// person is the person or resource that is asked about, and how the answer is printed.
type person struct {
	*cli.Logs
	name, email                           string
	waldurUser, edsUser, thousandEyesUser string
	akinonUser                            int64
	json, possible                        bool
	mode                                  *demo.Mode
}

const about = `Prints everything that the audit logs that AUDITLOGS_* variables configure (see auditlogs.FromEnv) know about one person.
Waldur needs -waldur-user, -name or -email; Huawei EDS needs -eds-instance, and -eds-user or -name; Akinon needs -akinon-user;
Elastic Path needs -elasticpath-resource; ThousandEyes needs -email, -name or -thousandeyes-user.
Without any flag and any such variable, or with -demo, person and records are made up, and marked.`

func parse(args []string, stderr io.Writer) (*person, *cli.Flags, error) {
	flags := cli.Program{
		Name: "person", About: about, Example: `person -name "Zoë Ångström" -email zoe@example.org -waldur-user UUID -since 90d -api waldur,thousandeyes`,
	}.Flags(stderr, time.Now())
	p := &person{Logs: flags.Logs()}
	flags.StringVar(&p.name, "name", "", "whole `name` of the person, for Huawei EDS, Waldur and ThousandEyes")
	flags.StringVar(&p.email, "email", "", "e-mail `address` of the person, for ThousandEyes and Waldur")
	flags.StringVar(&p.waldurUser, "waldur-user", "", "`UUID` of the person in Waldur")
	flags.StringVar(&p.edsUser, "eds-user", "", "`ID` of the person in Huawei EDS")
	flags.Int64Var(&p.akinonUser, "akinon-user", 0, "`ID` of the person in Akinon")
	flags.StringVar(&p.thousandEyesUser, "thousandeyes-user", "", "`ID` of the person in ThousandEyes")
	flags.Resources(&p.Resources, "resource", "the same as -elasticpath-resource: the person in Elastic Path, as `type:id`")
	flags.Moment(&p.Since, "since", "the first `time` asked for (default: everything)")
	flags.Moment(&p.Until, "until", "the first `time` no longer asked for (default: each server's now)")
	flags.BoolVar(&p.json, "json", false, "write whole events, one JSON object per line")
	flags.BoolVar(&p.possible, "possible", false, "print also, each marked, what is not known to be of the person")
	p.mode = flags.Demo("name", "email", "waldur-user", "eds-user", "akinon-user", "thousandeyes-user", "resource")
	return p, flags, flags.Parse(args)
}

func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer, config ...auditlogs.Option) int {
	fail := func(err error) int {
		fmt.Fprintln(stderr, "person:", cli.OneLine(err))
		return cli.ExitFailed
	}
	p, flags, err := parse(args, stderr)
	if err != nil {
		return flags.Status(err)
	}
	client, madeUp, err := p.mode.Client(environ, config...)
	answerTo, notes := stdout, map[bool]io.Writer{false: stdout, true: stderr}[p.json]
	if madeUp {
		server := p.demo()
		defer server.Close()
		client, err = auditlogs.NewClient(server.Options()...)
		answerTo, notes = demo.Marked(answerTo), demo.Marked(notes)
		fmt.Fprintf(notes, "%s: a test server is asked about %s, who is made up\n", p.mode.Reason(), p.name)
	}
	if err == nil {
		err = p.Configured(client)
	}
	if err != nil {
		return fail(err)
	}
	found := p.report(ctx, client, notes)
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "person: interrupted; there is no answer")
		return cli.ExitInterrupted
	}
	err = p.print(answerTo, found.answer, "")
	if p.possible {
		err = errors.Join(err, p.print(answerTo, found.possible, "possible"))
	}
	if err != nil || !found.whole {
		return fail(errors.New("the answer is incomplete: an API was not asked or not read to its end, " +
			"events may be of the person or not, or the output failed"))
	}
	return cli.ExitDone
}

// print writes events, each with a mark if there is one.
func (p *person) print(to io.Writer, events []auditlogs.Event, mark string) (err error) {
	for _, event := range events {
		line, failed := []byte(event.String()), error(nil)
		if p.json {
			line, failed = json.Marshal(event)
		}
		if mark != "" && p.json {
			line = fmt.Appendf(nil, `{"%s":true,%s`, mark, line[1:])
		} else if mark != "" {
			line = fmt.Appendf(nil, "%s %s", mark, line)
		}
		if failed == nil {
			_, failed = fmt.Fprintf(to, "%s\n", line)
		}
		if failed != nil {
			err = failed
		}
	}
	return err
}

// demo starts a server with made-up records, and asks about a person who occurs in them.
func (p *person) demo() *auditlogtest.Server {
	server := auditlogtest.NewServer(auditlogtest.InMemory())
	server.Generate(1, 1000)
	p.name, p.email, p.akinonUser, p.waldurUser = "Zoë Ångström", "zoe.angstrom@example.org", 1002, "fdb87aac7f314aeea67c2325439bbb5d"
	p.edsUser = p.waldurUser
	p.MadeUp()
	return server
}
