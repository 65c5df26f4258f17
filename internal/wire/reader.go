package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-faster/jx"
)

// Reader reads one JSON text from its beginning to its end. It keeps the first error; after an error, reads change
// nothing. So a decoder can be a plain list of members, and the error is checked once.
//
// As in encoding/json, null leaves a value as it was, except for pointers, slices, maps and raw values.
type Reader struct {
	dec     jx.Decoder
	data    []byte
	at      int // the position after what was read last; -1 if not known
	strings *stringTable
	err     error

	inside bool               // an element is being read
	parts  []*json.RawMessage // what was taken from its bytes

	salvaging bool // a member of the wrong kind is skipped
}

// newReader returns a reader of data that shares recurring strings through the table, which may be nil.
func newReader(data []byte, strings *stringTable) *Reader {
	r := &Reader{strings: strings}
	r.reset(data)
	return r
}

// reset makes the reader start again with other data.
func (r *Reader) reset(data []byte) {
	r.dec.ResetBytes(data)
	r.data, r.at, r.err = data, 0, nil
}

// end checks that only blanks are left.
func (r *Reader) end() {
	if r.err == nil && !errors.Is(r.dec.Skip(), io.EOF) {
		r.err = errTrailing
	}
}

var errTrailing = errors.New("more than one JSON value")

// Members iterates over the members of an object; each value must be read or skipped. null has none.
func (r *Reader) Members(yield func(name []byte) bool) {
	if r.err != nil {
		return
	}
	members, err := r.dec.ObjIter()
	if err != nil {
		r.other(jx.Object)
		return
	}
	for members.Next() {
		name := members.Key()
		r.passName(name)
		if r.salvaging {
			if !r.salvage(name, yield) {
				return
			}
			continue
		}
		if !yield(name) || r.err != nil {
			r.err = within(name, r.err)
			return
		}
	}
	r.failed(members.Err())
	r.passBracket('}')
}

// salvage reads a member, or skips it if it is of the wrong kind, and reports whether to go on. The JSON is known to be
// valid.
func (r *Reader) salvage(name []byte, yield func(name []byte) bool) bool {
	before, at := r.dec, r.at
	more := yield(name)
	if r.err != nil {
		r.dec, r.at, r.err = before, at, nil
		r.Skip()
	}
	return more
}

// elements iterates over the elements of an array; each must be read or skipped. null has none.
func (r *Reader) elements(yield func(i int) bool) {
	if r.err != nil {
		return
	}
	elements, err := r.dec.ArrIter()
	if err != nil {
		r.other(jx.Array)
		return
	}
	r.passBracket('[')
	for i := 0; elements.Next(); i++ {
		if !yield(i) || r.err != nil {
			return
		}
	}
	r.failed(elements.Err())
	r.passBracket(']')
}

// size returns the number of bytes of the whole data.
func (r *Reader) size() int { return len(r.data) }

// Skip skips a value of any kind.
func (r *Reader) Skip() { r.value() }

// isNull reports whether null comes next.
func (r *Reader) isNull() bool { return r.err == nil && r.dec.Next() == jx.Null }

// null skips a null and reports whether there was one.
func (r *Reader) null() bool {
	if !r.isNull() {
		return false
	}
	r.value()
	return r.err == nil
}

// IsObject reports whether an object comes next.
func (r *Reader) IsObject() bool { return r.err == nil && r.dec.Next() == jx.Object }

// IsArray reports whether an array comes next.
func (r *Reader) IsArray() bool { return r.err == nil && r.dec.Next() == jx.Array }

// other skips null if a value of another kind was expected. Everything else is an error.
func (r *Reader) other(want jx.Type) { r.is(want, r.value()) }

// fail keeps the root cause of the first error: an error around it may quote a value of any length.
func (r *Reader) fail(err error) {
	if r.err == nil && err != nil {
		r.err = causeOf(err)
	}
}

// failed keeps the first error of the parser, but only its text, so that no caller depends on the parser's types.
func (r *Reader) failed(err error) {
	if err == nil {
		return
	}
	if err = causeOf(err); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.fail(io.ErrUnexpectedEOF)
		return
	}
	r.fail(errors.New(err.Error()))
}

func causeOf(err error) error {
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		err = cause
	}
	return err
}

// within adds the name of the member to an error, and shortens the name, which may be of any length.
func within(name []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name[:min(len(name), 64)], err)
}
