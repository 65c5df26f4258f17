package deliver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// journalVersion is the version of the lines of a journal.
const journalVersion = 1

// entry is a line of a journal: a commit, or what is left of several when the journal was compacted. Members may be added,
// but never renamed.
type entry struct {
	Version int    `json:"v"`
	Source  string `json:"source"`
	Place   Place  `json:"place"`
	Begin   int64  `json:"begin"` // of its events in the file
	End     int64  `json:"end"`
	Tail    string `json:"tail"` // a digest of the last bytes before End
}

// journal is the file of places beside a file of events. Lines are only appended; compacting writes another file.
type journal struct {
	path   string
	file   *os.File
	size   int64 // of whole lines
	small  int64 // when it was compacted last
	places map[string]Place
	last   entry
}

// openJournal reads a journal. Only that of a file that is empty may be missing.
func openJournal(path string, mayBeMissing bool) (*journal, error) {
	flags := os.O_RDWR
	if mayBeMissing {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(path, flags, 0o600) //nolint:gosec // the file of the caller
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the file has content and there is no %s; name another file, or remove this one: %w", path, ErrForeignFile)
	}
	if err != nil {
		return nil, err
	}
	j := &journal{path: path, file: file, places: map[string]Place{}}
	if err := j.load(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// load reads all lines, and cuts off one that was not written to its end.
func (j *journal) load() error {
	err := j.entries(-1, func(e entry) bool {
		j.places[e.Source], j.last = e.Place, e
		return true
	})
	if err != nil {
		return err
	}
	return j.file.Truncate(j.size)
}

// entries reads the lines up to a size; -1 reads all, and finds out the size.
func (j *journal) entries(size int64, visit func(entry) bool) error {
	find := size < 0
	if find {
		size = 1 << 62
	}
	lines := bufio.NewReaderSize(io.NewSectionReader(j.file, 0, size), 1<<16)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what has no end of line was never committed
		}
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil || e.Version < 1 {
			return fmt.Errorf("line %d of %s is damaged; restore it, or begin anew with neither it nor its file: %w", number, j.path, ErrForeignFile)
		}
		if e.Version > journalVersion {
			return fmt.Errorf("%s was written by a later release: %w", j.path, ErrForeignFile)
		}
		if find {
			j.size += int64(len(line))
		}
		if !visit(e) {
			return nil
		}
	}
}

// add appends a line.
func (j *journal) add(e entry) error {
	line, err := e.line()
	if err != nil {
		return err
	}
	if _, err := j.file.WriteAt(line, j.size); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.size += int64(len(line))
	j.places[e.Source], j.last = e.Place, e
	return nil
}

func (e entry) line() ([]byte, error) {
	e.Version = journalVersion
	line, err := json.Marshal(e)
	return append(line, '\n'), err
}

// restore cuts off a line that was not written to its end.
func (j *journal) restore() error { return errors.Join(j.file.Truncate(j.size), j.file.Sync()) }

// compactFrom is the size from which a journal is compacted, and by how much it must have grown since the last time.
const compactFrom, compactGrowth = 4 << 20, 4

// compact writes the journal anew without the cursors that are past: what is left says where the events of each source are,
// and where each source goes on.
func (j *journal) compact() error {
	if j.size < compactFrom || j.size < compactGrowth*j.small {
		return nil
	}
	text, err := j.compacted()
	if err != nil {
		return err
	}
	j.small = j.size // if it fails, it is as it was, and is compacted another time
	temporary, err := writeBeside(j.path, text)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	// Some systems replace no file that is open.
	renamed := j.file.Close()
	if renamed == nil {
		renamed = os.Rename(temporary, j.path)
	}
	if j.file, err = os.OpenFile(j.path, os.O_RDWR, 0); err != nil {
		return err
	}
	if renamed != nil {
		return os.Remove(temporary)
	}
	j.size, j.small = int64(len(text)), int64(len(text))
	return syncFolder(filepath.Dir(j.path))
}

// compacted returns the lines of a compacted journal: for each source, what adjoins becomes one line; the last of the source
// keeps its place, and the last of all stays last.
func (j *journal) compacted() ([]byte, error) {
	var all []entry
	err := j.entries(j.size, func(e entry) bool {
		if n := len(all) - 1; n >= 0 && all[n].Source == e.Source && all[n].End == e.Begin {
			e.Begin = all[n].Begin
			all[n] = e
		} else if e.Begin < e.End || e.Place.Same(j.places[e.Source]) {
			all = append(all, e)
		}
		return true
	})
	var text bytes.Buffer
	for _, e := range all {
		if !e.Place.Same(j.places[e.Source]) {
			e.Place.Cursor = ""
		}
		line, failure := e.line()
		err = errors.Join(err, failure)
		text.Write(line)
	}
	return text.Bytes(), err
}

// writeBeside writes a file with a name of its own beside another one, durably.
func writeBeside(path string, text []byte) (temporary string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

func (j *journal) close() error { return j.file.Close() }
