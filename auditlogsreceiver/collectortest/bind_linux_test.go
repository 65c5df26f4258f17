package collectortest

import (
	"os/exec"
	"syscall"
)

// bindTo lets a process end with the test, however that ends.
func bindTo(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
