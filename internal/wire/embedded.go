package wire

import (
	"strings"

	"github.com/go-faster/jx"
)

// IsText reports whether a text comes next.
func (r *Reader) IsText() bool { return r.err == nil && r.dec.Next() == jx.String }

// Embedded reads a text. If the text is itself a JSON object, read reads that, and ok is true. If that fails, the text is
// one like any other, and what read has read does not count.
func (r *Reader) Embedded(read func(*Reader)) (text string, ok bool) {
	if r.Text(&text); !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return text, false
	}
	in := newReader([]byte(text), r.strings)
	read(in)
	in.end()
	return text, in.err == nil
}
