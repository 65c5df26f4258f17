package clustertest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/fleet"
	"github.com/auditlogs/auditlogs-go/fleet/internal/knobs"
	"github.com/auditlogs/auditlogs-go/fleet/internal/madeup"
)

// childVariable holds what a worker is to do.
const childVariable = "AUDITLOGS_CLUSTERTEST_WORKER"

// order is what a worker is to do.
type order struct {
	Account   string
	Addresses []string
	Unfenced  bool
	Turn      time.Duration
	Parallel  int
}

const (
	// ackWait is after how long a task of a worker that is stopped is given to another one.
	ackWait = 3 * time.Second
	// interval is the pause between two turns of a log.
	interval = 500 * time.Millisecond
)

// report is what a worker says of each turn, on a line of standard output.
type report struct {
	Source  string
	Commits int
	Events  int
	Moved   bool
	Err     string `json:",omitempty"`
}

// child works in a process that was started as a worker, and ends it.
func child() {
	text, ok := os.LookupEnv(childVariable)
	if !ok {
		return
	}
	var o order
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.work()
	}
	note(err)
	if errors.Is(err, fleet.ErrNotSynced) {
		os.Exit(statusUnsynced)
	}
	os.Exit(statusFail)
}

// Exit statuses of a worker. One that starts while a node is gone ends, because it cannot know how that node is set up; whatever
// sees to it that workers run starts it again.
const (
	statusFail     = 1
	statusUnsynced = 3
)

func (o order) work() error {
	knobs.AckWait, knobs.Unfenced = ackWait, o.Unfenced
	nc, err := connect(o.Account, slices.Clone(o.Addresses)...)
	if err != nil {
		return err
	}
	system, err := connect("system", slices.Clone(o.Addresses)...)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	lines := make(chan report)
	go func() {
		for line := range lines {
			_ = out.Encode(line)
		}
	}()
	return fleet.Run(context.Background(), nc, fleet.Options{
		System: system, Parallel: o.Parallel, Windows: -1, PerTenant: o.Parallel, Turn: o.Turn, MaxPause: 2 * time.Second,
		Follow: auditlogs.FollowOptions{Interval: interval, Lag: time.Nanosecond},
		Turned: func(t fleet.Turn) {
			r := report{Source: t.Spec.Source(), Commits: t.Commits, Events: t.Events, Moved: t.Moved}
			if t.Err != nil {
				r.Err = t.Err.Error()
				note(t.Err)
			}
			lines <- r
		},
		Warn: note,
	}, madeup.Open)
}

// note writes what goes wrong into the log of the worker.
func note(err error) { fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), err) }

// startWorker starts a worker, and calls a function with each of its reports until it has ended.
func startWorker(o order, log string, each func(report)) (p *process, ended <-chan struct{}, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, nil, err
	}
	in, out, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = out.Close() }()
	c := exec.CommandContext(context.Background(), program)
	c.Env = append(os.Environ(), childVariable+"="+string(text))
	c.Stdout = out
	if p, err = tryStart(c, log); err != nil {
		_ = in.Close()
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = in.Close() }()
		for lines := bufio.NewScanner(in); lines.Scan(); {
			var r report
			if json.Unmarshal(lines.Bytes(), &r) == nil { // a process that was killed does not end its last line
				each(r)
			}
		}
	}()
	return p, done, nil
}

// crew is workers each of which is started again when it has ended.
type crew struct {
	workers []*worker
	stop    func()
}

// worker is one of them.
type worker struct {
	now chan *process // the process that runs, if somebody asks
}

// newCrew starts workers, until the test ends or they are stopped.
func newCrew(t *testing.T, n int, o order, f *figures) *crew {
	t.Helper()
	c := &crew{}
	over := make(chan struct{})
	dir := folder(t)
	var all []chan struct{}
	for i := range n {
		w, ended := &worker{now: make(chan *process)}, make(chan struct{})
		all = append(all, ended)
		c.workers = append(c.workers, w)
		go func() {
			defer close(ended)
			for w.run(over, o, fmt.Sprintf("%s/worker%d.log", dir, i), f) {
				time.Sleep(interval)
			}
		}()
	}
	c.stop = func() {
		select {
		case <-over:
		default:
			close(over)
		}
		for _, ended := range all {
			<-ended
		}
	}
	t.Cleanup(c.stop)
	return c
}

// run runs one process until it has ended, or the test has. It reports whether to start another one.
func (w *worker) run(over chan struct{}, o order, log string, f *figures) bool {
	p, ended, err := startWorker(o, log, f.reported)
	if err != nil {
		f.count(&f.broken, 1)
		return false
	}
	defer func() { p.kill(); <-ended }()
	for {
		select {
		case <-over:
			return false
		case <-p.gone:
			f.ended(p.ProcessState.ExitCode())
			return true
		case w.now <- p:
		}
	}
}
