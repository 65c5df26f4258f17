package ocsf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// Errors of [Map], which wraps them with what it knows.
var (
	// ErrUnknownVersion means that this package does not write that version of the schema.
	ErrUnknownVersion = errors.New("unknown version of OCSF")
	// ErrUnknownRecord means that the event's Record is none of the five that this package knows.
	ErrUnknownRecord = errors.New("no OCSF event is known for this record")
	// ErrNoTime means that the event has no time, or one outside of the years 0 to 9999, which the schema requires.
	ErrNoTime = errors.New("an OCSF event needs a time")
)

// Map returns an event as one OCSF event: JSON without line feeds. It sends nothing, and keeps nothing of the event.
//
// It reads the event's fields, the Record for what an Event has no field for, and Raw, which becomes "raw_data" and of which
// the members without a place become "unmapped". If Raw is nil, what the Record's MarshalJSON writes takes its place. So what
// others must not see has to be out of all of these: [auditlogs.Event.Redacted] does that for what it masks.
//
// Times are in UTC: "time" in whole milliseconds since 1970, "time_dt" with all digits, metadata.original_time as it came.
// metadata.uid is the record's API and the event's ID, such as "waldur/7f3e": it is the same whenever the record is read again,
// so a store that keeps one event for each uid has each record once.
//
// Errors: ErrUnknownVersion, ErrUnknownRecord, ErrNoTime, and those of the Record's MarshalJSON. Safe for concurrent use.
func Map(e auditlogs.Event, v Version) (json.RawMessage, error) {
	s := v.schema()
	if s == nil {
		return nil, fmt.Errorf("ocsf: %w: %q", ErrUnknownVersion, string(v))
	}
	if year := e.Time.UTC().Year(); e.Time.IsZero() || year < 0 || year > 9999 {
		return nil, fmt.Errorf("ocsf: %w: %s %s", ErrNoTime, e.API, e.ID)
	}
	raw, err := original(e.Record, e.Raw)
	if err != nil {
		return nil, fmt.Errorf("ocsf: %s %s: %w", e.API, e.ID, err)
	}
	m := mappings.Get().(*mapping)
	defer m.release()
	m.begin(raw, s)
	switch r := e.Record.(type) {
	case auditlogs.DataAccessLog:
		m.waldur(&e, &r)
	case auditlogs.DataAssetLog:
		m.huaweiEDS(&e, &r)
	case auditlogs.AuditEvent:
		m.akinon(&e, &r)
	case auditlogs.PersonalDataLog:
		m.elasticPath(&e, &r)
	case auditlogs.UserEvent:
		m.thousandEyes(&e, &r)
	default:
		return nil, fmt.Errorf("ocsf: %w: %s %s", ErrUnknownRecord, e.API, e.ID)
	}
	m.finish(&e, raw)
	return bytes.Clone(m.out), nil
}

// original returns the record as it came or, if the event does not have that, as it is written.
func original(record any, raw []byte) ([]byte, error) {
	if r, ok := record.(json.Marshaler); ok && len(raw) == 0 {
		return r.MarshalJSON()
	}
	return raw, nil
}

// mapping is one event that is being mapped. The functions of the five records write what is theirs, and place the members
// of the record that went into it.
type mapping struct {
	writer
	product *product // what wrote the log
	record  object   // the members of the record
	tenant  string   // metadata.tenant_uid
	host    bool     // the actor is an attribute of the profile "host"
	spare   []byte   // memory for what is checked
}

var mappings = sync.Pool{New: func() any { return new(mapping) }}

func (m *mapping) begin(raw []byte, s *schema) {
	m.schema, m.out, m.members, m.inners = s, m.out[:0], m.members[:0], 0
	m.tenant = ""
	m.record = m.objectOf(raw)
}

// release keeps the memory for the next event, unless this one made it unusually large.
func (m *mapping) release() {
	const maxBytes, maxMembers = 1 << 16, 1 << 10
	if cap(m.out) <= maxBytes && cap(m.members) <= maxMembers {
		m.record.text = nil // which would stay in memory
		for i := range m.inners {
			m.inner[i].text = nil
		}
		mappings.Put(m)
	}
}

// finish writes what all events have.
func (m *mapping) finish(e *auditlogs.Event, raw []byte) {
	m.metadata(e)
	if m.schema.fits(len(raw)) {
		m.unmapped(raw)
		m.name("raw_data")
		m.out = wire.AppendQuoted(m.out, raw)
	} else {
		begin := m.open("unmapped")
		m.json("record", raw)
		m.close(begin)
	}
	m.out = append(m.out, '}')
}

// unmapped writes what has no place elsewhere. That is checked as a whole, because to check each part costs more.
func (m *mapping) unmapped(raw []byte) {
	begin := m.open("unmapped")
	object := len(m.out) - 1
	m.rest(&m.record)
	m.close(begin)
	if len(m.out) == begin {
		return
	}
	if isOneLine(raw) && wire.IsValid(m.out[object:]) {
		return // as it nearly always is, and to check costs less than to copy
	}
	var ok bool
	if m.spare, ok = wire.AppendCompact(m.spare[:0], m.out[object:]); ok {
		m.out = append(m.out[:object], m.spare...)
		return
	}
	m.out = m.out[:begin] // the record is no JSON, which a caller made, or has two members of one name
	m.open("unmapped")
	m.json("record", raw)
	m.close(begin)
}

// isOneLine reports whether a text has no line feeds and no carriage returns.
func isOneLine(text []byte) bool {
	return bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') < 0
}
