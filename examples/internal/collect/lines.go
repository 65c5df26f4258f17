package collect

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/auditlogs/auditlogs-go/deliver"
)

// lines is a sink of lines of JSON that remembers places no longer than the process lives: standard output. What was not
// written to its end cannot be taken back, so nothing follows it.
type lines struct {
	mu     sync.Mutex
	to     io.Writer
	places map[string]deliver.Place
	broken error
}

func newLines(to io.Writer) *lines { return &lines{to: to, places: map[string]deliver.Place{}} }

func (l *lines) Place(_ context.Context, source string) (deliver.Place, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.places[source], l.broken
}

func (l *lines) Commit(_ context.Context, b deliver.Batch) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	if err := b.Check(l.places[b.Source]); err != nil {
		return err
	}
	var text bytes.Buffer
	for i := range b.Events {
		line, err := b.Events[i].MarshalJSON()
		if err != nil {
			return fmt.Errorf("%w: an event cannot be encoded: %w", deliver.ErrRefused, err)
		}
		text.Write(append(line, '\n'))
	}
	if text.Len() > 0 {
		if _, err := l.to.Write(text.Bytes()); err != nil {
			l.broken = fmt.Errorf("%w: standard output cannot be written: %w", deliver.ErrRefused, err)
			return l.broken
		}
	}
	l.places[b.Source] = b.To
	return nil
}
