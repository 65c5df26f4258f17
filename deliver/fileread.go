package deliver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// extent is where events of a source are in a file.
type extent struct{ begin, end int64 }

// Events reads what was committed of a source, as [Reader] says. It reads the places from their beginning, and of the file
// what belongs to the source; it holds one event at a time.
func (f *File) Events(ctx context.Context, source string) iter.Seq2[auditlogs.Event, error] {
	return func(yield func(auditlogs.Event, error) bool) {
		extents, out, err := f.extents(source)
		if err != nil {
			yield(auditlogs.Event{}, err)
			return
		}
		for _, x := range extents {
			if !readExtent(ctx, io.NewSectionReader(out, x.begin, x.end-x.begin), yield) {
				return
			}
		}
	}
}

// extents returns where the events of a source are.
func (f *File) extents(source string) (all []extent, out io.ReaderAt, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return nil, nil, f.broken
	}
	err = f.journal.entries(f.journal.size, func(e entry) bool {
		if e.Source == source && e.Begin < e.End {
			all = append(all, extent{e.Begin, e.End})
		}
		return true
	})
	return all, f.out, err
}

// readExtent yields the events of an extent, and reports whether more are wanted.
func readExtent(ctx context.Context, from io.Reader, yield func(auditlogs.Event, error) bool) bool {
	lines := bufio.NewReaderSize(from, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return true
		}
		if ctx.Err() != nil {
			err = ended(ctx)
		}
		var e auditlogs.Event
		if err == nil {
			err = e.UnmarshalJSON(line)
		}
		if err != nil {
			yield(auditlogs.Event{}, fmt.Errorf("the file cannot be read back: %w", err))
			return false
		}
		if !yield(e, nil) {
			return false
		}
	}
}
