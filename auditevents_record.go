package auditlogs

import (
	"encoding/json"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// AuditEvent is one request that changed something in Akinon Commerce.
type AuditEvent struct {
	UUID        string          `json:"uuid"`
	Timestamp   time.Time       `json:"timestamp,omitzero"`
	User        *AuditEventUser `json:"user"` // nil when the API named nobody
	ContentType int64           `json:"content_type,omitempty"`
	ObjectID    int64           `json:"object_id,omitempty"` // 0 when there is none
	RemoteAddr  string          `json:"remote_addr,omitempty"`
	URL         string          `json:"url,omitempty"`
	// Content, Headers, PostData and QueryParams are free-form and kept as they came. They may hold secrets.
	Content     json.RawMessage `json:"content,omitempty"`
	Headers     json.RawMessage `json:"headers,omitempty"`
	PostData    json.RawMessage `json:"post_data,omitempty"`
	QueryParams json.RawMessage `json:"query_params,omitempty"`
	Raw         json.RawMessage `json:"-"` // the record exactly as it came
}

// AuditEventUser is who made the request. On the wire it is an object, or only its id: then the other fields are "".
type AuditEventUser struct {
	ID        string
	Email     string
	FirstName string
	LastName  string
	Username  string
	Raw       json.RawMessage // the value exactly as it came
}

// Key is the identity of the record, its UUID.
func (e AuditEvent) Key() string { return e.UUID }

func (e *AuditEvent) identified() bool { return e.UUID != "" }

func (e *AuditEvent) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Text(&e.UUID)
		case "timestamp":
			r.Time(&e.Timestamp)
		case "user":
			readPointer(r, &e.User, (*AuditEventUser).readValue)
		case "content_type":
			r.Int(&e.ContentType)
		case "object_id":
			r.Int(&e.ObjectID)
		case "remote_addr":
			r.Name(&e.RemoteAddr)
		case "url":
			r.Text(&e.URL)
		case "content":
			r.Raw(&e.Content)
		case "headers":
			r.Raw(&e.Headers)
		case "post_data":
			r.Raw(&e.PostData)
		case "query_params":
			r.Raw(&e.QueryParams)
		default:
			r.Skip()
		}
	}
}

func (e *AuditEvent) bytes() *json.RawMessage { return &e.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (e *AuditEvent) UnmarshalJSON(data []byte) error { return unmarshal(data, e) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since.
func (e AuditEvent) MarshalJSON() ([]byte, error) { return encodeRecord(e, e.Raw, AuditEvent.wire) }

// wire is the record without its methods.
func (e AuditEvent) wire() any {
	type plain AuditEvent
	return plain(e)
}

// readValue reads a user within a record.
func (u *AuditEventUser) readValue(r *jsonread.Reader) { readPart(r, u) }

func (u *AuditEventUser) read(r *jsonread.Reader) {
	if !r.IsObject() { // a bare id
		r.Loose(&u.ID)
		return
	}
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.Loose(&u.ID)
		case "email":
			r.Name(&u.Email)
		case "first_name":
			r.Name(&u.FirstName)
		case "last_name":
			r.Name(&u.LastName)
		case "username":
			r.Name(&u.Username)
		default:
			r.Skip()
		}
	}
}

func (u *AuditEventUser) bytes() *json.RawMessage { return &u.Raw }

// UnmarshalJSON reads an object, or a bare id.
func (u *AuditEventUser) UnmarshalJSON(data []byte) error { return unmarshal(data, u) }

// MarshalJSON gives the wire form back: exactly as it came, but for fields that were changed since.
func (u AuditEventUser) MarshalJSON() ([]byte, error) {
	return encodeRecord(u, u.Raw, AuditEventUser.wire)
}

// wire is the object form.
func (u AuditEventUser) wire() any {
	return struct {
		ID        string `json:"id"`
		Email     string `json:"email,omitempty"`
		FirstName string `json:"first_name,omitempty"`
		LastName  string `json:"last_name,omitempty"`
		Username  string `json:"username,omitempty"`
	}{u.ID, u.Email, u.FirstName, u.LastName, u.Username}
}
