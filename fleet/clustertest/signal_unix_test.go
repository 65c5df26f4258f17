//go:build unix

package clustertest

import "syscall"

const canSignal = true

// stop stops a process in the midst of whatever it does.
func (p *process) stop() { _ = p.Process.Signal(syscall.SIGSTOP) }

// wake lets it go on.
func (p *process) wake() { _ = p.Process.Signal(syscall.SIGCONT) }
