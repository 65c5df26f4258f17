//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps a second process from writing the same output. The system takes the lock back however this one ends. A file
// system that knows no locks is used without.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return err
	}
	return nil
}

// unlock gives the lock back for every copy of the descriptor. Closing the file does not: where a child process was forked
// just before, its copy keeps the lock until it executes its own program.
func unlock(file *os.File) {
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) // fails only where lock did nothing
}
