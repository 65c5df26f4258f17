package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// Codec is how values of one type are read and written: a record, or a value within one that keeps its own bytes.
type Codec[T any] struct {
	Read   func(*T, *Reader)         // reads the members
	Raw    func(*T) *json.RawMessage // where the value's bytes are kept
	HasKey func(*T) bool             // reports whether a record has what tells it from others
	Wire   func(T) any               // the value as encoding/json shall write it
}

var (
	errNoRecords = errors.New("the answer has no list of records")
	errNull      = errors.New("null in place of an object")
	// errNoKey refuses a record without the identity that tells it from others: it could be lost or given twice.
	errNoKey = errors.New("the record has no id")
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
	if err := c.acceptable(record, body); err != nil {
		return nil, err
	}
	return record, nil
}

// Nested reads a value within a record that keeps its own bytes. Of a value that comes twice the last one counts.
func (c *Codec[T]) Nested(r *Reader, to *T) {
	*to = *new(T)
	raw := r.capture(func() { c.Read(to, r) })
	r.keep(c.Raw(to), raw)
}

// acceptable refuses what is no record, or one without an identity.
func (c *Codec[T]) acceptable(record *T, raw []byte) error {
	switch {
	case string(bytes.TrimSpace(raw)) == "null":
		return errNull
	case !c.HasKey(record):
		return errNoKey
	default:
		return nil
	}
}

// Pointer reads a value, or null, of which nothing is left then.
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

// Slice reads a list of values, or null, of which nothing is left then.
func Slice[T any](r *Reader, to *[]T, read func(*T, *Reader)) {
	if r.null() {
		*to = nil
		return
	}
	*to = make([]T, 0, 2) // few have more
	for range r.elements {
		*to = append(*to, *new(T))
		read(&(*to)[len(*to)-1], r)
	}
}
