package clustertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// process is a node or a worker.
type process struct {
	*exec.Cmd
	gone chan struct{} // closed when it has ended
}

// start starts a process that ends with the test. What it says on standard error goes into a file.
func start(t testing.TB, c *exec.Cmd, log string) *process {
	t.Helper()
	p, err := tryStart(c, log)
	require.NoError(t, err)
	t.Cleanup(p.kill)
	return p
}

func tryStart(c *exec.Cmd, log string) (*process, error) {
	file, err := os.OpenFile(filepath.Clean(log), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	c.Stderr = file
	bindTo(c)
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &process{Cmd: c, gone: make(chan struct{})}
	go func() {
		defer close(p.gone)
		_ = c.Wait()
	}()
	return p, nil
}

// kill kills a process, also one that is stopped, and waits until it is gone.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.gone
}
