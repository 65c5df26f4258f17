package auditlogtest

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// row is a stored record. Only its cached encodings ever change.
type row[T any] struct {
	record T
	id     string
	at     time.Time
	seq    uint64 // counts additions, so it distinguishes rows without an id
	wire   [forms]atomic.Pointer[[]byte]
}

// kind describes a record type to the store.
type kind[T any] struct {
	// settle converts the record to the form in which the API serves it, and derives a missing id from seq. It returns
	// the id, and the time by which the record is ordered.
	settle func(record *T, seq uint64) (id string, at time.Time)
	// encode writes the record as the API does.
	encode func(record *T, as form) []byte
}

// encoding returns the bytes that the API serves for the row. The first call makes them.
func (r *row[T]) encoding(k kind[T], as form) []byte {
	if wire := r.wire[as].Load(); wire != nil {
		return *wire
	}
	wire := k.encode(&r.record, as)
	r.wire[as].Store(&wire)
	return wire
}

// newestFirst is the order of a store. Among rows with equal times, the row added last comes first.
func newestFirst[T any](a, b *row[T]) int {
	if c := b.at.Compare(a.at); c != 0 {
		return c
	}
	return cmp.Compare(b.seq, a.seq)
}

// store keeps the rows of one API in order. Slices of rows are replaced and never modified, so that a request can
// finish reading the rows that it found while others are added or deleted.
type store[T any] struct {
	kind kind[T]

	mu    sync.Mutex
	rows  []*row[T]
	fresh []*row[T] // added since the last sort
	byID  map[string]*row[T]
	memo  map[string][]*row[T] // selections of the current rows
	seq   uint64
}

// memoSize bounds the selections that a store remembers.
const memoSize = 32

func newStore[T any](k kind[T]) *store[T] {
	return &store[T]{kind: k, byID: map[string]*row[T]{}, memo: map[string][]*row[T]{}}
}

func (s *store[T]) add(records []T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, record := range records {
		s.seq++
		r := &row[T]{record: record, seq: s.seq}
		r.id, r.at = s.kind.settle(&r.record, r.seq)
		s.fresh = append(s.fresh, r)
		s.byID[r.id] = r
	}
}

// sorted returns all rows, newest first. The caller holds the lock. Rows are sorted only when they are read, so that
// adding them one by one is cheap.
func (s *store[T]) sorted() []*row[T] {
	if len(s.fresh) == 0 {
		return s.rows
	}
	slices.SortFunc(s.fresh, newestFirst)
	merged := make([]*row[T], 0, len(s.rows)+len(s.fresh))
	old := s.rows
	for _, r := range s.fresh { // few, unless old is empty
		i, _ := slices.BinarySearchFunc(old, r, newestFirst)
		merged = append(append(merged, old[:i]...), r)
		old = old[i:]
	}
	merged = append(merged, old...)
	s.replace(merged)
	s.fresh = nil
	return s.rows
}

func (s *store[T]) replace(rows []*row[T]) {
	s.rows = rows
	clear(s.memo)
}

// remember returns the selection with that name, and makes it if it is not in the memo of the current rows. The caller
// holds the lock.
func (s *store[T]) remember(name string, selection func() []*row[T]) []*row[T] {
	if rows, ok := s.memo[name]; ok {
		return rows
	}
	if len(s.memo) >= memoSize {
		clear(s.memo)
	}
	rows := selection()
	s.memo[name] = rows
	return rows
}

func (s *store[T]) all() []T {
	s.mu.Lock()
	rows := s.sorted()
	s.mu.Unlock()
	records := make([]T, len(rows))
	for i, r := range rows {
		records[i] = r.record
	}
	return records
}

func (s *store[T]) find(id string) *row[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

func (s *store[T]) deleteFunc(del func(T) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.sorted()
	kept := make([]*row[T], 0, len(rows))
	for _, r := range rows {
		if !del(r.record) {
			kept = append(kept, r)
		} else if s.byID[r.id] == r {
			delete(s.byID, r.id)
		}
	}
	if len(kept) < len(rows) {
		s.replace(kept)
	}
	return len(rows) - len(kept)
}

// deleteID deletes the row with the id and reports whether there was one.
func (s *store[T]) deleteID(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byID[id]
	if !ok {
		return false
	}
	rows := s.sorted()
	if i, found := slices.BinarySearchFunc(rows, r, newestFirst); found {
		s.replace(slices.Concat(rows[:i], rows[i+1:]))
	}
	delete(s.byID, id)
	return true
}
