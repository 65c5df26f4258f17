//go:build unix

package delivertest

import "syscall"

const canSignal = true

// stop stops a process in the midst of whatever it does.
func (c *child) stop() { _ = c.command.Process.Signal(syscall.SIGSTOP) }

// wake lets it go on.
func (c *child) wake() { _ = c.command.Process.Signal(syscall.SIGCONT) }
