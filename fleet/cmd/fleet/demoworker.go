package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/knobs"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
)

// takeover is after how long others read what a worker was reading when it was killed: sooner than in earnest, so that the demo
// need not wait for it.
const takeover = 10 * time.Second

// beginDemoWorker is what a worker of the demo does, in a process of its own: it reads made-up tenants until its standard input
// ends, which it does when the demo is gone, however that came about.
func beginDemoWorker(_ program, flags *flag.FlagSet) func(context.Context) error {
	var s servers
	s.flags(flags, "", "")
	o := fleet.Options{
		Parallel: 16, MaxPause: 4 * time.Second, Follow: auditlogs.FollowOptions{Interval: 2 * time.Second, Lag: time.Nanosecond},
	}
	flags.StringVar(&o.Worker, "name", "", "`name` of the worker")
	return func(ctx context.Context) error {
		knobs.AckWait = takeover
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
		nc, err := s.connect(false)
		if err != nil {
			return err
		}
		defer nc.Close()
		if err := fleet.Run(ctx, nc, o, madeup.Open); !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	}
}

// demoWorker is a worker of the demo, as the demo sees it.
type demoWorker struct {
	name   string
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr bytes.Buffer // to be read when it has ended
	killed bool
	ended  chan struct{}
	once   sync.Once
}

// startWorker starts this program again, as a worker.
func startWorker(ctx context.Context, name, url string) (*demoWorker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &demoWorker{name: name, ended: make(chan struct{})}
	w.cmd = exec.CommandContext(context.WithoutCancel(ctx), self, "demo-worker", "-nats", url, "-name", name) //nolint:gosec // this program
	w.cmd.Stderr = &w.stderr
	w.stdin, err = w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = w.cmd.Wait() // why it ended is on stderr
		close(w.ended)
	}()
	return w, nil
}

// kill ends the process as a power failure would.
func (w *demoWorker) kill() {
	w.killed = true
	_ = w.cmd.Process.Kill() // it is gone already otherwise
	<-w.ended
}

// stop ends the worker softly, or otherwise if that takes long.
func (w *demoWorker) stop() {
	w.once.Do(func() { _ = w.stdin.Close() })
	select {
	case <-w.ended:
	case <-time.After(10 * time.Second):
		w.kill()
	}
}

// fault returns an error if the worker has ended by itself.
func (w *demoWorker) fault() error {
	select {
	case <-w.ended:
		if !w.killed {
			return fmt.Errorf("%s has ended: %s", w.name, oneLine(w.stderr.String()))
		}
	default:
	}
	return nil
}
