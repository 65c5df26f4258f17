package auditlogs

import (
	"sync"
	"sync/atomic"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// shelf keeps the tables of recurring strings of one listing, and how many records its last answer had. An answer borrows a
// table while it is read: answers that are read ahead are read at the same time, and a table is for one at a time.
type shelf struct {
	pool sync.Pool
	rows atomic.Int64
}

func (s *shelf) borrow() *jsonread.Strings {
	if table, ok := s.pool.Get().(*jsonread.Strings); ok {
		return table
	}
	return new(jsonread.Strings)
}

// list is the records of an answer.
type list[T record] struct {
	rows    []T
	found   bool  // there is a list, if only as null
	most    int   // records that were asked for; 0 where that is not known
	likely  int   // records of the answer before; 0 where there was none
	fault   error // of the first record that is wrong in itself
	faultAt int   // its index
	at      int   // of the record that is being read; -1 outside the list
}

// readAnswer reads an answer in one pass, and releases its body: nothing that read takes out of it refers to it any
// more, but for what it does before it returns. found demands the list of records; without it the wrapped failure of a
// proxy, say, would pass for an empty listing.
func readAnswer[T record](op string, r *reply, s *shelf, l *list[T], needed bool, read func(*jsonread.Reader)) error {
	table := s.borrow()
	defer s.pool.Put(table)
	l.at, l.likely = -1, int(s.rows.Load())
	in := jsonread.New(r.body, table)
	if in.Null() {
		in.Fail(errNull)
	}
	read(in)
	in.End()
	switch {
	case in.Err() != nil:
		l.fault = nil
		return &DecodeError{Op: op, Index: l.at, Err: cleanError(in.Err(), r.sent...)}
	case l.fault != nil:
		return &DecodeError{Op: op, Index: l.faultAt, Err: cleanError(l.fault, r.sent...)}
	case needed && !l.found:
		return &DecodeError{Op: op, Index: -1, Err: errNoRecords}
	default:
		s.rows.Store(int64(len(l.rows)))
		return nil
	}
}

// readList reads the list of records. Of lists that come twice the last one counts, and so do the faults in it. After a
// record that is wrong in itself the answer is read on, since it may say that it is none.
func readList[T record, P decodable[T]](r *jsonread.Reader, l *list[T]) {
	*l = list[T]{found: true, most: l.most, likely: l.likely, at: -1}
	if r.Null() {
		return
	}
	for i := range r.Elements {
		if l.fault != nil {
			r.Skip()
			continue
		}
		if i == 0 {
			l.rows = make([]T, 0, rowsIn(r.Size(), len(r.Peek()), l.most, l.likely))
		}
		l.at = i
		l.rows = append(l.rows, *new(T))
		row := P(&l.rows[i])
		raw, err := r.Element(func() { row.read(r) })
		if r.Err() != nil {
			return
		}
		l.at = -1
		if err == nil {
			err = acceptable[T](row, raw)
		}
		if err != nil {
			l.fault, l.faultAt = err, i
			continue
		}
		*row.bytes() = raw
	}
}

// rowsIn guesses how many records an answer has: as many as the one before, where what was asked for does not tell, or as
// the size of the first lets expect. That is bounded: a server may lie with its first record. Too low a guess costs little.
func rowsIn(size, first, most, likely int) int {
	guess := size/max(first, 1) + 1
	guess += guess / 4
	if most == 0 && likely > 0 {
		return min(likely, guess)
	}
	if most == 0 {
		most = 1000
	}
	return min(guess, most, 1000)
}
