package auditlogs

import "time"

// mergeCursor is what a cursor of Merge holds. Its member has a name that cursors of other kinds do not have.
type mergeCursor struct {
	Lanes []laneMark `json:"merge"`
}

// laneMark is the place of one source. Members are added, never renamed.
type laneMark struct {
	Source string    `json:"s"`           // a digest of its name
	Begin  Cursor    `json:"c,omitempty"` // where the events held begin
	Sorted bool      `json:"o,omitempty"` // it lists the newest first
	Bound  time.Time `json:"b,omitzero"`  // what is newer was given
	Seen   bool      `json:"g,omitempty"` // there is a bound
	Ended  bool      `json:"e,omitempty"`
}

// sourceMark stands for the name of a source.
func sourceMark(s Source) string { return contentKey(s.Name())[:16] }

// perSource puts what a cursor holds of each source into the order of the sources. A cursor of other ones is
// ErrCursorMismatch.
func perSource[M any](marks map[string]M, sources []Source) ([]M, error) {
	if len(marks) == 0 || len(marks) != len(sources) {
		return nil, ErrCursorMismatch
	}
	all := make([]M, len(sources))
	for i, s := range sources {
		mark, ok := marks[sourceMark(s)]
		if !ok {
			return nil, ErrCursorMismatch
		}
		all[i] = mark
	}
	return all, nil
}

// newMerge begins to read sources, or goes on.
func newMerge(from Cursor, sources []Source) (*merge, error) {
	m := &merge{}
	for _, s := range sources {
		m.lanes = append(m.lanes, &lane{source: s})
	}
	if from == "" {
		return m, nil
	}
	var c mergeCursor
	if _, err := openCursor(from, &c); err != nil {
		return nil, err
	}
	marks := make(map[string]laneMark, len(c.Lanes))
	for _, mark := range c.Lanes {
		marks[mark.Source] = mark
	}
	places, err := perSource(marks, sources)
	for i, mark := range places {
		mark.apply(m.lanes[i])
	}
	return m, err
}

// cursor is the place of all sources; "" once all have ended.
func (m *merge) cursor() (Cursor, error) {
	var c mergeCursor
	done := true
	for _, l := range m.lanes {
		mark := l.mark()
		done = done && mark.Ended
		c.Lanes = append(c.Lanes, mark)
	}
	if done {
		return "", nil
	}
	return sealCursor(c, nil)
}

// mark is the place of a source: where the events held begin, and the time of the next one. Those before it are newer.
func (l *lane) mark() laneMark {
	m := laneMark{Source: sourceMark(l.source), Begin: l.next, Sorted: l.order == newestFirst, Bound: l.seen.bound, Seen: l.seen.some}
	switch {
	case len(l.left()) > 0:
		m.Begin, m.Bound, m.Seen = l.begin, l.head(), true
	case l.ended:
		return laneMark{Source: m.Source, Ended: true}
	}
	return m
}

// apply is the inverse of mark.
func (m laneMark) apply(l *lane) {
	l.next, l.ended, l.seen = m.Begin, m.Ended, seen{m.Bound, m.Seen}
	if m.Sorted {
		l.order = newestFirst
	}
}
