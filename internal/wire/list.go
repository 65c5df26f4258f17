package wire

import "encoding/json"

// List holds the records of an answer.
type List[T any] struct {
	Rows   []T
	Faults []Fault // the rows that are unreadable, in order

	codec     *Codec[T]
	asked     int  // records that were asked for; 0 if not known
	lastCount int  // records of the previous answer; 0 if there was none
	tolerated int  // unreadable records that are kept; one more makes the whole answer unreadable
	found     bool // there is a list, or null in its place
	null      bool // there is null
	at        int  // index of the record that is being read; -1 outside the list
	first     T    // the first record, until it shows how much memory the others need
}

// Fault is a record that is a JSON value but not a record of its kind, and why. Its row has what could be read of it.
type Fault struct {
	Index int
	Raw   json.RawMessage
	Err   error
}

// maxFaults bounds the unreadable records that are kept of one answer: a page of all APIs. A row takes far more memory
// than the shortest value that is not a record.
const maxFaults = 1000

// NewList returns a list that is still to be read, for the answer to a request for asked records. 0 means that this is
// not known.
func NewList[T any](c *Codec[T], asked int) *List[T] { return &List[T]{codec: c, asked: asked} }

// Found reports whether the answer has a list of records.
func (l *List[T]) Found() bool { return l.found && !l.null }

// IsNull reports whether the answer has null in place of a list of records.
func (l *List[T]) IsNull() bool { return l.null }

// HasFault reports whether a record is invalid, in an answer that could be read to its end.
func (l *List[T]) HasFault() bool { return len(l.Faults) > 0 }

// FaultsOf returns the faults of rows by their index. The rows are some of the list's own.
func (l *List[T]) FaultsOf(rows []T) map[int]*Fault {
	byText := make(map[*byte]*Fault, len(l.Faults))
	for i := range l.Faults {
		byText[&l.Faults[i].Raw[0]] = &l.Faults[i]
	}
	faults := make(map[int]*Fault, len(l.Faults))
	for i := range rows {
		if raw := *l.codec.Raw(&rows[i]); len(raw) > 0 && byText[&raw[0]] != nil {
			faults[i] = byText[&raw[0]]
		}
	}
	return faults
}

// tooFaulty reports whether more records are invalid than are tolerated.
func (l *List[T]) tooFaulty() bool { return len(l.Faults) > l.tolerated }

// ReadAnswer reads an answer in one pass. Nothing that read takes from it refers to its body afterwards. An error
// concerns the record with the given index or, if that is -1, the answer. Whether the answer must have a list of records is
// for the caller to decide. Unless p keeps faults, an invalid record is an error.
func ReadAnswer[T any](body []byte, p *Shared[T], l *List[T], read func(*Reader)) (index int, err error) {
	var in *Reader
	in, l.Rows, l.lastCount = p.borrow()
	if in == nil {
		in = newReader(nil, new(stringTable))
	}
	defer p.giveBack(in)
	in.reset(body)
	if l.at = -1; p.KeepFaults {
		l.tolerated = maxFaults
	}
	if in.null() {
		in.fail(errNull)
	}
	read(in)
	in.end()
	switch {
	case in.err != nil:
		l.Faults = nil
		return l.at, in.err
	case l.tooFaulty():
		return l.Faults[0].Index, l.Faults[0].Err
	default:
		p.note(len(l.Rows))
		return 0, nil
	}
}

// Read reads the list of records. If the list appears twice, the last one counts, and so do its faults. After an
// invalid record, the rest of the answer is read, because it may say that it is not a listing. If the record is not
// tolerated, no further one is kept.
func (l *List[T]) Read(r *Reader) {
	*l = List[T]{codec: l.codec, found: true, asked: l.asked, lastCount: l.lastCount, tolerated: l.tolerated, at: -1, Rows: l.Rows[:0]}
	if l.null = r.null(); l.null {
		return
	}
	for i := range r.elements {
		if l.tooFaulty() {
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
	case !l.Found() || len(l.Rows) == 0 && !r.isNull():
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
	row := &l.first
	if i > 0 {
		l.Rows = append(l.Rows, *new(T))
		row = &l.Rows[i]
	}
	l.at = i
	raw, err := r.element(func() { l.codec.Read(row, r) })
	if r.err != nil {
		return
	}
	l.at = -1
	if err == nil {
		err = l.codec.acceptable(row, raw)
	} else {
		*row = l.codec.salvage(raw)
	}
	if err != nil {
		l.Faults = append(l.Faults, Fault{Index: i, Raw: raw, Err: err})
	}
	if *l.codec.Raw(row) = raw; i == 0 {
		l.begin(rowsIn(r.size(), len(raw), l.asked, l.lastCount))
	}
}

// begin begins the table of rows, for as many as are expected, with the first one.
func (l *List[T]) begin(rows int) {
	if cap(l.Rows) < rows {
		l.Rows = make([]T, 0, rows)
	}
	l.Rows = append(l.Rows, l.first)
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
