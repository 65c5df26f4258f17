package auditlogs

import (
	"fmt"
	"slices"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// Without removes the places of sources from a cursor of [Merge] or [FollowAll], so that [MergeFrom] or FollowAll can
// continue without these sources. The names are those that the sources have. With a source made of several logs, the
// places of these logs are removed. What was not read of a source is given up; if the source is added again, it begins at
// its beginning.
//
// An empty cursor is the beginning, has no places and stays empty. A name that the cursor does not know is a *FilterError,
// so that a misspelled source is not taken to be removed. To remove all sources is ErrNoSource, because an empty cursor
// would begin again. If all sources that remain in a cursor of Merge have ended, MergeFrom gives one page without events,
// whose Next is "". A cursor of anything else is ErrCursorMismatch, and a damaged one is ErrInvalidCursor. Without sends
// nothing. Safe for concurrent use.
func Without(from Cursor, names ...string) (Cursor, error) {
	const op = "Without"
	if from == "" {
		return "", nil
	}
	var c trailCursor
	if _, err := exact.Open(string(from), &c); err != nil {
		return "", cursorError(op, err)
	}
	known := c.sources()
	if len(known) == 0 {
		return "", cursorError(op, exact.ErrMismatch)
	}
	gone := map[string]bool{}
	for _, name := range names {
		mark := markOf(name)
		if !slices.Contains(known, mark) {
			return "", &FilterError{Op: op, Field: "names", Reason: "has one that the cursor does not know"}
		}
		gone[mark] = true
	}
	if c.remove(gone); len(c.sources()) == 0 {
		return "", fmt.Errorf("auditlogs: %s: %w", op, ErrNoSource)
	}
	return cursorOf(exact.Seal(c, nil))
}

// trailCursor is the content of a cursor of Merge or of FollowAll.
type trailCursor struct {
	Lanes  []laneMark  `json:"merge,omitempty"`
	Places []placeMark `json:"followAll,omitempty"`
}

// sources returns the marks of the sources that the cursor knows.
func (c *trailCursor) sources() (marks []string) {
	for _, l := range c.Lanes {
		if l.Whole == "" {
			marks = append(marks, l.Source)
		}
	}
	for _, p := range c.Places {
		marks = append(marks, p.Source)
	}
	return marks
}

// remove removes sources, and the logs of which they are made.
func (c *trailCursor) remove(gone map[string]bool) {
	c.Lanes = slices.DeleteFunc(c.Lanes, func(l laneMark) bool { return gone[l.Whole] || l.Whole == "" && gone[l.Source] })
	c.Places = slices.DeleteFunc(c.Places, func(p placeMark) bool { return gone[p.Source] })
}

// sourceMark returns a digest of the name of a source, by which a cursor knows it.
func sourceMark(s Source) string { return markOf(s.Name()) }

func markOf(name string) string { return exact.ContentKey(name)[:16] }

// perSource puts the entries of a cursor into the order of the sources. A source that the cursor does not know has the
// zero entry, which is its beginning. If a source of the cursor is missing, or all are, it returns ErrCursorMismatch.
func perSource[M any](marks map[string]M, sources []Source) ([]M, error) {
	all, known := make([]M, len(sources)), 0
	for i, s := range sources {
		mark, ok := marks[sourceMark(s)]
		if all[i] = mark; ok {
			known++
		}
	}
	switch missing := len(marks) - known; {
	case known == 0:
		return nil, ErrCursorMismatch
	case missing > 0:
		return nil, fmt.Errorf("%w: %d of its %d sources not given; Without drops what is no longer wanted", ErrCursorMismatch, missing, len(marks))
	}
	return all, nil
}
