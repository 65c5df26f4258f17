package delivertest

import (
	"os/exec"
	"syscall"
)

// bindTo lets a process end with the test, also if that is killed while the process is stopped and can notice nothing.
func bindTo(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
