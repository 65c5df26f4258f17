// Command smoke asks the configured APIs, in under two minutes, whether they behave as this library takes for granted. Much of
// that is documented, and some is inferred or unknown: nothing of it could be tested against a live service by those who wrote it.
//
//	AUDITLOGS_WALDUR_URL=https://waldur.example.com AUDITLOGS_WALDUR_TOKEN=… go run ./examples/smoke -report smoke.md
//	go run ./examples/smoke -eds-instance ID -eds-connector ID -elasticpath-resource customer:ID
//
// auditlogs.FromEnv describes how to configure APIs. It only reads. To each API it sends Preflight's request, up to 32 requests
// of questions (usually 10 to 20; four a second), and what the client itself needs for List and for up to four pages of the last
// 24 hours, or of -since: fewer than ten unless the log is busy. They all go to the configured address, with the configured credential, and nowhere else. It stops asking
// ThousandEyes when fewer than 30 requests are left of the organization's budget. One request to ThousandEyes is invalid on
// purpose, to see the form of an error: it has a window and a date, which the documents say is refused. Preflight asks all
// configured APIs, also those that -api leaves out.
//
// Each question is printed with what the client assumes, how certain that is, and what this server did: confirmed, learned (where
// nothing was known), differs, or not seen, and why. That something differs does not mean that the client fails: it copes with
// most of what is asked here, or says what it could not read. The output is Markdown, to be pasted into an issue; -report writes it
// to a file too. It holds no text of a server, no record, name, address, ID, host, token, and no number of records. What may quote
// an API, such as an error of Preflight, is printed on standard error only.
//
// Exit status: 0 everything was confirmed, learned or not seen; 1 something differs, failed or was not asked; 2 wrong flags; 130 stopped by SIGINT
// or SIGTERM.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, a test server of its own is asked, and each line is
// marked.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

func main() {
	p := program{environ: os.Environ(), now: time.Now, out: os.Stdout, stderr: os.Stderr, base: http.DefaultTransport, pace: time.Second / 4}
	os.Exit(p.run(cli.Interruptible(), os.Args[1:], auditlogs.FromEnv()))
}

// program is what it works with.
type program struct {
	environ     []string
	now         func() time.Time
	out, stderr io.Writer
	base        http.RoundTripper
	pace        time.Duration
}

// mostTime is how long all questions may take.
const mostTime = 2 * time.Minute

func (p program) run(ctx context.Context, args []string, config ...auditlogs.Option) int {
	set, flags, err := parse(args, p.now(), p.stderr)
	if err != nil {
		return flags.Status(err)
	}
	s := &smoke{wire: newWire(p.base), logs: set.Logs, now: p.now, pace: p.pace, stderr: p.stderr}
	config = append(config, auditlogs.WithHTTPClient(&http.Client{Transport: s.wire}))
	if p.pace > 0 {
		config = append(config, auditlogs.WithRateLimit(int(time.Minute/p.pace)))
	}
	client, madeUp, err := set.demo.Client(p.environ, config...)
	out := p.out
	if madeUp {
		fmt.Fprintln(p.stderr, "smoke:", set.demo.Reason()+": asking a test server of its own")
		out = demo.Marked(out)
		server := p.demo(s)
		defer server.Close()
		client, err = auditlogs.NewClient(append(served(server), auditlogs.WithHTTPClient(&http.Client{Transport: s.wire}))...)
	}
	if err == nil {
		err = set.Configured(client)
	}
	if err != nil {
		return p.fail(err)
	}
	s.client = client
	return p.ask(ctx, s, out, set.report, madeUp)
}

func newWire(base http.RoundTripper) *wire {
	return &wire{base: base, requests: map[auditlogs.API]*http.Request{}}
}

// ask asks everything, and writes the report.
func (p program) ask(ctx context.Context, s *smoke, out io.Writer, file string, madeUp bool) int {
	short, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	r := report{results: s.run(short), date: p.now(), madeUp: madeUp}
	if ctx.Err() != nil {
		return cli.ExitInterrupted
	}
	errs := []error{r.write(out)}
	if file != "" {
		var text bytes.Buffer
		errs = append(errs, r.write(&text), os.WriteFile(file, text.Bytes(), 0o600))
	}
	if err := errors.Join(errs...); err != nil {
		return p.fail(err)
	}
	for _, one := range r.results {
		if !one.good() {
			return cli.ExitFailed
		}
	}
	return cli.ExitDone
}

func (p program) fail(err error) int {
	fmt.Fprintln(p.stderr, "smoke:", cli.OneLine(err))
	return cli.ExitFailed
}
