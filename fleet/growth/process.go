package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// roleVariable is set if a process of this program is not the first one.
const roleVariable = "AUDITLOGS_GROWTH_ROLE"

// setup is what a process of this program is started with.
type setup struct {
	Dir    string // node: of its files
	Node   string // worker: the URL of the node
	Worker workerOptions
}

// status is what a process says when it is asked.
type status struct {
	Address  string // of APIs; of a node, its URL
	Requests int64  // APIs: since the beginning
	Turns    turns  // worker: since the beginning
	Messages int64  // worker: sent to NATS since the beginning
	Usage    usage  // if it was asked for
	Error    string
}

// Questions.
const (
	askStatus = "status"
	askUsage  = "usage"
)

// serve does what this process was started for: it answers questions, one a line, until its input ends, as it does when the process
// that started it is gone.
func serve(ctx context.Context, role string, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	questions, answers := bufio.NewScanner(in), json.NewEncoder(out)
	var s setup
	if !questions.Scan() {
		return errors.Join(errors.New("no setup"), questions.Err())
	}
	if err := json.Unmarshal(questions.Bytes(), &s); err != nil {
		return err
	}
	say, stop, err := start(ctx, role, s)
	if err != nil {
		return errors.Join(err, answers.Encode(status{Error: err.Error()}))
	}
	defer stop()
	if err := answers.Encode(say()); err != nil {
		return err
	}
	for questions.Scan() {
		now := say()
		if questions.Text() == askUsage {
			now.Usage = used()
		}
		if err := answers.Encode(now); err != nil {
			return err
		}
	}
	cancel()
	return questions.Err()
}

// start begins what a role does.
func start(ctx context.Context, role string, s setup) (say func() status, stop func(), err error) {
	switch role {
	case "apis":
		return startAPIs(ctx)
	case "node":
		return startNode(s)
	case "worker":
		return startWorker(ctx, s)
	}
	return nil, nil, fmt.Errorf("no role %q", role)
}

// process is another process of this program.
type process struct {
	status

	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// spawn starts this program once more, in a role.
func spawn(ctx context.Context, role string, s setup) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self)} //nolint:gosec // G204: it is this program
	p.cmd.Env = append(os.Environ(), roleVariable+"="+role)
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(s)
	if err == nil {
		p.status, err = p.ask(string(text))
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w", role, err)
	}
	return p, nil
}

// ask asks a question.
func (p *process) ask(question string) (s status, err error) {
	if _, err := io.WriteString(p.in, question+"\n"); err != nil {
		return s, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return s, fmt.Errorf("the process has ended: %w", err)
	}
	if err := json.Unmarshal(line, &s); err != nil {
		return s, err
	}
	if s.Error != "" {
		return s, errors.New(s.Error)
	}
	return s, nil
}

// stop ends the process.
func (p *process) stop() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}
