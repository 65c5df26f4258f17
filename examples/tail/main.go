// Command tail follows every configured audit trail and prints one line per event. Use it to watch what happens now in
// all services, or to pipe new events to another program. To store them, use collect.
//
//	tail -json -eds-instance ID -eds-connector ID -elasticpath-resource customer:ID | jq -r .actor.email
//
// auditlogs.FromEnv describes how to configure APIs. A failure is printed on standard error and ends only the log that
// can no longer be followed. Lines are in order within a log. Exit status: 1 no API configured, nothing left to follow,
// or output not written; 2 wrong flags; 130 stopped by SIGINT or SIGTERM.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, made-up records appear. Each of their
// lines begins with "demo ", or with a member "demo":true. If there is a flag or such a variable, but no API, the
// configuration was lost, and that is an error.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	info, err := os.Stdout.Stat()
	colour := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
	os.Exit(run(ctx, os.Args[1:], os.Environ(), &printer{to: os.Stdout, colour: colour}, os.Stderr, auditlogs.FromEnv()))
}

// trail is what to follow, and how.
type trail struct {
	since                         time.Time
	follow                        auditlogs.FollowOptions
	instance, connector, resource string
}

func run(ctx context.Context, args, environ []string, out *printer, stderr io.Writer, config ...auditlogs.Option) int {
	say := func(text any) { fmt.Fprintln(stderr, "tail:", strings.ReplaceAll(fmt.Sprint(text), "\n", "; ")) }
	t, flags := trail{}, flag.NewFlagSet("tail", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.BoolVar(&out.json, "json", false, "print whole events, one JSON object per line")
	flags.TextVar(&t.since, "since", t.since, "begin at this `time`, such as 2026-10-01T00:00:00Z (default: each server's now)")
	flags.DurationVar(&t.follow.Interval, "interval", time.Minute, "time between two looks")
	flags.StringVar(&t.instance, "eds-instance", "", "`ID` of the Huawei EDS instance")
	flags.StringVar(&t.connector, "eds-connector", "", "`ID` of the Huawei EDS connector")
	flags.StringVar(&t.resource, "elasticpath-resource", "", "Elastic Path resources as `type:id`, separated by commas")
	mode := demo.New(flags, "since", "interval", "eds-instance", "eds-connector", "elasticpath-resource")
	if flags.Parse(args) != nil {
		return 2 // Parse printed the reason
	}
	if err := mode.Check(); err != nil {
		say(err)
		return 2
	}
	client, madeUp, err := mode.Client(environ, append(config, auditlogs.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))))...)
	if madeUp {
		say(mode.Reason() + ": following made-up records on a test server of its own")
		out.to = demo.Marked(out.to)
		client, err = t.demo(ctx)
	}
	if err != nil {
		say(err)
		return 1
	}
	for page, err := range auditlogs.FollowAll(ctx, "", t.follow, t.sources(client)...) {
		if ctx.Err() != nil {
			return 130
		}
		if err != nil {
			say(err) // an error of one log
		} else if err := out.print(page.Items); err != nil {
			say(err)
			break
		}
	}
	return 1
}

func (t *trail) sources(c *auditlogs.Client) []auditlogs.Source {
	all := c.SourcesBetween(t.since, time.Time{})
	if slices.Contains(c.APIs(), auditlogs.APIHuaweiEDS) {
		f := auditlogs.DataAssetLogFilter{InstanceID: t.instance, ConnectorID: t.connector, Since: t.since}
		all = append(all, c.DataAssetLogs.Source(f))
	}
	if slices.Contains(c.APIs(), auditlogs.APIElasticPath) {
		for resource := range strings.SplitSeq(t.resource, ",") {
			kind, id, _ := strings.Cut(resource, ":")
			f := auditlogs.PersonalDataLogFilter{ResourceType: kind, ResourceID: id, Since: t.since}
			all = append(all, c.PersonalDataLogs.Source(f))
		}
	}
	return all
}

