package auditlogs

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/mask"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// Event is a record of any API in one form: who did what, when, to what. Every record makes one with its method AsEvent, and
// a [Source] reads a log as events. What each field is made of, and which of that is inferred, is one table for all five
// APIs in docs/events.md of the repository. What an API does not say is left empty; nothing is guessed.
//
// encoding/json writes an event whole, the original record included, in a form that is documented there and has a version,
// EventVersion; reading it gives an equal event. String, fmt and slog give one short line or group without the record.
type Event struct {
	ID       string // the record's Key, unique within its API
	Time     time.Time
	API      API
	Source   string // the name of the Source that read it; "" where none did
	Action   string // the API's own word, where it has one
	Actor    Actor
	Target   Target
	SourceIP string  // as it came: it may be a block, or a chain of proxies
	Outcome  Outcome // "" where the API does not say
	// Record is the original record by value: a DataAccessLog, DataAssetLog, AuditEvent, PersonalDataLog or UserEvent. It
	// is nil for an event of an API that this package does not know.
	Record any
	Raw    json.RawMessage // the record exactly as it came
}

// Actor is who acted. What the API does not say is "".
type Actor struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Kind  string `json:"kind,omitempty"` // "staff", "user", "client-credentials-token"
}

// Target is what was acted upon. What the API does not say is "".
type Target struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Outcome says how an action ended, where an API does.
type Outcome string

// OutcomeFailure is an action that did not succeed, such as a login that was refused.
const OutcomeFailure Outcome = "failure"

// Kinds, types and actions for what an API tells by the name of a field, or only by being that API's log.
const (
	kindUser      = "user"
	kindConnector = "connector"
	typeUser      = "user"
	typeDataAsset = "data-asset"
	actionView    = "view"
	actionRequest = "request"
)

// eventful is a record that makes an event.
type eventful interface {
	record
	AsEvent() Event
}

// Redacted is the event without what others should not see: [AuditEvent.Redacted] and [PersonalDataLog.Redacted] of
// the original record; the record of an API that this package does not know is masked as Akinon's is. Nothing else of the
// event changes: who acted, and on what, stays. For JSON that goes to places where the whole record must not.
func (e Event) Redacted() Event {
	switch r := e.Record.(type) {
	case AuditEvent:
		r = r.Redacted()
		e.Record, e.Raw = r, r.Raw
	case PersonalDataLog:
		r = r.Redacted()
		e.Record, e.Raw = r, r.Raw
	case nil:
		e.Raw = mask.JSON(e.Raw)
	}
	return e
}

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
	record, raw, err := originalRecord(w.API, w.Record, w.Ordinal)
	if err != nil {
		return err
	}
	*e = Event{
		ID: w.ID, Time: w.Time.UTC(), API: w.API, Source: w.Source, Action: w.Action, Actor: w.Actor, Target: w.Target,
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
	if user, ok := record.(UserEvent); ok {
		user.Ordinal = ordinal
		record = user
	}
	return record, raw, nil
}

// recordsOf reads records of one type.
func recordsOf[T any](codec *wire.Codec[T]) func(data []byte) (record any, raw json.RawMessage, err error) {
	return func(data []byte) (any, json.RawMessage, error) {
		var r T
		err := codec.Decode(data, &r)
		return r, *codec.Raw(&r), err
	}
}
