package wire

import "sync"

// Shared is what the answers of one listing share: memory that one answer after the other uses, and the number of records in
// the last answer. Answers that are read ahead are read at the same time: then each has a reader of its own. The zero value is
// ready to use.
type Shared[T any] struct {
	// KeepFaults makes unreadable records Faults of their list instead of an error. Set it before the first answer.
	KeepFaults bool

	mu      sync.Mutex
	readers []*Reader
	tables  [][]T
	rows    int
}

// maxTables bounds the tables that wait for an answer.
const maxTables = 2

// Reuse gives the rows of a list to a later answer, unless their memory is much larger than they need. Nobody may use the rows
// any more; what a copy of a row refers to stays.
func (p *Shared[T]) Reuse(rows []T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(rows) // what the rows refer to need not wait for the next answer
	if cap(rows) > 0 && len(rows) >= cap(rows)/2 && len(p.tables) < maxTables {
		p.tables = append(p.tables, rows[:0])
	}
}

// borrow returns a reader, a table of rows, which may be nil, and the number of records in the last answer; 0 if there was
// none.
func (p *Shared[T]) borrow() (r *Reader, table []T, rows int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return pop(&p.readers), pop(&p.tables), p.rows
}

// giveBack ends the use of a reader. It forgets the answer that was read.
func (p *Shared[T]) giveBack(r *Reader) {
	r.reset(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readers = append(p.readers, r)
}

// note notes how many records an answer has.
func (p *Shared[T]) note(rows int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = rows
}

// pop takes the last value from a list; the zero value if there is none.
func pop[T any](list *[]T) (last T) {
	if n := len(*list); n > 0 {
		last, (*list)[n-1] = (*list)[n-1], last
		*list = (*list)[:n-1]
	}
	return last
}
