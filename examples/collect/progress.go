package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// progress shows people how the run goes: a line that is rewritten if standard error is a terminal, and a summary.
type progress struct {
	to     io.Writer
	live   bool
	quiet  bool
	follow bool

	mu    sync.Mutex
	order []auditlogs.API
	tally map[auditlogs.API]*tally
	shown time.Time // when the line was last written
	dirty bool      // the line is on the screen
}

// redraw is the minimum time between two changes of the line. What the program waits for is shown at once.
const redraw = 100 * time.Millisecond

func newProgress(stdout, stderr io.Writer, set *settings) *progress {
	// Lines and progress on the same terminal would mix.
	live := isTerminal(stderr) && (set.output != "" || !isTerminal(stdout))
	return &progress{to: stderr, live: live && !set.quiet, quiet: set.quiet, follow: set.follow, tally: map[auditlogs.API]*tally{}}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// say prints a sentence, and clears the progress line first.
func (p *progress) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintf(p.to, "collect: "+format+"\n", args...)
}

func (p *progress) clear() {
	if p.dirty {
		fmt.Fprint(p.to, "\r\x1b[K")
		p.dirty = false
	}
}

func (p *progress) begin(src source) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of(src.api)
	if t.reading++; t.reading == 1 {
		t.since = time.Now()
	}
}

func (p *progress) end(src source) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of(src.api)
	if t.reading--; t.reading == 0 {
		t.busy += time.Since(t.since)
	}
}

func (p *progress) page(src source, page batch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of(src.api)
	t.pages++
	t.records += page.records
	switch {
	case p.follow && page.records == 0:
		p.show(src.api, "waits for new ones")
	case time.Since(p.shown) >= redraw:
		p.show(src.api, "")
	}
}

// hooks returns hooks that count requests and show why the program waits.
func (p *progress) hooks() auditlogs.Hooks {
	return auditlogs.Hooks{
		OnRequest: func(_ context.Context, info auditlogs.RequestInfo) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.of(auditlogs.API(info.API)).requests++
		},
		OnRetry: func(_ context.Context, info auditlogs.RetryInfo) {
			if strings.HasSuffix(info.Op, ".Follow") { // following never ends, so nothing else would report it
				p.say("%s: %v; tries again in %s", info.API, info.Cause, roughly(info.Wait))
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.show(auditlogs.API(info.API), "waits "+roughly(info.Wait)+": "+cause(info))
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
	fmt.Fprintf(p.to, "%s: %d records, %d pages", api, t.records, t.pages)
	if busy := t.seconds(); busy > 0 {
		fmt.Fprintf(p.to, ", %.0f records/s", float64(t.records)/busy)
	}
	if waiting != "" {
		fmt.Fprint(p.to, ", "+waiting)
	}
	p.dirty, p.shown = true, time.Now()
}
