// Command timeline shows the configured audit trails as one trail on a local web page, newest events first. Use it to
// investigate what happened: it shows activity over time by API, filters, and each original record. auditlogs.FromEnv
// describes how to configure APIs. -since and -until take a duration back from now, such as 24h, 7d or 2w; a date, which is its
// midnight in UTC; or a time of RFC 3339. Logs are read once, while the user scrolls. Everybody who is logged in on this
// machine can see the page. Exit status: 1 failed, or no API configured; 2 wrong flags; 130 stopped by SIGINT or SIGTERM.
//
// Without any flag and any variable that begins with AUDITLOGS_, or with -demo, there are 10,000 made-up records. The
// page and each of its rows say so. If there is a flag or such a variable, but no API, the configuration was lost: that
// is an error, and there is no page.
package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

//go:embed index.html
var page string

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
		next, stop := iter.Pull2(auditlogs.Merge(ctx, sources...))
		t := &trail{next: next, most: set.most, madeUp: madeUp}
		defer func() { t.mu.Lock(); stop() }()
		started := func(l net.Listener) context.Context {
			fmt.Fprintf(stderr, "timeline: http://%s/\n", l.Addr())
			return ctx
		}
		server := &http.Server{Addr: tcp.String(), Handler: t, BaseContext: started, ReadHeaderTimeout: time.Minute}
		context.AfterFunc(ctx, func() { _ = server.Close() })
		err = server.ListenAndServe()
	}
	if ctx.Err() != nil {
		return cli.ExitInterrupted
	}
	fmt.Fprintln(stderr, "timeline:", cli.OneLine(err))
	return cli.ExitFailed
}

// trail holds what was read so far, newest first.
type trail struct {
	next     func() (*auditlogs.Page[auditlogs.Event], error, bool)
	most     int
	madeUp   bool
	mu       sync.Mutex
	events   []auditlogs.Event
	failures []string
	done     bool
}

func (t *trail) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; img-src data:; script-src 'nonce-"+nonce+
		"'; style-src 'nonce-"+nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	host, _, _ := net.SplitHostPort(r.Host)
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case host != "localhost" && !net.ParseIP(host).IsLoopback(), site == "cross-site", site == "same-site":
		http.Error(w, "only for this page", http.StatusForbidden) // the request is from another site, or from one whose name resolves to this address
	case r.URL.Path == "/":
		_, _ = strings.NewReplacer("NONCE", nonce, "DEMO", map[bool]string{false: "hidden"}[t.madeUp]).WriteString(w, page)
	case r.URL.Path == "/events":
		t.list(w, r)
	default:
		http.NotFound(w, r)
	}
}

// list returns up to limit events from a position on. If needed, it reads more for a moment, so that a slow log shows
// what it has.
func (t *trail) list(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from, err := strconv.Atoi("0" + r.FormValue("before"))
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	if err != nil || from > len(t.events) || limit < 1 || limit > 10_000 {
		http.Error(w, "no such place", http.StatusBadRequest)
		return
	}
	for begin := time.Now(); len(t.events) < from+limit && !t.done && time.Since(begin) < time.Second/4; {
		page, err, more := t.next()
		if err != nil {
			t.failures = append(t.failures, err.Error())
		} else if more {
			t.events = append(t.events, page.Items...)
		}
		t.done = !more || len(t.events) >= t.most
	}
	to := min(from+limit, len(t.events))
	w.Header().Set("Content-Type", "application/json")
	answer := map[string]any{"events": t.events[from:to], "next": strconv.Itoa(to),
		"done": t.done && to == len(t.events), "most": t.most, "failures": t.failures}
	if t.madeUp {
		answer["demo"], answer["events"] = true, marked(t.events[from:to])
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// marked returns made-up events as JSON that says so.
func marked(events []auditlogs.Event) []json.RawMessage {
	all := make([]json.RawMessage, len(events))
	for i := range events {
		text, _ := json.Marshal(events[i]) // an event that was read can be written
		all[i] = demo.Mark(text)
	}
	return all
}
