package wire

import (
	"encoding/json"
	"slices"
)

// part is a value that was taken from the bytes of an element.
type part struct {
	to         *json.RawMessage
	begin, end int
}

// element reads the next value with read and returns a copy of its bytes. What read took with Raw becomes part of that
// copy, so it keeps no other memory alive. An error in read concerns only this value: the rest of the value is skipped, it is
// returned all the same, and reading goes on. Invalid JSON ends the reading.
func (r *Reader) element(read func()) (raw json.RawMessage, err error) {
	at := r.position()
	r.parts, r.begin, r.inside = r.parts[:0], r.next(), true
	read()
	r.inside = false
	fault := r.err
	if fault != nil {
		r.err = nil
		r.pass(at)
	}
	if r.err == nil {
		raw = r.detach()
	}
	return raw, fault
}

// detach returns a copy of the element's bytes, and makes what was taken from them part of it.
func (r *Reader) detach() json.RawMessage {
	raw := r.data[r.begin:r.offset()]
	own := make([]byte, len(raw))
	copy(own, raw)
	for _, p := range r.parts {
		begin, end := p.begin-r.begin, p.end-r.begin
		*p.to = own[begin:end:end]
	}
	return own
}

// capture reads the next value with read and returns its bytes.
func (r *Reader) capture(read func()) json.RawMessage {
	begin := r.next()
	if read(); r.err != nil {
		return nil
	}
	return r.data[begin:r.offset()]
}

// keep stores the value that was read last.
func (r *Reader) keep(to *json.RawMessage, raw json.RawMessage) {
	*to = slices.Clip(raw)
	if r.inside {
		end := r.offset()
		r.parts = append(r.parts, part{to, end - len(raw), end})
	}
}

// offset returns where the value that was read last ends.
func (r *Reader) offset() int { return int(r.dec.InputOffset()) }

// next returns where the next value begins, or the bracket that ends an object or an array: behind what separates it from what
// was read last.
func (r *Reader) next() int {
	at := r.offset()
	for ; at < len(r.data); at++ {
		switch r.data[at] {
		case ' ', '\t', '\n', '\r', ':', ',': // as many as the parser passes; it refuses any others
		default:
			return at
		}
	}
	return at
}

// ahead returns the byte at which the next value begins, or 0 at the end.
func (r *Reader) ahead() byte {
	if at := r.next(); at < len(r.data) {
		return r.data[at]
	}
	return 0
}

// more reports whether something comes, or must come, before the bracket that ends an object or an array.
func (r *Reader) more(bracket byte) bool {
	if at := r.offset(); at < len(r.data) && r.data[at] == ',' {
		return true
	}
	next := r.ahead()
	return next != bracket && next != 0
}

// position is a place between two values: how deep it is, and how many come before it at that depth. The names of members
// count as values.
type position struct {
	depth int
	index int64
}

func (r *Reader) position() position {
	depth := r.dec.StackDepth()
	_, index := r.dec.StackIndex(depth)
	return position{depth, index}
}

// pass skips what is left of the value that begins at a position.
func (r *Reader) pass(p position) {
	for r.err == nil && (r.dec.StackDepth() > p.depth || r.index(p.depth) == p.index) {
		r.token()
	}
}

func (r *Reader) index(depth int) int64 {
	_, index := r.dec.StackIndex(depth)
	return index
}
