package auditlogs

import (
	"encoding/json"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/mask"
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

// Ordinal returns the Ordinal of a [UserEvent] or a [DataAssetLog], which tells records apart that are equal and have no ID of
// their own. ok is false for every other record.
func (e Event) Ordinal() (n int, ok bool) {
	switch r := e.Record.(type) {
	case UserEvent:
		return r.Ordinal, true
	case DataAssetLog:
		return r.Ordinal, true
	default:
		return 0, false
	}
}
