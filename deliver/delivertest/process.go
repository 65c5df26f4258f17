package delivertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// child is a process of Kill.
type child struct {
	command *exec.Cmd
	lines   chan string // what it says; closed when it has ended
	status  int         // once lines is closed
	stderr  *bytes.Buffer
}

// childState is what became of a process.
type childState int

const (
	childRuns childState = iota
	childGone            // it was killed, or has lost its place
	childDone            // it found or brought the source to its end
)

// start starts a process that delivers the last source.
func (k *killing) start() *child {
	k.Helper()
	program, err := os.Executable()
	if err != nil {
		k.Fatal(err)
	}
	text, err := json.Marshal(order{
		URL: k.server.BaseURL(auditlogtest.Akinon), Address: k.store.Address, Source: k.sources[len(k.sources)-1], Naive: k.naive,
	})
	if err != nil {
		k.Fatal(err)
	}
	c := &child{command: exec.CommandContext(k.Context(), program), lines: make(chan string), stderr: &bytes.Buffer{}} //nolint:gosec // this program
	c.command.Env = append(os.Environ(), childVariable+"="+string(text))
	c.command.Stderr = c.stderr
	bindTo(c.command)
	stdout, err := c.command.StdoutPipe()
	if err == nil {
		_, err = c.command.StdinPipe() // which closes when this process ends
	}
	if err == nil {
		err = c.command.Start()
	}
	if err != nil {
		k.Fatal(err)
	}
	go func() {
		defer close(c.lines)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			c.lines <- lines.Text()
		}
		err := c.command.Wait()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			c.status = exit.ExitCode()
		} else if err != nil {
			c.status = statusFail
		}
	}()
	return c
}

// awaitCommits waits until a process was about to commit some times, or has ended.
func (c *child) awaitCommits(t *testing.T, n int) childState {
	t.Helper()
	for line := range c.lines {
		switch line {
		case lineCommit:
			n--
		case lineTrouble:
		default: // TestMain does something of its own
			t.Fatalf("a process says %q: TestMain must begin with delivertest.Child", line)
		}
		if n == 0 {
			return childRuns
		}
	}
	return c.ended(t)
}

// awaitTrouble waits until a process has noticed that the store is gone.
func (c *child) awaitTrouble(t *testing.T) {
	t.Helper()
	for line := range c.lines {
		if line == lineTrouble {
			return
		}
	}
	if c.ended(t) == childDone {
		return
	}
}

// ended returns why a process has ended.
func (c *child) ended(t *testing.T) childState {
	t.Helper()
	switch c.status {
	case statusDone:
		return childDone
	case statusMove, -1:
		return childGone
	}
	t.Fatalf("a process failed: %s", c.stderr)
	return childGone
}

// kill kills a process, and waits until it is gone.
func (c *child) kill() {
	_ = c.command.Process.Kill()
	for range c.lines {
		continue
	}
}
