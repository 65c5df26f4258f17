package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Reader reads one JSON text from its beginning to its end. It keeps the first error; after an error, reads change
// nothing. So a decoder can be a plain list of members, and the error is checked once.
//
// As in encoding/json, null leaves a value as it was, except for pointers, slices, maps and raw values.
type Reader struct {
	dec    jsontext.Decoder
	source bytes.Buffer // of the data: from it, the decoder reads without copying
	data   []byte
	valid  bool // the data is UTF-8
	escape int  // where the first backslash is that was not passed yet; behind the data if there is none
	err    error
	memory

	parts  []part // what was taken from the bytes of the element that is being read
	begin  int    // where that element begins
	inside bool   // there is one

	salvaging bool // a member of the wrong kind is skipped
}

// newReader returns a reader of data that shares recurring strings through the table, which may be nil.
func newReader(data []byte, strings *stringTable) *Reader {
	r := &Reader{memory: memory{strings: strings}}
	r.reset(data)
	return r
}

// reset makes the reader start again with other data.
func (r *Reader) reset(data []byte) {
	r.data, r.valid, r.err = data, utf8.Valid(data), nil
	r.findEscape(0)
	r.source = *bytes.NewBuffer(data)
	// Names may come twice, and bytes that are not UTF-8 are replaced, as encoding/json does it.
	r.dec.Reset(&r.source, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// end checks that only blanks are left.
func (r *Reader) end() {
	if r.err != nil {
		return
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		r.err = errTrailing
	}
}

var errTrailing = errors.New("more than one JSON value")

// Members iterates over the members of an object; each value must be read or skipped. null has none.
func (r *Reader) Members(yield func(name []byte) bool) {
	if !r.open(kindObject) {
		return
	}
	for r.more('}') {
		if name := r.name(); r.err != nil || !r.member(name, yield) {
			return
		}
	}
	r.token()
}

// member reads the value of a member, and reports whether to go on.
func (r *Reader) member(name []byte, yield func(name []byte) bool) (more bool) {
	if r.salvaging {
		return r.salvage(name, yield)
	}
	if more = yield(name); r.err != nil {
		r.err = within(name, r.err)
		return false
	}
	return more
}

// salvage is member for a record that is invalid: it skips a value of the wrong kind.
func (r *Reader) salvage(name []byte, yield func(name []byte) bool) (more bool) {
	at := r.position()
	if more = yield(name); r.err != nil {
		r.err = nil
		r.pass(at)
	}
	return more && r.err == nil
}

// name reads the name of a member.
func (r *Reader) name() []byte {
	begin := r.next()
	if r.token(); r.err != nil {
		return nil
	}
	return r.unquoted(r.data[begin:r.offset()])
}

// elements iterates over the elements of an array; each must be read or skipped. null has none.
func (r *Reader) elements(yield func(i int) bool) {
	if !r.open(kindArray) {
		return
	}
	for i := 0; r.more(']'); i++ {
		if !yield(i) || r.err != nil {
			return
		}
	}
	r.token()
}

// open reads the bracket that begins an object or an array. In place of it, null is skipped, and everything else is an
// error.
func (r *Reader) open(want kind) bool {
	if r.err != nil {
		return false
	}
	if kindOf(r.ahead()) == want {
		r.token()
		return r.err == nil
	}
	r.is(want, r.value())
	return false
}

// token reads a bracket or a name.
func (r *Reader) token() {
	if _, err := r.dec.ReadToken(); err != nil {
		r.failed(err)
	}
}

// value reads a value and returns its bytes, without blanks around them.
func (r *Reader) value() []byte {
	if r.err != nil {
		return nil
	}
	raw, err := r.dec.ReadValue()
	if err != nil {
		r.failed(err)
		return nil
	}
	return raw
}

// Raw reads a value of any kind unchanged, including null. The result is part of the data, or of the copy that element
// returns, and has no room to append.
func (r *Reader) Raw(to *json.RawMessage) {
	if raw := r.value(); r.err == nil {
		r.keep(to, raw)
	}
}

// Skip skips a value of any kind.
func (r *Reader) Skip() { r.value() }

// size returns the number of bytes of the whole data.
func (r *Reader) size() int { return len(r.data) }

// null skips a null and reports whether there was one.
func (r *Reader) null() bool {
	if !r.isNull() {
		return false
	}
	r.value()
	return r.err == nil
}

// isNull reports whether null comes next.
func (r *Reader) isNull() bool { return r.err == nil && r.ahead() == 'n' }

// IsObject reports whether an object comes next.
func (r *Reader) IsObject() bool { return r.err == nil && r.ahead() == '{' }

// IsArray reports whether an array comes next.
func (r *Reader) IsArray() bool { return r.err == nil && r.ahead() == '[' }

// IsText reports whether a text comes next.
func (r *Reader) IsText() bool { return r.err == nil && r.ahead() == '"' }

// fail keeps the first error.
func (r *Reader) fail(err error) {
	if r.err == nil && err != nil {
		r.err = causeOf(err)
	}
}

// failed keeps the first error of the parser, but only the text of its cause and where it is, so that no caller depends on the
// parser's types, and no names that the parser quotes come out.
func (r *Reader) failed(err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.fail(io.ErrUnexpectedEOF)
		return
	}
	said := causeOf(err).Error()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		said += " at byte " + strconv.FormatInt(syntax.ByteOffset, 10)
	}
	r.fail(errors.New(said))
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
