package auditlogs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// EventVersion is the version of an event's JSON form, its member "v". Members may be added to a version. If a member
// is removed or gets another meaning, the version increases, and earlier versions stay readable.
const EventVersion = 1

// eventWire is an event as JSON, to be read. The order of the members is part of the form.
type eventWire struct {
	Version  int             `json:"v"`
	ID       string          `json:"id"`
	Time     time.Time       `json:"time,omitzero"`
	API      API             `json:"api,omitempty"`
	Source   string          `json:"source,omitempty"`
	Action   string          `json:"action,omitempty"`
	Actor    Actor           `json:"actor,omitzero"`
	Target   Target          `json:"target,omitzero"`
	SourceIP string          `json:"source_ip,omitempty"`
	Outcome  Outcome         `json:"outcome,omitempty"`
	Ordinal  int             `json:"ordinal,omitempty"` // of a UserEvent or a DataAssetLog, whose own JSON does not hold it
	Record   json.RawMessage `json:"record,omitempty"`
}

// MarshalJSON writes the complete event: its fields, and under "record" the original record as it came, but for white space
// between its tokens and for bytes that are not UTF-8, which are replaced. Time is in UTC. Empty fields are left out. The JSON
// has no line feeds. encoding/json, which calls this, also escapes <, > and & in all of it.
func (e Event) MarshalJSON() ([]byte, error) {
	record, err := e.recordJSON()
	if err != nil {
		return nil, err
	}
	text := make([]byte, 0, 512+len(record))
	text = strconv.AppendInt(append(text, `{"v":`...), EventVersion, 10)
	text = wire.AppendText(append(text, `,"id":`...), e.ID)
	if !e.Time.IsZero() {
		if text, err = inUTC(e.Time).AppendText(append(text, `,"time":"`...)); err != nil {
			return nil, err
		}
		text = append(text, '"')
	}
	text = appendMembers(text, "api", string(e.API), "source", e.Source, "action", e.Action)
	text = appendObject(text, "actor", "id", e.Actor.ID, "name", e.Actor.Name, "email", e.Actor.Email, "kind", e.Actor.Kind)
	text = appendObject(text, "target", "type", e.Target.Type, "id", e.Target.ID, "name", e.Target.Name)
	text = appendMembers(text, "source_ip", e.SourceIP, "outcome", string(e.Outcome))
	if n, _ := e.Ordinal(); n != 0 {
		text = strconv.AppendInt(append(text, `,"ordinal":`...), int64(n), 10)
	}
	if len(record) > 0 {
		text = append(append(text, `,"record":`...), record...)
	}
	return append(text, '}'), nil
}

// inUTC returns a time in UTC, unless JSON has no year for it there: the last hours of 9999 west of Greenwich, for example.
func inUTC(t time.Time) time.Time {
	if year := t.UTC().Year(); year < 0 || year > 9999 {
		return t
	}
	return t.UTC()
}

// recordJSON returns the original record without white space, or nothing if there is none.
func (e Event) recordJSON() ([]byte, error) {
	record := []byte(wire.ValidText(e.Raw))
	if r, ok := e.Record.(json.Marshaler); ok {
		var err error
		if record, err = r.MarshalJSON(); err != nil {
			return nil, err
		}
	} else if e.Record != nil {
		return json.Marshal(e.Record)
	}
	if len(record) == 0 {
		return nil, nil
	}
	var compact bytes.Buffer
	compact.Grow(len(record))
	err := json.Compact(&compact, record)
	return compact.Bytes(), err
}

// appendMembers appends those members of an object that have a text.
func appendMembers(text []byte, namesAndValues ...string) []byte {
	for i := 0; i < len(namesAndValues); i += 2 {
		if name, value := namesAndValues[i], namesAndValues[i+1]; value != "" {
			text = append(append(append(text, ',', '"'), name...), '"', ':')
			text = wire.AppendText(text, value)
		}
	}
	return text
}

// appendObject appends a member that is an object, unless it is empty.
func appendObject(text []byte, name string, namesAndValues ...string) []byte {
	begin := len(text)
	text = append(append(append(text, ',', '"'), name...), '"', ':')
	inner := len(text)
	if text = appendMembers(text, namesAndValues...); len(text) == inner {
		return text[:begin]
	}
	text[inner] = '{' // in place of the first comma
	return append(text, '}')
}

// UnmarshalJSON reads what MarshalJSON wrote. Record gets the type that belongs to the API of the event. A version
// later than EventVersion is an error.
func (e *Event) UnmarshalJSON(data []byte) error {
	var w eventWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.Version < 1 || w.Version > EventVersion {
		return fmt.Errorf("auditlogs: event of version %d, which this release does not know", w.Version)
	}
	record, raw, err := originalRecord(w.API, w.Record, w.Ordinal)
	if err != nil {
		return err
	}
	*e = Event{
		ID: w.ID, Time: inUTC(w.Time), API: w.API, Source: w.Source, Action: w.Action, Actor: w.Actor, Target: w.Target,
		SourceIP: w.SourceIP, Outcome: w.Outcome, Record: record, Raw: raw,
	}
	return nil
}

// originalRecord reads the original record of an event.
func originalRecord(api API, data json.RawMessage, ordinal int) (record any, raw json.RawMessage, err error) {
	if len(data) == 0 || string(data) == "null" {
		return nil, nil, nil
	}
	traits := api.traits()
	if traits == nil {
		return nil, data, nil
	}
	record, raw, err = traits.record(data)
	if err != nil {
		return nil, nil, errors.Join(errors.New("auditlogs: the record of an event cannot be read"), err)
	}
	switch r := record.(type) {
	case UserEvent:
		r.Ordinal = ordinal
		record = r
	case DataAssetLog:
		r.Ordinal = ordinal
		record = r
	}
	return record, raw, nil
}

// recordsOf returns a function that reads records of one type.
func recordsOf[T any](codec *wire.Codec[T]) func(data []byte) (record any, raw json.RawMessage, err error) {
	return func(data []byte) (any, json.RawMessage, error) {
		var r T
		err := codec.Decode(data, &r)
		return r, *codec.Raw(&r), err
	}
}
