package auditlogs

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// EventVersion is the version of an event's JSON form, its member "v". Members may be added to a version. Once one changes
// its meaning or goes, the version grows, and earlier ones stay readable.
const EventVersion = 1

// eventWire is an event as JSON. The order of the members is part of the form.
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
	Ordinal  int             `json:"ordinal,omitempty"` // of a UserEvent, whose own JSON does not hold it
	Record   json.RawMessage `json:"record,omitempty"`
}

// MarshalJSON writes the whole event: its fields, with Time in UTC and what is empty left out, and the original record
// under "record" as it came.
func (e Event) MarshalJSON() ([]byte, error) {
	w := eventWire{
		Version: EventVersion, ID: e.ID, Time: e.Time.UTC(), API: e.API, Source: e.Source, Action: e.Action, Actor: e.Actor,
		Target: e.Target, SourceIP: e.SourceIP, Outcome: e.Outcome, Record: e.Raw,
	}
	if user, ok := e.Record.(UserEvent); ok {
		w.Ordinal = user.Ordinal
	}
	if e.Record != nil {
		var err error
		if w.Record, err = json.Marshal(e.Record); err != nil {
			return nil, err
		}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote. Record has the type that belongs to the event's API. A version later than
// EventVersion is an error.
func (e *Event) UnmarshalJSON(data []byte) error {
	var w eventWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.Version < 1 || w.Version > EventVersion {
		return fmt.Errorf("auditlogs: event of version %d, which this release does not know", w.Version)
	}
	record, raw, err := readRecord(w.API, w.Record, w.Ordinal)
	if err != nil {
		return err
	}
	*e = Event{
		ID: w.ID, Time: w.Time.UTC(), API: w.API, Source: w.Source, Action: w.Action, Actor: w.Actor, Target: w.Target,
		SourceIP: w.SourceIP, Outcome: w.Outcome, Record: record, Raw: raw,
	}
	return nil
}

// readRecord reads the original record of an event.
func readRecord(api API, data json.RawMessage, ordinal int) (record any, raw json.RawMessage, err error) {
	if len(data) == 0 || string(data) == "null" {
		return nil, nil, nil
	}
	switch api {
	case APIWaldur:
		var r DataAccessLog
		err = json.Unmarshal(data, &r)
		record, raw = r, r.Raw
	case APIHuaweiEDS:
		var r DataAssetLog
		err = json.Unmarshal(data, &r)
		record, raw = r, r.Raw
	case APIAkinon:
		var r AuditEvent
		err = json.Unmarshal(data, &r)
		record, raw = r, r.Raw
	case APIElasticPath:
		var r PersonalDataLog
		err = json.Unmarshal(data, &r)
		record, raw = r, r.Raw
	case APIThousandEyes:
		var r UserEvent
		err = json.Unmarshal(data, &r)
		r.Ordinal = ordinal
		record, raw = r, r.Raw
	default:
		return nil, data, nil
	}
	if err != nil {
		return nil, nil, errors.Join(errors.New("auditlogs: the record of an event cannot be read"), err)
	}
	return record, raw, nil
}
