package s3

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/deliver"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

var parquetFormat = format{
	suffix: ".parquet", contentType: "application/vnd.apache.parquet", encode: encodeParquet, decode: decodeParquet,
}

// row is an event as columns. What the API does not give is NULL.
type row struct {
	Time       *int64 `parquet:"time,optional,timestamp(microsecond)"`
	API        string `parquet:"api,optional,dict"`
	Source     string `parquet:"source,optional,dict"`
	ID         string `parquet:"id,optional"`
	Action     string `parquet:"action,optional,dict"`
	ActorID    string `parquet:"actor_id,optional,dict"`
	ActorName  string `parquet:"actor_name,optional,dict"`
	ActorEmail string `parquet:"actor_email,optional,dict"`
	ActorKind  string `parquet:"actor_kind,optional,dict"`
	TargetType string `parquet:"target_type,optional,dict"`
	TargetID   string `parquet:"target_id,optional"`
	TargetName string `parquet:"target_name,optional"`
	SourceIP   string `parquet:"source_ip,optional,dict"`
	Outcome    string `parquet:"outcome,optional,dict"`
	Ordinal    *int64 `parquet:"ordinal,optional"`
	Event      string `parquet:"event,json"`
}

// text makes a text of what a column may not hold otherwise.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func rowOf(e *auditlogs.Event, whole []byte) row {
	r := row{
		API: text(string(e.API)), Source: text(e.Source), ID: text(e.ID), Action: text(e.Action),
		ActorID: text(e.Actor.ID), ActorName: text(e.Actor.Name), ActorEmail: text(e.Actor.Email), ActorKind: text(e.Actor.Kind),
		TargetType: text(e.Target.Type), TargetID: text(e.Target.ID), TargetName: text(e.Target.Name),
		SourceIP: text(e.SourceIP), Outcome: text(string(e.Outcome)), Event: string(whole),
	}
	if !e.Time.IsZero() {
		t := e.Time.UnixMicro() // of any year that JSON has
		r.Time = &t
	}
	if n, ok := e.Ordinal(); ok {
		r.Ordinal = new(int64(n))
	}
	return r
}

// writers are kept, since each works out the schema anew.
var writers = sync.Pool{New: func() any {
	return parquet.NewGenericWriter[row](io.Discard, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.CreatedBy("github.com/auditlogs/auditlogs-go/sink/s3", "1", ""))
}}

func encodeParquet(events []auditlogs.Event) ([]byte, error) {
	texts, err := deliver.JSON(events)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(events))
	for i := range events {
		rows[i] = rowOf(&events[i], texts[i])
	}
	var b bytes.Buffer
	w := writers.Get().(*parquet.GenericWriter[row])
	w.Reset(&b)
	if _, err := w.Write(rows); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	writers.Put(w) // but not after an error
	return b.Bytes(), nil
}

// whole is what is read back of a row.
type whole struct {
	Event string `parquet:"event,json"`
}

func decodeParquet(data []byte) (events []auditlogs.Event, err error) {
	defer func() {
		if recover() != nil { // the library trusts what it reads
			events, err = nil, errors.New("the file is damaged")
		}
	}()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	r := parquet.NewGenericReader[whole](file)
	defer func() { _ = r.Close() }() // it has nothing open
	for rows := make([]whole, 100); ; {
		n, err := r.Read(rows)
		for _, row := range rows[:n] {
			var e auditlogs.Event
			if err := e.UnmarshalJSON([]byte(row.Event)); err != nil {
				return nil, err
			}
			events = append(events, e)
		}
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
