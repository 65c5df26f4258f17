package clustertest

import (
	"os/exec"
	"syscall"
)

// bindTo lets a process end with the test, also if that is killed.
func bindTo(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
