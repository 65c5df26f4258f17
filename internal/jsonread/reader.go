// Package jsonread reads JSON that is in memory, member by member, without reflection.
//
// It is the only package that knows the parser, [github.com/go-faster/jx]. What it gives is what [encoding/json] gives,
// but for three things: names of members are told apart by case, a member that comes twice leaves nothing of the first
// value's elements behind, and the first error ends the reading.
package jsonread

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-faster/jx"
)

// Reader reads one JSON text from its beginning to its end. The first error stays: whatever is read after it changes
// nothing, so that a decoder can be a plain list of members, and Err be asked once.
//
// As in encoding/json, null leaves a value as it was, but for pointers, slices, maps and raw values.
type Reader struct {
	dec     jx.Decoder
	data    []byte
	at      int // the place behind what was read last; -1 where it is not known
	strings *Strings
	err     error

	inside bool               // an element is being read
	parts  []*json.RawMessage // what was taken of its bytes
}

// New gives a reader of data that shares recurring strings by the table, which may be nil.
func New(data []byte, strings *Strings) *Reader {
	r := &Reader{strings: strings}
	r.Reset(data)
	return r
}

// Reset lets the reader begin anew with other data.
func (r *Reader) Reset(data []byte) {
	r.dec.ResetBytes(data)
	r.data, r.at, r.err = data, 0, nil
}

// Err is the first error.
func (r *Reader) Err() error { return r.err }

// Fail ends the reading with an error of the caller's.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Strings is the table of recurring strings.
func (r *Reader) Strings() *Strings { return r.strings }

// End checks that nothing but blanks is left.
func (r *Reader) End() {
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
		if !yield(name) || r.err != nil {
			r.err = within(name, r.err)
			return
		}
	}
	r.fail(members.Err())
	r.passBracket('}')
}

// Elements iterates over the elements of an array; each must be read or skipped. null has none.
func (r *Reader) Elements(yield func(i int) bool) {
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
	r.fail(elements.Err())
	r.passBracket(']')
}

// Size is the number of bytes of the whole.
func (r *Reader) Size() int { return len(r.data) }

// Skip passes over a value of any kind.
func (r *Reader) Skip() { r.value() }

// Null passes over null, and tells whether it was there.
func (r *Reader) Null() bool {
	if r.err != nil || r.dec.Next() != jx.Null {
		return false
	}
	r.value()
	return r.err == nil
}

// IsObject tells whether an object comes next, and IsArray whether an array does.
func (r *Reader) IsObject() bool { return r.err == nil && r.dec.Next() == jx.Object }

// IsArray is as IsObject.
func (r *Reader) IsArray() bool { return r.err == nil && r.dec.Next() == jx.Array }

// other passes over null where a value of another kind was expected; everything else is an error.
func (r *Reader) other(want jx.Type) { r.is(want, r.value()) }

// fail keeps the first error. Of the parser's only the cause is kept: it wraps one for each level of nesting.
func (r *Reader) fail(err error) {
	if r.err != nil || err == nil {
		return
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		err = cause
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	r.err = err
}

// within says in which member an error is. A name may be of any length.
func within(name []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name[:min(len(name), 64)], err)
}
