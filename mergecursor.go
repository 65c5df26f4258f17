package auditlogs

import (
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
)

// mergeCursor is the content of a cursor of Merge. Cursors of other kinds have no member with this name.
type mergeCursor struct {
	Lanes []laneMark `json:"merge"`
}

// laneMark is the position of one source. Members may be added, but never renamed.
type laneMark struct {
	Source string    `json:"s"`           // a digest of its name
	Begin  Cursor    `json:"c,omitempty"` // where the held events begin
	Sorted bool      `json:"o,omitempty"` // the source lists the newest event first
	Bound  time.Time `json:"b,omitzero"`  // all newer events were delivered
	Seen   bool      `json:"g,omitempty"` // Bound is set
	Ended  bool      `json:"e,omitempty"`
	Whole  string    `json:"w,omitempty"` // a digest of the name of the source made of several to which it belongs
}

// newMerge begins to read sources, or continues from a cursor.
func newMerge(from Cursor, sources []Source) (*merge, error) {
	m := &merge{}
	for _, s := range sources {
		whole, _ := s.(several)
		m.lanes = append(m.lanes, &lane{source: s, several: whole})
	}
	if from == "" {
		return m, nil
	}
	var c mergeCursor
	if _, err := exact.Open(string(from), &c); err != nil {
		return nil, err
	}
	marks, parts := splitMarks(c.Lanes)
	places, err := perSource(marks, sources)
	for i, mark := range places {
		l := m.lanes[i]
		if mark.apply(l); l.several != nil {
			l.ended, l.parts = false, parts[mark.Source]
		}
	}
	return m, err
}

// cursor returns the position of all sources; "" once all have ended.
func (m *merge) cursor() (Cursor, error) {
	var c mergeCursor
	done := true
	for _, l := range m.lanes {
		mark := l.mark()
		done = done && mark.Ended
		c.Lanes = append(append(c.Lanes, mark), l.parts...)
	}
	if done {
		return "", nil
	}
	return cursorOf(exact.Seal(c, nil))
}

// mark returns the position of a source: where the held events begin, and the time of the next event. The held events
// before that one are newer.
func (l *lane) mark() laneMark {
	m := laneMark{
		Source: sourceMark(l.source), Whole: l.whole, Begin: l.next, Sorted: l.order == exact.NewestFirst, Bound: l.seen.bound, Seen: l.seen.some,
	}
	switch {
	case len(l.left()) > 0:
		m.Begin, m.Bound, m.Seen = l.begin, l.head(), true
	case l.ended:
		return laneMark{Source: m.Source, Whole: m.Whole, Ended: true}
	}
	return m
}

// apply is the inverse of mark.
func (m laneMark) apply(l *lane) {
	l.next, l.ended, l.seen = m.Begin, m.Ended, seen{m.Bound, m.Seen}
	if m.Sorted {
		l.order = exact.NewestFirst
	}
}
