package filelock

import (
	"errors"
	"os"
	"syscall"
)

// sharingViolation is the system's answer where another process has a file open for writing.
const sharingViolation = syscall.Errno(32)

// tryLocked opens a file that others may read but not write, until it is closed or this process ends.
func tryLocked(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, errLocked
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// Close unlocks and closes a file.
func Close(file *os.File) error { return file.Close() }
