package deliver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/filelock"
)

// Errors of a [File].
var (
	// ErrInUse means that another File, in this process or another, has the file open.
	ErrInUse = filelock.ErrInUse
	// ErrForeignFile means that a file and the places beside it do not belong together.
	ErrForeignFile = errors.New("the file and its places do not belong together")
)

// tailSize is how much of the end of a file is compared to recognise it.
const tailSize = 4096

// File is a [Sink] of lines of JSON, one event each as [auditlogs.Event.MarshalJSON] writes it, in the order of the commits.
// The places are in a second file beside it, whose name ends in ".places"; keep the two together. A commit appends the
// events, syncs, appends the place, and syncs: an event whose place was not stored is cut off when the file is opened again.
// So the file is whole after a crash, a kill, or a full disk. A program that reads along may see lines that are cut off
// later.
//
// It has one writer: OpenFile locks the file, and the system unlocks it however the process ends. It implements [Reader].
// Safe for concurrent use.
type File struct {
	mu      sync.Mutex
	out     *os.File
	size    int64  // of what is committed
	tail    []byte // its end, at most tailSize bytes
	journal *journal
	broken  error // the disk holds something else than is known here
}

// OpenFile opens a file of events, and creates it if it does not exist; only its owner may read it. What was not committed is
// cut off. A file that is open elsewhere is ErrInUse, after a second. One that has content but no places, places without
// their file, or a file that somebody else changed is ErrForeignFile, and stays as it is. On a system that cannot keep a
// second writer away, it is errors.ErrUnsupported. Close the File after use.
func OpenFile(path string) (*File, error) {
	out, err := filelock.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{out: out}
	if err := f.open(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// open reads the places, and cuts off what was not committed.
func (f *File) open(path string) error {
	info, err := f.out.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no plain file: %w", path, ErrForeignFile)
	}
	if f.journal, err = openJournal(path+".places", info.Size() == 0); err != nil {
		return err
	}
	if err := f.recognise(path, info.Size()); err != nil {
		return err
	}
	if err := f.out.Truncate(f.size); err != nil {
		return fmt.Errorf("%s cannot be cut back: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// recognise compares the file with what the places say of it.
func (f *File) recognise(path string, size int64) error {
	f.size = f.journal.last.End
	if size < f.size {
		return fmt.Errorf("%s has %d bytes, and %d were written; restore it, or begin anew with neither it nor its places: %w",
			path, size, f.size, ErrForeignFile)
	}
	f.tail = make([]byte, min(f.size, tailSize))
	if _, err := f.out.ReadAt(f.tail, f.size-int64(len(f.tail))); err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if f.size > 0 && digest(f.tail) != f.journal.last.Tail {
		return fmt.Errorf("%s was changed since events were written to it; restore it, or begin anew with neither it nor its places: %w",
			path, ErrForeignFile)
	}
	return nil
}

// Place returns how far a source was delivered. It sends nothing and reads nothing: nobody else changes it.
func (f *File) Place(_ context.Context, source string) (Place, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.journal.places[source], f.broken
}

// Commit appends the events of a batch, and the place behind them. After a failure the file is as it was; if that cannot be
// restored, all that follows fails until the file is opened again.
func (f *File) Commit(ctx context.Context, b Batch) error {
	lines, err := linesOf(b.Events)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := errors.Join(f.broken, ctx.Err()); err != nil {
		return err
	}
	if err := b.Check(f.journal.places[b.Source]); err != nil {
		return err
	}
	tail := end(f.tail, lines)
	e := entry{Source: b.Source, Place: b.To, Begin: f.size, End: f.size + int64(len(lines)), Tail: digest(tail)}
	e.Place.Updated = time.Now().UTC()
	err = f.append(lines)
	if err == nil {
		err = f.journal.add(e) // never before the events are durable
	}
	if err != nil {
		return errors.Join(err, f.restore())
	}
	f.size, f.tail = e.End, tail
	f.broken = f.journal.compact()
	return nil
}

// append writes lines behind what is committed.
func (f *File) append(lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	if _, err := f.out.WriteAt(lines, f.size); err != nil {
		return err
	}
	return f.out.Sync()
}

// restore cuts off what a commit wrote that failed. After a failed sync, only writing again can tell what the disk holds.
func (f *File) restore() error {
	err := errors.Join(f.out.Truncate(f.size), f.out.Sync(), f.journal.restore())
	if err != nil {
		f.broken = fmt.Errorf("%w: what the disk holds is not known; open the file again: %w", ErrRefused, err)
	}
	return f.broken
}

// Close unlocks the file. Everything that follows fails.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.out == nil {
		return nil
	}
	var err error
	if f.journal != nil {
		err = f.journal.close()
	} else {
		f.journal = &journal{}
	}
	err = errors.Join(err, filelock.Close(f.out))
	f.out, f.broken = nil, fmt.Errorf("%w: %w", ErrRefused, os.ErrClosed)
	return err
}

// linesOf returns events as lines.
func linesOf(events []auditlogs.Event) ([]byte, error) {
	texts, err := JSON(events)
	if len(texts) == 0 {
		return nil, err
	}
	return append(bytes.Join(texts, []byte("\n")), '\n'), nil
}

// end returns the end of a text and what is appended to it.
func end(tail, more []byte) []byte {
	if len(more) >= tailSize {
		return append([]byte(nil), more[len(more)-tailSize:]...)
	}
	all := append(append([]byte(nil), tail...), more...)
	return all[max(0, len(all)-tailSize):]
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// syncFolder makes the names of new files durable. Windows does so by itself.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path) //nolint:gosec // the folder of the caller's file
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

var _ io.Closer = (*File)(nil)
