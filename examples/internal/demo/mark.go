package demo

import (
	"bytes"
	"io"
)

// Mark returns a line of output with the mark of made-up records: a member "demo" in front of the others if the line is a
// JSON object, which must not be empty, and otherwise the word demo.
func Mark(line []byte) []byte {
	if object, ok := bytes.CutPrefix(line, []byte("{")); ok {
		return append([]byte(`{"demo":true,`), object...)
	}
	return append([]byte("demo "), line...)
}

// Marked returns a writer that marks every line. Each Write must have whole lines.
func Marked(w io.Writer) io.Writer { return marked{w} }

type marked struct{ to io.Writer }

func (m marked) Write(p []byte) (int, error) {
	var all []byte
	for line := range bytes.Lines(p) {
		all = append(all, Mark(line)...)
	}
	if _, err := m.to.Write(all); err != nil {
		return 0, err
	}
	return len(p), nil
}
