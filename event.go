package auditlogs

import (
	"encoding/json"
	"time"
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
