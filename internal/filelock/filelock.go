// Package filelock opens files that one process at a time may write.
package filelock

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// lockTries and lockPause limit the wait for a lock to about a second. A lock that is held longer does not belong to a
// process that is ending, or to a child of it that does not execute its own program yet.
const (
	lockTries = 100
	lockPause = 10 * time.Millisecond
)

// ErrInUse means that another process, or another opening in this one, has the file.
var ErrInUse = errors.New("the file is in use: it has one writer at a time")

// Open opens a file for this process alone, and makes it if it is missing. A file that is open elsewhere is ErrInUse, after a
// second. Close it by [Close].
func Open(path string) (*os.File, error) {
	for tries := 1; ; tries++ {
		file, err := tryLocked(path)
		if err == nil && !isAt(file, path) {
			err = errors.Join(errLocked, Close(file)) // somebody put another file there before it was locked
		}
		switch {
		case err == nil:
			return file, nil
		case !errors.Is(err, errLocked):
			return nil, err
		case tries == lockTries:
			return nil, fmt.Errorf("%s: %w", path, ErrInUse)
		}
		time.Sleep(lockPause)
	}
}

// errLocked means that another process has a file.
var errLocked = errors.New("locked")

// isAt reports whether a file is the one that a path names.
func isAt(file *os.File, path string) bool {
	mine, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}
