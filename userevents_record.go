package auditlogs

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// UserEvent is one thing that a user did. The API gives it no id; see Key.
type UserEvent struct {
	AccountGroupID   string          `json:"aid,omitempty"`
	AccountGroupName string          `json:"accountGroupName,omitempty"`
	Date             time.Time       `json:"date,omitzero"` // whole seconds
	Event            string          `json:"event,omitempty"`
	IPAddress        string          `json:"ipAddress,omitempty"` // may be a block, such as 99.128.0.0/11
	UserID           string          `json:"uid,omitempty"`
	User             string          `json:"user,omitempty"` // name and address, for display
	Resources        []EventResource `json:"resources,omitempty"`
	// Ordinal tells equal events of one second apart: 0 for the first, then 1, 2 and so on. It is not part of the JSON.
	Ordinal int             `json:"-"`
	Raw     json.RawMessage `json:"-"` // the record exactly as it came
}

// EventResource is something that an event touched.
type EventResource struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// Key is the identity of the record: a digest of its fields and Ordinal, since the API has no id.
func (e UserEvent) Key() string {
	var few [16]string // keeps the usual event off the heap
	parts := append(few[:0], e.AccountGroupID, e.AccountGroupName, stamp(e.Date), e.Event, e.IPAddress, e.UserID, e.User)
	for _, r := range e.Resources {
		parts = append(parts, r.Type, r.Name)
	}
	return contentKey(append(parts, strconv.Itoa(e.Ordinal))...)
}

// identified holds for every record: its key is made of what it says.
func (*UserEvent) identified() bool { return true }

// read reads the members. Version 6 of the API had numbers for ids.
func (e *UserEvent) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "aid":
			r.Loose(&e.AccountGroupID)
		case "accountGroupName":
			r.Name(&e.AccountGroupName)
		case "date":
			r.Time(&e.Date)
		case "event":
			r.Name(&e.Event)
		case "ipAddress":
			r.Name(&e.IPAddress)
		case "uid":
			r.Loose(&e.UserID)
		case "user":
			r.Name(&e.User)
		case "resources":
			readSlice(r, &e.Resources, (*EventResource).read)
		default:
			r.Skip()
		}
	}
}

func (e *EventResource) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "type":
			r.Name(&e.Type)
		case "name":
			r.Name(&e.Name)
		default:
			r.Skip()
		}
	}
}

func (e *UserEvent) bytes() *json.RawMessage { return &e.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (e *UserEvent) UnmarshalJSON(data []byte) error { return unmarshal(data, e) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since. Ordinal is
// not part of it.
func (e UserEvent) MarshalJSON() ([]byte, error) { return encodeRecord(e, e.Raw, UserEvent.wire) }

// wire is the record without its methods.
func (e UserEvent) wire() any {
	type plain UserEvent
	return plain(e)
}
