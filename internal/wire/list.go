package wire

import (
	"sync"
	"sync/atomic"
)

// Shared holds what the answers of one listing share: the tables of recurring strings, and the number of records in the
// last answer. An answer borrows a table while it is read, because answers that are read ahead are read at the same
// time, and a table allows only one user at a time. The zero value is ready to use.
type Shared struct {
	tables sync.Pool
	rows   atomic.Int64
}

func (p *Shared) borrow() *stringTable {
	if table, ok := p.tables.Get().(*stringTable); ok {
		return table
	}
	return new(stringTable)
}

// List holds the records of an answer.
type List[T any] struct {
	Rows []T

	codec     *Codec[T]
	asked     int   // records that were asked for; 0 if not known
	lastCount int   // records of the previous answer; 0 if there was none
	found     bool  // there is a list, or null in its place
	null      bool  // there is null
	fault     error // of the first invalid record
	faultAt   int   // its index
	at        int   // index of the record that is being read; -1 outside the list
}

// NewList returns a list that is still to be read, for the answer to a request for asked records. 0 means that this is
// not known.
func NewList[T any](c *Codec[T], asked int) *List[T] { return &List[T]{codec: c, asked: asked} }

// Found reports whether the answer has a list of records.
func (l *List[T]) Found() bool { return l.found && !l.null }

// IsNull reports whether the answer has null in place of a list of records.
func (l *List[T]) IsNull() bool { return l.null }

// HasFault reports whether a record is invalid, in an answer that could be read to its end.
func (l *List[T]) HasFault() bool { return l.fault != nil }

// ReadAnswer reads an answer in one pass. Nothing that read takes from it refers to its body afterwards. An error
// concerns the record with the given index or, if that is -1, the answer. Whether the answer must have a list of records is
// for the caller to decide.
func ReadAnswer[T any](body []byte, p *Shared, l *List[T], read func(*Reader)) (index int, err error) {
	table := p.borrow()
	defer p.tables.Put(table)
	l.at, l.lastCount = -1, int(p.rows.Load())
	in := newReader(body, table)
	if in.null() {
		in.fail(errNull)
	}
	read(in)
	in.end()
	switch {
	case in.err != nil:
		l.fault = nil
		return l.at, in.err
	case l.fault != nil:
		return l.faultAt, l.fault
	default:
		p.rows.Store(int64(len(l.Rows)))
		return 0, nil
	}
}

// Read reads the list of records. If the list appears twice, the last one counts, and so do its faults. After an
// invalid record, the rest of the answer is read, because it may say that it is not a listing.
func (l *List[T]) Read(r *Reader) {
	*l = List[T]{codec: l.codec, found: true, asked: l.asked, lastCount: l.lastCount, at: -1}
	if l.null = r.null(); l.null {
		return
	}
	for i := range r.elements {
		if l.fault != nil {
			r.Skip()
			continue
		}
		if l.record(r, i); r.err != nil {
			return
		}
	}
}

// ReadEither reads the list of records where it may have either of two names. null or an empty list under one of them gives
// way to the other; records under both are an error.
func (l *List[T]) ReadEither(r *Reader) {
	switch {
	case !l.Found() || len(l.Rows) == 0 && l.fault == nil && !r.isNull():
		l.Read(r)
	case r.null():
	default:
		for range r.elements {
			r.fail(errTwoLists)
			return
		}
	}
}

// record reads record i.
func (l *List[T]) record(r *Reader, i int) {
	if i == 0 {
		l.Rows = make([]T, 0, rowsIn(r.size(), len(r.peek()), l.asked, l.lastCount))
	}
	l.at = i
	l.Rows = append(l.Rows, *new(T))
	row := &l.Rows[i]
	raw, err := r.element(func() { l.codec.Read(row, r) })
	if r.err != nil {
		return
	}
	l.at = -1
	if err == nil {
		err = l.codec.acceptable(row, raw)
	}
	if err != nil {
		l.fault, l.faultAt = err, i
		return
	}
	*l.codec.Raw(row) = raw
}

// rowsIn estimates how many records an answer has from the size of the first one. The estimate is at most the number
// that was asked for or, if that is not known, the number in the previous answer: a server may lie with its first
// record. Too low an estimate costs little.
func rowsIn(size, first, asked, lastCount int) int {
	guess := size/max(first, 1) + 1
	guess += guess / 4
	switch {
	case asked > 0:
		return min(guess, asked, 1000)
	case lastCount > 0:
		return min(guess, lastCount)
	default:
		return min(guess, 1000)
	}
}
