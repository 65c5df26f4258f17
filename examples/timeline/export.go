package main

import (
	"bufio"
	"io"
	"net/http"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// format is that of a file with events.
type format interface {
	ending() string // of the file's name
	kind() string   // its media type
	begin(w io.Writer) error
	event(w io.Writer, e *auditlogs.Event) error
	// lacking says at the end that the file is not everything.
	lacking(w io.Writer, reason string) error
}

// export writes the chosen events to a file. First it reads everything. If that does not succeed, the name of the file and its
// last lines say so. A file that cannot be written to its end breaks off, so that the browser reports a failed download.
func (t *trail) export(w http.ResponseWriter, r *http.Request, f format) {
	c, err := chosen(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	events, lacks, err := t.readAll(r.Context())
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", f.kind())
	w.Header().Set("Content-Disposition", `attachment; filename="`+t.fileName(len(lacks) > 0)+f.ending()+`"`)
	to := bufio.NewWriterSize(w, 1<<16)
	if err := t.write(to, f, c, events, lacks); err != nil || to.Flush() != nil {
		panic(http.ErrAbortHandler)
	}
}

// fileName says of the file what must not be overlooked.
func (t *trail) fileName(incomplete bool) string {
	name := "timeline"
	if t.madeUp {
		name += "-demo"
	}
	if incomplete {
		name += "-incomplete"
	}
	return name
}

func (t *trail) write(w io.Writer, f format, c choice, events []auditlogs.Event, lacks []string) error {
	if err := f.begin(w); err != nil {
		return err
	}
	for i := range events {
		if e := &events[i]; c.has(e, t.names.of(e)) {
			if err := f.event(w, e); err != nil {
				return err
			}
		}
	}
	for _, reason := range lacks {
		if err := f.lacking(w, reason); err != nil {
			return err
		}
	}
	return nil
}
