package wire

import (
	"bytes"
	"encoding/json"
	"slices"
)

// element reads the next value with read and returns a copy of its bytes. What read took with Raw becomes part of that
// copy, so it keeps no other memory alive. An error in read concerns only this value: the value is skipped but also
// returned, and reading goes on. Invalid JSON ends the reading.
func (r *Reader) element(read func()) (raw json.RawMessage, err error) {
	before, at := r.dec, r.at
	r.parts, r.inside = r.parts[:0], true
	raw = r.capture(read)
	r.inside = false
	if r.err == nil {
		return r.detach(raw), nil
	}
	r.dec, r.at, r.err, err = before, at, nil, r.err
	return bytes.Clone(r.value()), err
}

// detach copies the bytes of a value, and makes what was taken from them part of the copy.
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

// capture reads the next value with read and returns its bytes. Usually the position of what was read shows where they
// begin and end. Only if it does not, capture searches for them.
func (r *Reader) capture(read func()) json.RawMessage {
	begin := r.next()
	var raw []byte
	if begin < 0 {
		raw = r.peek()
	}
	read()
	switch {
	case r.err != nil:
		return nil
	case begin < 0:
		r.at = r.place(raw) + len(raw)
	case r.at < 0:
		raw = extent(r.data, begin)
		r.at = begin + len(raw)
	default:
		raw = r.data[begin:r.at]
	}
	return raw
}

// next returns the position at which the next value begins if it is an object, else -1.
func (r *Reader) next() int {
	if r.err != nil || r.at < 0 {
		return -1
	}
	for i := r.at; i < len(r.data); i++ {
		switch r.data[i] {
		case '{':
			return i
		case ' ', '\t', '\n', '\r', ':', ',': // the parser has passed these already, or will pass them
		default:
			return -1
		}
	}
	return -1
}

// passName records the position after a name.
func (r *Reader) passName(name []byte) {
	if at := r.place(name); at >= 0 {
		r.at = at + len(name) + 1
		return
	}
	r.at = -1 // the name has escapes, so the parser returns it in other memory
}

// passBracket records the position after the bracket that begins an array or ends an object or array. Before it are
// only blanks, and what separates values.
func (r *Reader) passBracket(bracket byte) {
	if r.err != nil || r.at < 0 {
		return
	}
	n := bytes.IndexByte(r.data[r.at:], bracket)
	if r.at += n + 1; n < 0 {
		r.at = -1
	}
}

// place returns where a part of the data begins, or -1 if it is not a part of the data.
func (r *Reader) place(part []byte) int {
	if at, ok := offset(r.data, part); ok {
		return at
	}
	return -1
}

// offset returns where a part of the bytes begins, if it is one. Both slices extend to the end of the same memory, or
// would do so without a limited capacity, so the address of the first byte confirms the position.
func offset(whole, part []byte) (at int, ok bool) {
	if len(part) == 0 {
		return 0, false
	}
	at = cap(whole) - cap(part)
	return at, at >= 0 && at < len(whole) && &whole[at] == &part[0]
}

// peek returns the bytes of the next value without passing it. If the value is invalid JSON, the bytes may be, too:
// peek is for callers that read the value next.
func (r *Reader) peek() (raw json.RawMessage) {
	if r.err != nil {
		return nil
	}
	if begin := r.next(); begin >= 0 {
		return extent(r.data, begin)
	}
	before, at := r.dec, r.at
	raw = r.value() // what goes wrong is kept in r.err
	r.dec, r.at = before, at
	return raw
}

// keep stores a value that capture returned.
func (r *Reader) keep(to *json.RawMessage, raw json.RawMessage) {
	switch {
	case r.err != nil:
	case r.inside:
		*to = raw
		r.parts = append(r.parts, to)
	default:
		*to = slices.Clip(raw)
	}
}

// extent returns the object that begins at a position. It looks only at braces, brackets and quotes, which is several times
// faster than parsing the object again.
func extent(data []byte, begin int) []byte {
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

// endOfString returns the position of the quote that ends the string that begins at i.
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
