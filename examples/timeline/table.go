package main

import (
	"io"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// table is CSV as in RFC 4180, in UTF-8: a heading, and a row for each event, without the original record. Its first column is
// empty, or says that a record is made up, or what the file lacks. It begins with a byte order mark, because spreadsheets
// read a file without one in an older encoding.
type table struct {
	names  typeNames
	madeUp bool
}

func (table) ending() string { return ".csv" }

func (table) kind() string { return "text/csv; charset=utf-8; header=present" }

var columns = []string{
	"note", "time", "api", "source", "id", "action", "actor_name", "actor_email", "actor_id", "actor_kind",
	"target_type", "target_type_name", "target_name", "target_id", "source_ip", "outcome",
}

const byteOrderMark = "\uFEFF"

func (table) begin(w io.Writer) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	return writeRow(w, columns)
}

func (f table) event(w io.Writer, e *auditlogs.Event) error {
	note, at := "", ""
	if f.madeUp {
		note = "demo"
	}
	if !e.Time.IsZero() {
		at = e.Time.UTC().Format(time.RFC3339Nano)
	}
	return writeRow(w, []string{
		note, at, string(e.API), e.Source, e.ID, e.Action, e.Actor.Name, e.Actor.Email, e.Actor.ID, e.Actor.Kind,
		e.Target.Type, f.names.of(e), e.Target.Name, e.Target.ID, e.SourceIP, string(e.Outcome),
	})
}

func (table) lacking(w io.Writer, reason string) error {
	row := make([]string, len(columns))
	row[0] = "INCOMPLETE: " + reason
	return writeRow(w, row)
}

func writeRow(w io.Writer, cells []string) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = quoted(harmless(cell))
	}
	_, err := io.WriteString(w, strings.Join(row, ",")+"\r\n")
	return err
}

// harmless returns a cell that no spreadsheet takes for a formula: a ' is put in front of a text that begins like one. To have
// the text back, take away a ' in front; one that was there already is therefore doubled.
func harmless(cell string) string {
	cell = strings.ToValidUTF8(cell, "\uFFFD")
	if strings.IndexAny(cell, "=+-@\t\r\n'＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}

// quoted returns a cell with quotes around it where it needs them. encoding/csv changes line ends within a cell if it writes
// those of RFC 4180 between rows.
func quoted(cell string) string {
	if strings.ContainsAny(cell, "\",\r\n;\t") || strings.TrimSpace(cell) != cell {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}
