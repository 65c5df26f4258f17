package collectortest

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is a Collector that runs.
type process struct {
	t       *testing.T
	life    int // counts the processes of a test from 1
	command *exec.Cmd
	bell    *bell
	begin   time.Time
	end     time.Time     // once it has ended
	done    chan struct{} // closed when it has ended
	killed  bool

	mu    sync.Mutex
	lines []string // what it says, one JSON object a line
}

// launch starts a Collector.
func launch(t *testing.T, b *bell, life int, program, config string) *process {
	t.Helper()
	p := &process{t: t, life: life, bell: b, begin: time.Now(), done: make(chan struct{})}
	p.command = exec.CommandContext(context.WithoutCancel(t.Context()), // the program was built here
		"/bin/sh", "-c", `trap "" INT; exec "$0" "$@"`, program, "--config", config)
	p.command.Env = append(os.Environ(), "COLLECTORTEST_LIFE="+strconv.Itoa(life), "COLLECTORTEST_TOKEN="+token)
	bindTo(p.command)
	output, err := p.command.StderrPipe()
	if err == nil {
		err = p.command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go p.read(output)
	t.Cleanup(p.kill)
	return p
}

// read keeps what the process says until it has ended.
func (p *process) read(output io.Reader) {
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.lines = append(p.lines, lines.Text())
		p.mu.Unlock()
		p.bell.ring()
	}
	_ = p.command.Wait()
	p.end = time.Now()
	close(p.done)
	p.bell.ring()
}

// kill kills the process with SIGKILL, and waits until it is gone.
func (p *process) kill() {
	if p.ended() {
		return
	}
	p.killed = true
	_ = p.command.Process.Kill()
	<-p.done
}

// stop ends the process as a user at a terminal does, and returns how long it took. It fails if that takes ten seconds.
//
// The Collector takes SIGINT and SIGTERM alike, but only from some time after it has said that it is ready: before that, SIGTERM
// kills it. SIGINT is ignored until then, as launch has it, and so it can be sent until the Collector says that it has it.
func (p *process) stop() time.Duration {
	p.t.Helper()
	begin := time.Now()
	late := time.After(10 * time.Second)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !p.ended() {
		if !p.says("Received signal from OS") {
			begin = time.Now()
			_ = p.command.Process.Signal(os.Interrupt) // which fails only for one that has ended
		}
		select {
		case <-p.done:
		case <-again.C:
		case <-late:
			p.kill()
			p.t.Fatalf("the Collector did not end:\n%s", p.tail())
		}
	}
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		p.t.Fatalf("the Collector ended with status %d:\n%s", code, p.tail())
	}
	return p.end.Sub(begin)
}

// ended reports whether the process is gone.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// says reports whether a line of the log has all of some words.
func (p *process) says(words ...string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
lines:
	for _, line := range p.lines {
		for _, word := range words {
			if !strings.Contains(line, word) {
				continue lines
			}
		}
		return true
	}
	return false
}

// complaints returns the warnings and errors of the log.
func (p *process) complaints() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var text strings.Builder
	for _, line := range p.lines {
		if !strings.Contains(line, `"level":"info"`) {
			text.WriteString(line + "\n")
		}
	}
	return text.String()
}

// tail returns the end of the log.
func (p *process) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var text strings.Builder
	for _, line := range p.lines[max(0, len(p.lines)-30):] {
		text.WriteString(line + "\n")
	}
	return text.String()
}
