package main

import (
	"encoding/json"
	"io"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/examples/internal/demo"
)

// jsonLines has one event with its whole record in each line, in the form of docs/events.md. Whoever reads lines in that form
// gets an error for one that says what is lacking, since it has no version.
type jsonLines struct{ madeUp bool }

func (jsonLines) ending() string { return ".jsonl" }

func (jsonLines) kind() string { return "application/jsonl; charset=utf-8" }

func (jsonLines) begin(io.Writer) error { return nil }

func (f jsonLines) event(w io.Writer, e *auditlogs.Event) error {
	text, err := e.MarshalJSON()
	if err != nil {
		return err
	}
	if f.madeUp {
		text = demo.Mark(text)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (jsonLines) lacking(w io.Writer, reason string) error {
	return json.NewEncoder(w).Encode(map[string]string{"incomplete": reason})
}
