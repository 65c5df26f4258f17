package collect

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/auditlogs/auditlogs-go/examples/internal/cli"
)

// progress shows people how the run goes: a line that is rewritten if standard error is a terminal, and a summary.
type progress struct {
	to    io.Writer
	live  bool
	quiet bool

	mu    sync.Mutex
	order []auditlogs.API
	tally map[auditlogs.API]*tally
	shown time.Time // when the line was last written
	dirty bool      // the line is on the screen
}

// redraw is the minimum time between two changes of the line. What the program waits for is shown at once.
const redraw = 100 * time.Millisecond

func (p Program) newProgress(set *settings) *progress {
	// Records and progress on the same terminal would mix.
	live := p.IsTerminal(p.Stderr) && (set.stored || !p.IsTerminal(p.Stdout))
	return &progress{to: p.Stderr, live: live && !set.quiet, quiet: set.quiet, tally: map[auditlogs.API]*tally{}}
}

// say prints a sentence, and clears the progress line first.
func (p *progress) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintf(p.to, "collect: "+format+"\n", args...)
}

// tell says what is no error, unless that is not wanted.
func (p *progress) tell(format string, args ...any) {
	if !p.quiet {
		p.say(format, args...)
	}
}

func (p *progress) clear() {
	if p.dirty {
		fmt.Fprint(p.to, "\r\x1b[K")
		p.dirty = false
	}
}

// commit counts a commit.
func (p *progress) commit(c deliver.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	api := apiOf(c.Source)
	t := p.of(api)
	t.touch()
	t.commits++
	t.records += c.Events
	switch {
	case c.CaughtUp:
		p.show(api, "has caught up")
	case time.Since(p.shown) >= redraw:
		p.show(api, "")
	}
}

// apiOf returns the API of a log, with which its name begins.
func apiOf(name string) auditlogs.API {
	api, _, _ := strings.Cut(strings.TrimPrefix(name, demoPrefix), " ")
	return auditlogs.API(api)
}

// hooks returns hooks that count requests and show why the program waits.
func (p *progress) hooks() auditlogs.Hooks {
	return auditlogs.Hooks{
		OnRequest: func(_ context.Context, info auditlogs.RequestInfo) {
			p.mu.Lock()
			defer p.mu.Unlock()
			t := p.of(info.API)
			t.touch()
			t.requests++
		},
		OnRetry: func(_ context.Context, info auditlogs.RetryInfo) {
			if !info.Since.IsZero() { // a poll: following never ends, so nothing else would report it
				p.say("%s: %s; tries again in %s", info.API, cli.OneLine(info.Err), roughly(info.Wait))
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.show(info.API, "waits "+roughly(info.Wait)+": "+cause(info))
		},
	}
}

func cause(info auditlogs.RetryInfo) string {
	switch {
	case info.Status == http.StatusTooManyRequests:
		return "rate limit"
	case info.Status != 0:
		return fmt.Sprintf("status %d", info.Status)
	default:
		return "no answer"
	}
}

func roughly(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// show rewrites the line. The caller holds the lock.
func (p *progress) show(api auditlogs.API, waiting string) {
	if !p.live {
		return
	}
	t := p.of(api)
	p.clear()
	fmt.Fprintf(p.to, "%s: %s, %s", api, cli.Count(t.records, "record"), cli.Count(t.commits, "commit"))
	if busy := t.seconds(); busy > 0 {
		fmt.Fprintf(p.to, ", %.0f records/s", float64(t.records)/busy)
	}
	if waiting != "" {
		fmt.Fprint(p.to, ", "+waiting)
	}
	p.dirty, p.shown = true, time.Now()
}
