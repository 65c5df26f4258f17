package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// ledger writes lines, and then the places after them. It is the only writer for all sources.
type ledger struct {
	path string // of the state; "" means no state

	mu    sync.Mutex
	out   *output
	state *state
	err   error // the first error: after half a page, nothing may follow
}

// openLedger opens the output and the state, or creates both.
func openLedger(ctx context.Context, set *settings, sources []source, stdout io.Writer) (*ledger, error) {
	fresh := &state{Version: stateVersion, Output: filepath.Base(set.output), Demo: set.madeUp, Sources: map[string]place{}}
	switch {
	case set.output == "":
		return &ledger{out: &output{to: stdout}, state: fresh}, nil
	case set.state == "":
		out, err := openOutput(ctx, set.output)
		return &ledger{out: out, state: fresh}, err
	}
	out, err := lockForState(ctx, set)
	if err != nil {
		return nil, err
	}
	s, err := beginOrResume(set, sources, out, fresh)
	if err == nil {
		err = s.enrol(set, sources)
	}
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	return &ledger{path: set.state, out: out, state: s}, nil
}

// lockForState opens the output. It creates the output only if there is no state: a state without its output is an
// error.
func lockForState(ctx context.Context, set *settings) (*output, error) {
	if missing(set.state) {
		return lockOutput(ctx, set.output, os.O_RDWR|os.O_CREATE)
	}
	out, err := lockOutput(ctx, set.output, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("there is a state, but not its output: restore it, or begin anew with neither: %w", err)
	}
	if err != nil {
		return nil, errors.Join(err, onlyReadable(set.state))
	}
	return out, nil
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// beginOrResume looks for the state while it holds the lock: the process that held the lock before may have been the
// first to store a state.
func beginOrResume(set *settings, sources []source, out *output, fresh *state) (*state, error) {
	if missing(set.state) {
		return fresh, begin(set, out, fresh)
	}
	s, err := loadState(set.state)
	if err != nil {
		return nil, err
	}
	if err := s.fits(set, sources); err != nil {
		return nil, err
	}
	return s, out.resume(s)
}

// begin prepares a state for an empty output. The state is stored after the output was created: an empty output without
// a state counts as a beginning, too, but a non-empty output without a state is not touched.
func begin(set *settings, out *output, fresh *state) error {
	if err := out.checkEmpty(); err != nil {
		return err
	}
	fresh.Tail = out.digest()
	return errors.Join(out.resume(fresh), syncFolder(set.output))
}

// enrol adds the sources that the state does not know yet, each with the range of this run. So the next run remembers a
// source even if this run does not reach it.
func (s *state) enrol(set *settings, sources []source) error {
	for _, src := range sources {
		if _, known := s.Sources[src.name]; !known {
			s.Sources[src.name] = set.first()
		}
	}
	return s.store(set.state)
}

// first returns the place of a new source.
func (s *settings) first() place {
	return place{Begin: s.since, Since: s.since, Until: s.until, Follow: s.follow}
}

// onlyReadable returns what is wrong with a state that will not be used.
func onlyReadable(path string) error {
	_, err := loadState(path)
	return err
}

// fits returns an error if a state does not belong to this run.
func (s *state) fits(set *settings, sources []source) error {
	if name := filepath.Base(set.output); s.Output != name {
		return fmt.Errorf("the state %s belongs to the output %s, not %s", set.state, s.Output, name)
	}
	if s.Demo && !set.madeUp {
		return fmt.Errorf("the state %s belongs to made-up records, but now an API is configured", set.state)
	}
	if !s.Demo && set.madeUp {
		return fmt.Errorf("the state %s belongs to configured APIs, but %s: made-up and real records do not mix", set.state, set.demo.Reason())
	}
	for _, src := range sources {
		at, known := s.Sources[src.name]
		if known && at.Follow && !set.follow {
			return fmt.Errorf("the state %s belongs to -follow for %s: go on with it", set.state, src.name)
		}
		if known && set.sinceFixed && !at.Begin.Equal(set.since) {
			return fmt.Errorf("the state %s begins %s for %s, other than -since: begin anew for another range",
				set.state, beginning(at.Begin), src.name)
		}
	}
	return nil
}

func beginning(t time.Time) string {
	if t.IsZero() {
		return "with the first record"
	}
	return "at " + t.Format(time.RFC3339)
}

// place returns where a source stands.
func (l *ledger) place(name string) (at place, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known = l.state.Sources[name]
	return at, known
}

// commit writes a page and then the place after it. This order makes a crash harmless: lines without their place are
// cut off and read again. A place without its lines would lose them.
func (l *ledger) commit(name string, lines []byte, at place) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.write(name, lines, at)
	}
	return l.err
}

func (l *ledger) write(name string, lines []byte, at place) error {
	if err := l.out.write(lines); err != nil {
		return err
	}
	l.state.Sources[name] = at
	if l.path == "" {
		return nil
	}
	if len(lines) > 0 {
		if err := l.out.sync(); err != nil {
			return err
		}
	}
	l.state.Size, l.state.Tail = l.out.size, l.out.digest()
	return l.state.store(l.path)
}

// failure returns the reason why nothing more can be written.
func (l *ledger) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *ledger) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.close()
}

// next returns the place after a page.
func (at place) next(cursor auditlogs.Cursor) place {
	at.Cursor, at.Done = cursor, cursor == ""
	return at
}
