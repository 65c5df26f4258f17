package ocsf

import (
	"strconv"

	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// writer writes JSON, also of what it reads from JSON.
type writer struct {
	out     []byte
	schema  *schema
	members []member  // of all objects of the record that are read
	inner   [4]object // objects within the record
	inners  int       // how many of these there are
}

// comma separates what comes from what is before it.
func (w *writer) comma() {
	if last := w.out[len(w.out)-1]; last != '{' && last != '[' {
		w.out = append(w.out, ',')
	}
}

// name begins a member.
func (w *writer) name(name string) {
	w.comma()
	w.out = append(append(append(w.out, '"'), name...), '"', ':')
}

// open begins a member that is an object. The number is for close.
func (w *writer) open(name string) (begin int) {
	begin = len(w.out)
	w.name(name)
	w.out = append(w.out, '{')
	return begin
}

// close ends an object, which disappears if it has no members.
func (w *writer) close(begin int) {
	if w.out[len(w.out)-1] == '{' {
		w.out = w.out[:begin]
		return
	}
	w.out = append(w.out, '}')
}

// text writes a member that is a text, and reports whether it did: not if there is none, or one too long for the schema.
func (w *writer) text(name, value string) bool {
	if value == "" || !w.schema.fits(len(value)) {
		return false
	}
	w.name(name)
	w.out = wire.AppendText(w.out, value)
	return true
}

// textOr writes a text that must be there.
func (w *writer) textOr(name, value, instead string) {
	if !w.text(name, value) {
		w.text(name, instead)
	}
}

// anyText writes two texts, and reports whether one of them was there.
func (w *writer) anyText(name, value, otherName, otherValue string) bool {
	one, other := w.text(name, value), w.text(otherName, otherValue)
	return one || other
}

func (w *writer) number(name string, n int64) {
	w.name(name)
	w.out = strconv.AppendInt(w.out, n, 10)
}

// json writes a member with a value as it came. What is not JSON after all becomes a text.
func (w *writer) json(name string, value []byte) {
	w.name(name)
	out, ok := wire.AppendCompact(w.out, value)
	if !ok {
		out = wire.AppendQuoted(w.out, value)
	}
	w.out = out
}

// quote writes a text as a value.
func (w *writer) quote(text string) { w.out = wire.AppendText(w.out, text) }
