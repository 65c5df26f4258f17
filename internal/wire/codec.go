package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// Codec defines how to read and write values of one type: a record, or a value within a record that keeps its own
// bytes.
type Codec[T any] struct {
	Read   func(*T, *Reader)         // reads the members
	Raw    func(*T) *json.RawMessage // returns where the value's bytes are kept
	HasKey func(*T) bool             // reports whether a record has an identity
	Wire   func(T) any               // returns the value in the form that encoding/json writes
}

var (
	errNull = errors.New("null in place of an object")
	// errNoKey rejects a record without an identity: it could be lost or delivered twice.
	errNoKey = errors.New("the record has no id")
	// errTwoLists rejects an answer whose records cannot be told from others.
	errTwoLists = errors.New("two lists of records")
)

// Decode reads one value, for UnmarshalJSON.
func (c *Codec[T]) Decode(data []byte, to *T) error {
	var raw json.RawMessage
	r := newReader(data, nil)
	r.Raw(&raw)
	if r.end(); r.err != nil {
		return r.err
	}
	raw = slices.Clip(bytes.Clone(raw))
	r.reset(raw)
	var value T
	if c.Read(&value, r); r.err != nil {
		return r.err
	}
	*c.Raw(&value) = raw
	*to = value
	return nil
}

// Record reads an answer that is one record.
func (c *Codec[T]) Record(body []byte) (*T, error) {
	record := new(T)
	if err := c.Decode(body, record); err != nil {
		return nil, err
	}
	if err := c.acceptable(record, bytes.TrimSpace(body)); err != nil {
		return nil, err
	}
	return record, nil
}

// Nested reads a value within a record that keeps its own bytes. If a value appears twice, the last one counts.
func (c *Codec[T]) Nested(r *Reader, to *T) {
	*to = *new(T)
	raw := r.capture(func() { c.Read(to, r) })
	r.keep(c.Raw(to), raw)
}

// acceptable rejects a value that is not a record, or a record without an identity.
func (c *Codec[T]) acceptable(record *T, raw []byte) error {
	switch {
	case kindOf(raw[0]) == kindNull:
		return errNull
	case !c.HasKey(record):
		return errNoKey
	default:
		return nil
	}
}

// salvage reads what can be read of an invalid record: all members of the right kind.
func (c *Codec[T]) salvage(raw []byte) (record T) {
	r := newReader(raw, nil)
	r.salvaging = true
	c.Read(&record, r)
	return record
}

// Pointer reads a value, or null, which sets the pointer to nil.
func Pointer[T any](r *Reader, to **T, read func(*T, *Reader)) {
	if r.null() {
		*to = nil
		return
	}
	if *to == nil {
		*to = new(T)
	}
	read(*to, r)
}

// Slice reads a list of values, or null, which sets the slice to nil.
func Slice[T any](r *Reader, to *[]T, read func(*T, *Reader)) {
	if r.null() {
		*to = nil
		return
	}
	shared := valuesOf[T](&r.memory)
	list := room(shared, fewValues)
	for range r.elements {
		list = append(list, *new(T))
		read(&list[len(list)-1], r)
	}
	*to = settle(shared, list)
}
