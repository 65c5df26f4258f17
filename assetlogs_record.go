package auditlogs

import (
	"encoding/json"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/jsonread"
)

// DataAssetLog is one use of a shared data asset. The API leaves many fields null; they are "" then.
type DataAssetLog struct {
	AuditLogID            string            `json:"audit_log_id"`
	ResourceID            string            `json:"resource_id,omitempty"`
	ResourceName          string            `json:"resource_name,omitempty"`
	CustomerUserID        string            `json:"customer_user_id,omitempty"`
	CustomerUserName      string            `json:"customer_user_name,omitempty"`
	CustomerConnectorID   string            `json:"customer_connector_id,omitempty"`
	CustomerConnectorName string            `json:"customer_connector_name,omitempty"`
	HappenedTime          time.Time         `json:"happend_time"` // misspelt on the wire
	Action                DataAssetAction   `json:"action,omitempty"`
	Description           map[string]string `json:"description,omitempty"` // extended attributes, nil when there are none
	Raw                   json.RawMessage   `json:"-"`                     // the record exactly as it came
}

// Key is the identity of the record: its audit log id, or a digest of its content where the API left the id null.
func (l DataAssetLog) Key() string {
	if l.AuditLogID != "" {
		return l.AuditLogID
	}
	return contentKey(l.ResourceID, l.ResourceName, l.CustomerUserID, l.CustomerUserName, l.CustomerConnectorID,
		l.CustomerConnectorName, stamp(l.HappenedTime), string(l.Action))
}

// identified holds for every record: a digest takes the place of a missing id.
func (*DataAssetLog) identified() bool { return true }

func (l *DataAssetLog) read(r *jsonread.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "audit_log_id":
			r.Text(&l.AuditLogID)
		case "resource_id":
			r.Name(&l.ResourceID)
		case "resource_name":
			r.Name(&l.ResourceName)
		case "customer_user_id":
			r.Name(&l.CustomerUserID)
		case "customer_user_name":
			r.Name(&l.CustomerUserName)
		case "customer_connector_id":
			r.Name(&l.CustomerConnectorID)
		case "customer_connector_name":
			r.Name(&l.CustomerConnectorName)
		case "happend_time":
			readBareTime(r, &l.HappenedTime)
		case "action":
			r.Name((*string)(&l.Action))
		case "description":
			r.Map(&l.Description)
		default:
			r.Skip()
		}
	}
}

func (l *DataAssetLog) bytes() *json.RawMessage { return &l.Raw }

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (l *DataAssetLog) UnmarshalJSON(data []byte) error { return unmarshal(data, l) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since.
func (l DataAssetLog) MarshalJSON() ([]byte, error) { return encodeRecord(l, l.Raw, DataAssetLog.wire) }

// wire is the record without its methods; the form of its time is undocumented.
func (l DataAssetLog) wire() any {
	type plain DataAssetLog
	return struct {
		plain
		HappenedTime bareTime `json:"happend_time"`
	}{plain(l), bareTime{l.HappenedTime}}
}
