package s3

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
)

// linesFormat has an event's JSON in each line. There is no Content-Encoding: some clients would decompress the object on
// the way, and then fail to decompress it by its name.
var linesFormat = format{suffix: ".jsonl.gz", contentType: "application/gzip", encode: encodeLines, decode: decodeLines}

// packers are kept, since each has a megabyte of tables.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func encodeLines(events []auditlogs.Event) ([]byte, error) {
	texts, err := deliver.JSON(events)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	for _, line := range texts {
		if _, err := w.Write(append(line, '\n')); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

func decodeLines(data []byte) (events []auditlogs.Event, err error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReader(z)
	for {
		line, err := lines.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return events, nil
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF // every line has an end
		case err != nil:
			return nil, err
		}
		var e auditlogs.Event
		if err := e.UnmarshalJSON(line); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
}
