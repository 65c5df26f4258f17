package auditlogs

import (
	"encoding/json"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// DataAccessLog is one look at somebody's personal data.
type DataAccessLog struct {
	UUID           string          `json:"uuid"`
	Timestamp      time.Time       `json:"timestamp,omitzero"`
	AccessorType   AccessorType    `json:"accessor_type,omitempty"`
	AccessedFields []string        `json:"accessed_fields,omitzero"`
	User           UserRef         `json:"user"`
	Accessor       *UserRef        `json:"accessor"`             // nil when the accessor was deleted
	IPAddress      string          `json:"ip_address,omitempty"` // "" when unknown
	Context        json.RawMessage `json:"context,omitempty"`    // free-form, usually endpoint and method
	Raw            json.RawMessage `json:"-"`                    // the record exactly as it came
}

// UserRef names a Waldur user.
type UserRef struct {
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	FullName string `json:"full_name"`
}

// Key is the identity of the record, its UUID.
func (l DataAccessLog) Key() string { return l.UUID }

func (l *DataAccessLog) identified() bool { return l.UUID != "" }

func (l *DataAccessLog) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Text(&l.UUID)
		case "timestamp":
			r.Time(&l.Timestamp)
		case "accessor_type":
			r.Name((*string)(&l.AccessorType))
		case "accessed_fields":
			r.Names(&l.AccessedFields)
		case "user":
			l.User.read(r)
		case "accessor":
			readPointer(r, &l.Accessor, (*UserRef).read)
		case "ip_address":
			r.Name(&l.IPAddress)
		case "context":
			r.Raw(&l.Context)
		default:
			r.Skip()
		}
	}
}

func (u *UserRef) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Name(&u.UUID)
		case "username":
			r.Name(&u.Username)
		case "full_name":
			r.Name(&u.FullName)
		default:
			r.Skip()
		}
	}
}

func (l *DataAccessLog) bytes() *json.RawMessage { return &l.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (l *DataAccessLog) UnmarshalJSON(data []byte) error { return unmarshal(data, l) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since.
func (l DataAccessLog) MarshalJSON() ([]byte, error) {
	return encodeRecord(l, l.Raw, DataAccessLog.wire)
}

// wire is the record without its methods.
func (l DataAccessLog) wire() any {
	type plain DataAccessLog
	return plain(l)
}
