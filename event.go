package auditlogs

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/mask"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// Event is a record of any API in one form: who did what, when, and to what. Every record has a method AsEvent that
// returns one, and a [Source] reads a log as events. The table in docs/events.md of the repository shows for all five
// APIs where each field comes from, and what of that is inferred. If an API does not give a value, the field is empty;
// nothing is guessed.
//
// encoding/json writes the complete event, including the original record. docs/events.md describes this form, whose
// version is EventVersion. Reading it returns an equal event. String, fmt and slog give one short line or group without
// the record.
type Event struct {
	ID       string // the record's Key, unique within its API
	Time     time.Time
	API      API
	Source   string // the name of the Source that read it; "" if none did
	Action   string // the API's own word, if it has one
	Actor    Actor
	Target   Target
	SourceIP string  // as the API sent it; may be an address block, or a chain of proxies
	Outcome  Outcome // "" if the API does not say
	// Record is the original record by value: a DataAccessLog, DataAssetLog, AuditEvent, PersonalDataLog or UserEvent.
	// It is nil if this package does not know the API of the event.
	Record any
	Raw    json.RawMessage // the record exactly as it came
}

// Actor is who acted. A field is "" if the API does not give it.
type Actor struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Kind  string `json:"kind,omitempty"` // "staff", "user", "client-credentials-token"
}

// Target is what was acted upon. A field is "" if the API does not give it.
type Target struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Outcome says how an action ended, if the API gives that.
type Outcome string

// OutcomeFailure is the outcome of an action that did not succeed, such as a refused login.
const OutcomeFailure Outcome = "failure"

// Kinds, types and actions that an API expresses only by the name of a field, or by what its log is about.
const (
	kindUser      = "user"
	kindConnector = "connector"
	typeUser      = "user"
	typeDataAsset = "data-asset"
	actionView    = "view"
	actionRequest = "request"
)

// eventful is a record that can be converted to an event.
type eventful interface {
	record
	AsEvent() Event
}

// Redacted returns the event without values that others should not see. It applies [AuditEvent.Redacted] or
// [PersonalDataLog.Redacted] to the original record. If this package does not know the API, it masks the record as it
// does for Akinon. The rest of the event, such as actor and target, does not change. Use it for JSON that goes where
// the complete record must not go.
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

// Ordinal returns the Ordinal of a [UserEvent] or a [DataAssetLog], which tells records apart that have no ID of their own and
// are equal. It is 0 for every other record.
func (e Event) Ordinal() int {
	switch r := e.Record.(type) {
	case UserEvent:
		return r.Ordinal
	case DataAssetLog:
		return r.Ordinal
	default:
		return 0
	}
}

// EventVersion is the version of an event's JSON form, its member "v". Members may be added to a version. If a member
// is removed or gets another meaning, the version increases, and earlier versions stay readable.
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
	Ordinal  int             `json:"ordinal,omitempty"` // of a UserEvent or a DataAssetLog, whose own JSON does not hold it
	Record   json.RawMessage `json:"record,omitempty"`
}

// MarshalJSON writes the complete event: its fields, and under "record" the original record as it came, but for bytes that
// are not UTF-8, which are replaced. Time is in UTC. Empty fields are left out.
func (e Event) MarshalJSON() ([]byte, error) {
	w := eventWire{
		Version: EventVersion, ID: e.ID, Time: e.Time.UTC(), API: e.API, Source: e.Source, Action: e.Action, Actor: e.Actor,
		Target: e.Target, SourceIP: e.SourceIP, Outcome: e.Outcome, Ordinal: e.Ordinal(), Record: wire.ValidText(e.Raw),
	}
	if e.Record != nil {
		var err error
		if w.Record, err = json.Marshal(e.Record); err != nil {
			return nil, err
		}
	}
	return json.Marshal(w)
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
