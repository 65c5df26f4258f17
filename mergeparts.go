package auditlogs

import (
	"context"
	"errors"
	"slices"
)

// A source that is made of several logs has a lane that stands for all of them until they are found, and for what is wrong with
// the search. It never has events of its own.

// isWhole reports whether the lane stands for several logs that are still to be found.
func (l *lane) isWhole() bool { return l.several != nil }

// split finds the logs of which the source is made, and gives each a lane with its position. A log that has a position and is
// not found leaves a gap.
func (l *lane) split(ctx context.Context) {
	sources, err := l.several.parts(ctx)
	var incomplete *IncompleteError
	if l.fault = err; err != nil && !errors.As(err, &incomplete) {
		return
	}
	whole := sourceMark(l.source)
	for _, s := range sources {
		part, mark := &lane{source: s, whole: whole}, sourceMark(s)
		known := func(m laneMark) bool { return m.Source == mark }
		if i := slices.IndexFunc(l.parts, known); i >= 0 {
			l.parts[i].apply(part)
			l.parts = slices.Delete(l.parts, i, i+1)
		}
		l.found = append(l.found, part)
	}
	if n := openParts(l.parts); n > 0 && l.fault == nil {
		l.fault = notListed("Merge", n)
	}
	l.ended = l.fault == nil
}

// openParts returns how many of the positions are not at the end of a log.
func openParts(parts []laneMark) (n int) {
	for _, m := range parts {
		if !m.Ended {
			n++
		}
	}
	return n
}

// insertParts inserts the lanes of the logs that were found behind those of the sources that are made of them.
func (m *merge) insertParts() {
	var all []*lane
	for _, l := range m.lanes {
		all = append(append(all, l), l.found...)
		l.found, l.several = nil, nil
	}
	m.lanes = all
}

// splitMarks separates the positions in logs of which a source is made from those in sources.
func splitMarks(marks []laneMark) (sources map[string]laneMark, parts map[string][]laneMark) {
	sources, parts = map[string]laneMark{}, map[string][]laneMark{}
	for _, m := range marks {
		if m.Whole == "" {
			sources[m.Source] = m
		} else {
			parts[m.Whole] = append(parts[m.Whole], m)
		}
	}
	return sources, parts
}
