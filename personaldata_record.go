package auditlogs

import (
	"encoding/json"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// PersonalDataLog is one change to a person's data.
type PersonalDataLog struct {
	ID           string
	StoreID      string
	Type         string
	Initiator    Initiator
	Time         time.Time
	EventType    string
	Delta        json.RawMessage // the changed fields; holds personal data
	ResourceID   string
	ResourceType string
	ResourcePath string          // relationships.resource_path.url
	Raw          json.RawMessage // the record exactly as it came
}

// Initiator is the token that a change was made with (access-token-* on the wire).
type Initiator struct {
	TokenEmail   string          `json:"access-token-email,omitempty"`
	TokenID      string          `json:"access-token-id,omitempty"` // exact, whether it came as text or as a number
	TokenName    string          `json:"access-token-name,omitempty"`
	TokenStoreID string          `json:"access-token-store-id,omitempty"`
	TokenType    string          `json:"access-token-type,omitempty"`
	Raw          json.RawMessage `json:"-"` // the value exactly as it came
}

// Key is the identity of the record, its id.
func (l PersonalDataLog) Key() string { return l.ID }

func (l *PersonalDataLog) identified() bool { return l.ID != "" }

func (l *PersonalDataLog) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.Text(&l.ID)
		case "store_id":
			r.Name(&l.StoreID)
		case "type":
			r.Name(&l.Type)
		case "initiator":
			readPart(r, &l.Initiator)
		case "time":
			r.Time(&l.Time)
		case "event_type":
			r.Name(&l.EventType)
		case "delta":
			r.Raw(&l.Delta)
		case "resource_id":
			r.Name(&l.ResourceID)
		case "resource_type":
			r.Name(&l.ResourceType)
		case "relationships":
			l.readRelationships(r)
		default:
			r.Skip()
		}
	}
}

// readRelationships reads {"resource_path": {"url": "…"}}.
func (l *PersonalDataLog) readRelationships(r *jsonread.Reader) {
	for name := range r.Members {
		if string(name) != "resource_path" {
			r.Skip()
			continue
		}
		for name := range r.Members {
			if string(name) == "url" {
				r.Name(&l.ResourcePath)
			} else {
				r.Skip()
			}
		}
	}
}

func (l *PersonalDataLog) bytes() *json.RawMessage { return &l.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (l *PersonalDataLog) UnmarshalJSON(data []byte) error { return unmarshal(data, l) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since.
func (l PersonalDataLog) MarshalJSON() ([]byte, error) {
	return encodeRecord(l, l.Raw, PersonalDataLog.wire)
}

func (l PersonalDataLog) wire() any {
	w := personalDataLogWire{
		ID: l.ID, StoreID: l.StoreID, Type: l.Type, Initiator: l.Initiator, Time: l.Time, EventType: l.EventType,
		Delta: l.Delta, ResourceID: l.ResourceID, ResourceType: l.ResourceType,
	}
	w.Relationships.ResourcePath.URL = l.ResourcePath
	return w
}

type personalDataLogWire struct {
	ID            string          `json:"id"`
	StoreID       string          `json:"store_id,omitempty"`
	Type          string          `json:"type,omitempty"`
	Initiator     Initiator       `json:"initiator"`
	Time          time.Time       `json:"time,omitzero"`
	EventType     string          `json:"event_type,omitempty"`
	Delta         json.RawMessage `json:"delta,omitempty"`
	ResourceID    string          `json:"resource_id,omitempty"`
	ResourceType  string          `json:"resource_type,omitempty"`
	Relationships struct {
		ResourcePath struct {
			URL string `json:"url"`
		} `json:"resource_path,omitzero"`
	} `json:"relationships,omitzero"`
}

// read reads the members. The token's id has 19 digits and comes as text or as a number.
func (i *Initiator) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "access-token-email":
			r.Name(&i.TokenEmail)
		case "access-token-id":
			r.Loose(&i.TokenID)
		case "access-token-name":
			r.Name(&i.TokenName)
		case "access-token-store-id":
			r.Name(&i.TokenStoreID)
		case "access-token-type":
			r.Name(&i.TokenType)
		default:
			r.Skip()
		}
	}
}

func (i *Initiator) bytes() *json.RawMessage { return &i.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (i *Initiator) UnmarshalJSON(data []byte) error { return unmarshal(data, i) }

// MarshalJSON gives the wire form back: exactly as it came, but for fields that were changed since.
func (i Initiator) MarshalJSON() ([]byte, error) { return encodeRecord(i, i.Raw, Initiator.wire) }

// wire is the value without its methods.
func (i Initiator) wire() any {
	type plain Initiator
	return plain(i)
}
