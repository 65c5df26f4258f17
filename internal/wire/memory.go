package wire

import (
	"slices"
	"strings"
)

// memory gives the values of records their memory. What a record does not own by itself is shared with at most a few others,
// so that a record that is kept keeps little more than itself.
type memory struct {
	strings *stringTable // recurring strings; nil: none are shared
	ids     strings.Builder
	names   []string // room for lists of strings
	values  any      // room for lists of values: *[]T for the type that was needed last
}

const (
	idPiece   = 512 // bytes of memory that short texts share
	shortText = 64  // bytes; longer texts have memory of their own
	listPiece = 16  // strings that lists share
	fewValues = 8   // values that lists share
)

// recurring returns the bytes as a string that may recur.
func (m *memory) recurring(b []byte) string {
	if m.strings == nil {
		return string(b)
	}
	if s, known := m.strings.of(b); known {
		return s
	}
	return m.own(b)
}

// own returns the bytes as a string that seldom recurs.
func (m *memory) own(b []byte) string {
	if len(b) > shortText {
		return string(b)
	}
	if m.ids.Cap()-m.ids.Len() < len(b) {
		m.ids.Reset()
		m.ids.Grow(idPiece)
	}
	begin := m.ids.Len()
	m.ids.Write(b)
	return m.ids.String()[begin:]
}

// room returns an empty list with room for some elements in shared memory, which is allocated anew if there is too little.
func room[T any](shared *[]T, size int) []T {
	if cap(*shared)-len(*shared) < 2 { // few lists are longer
		*shared = make([]T, 0, size)
	}
	n := len(*shared)
	return (*shared)[n:n]
}

// settle returns a list that began as room, without spare capacity, and marks its memory as taken. A list that has outgrown the
// room has memory of its own.
func settle[T any](shared *[]T, list []T) []T {
	if cap(list) == cap(*shared)-len(*shared) {
		*shared = (*shared)[:len(*shared)+len(list)]
	}
	return slices.Clip(list)
}

// valuesOf returns the room for lists of a type.
func valuesOf[T any](m *memory) *[]T {
	shared, ok := m.values.(*[]T)
	if !ok {
		shared = new([]T)
		m.values = shared
	}
	return shared
}
