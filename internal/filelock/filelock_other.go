//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"os"
)

// tryLocked refuses to open a file to which a second process could write at the same time.
func tryLocked(string) (*os.File, error) {
	return nil, fmt.Errorf("this system cannot lock a file: %w", errors.ErrUnsupported)
}

// Close unlocks and closes a file.
func Close(file *os.File) error { return file.Close() }
