package main

import (
	"bytes"
	"fmt"
	"strconv"
)

// Marks stand in a record for what differs from row to row. Each is as long as what takes its place, except for the
// time.
const (
	idMark     = "#row-id#"   // eight hexadecimal digits
	timeMark   = "#row-time#" // the time of the row, in the format of the API
	serialMark = 1987654321   // a number of ten digits, for objects and addresses that hardly ever recur
)

// template is a record that becomes the record of a row when its marks are replaced.
type template []piece

// piece is a text, and the mark behind it, if any.
type piece struct {
	text []byte
	mark string
}

// newTemplate cuts a record at its marks. There must be a time.
func newTemplate(record []byte) (template, error) {
	if !bytes.Contains(record, []byte(timeMark)) {
		return nil, fmt.Errorf("no time in %s", record)
	}
	var t template
	for len(record) > 0 {
		at, mark := len(record), ""
		for _, m := range []string{idMark, timeMark, strconv.Itoa(serialMark)} {
			if i := bytes.Index(record, []byte(m)); i >= 0 && i < at {
				at, mark = i, m
			}
		}
		t = append(t, piece{record[:at], mark})
		record = record[at+len(mark):]
	}
	return t, nil
}

// appendRow writes the record of a row.
func (t template) appendRow(buf []byte, row int, layout string) []byte {
	for _, p := range t {
		buf = append(buf, p.text...)
		switch p.mark {
		case "":
		case idMark:
			digits := strconv.AppendUint(make([]byte, 0, len(idMark)+1), 1<<(4*len(idMark))|uint64(row), 16)
			buf = append(buf, digits[1:]...)
		case timeMark:
			buf = timeOf(row).AppendFormat(buf, layout)
		default:
			buf = strconv.AppendUint(buf, serialOf(row), 10)
		}
	}
	return buf
}

// serialOf returns a number of ten digits. It fits into 32 bits, as Akinon's object IDs do.
func serialOf(row int) uint64 {
	const span, prime = 1_000_000_000, 2_654_435_761
	return span + uint64(row)*prime%span
}
