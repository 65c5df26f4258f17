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
	fault     error // of the first invalid record
	faultAt   int   // its index
	at        int   // index of the record that is being read; -1 outside the list
}

// NewList returns a list that is still to be read, for the answer to a request for asked records. 0 means that this is
// not known.
func NewList[T any](c *Codec[T], asked int) *List[T] { return &List[T]{codec: c, asked: asked} }

// HasFault reports whether a record is invalid, in an answer that could be read to its end.
func (l *List[T]) HasFault() bool { return l.fault != nil }

// ReadAnswer reads an answer in one pass. Nothing that read takes from it refers to its body afterwards. An error
// concerns the record with the given index or, if that is -1, the answer. needed requires a list of records: without
// this check, a proxy's error in JSON, for example, would count as an empty listing.
func ReadAnswer[T any](body []byte, p *Shared, l *List[T], needed bool, read func(*Reader)) (index int, err error) {
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
	case needed && !l.found:
		return -1, errNoRecords
	default:
		p.rows.Store(int64(len(l.Rows)))
		return 0, nil
	}
}

// Read reads the list of records. If the list appears twice, the last one counts, and so do its faults. After an
// invalid record, the rest of the answer is read, because it may say that it is not a listing.
func (l *List[T]) Read(r *Reader) {
	*l = List[T]{codec: l.codec, found: true, asked: l.asked, lastCount: l.lastCount, at: -1}
	if r.null() {
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
