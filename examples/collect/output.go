package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// privateFile makes the files readable only for their owner: what people did is private.
	privateFile = 0o600
	// tailSize is how many bytes at the end of the output distinguish it from another file.
	tailSize = 4096
	// lockTries and lockPause limit the wait for a lock to about a second. A lock that is held longer does not belong
	// to a process that is ending, or to a child of it that has not executed its own program yet.
	lockTries = 100
	lockPause = 10 * time.Millisecond
)

// output is where the lines are written, and how much was written.
type output struct {
	to   io.Writer
	file *os.File // nil: standard output
	size int64
	tail []byte // the last bytes, tailSize at most
}

// openOutput opens a file that is empty or does not exist yet. Devices and pipes contain nothing that could be lost.
func openOutput(ctx context.Context, path string) (*output, error) {
	o, err := lockOutput(ctx, path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	if err := o.checkEmpty(); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

func (o *output) checkEmpty() error {
	info, err := o.file.Stat()
	if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		return fmt.Errorf("the output %s holds something already: remove it, or name another", o.file.Name())
	}
	return err
}

// lockOutput opens the file for this process alone.
func lockOutput(ctx context.Context, path string, flags int) (*output, error) {
	file, err := os.OpenFile(path, flags, privateFile)
	if err != nil {
		return nil, fmt.Errorf("the output cannot be opened: %w", err)
	}
	if err := lockPatiently(ctx, file); err != nil {
		return nil, errors.Join(fmt.Errorf("the output %s is in use by another process: %w", path, err), file.Close())
	}
	return &output{to: file, file: file}, nil
}

// lockPatiently locks the file. It waits a moment for a process that is about to release the lock.
func lockPatiently(ctx context.Context, file *os.File) error {
	err := lock(file)
	for tries := 1; err != nil && tries < lockTries; tries++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
			err = lock(file)
		}
	}
	return err
}

// resume continues the output at the length in the state: whatever was written after the state was stored is cut off.
func (o *output) resume(s *state) error {
	info, err := o.file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("the output %s is no plain file, which -state needs", o.file.Name())
	}
	if info.Size() < s.Size {
		return fmt.Errorf("the output %s has %d bytes, but the state says that %d were written: restore it, or begin anew with neither",
			o.file.Name(), info.Size(), s.Size)
	}
	o.tail = make([]byte, min(s.Size, tailSize))
	if _, err := o.file.ReadAt(o.tail, s.Size-int64(len(o.tail))); err != nil {
		return fmt.Errorf("the output cannot be read: %w", err)
	}
	if o.digest() != s.Tail {
		return fmt.Errorf("the output %s is not the one that belongs to the state: its content differs", o.file.Name())
	}
	if err := o.file.Truncate(s.Size); err != nil {
		return fmt.Errorf("the output cannot be cut back: %w", err)
	}
	o.size = s.Size
	_, err = o.file.Seek(s.Size, io.SeekStart)
	return err
}

func (o *output) write(lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	if _, err := o.to.Write(lines); err != nil {
		return fmt.Errorf("the output cannot be written: %w", err)
	}
	o.size += int64(len(lines))
	o.tail = append(o.tail, lines...)
	o.tail = append(o.tail[:0], o.tail[max(0, len(o.tail)-tailSize):]...)
	return nil
}

func (o *output) digest() string {
	sum := sha256.Sum256(o.tail)
	return hex.EncodeToString(sum[:16])
}

func (o *output) sync() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Sync(); err != nil {
		return fmt.Errorf("the output cannot be synced: %w", err)
	}
	return nil
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	unlock(o.file)
	if err := o.file.Close(); err != nil {
		return fmt.Errorf("the output cannot be closed: %w", err)
	}
	return nil
}
