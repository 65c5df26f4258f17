package deliver

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

// openLocked opens a file for this process alone.
func openLocked(path string) (*os.File, error) {
	for tries := 1; ; tries++ {
		file, err := tryLocked(path)
		if err == nil && !isAt(file, path) {
			err = errors.Join(errLocked, closeLocked(file)) // somebody put another file there before it was locked
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
