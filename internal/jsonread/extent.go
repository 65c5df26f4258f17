package jsonread

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/go-faster/jx"
)

// Element reads the next value by read, and gives a copy of its bytes, of which whatever read took by Raw is part: so it
// keeps nothing else alive. What goes wrong in read is wrong only in this value: it is passed over, and the reading goes
// on. What is no JSON ends it.
func (r *Reader) Element(read func()) (raw json.RawMessage, err error) {
	raw = r.Peek()
	before := r.dec
	r.parts, r.inside = r.parts[:0], true
	read()
	r.inside = false
	if r.err == nil {
		return r.detach(raw), nil
	}
	r.dec, r.err, err = before, nil, r.err
	r.Skip()
	return nil, err
}

// detach copies the bytes of a value, and lets what was taken of them be part of the copy.
func (r *Reader) detach(raw []byte) []byte {
	own := make([]byte, len(raw))
	copy(own, raw)
	for _, part := range r.parts {
		if at, ok := offset(raw, *part); ok {
			*part = own[at : at+len(*part) : at+len(*part)]
		}
	}
	return own
}

// offset is where a part of the bytes begins, if it is one. Both reach to the end of the same memory, or would without
// the bound on their capacity, so it is found by the address of the first byte.
func offset(whole, part []byte) (at int, ok bool) {
	if len(part) == 0 {
		return 0, false
	}
	at = cap(whole) - cap(part)
	return at, at >= 0 && at < len(whole) && &whole[at] == &part[0]
}

// Peek gives the bytes of the value that comes next, and stays before it. Where that is no JSON, so may they be: it is
// for who reads the value next.
func (r *Reader) Peek() (raw json.RawMessage) {
	if r.err != nil {
		return nil
	}
	_ = r.dec.Capture(func(ahead *jx.Decoder) error {
		if object, err := ahead.ObjIter(); err == nil && object.Next() {
			if at, ok := offset(r.data, object.Key()); ok { // not of a name with escapes, which the parser gives elsewhere
				raw = extent(r.data, at)
			}
		}
		return nil
	})
	if raw == nil {
		_ = r.dec.Capture(func(*jx.Decoder) error {
			raw = r.value() // what goes wrong is kept in r.err
			return nil
		})
	}
	return raw
}

// Keep sets a value that Peek gave, once it was read.
func (r *Reader) Keep(to *json.RawMessage, raw json.RawMessage) {
	switch {
	case r.err != nil:
	case r.inside:
		*to = raw
		r.parts = append(r.parts, to)
	default:
		*to = slices.Clip(raw)
	}
}

// extent is the object whose first name begins at a place, found by its braces and quotes alone: that is several times
// faster than to parse it once more.
func extent(data []byte, at int) []byte {
	begin := bytes.LastIndexByte(data[:at], '{')
	depth := 0
	for i := begin; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return data[begin : i+1]
			}
		case '"':
			i = endOfString(data, i)
		}
	}
	return data[begin:]
}

// endOfString is the place of the quote that ends the string that begins at i.
func endOfString(data []byte, i int) int {
	for i++; i < len(data); i++ {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return len(data)
		}
		i += n
		escapes := 0
		for data[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			break
		}
	}
	return i
}