// demo follows a server with made-up records, to which more are added as time goes by.
func (t *trail) demo(ctx context.Context) (*auditlogs.Client, error) {
	begin := time.Now()
	t.since = time.Date(2026, time.August, 13, 0, 0, 0, 0, time.UTC)
	t.follow.Interval, t.follow.Lag = time.Second, time.Nanosecond
	t.instance, t.connector = auditlogtest.InstanceID, auditlogtest.ConnectorID
	t.resource = auditlogtest.ResourceType + ":" + auditlogtest.ResourceID
	clock := func() time.Time { return t.since.Add(2*time.Hour + time.Since(begin)) }
	server := auditlogtest.NewServer(auditlogtest.InMemory(), auditlogtest.WithClock(clock))
	context.AfterFunc(ctx, server.Close)
	server.Generate(1, 10_000)
	more := auditlogtest.NewServer(auditlogtest.InMemory())
	defer more.Close()
	more.Generate(2, 10_000)
	go replay(ctx, more.DataAccessLogs(), server.AddDataAccessLogs, func(l *auditlogs.DataAccessLog) { l.Timestamp = clock() })
	go replay(ctx, more.DataAssetLogs(), server.AddDataAssetLogs, func(l *auditlogs.DataAssetLog) { l.HappenedTime = clock() })
	go replay(ctx, more.AuditEvents(), server.AddAuditEvents, func(e *auditlogs.AuditEvent) { e.Timestamp = clock() })
	go replay(ctx, more.PersonalDataLogs(), server.AddPersonalDataLogs, func(l *auditlogs.PersonalDataLog) { l.Time = clock() })
	go replay(ctx, more.UserEvents(), server.AddUserEvents, func(e *auditlogs.UserEvent) { e.Date = clock() })
	return auditlogs.NewClient(server.Options()...)
}

// replay adds the records one by one, as if each happened just then, until ctx ends.
func replay[T any](ctx context.Context, records []T, add func(...T), now func(*T)) {
	for _, record := range records {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second + rand.N(2*time.Second)): //nolint:gosec // G404: nobody gains by guessing it
		}
		now(&record)
		add(record)
	}
}

// printer writes events, oldest first.
type printer struct {
	to           io.Writer
	colour, json bool
}

func (p *printer) print(events []auditlogs.Event) (err error) {
	slices.SortStableFunc(events, func(a, b auditlogs.Event) int { return a.Time.Compare(b.Time) })
	for i := 0; i < len(events) && err == nil; i++ {
		if p.json {
			err = json.NewEncoder(p.to).Encode(events[i])
		} else {
			_, err = fmt.Fprintln(p.to, p.line(events[i]))
		}
	}
	return err
}

// line returns time, API, actor, action, target and outcome, in colours that the user's terminal defines.
func (p *printer) line(e auditlogs.Event) string {
	const dim, plain, bold, red = 2, 0, 1, 31
	api := map[auditlogs.API]int{"waldur": 36, "huawei-eds": 35, "akinon": 33, "elasticpath": 32, "thousandeyes": 34}[e.API]
	return strings.TrimSpace(p.paint(dim, e.Time.UTC().Format(time.DateTime)) + p.paint(api, fmt.Sprintf("%-12s", e.API)) +
		p.paint(bold, cmp.Or(e.Actor.Name, e.Actor.Email, e.Actor.ID, "-")) + p.paint(plain, e.Action) +
		p.paint(api, e.Target.Type) + p.paint(api, cmp.Or(e.Target.Name, e.Target.ID)) + p.paint(red, string(e.Outcome)))
}

// paint colours a text after making it safe for a terminal: short, and without escapes and other unprintable
// characters.
func (p *printer) paint(colour int, text string) string {
	printable := strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool { return !unicode.IsPrint(r) })
	text = fmt.Sprintf("%.80s", strings.Join(printable, "\uFFFD"))
	if text == "" {
		return ""
	}
	if p.colour {
		text = fmt.Sprintf("\x1b[%dm%s\x1b[0m", colour, text)
	}
	return " " + text
}
