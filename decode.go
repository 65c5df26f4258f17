package auditlogs

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// readable is the pointer to a value that is read member by member, and keeps the bytes that it was read from.
type readable[T any] interface {
	*T
	read(r *jsonread.Reader)
	bytes() *json.RawMessage
}

// decodable is the pointer to a record. It tells whether the record has what tells it from others.
type decodable[T any] interface {
	readable[T]
	identified() bool
}

// decodeRecord decodes an answer that is one record.
func decodeRecord[T record, P decodable[T]](op string, r *reply) (*T, error) {
	defer r.release()
	record := P(new(T))
	err := unmarshal(r.body, record)
	if err == nil {
		err = acceptable(record, r.body)
	}
	if err != nil {
		return nil, &DecodeError{Op: op, Index: 0, Err: cleanError(err, r.sent...)}
	}
	return record, nil
}

// acceptable refuses what is no record, or one without an identity.
func acceptable[T record, P decodable[T]](record P, raw []byte) error {
	switch {
	case isNull(raw):
		return errNull
	case !record.identified():
		return errNoKey
	default:
		return nil
	}
}

// unmarshal is UnmarshalJSON of all records and of the values within them that keep their bytes.
func unmarshal[T any, P readable[T]](data []byte, to P) error {
	var raw json.RawMessage
	r := jsonread.New(data, nil)
	r.Raw(&raw)
	if r.End(); r.Err() != nil {
		return r.Err()
	}
	raw = slices.Clip(bytes.Clone(raw))
	r.Reset(raw)
	var record T
	if P(&record).read(r); r.Err() != nil {
		return r.Err()
	}
	*P(&record).bytes() = raw
	*to = record
	return nil
}

var (
	errNoRecords = errors.New("the answer has no list of records")
	errNull      = errors.New("null in place of an object")
	// errNoKey refuses a record without the identity that tells it from others: it could be lost or given twice.
	errNoKey = errors.New("the record has no id")
)

func isNull(data []byte) bool { return string(bytes.TrimSpace(data)) == "null" }

// readPart reads a value within a record that keeps its own bytes. Of a value that comes twice the last one counts.
func readPart[T any, P readable[T]](r *jsonread.Reader, to P) {
	*to = *new(T)
	raw := r.Value(func() { to.read(r) })
	r.Keep(to.bytes(), raw)
}

// readPointer reads a value, or null, of which nothing is left then.
func readPointer[T any](r *jsonread.Reader, to **T, read func(*T, *jsonread.Reader)) {
	if r.Null() {
		*to = nil
		return
	}
	if *to == nil {
		*to = new(T)
	}
	read(*to, r)
}

// readSlice reads a list of values, or null, of which nothing is left then.
func readSlice[T any](r *jsonread.Reader, to *[]T, read func(*T, *jsonread.Reader)) {
	if r.Null() {
		*to = nil
		return
	}
	*to = make([]T, 0, 2) // few have more
	for range r.Elements {
		*to = append(*to, *new(T))
		read(&(*to)[len(*to)-1], r)
	}
}
