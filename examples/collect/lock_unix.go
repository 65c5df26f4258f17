//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock prevents a second process from writing the same output. The system releases the lock however this process ends.
// On a file system without locks, the output is not locked.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return err
	}
	return nil
}

// unlock releases the lock for every copy of the descriptor. Closing the file does not: if a child process was forked
// just before, its copy keeps the lock until the child executes its own program.
func unlock(file *os.File) {
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) // fails only where lock did nothing
}
