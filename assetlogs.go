package auditlogs

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// DataAssetLogsService reads the audit logs of data assets in Huawei Cloud EDS (exchange data space): who used which
// shared asset through which connector.
//
// API: https://support.huaweicloud.com/api-eds/ShowAuditLog.html.
type DataAssetLogsService struct {
	lister[DataAssetLog, DataAssetLogFilter]
}

func newDataAssetLogsService(c *conn) *DataAssetLogsService {
	return &DataAssetLogsService{lister[DataAssetLog, DataAssetLogFilter]{op: "DataAssetLogs", conn: c, open: openDataAssetLogs}}
}

// DataAssetAction says what was done with a data asset. Values that are not known here are kept as they came.
type DataAssetAction string

// The actions. The first three are those of the API's documents, in records and in filters; the vendor's Java SDK has the
// others too, in both places.
const (
	DataAssetView      DataAssetAction = "VIEW"
	DataAssetModify    DataAssetAction = "MODIFY"
	DataAssetDownload  DataAssetAction = "DOWNLOAD"
	DataAssetProcess   DataAssetAction = "PROCESS"
	DataAssetNotify    DataAssetAction = "NOTIFY"
	DataAssetVerify    DataAssetAction = "VERIFY"
	DataAssetDelete    DataAssetAction = "DELETE"
	DataAssetForward   DataAssetAction = "FORWARD"
	DataAssetApprove   DataAssetAction = "APPROVE"
	DataAssetTerminate DataAssetAction = "TERMINATE"
	DataAssetNone      DataAssetAction = "NONE"
)

// DataAssetLogFilter selects the data asset logs of one connector.
type DataAssetLogFilter struct {
	// InstanceID and ConnectorID are required: the exchange instance and a connector below it.
	InstanceID, ConnectorID string
	// Since is inclusive and Until exclusive. The API does not document the format of its bounds, their time zone and
	// whether they are inclusive: the client asks for one more second on either side, in UTC, and drops the records
	// outside the range. If the API refuses that format, the client reads the log without bounds, and still delivers only the
	// range.
	Since, Until time.Time
	// ConnectorKeywords and UserKeywords are searched for in the names of connector and user. How they match is
	// undocumented.
	ConnectorKeywords string
	UserKeywords      string
	// Action is one of the actions. Another word of letters, digits and underscores is sent as it is, because the vendor may
	// add some; it is inferred that the API refuses what it does not know.
	Action DataAssetAction
	ListOptions
}

// List reads one page: the first page of the filter, or the page at its Cursor. It costs one request, or more if the
// log changed meanwhile. A page has up to 999 records. See "Listing" in the package documentation, also for errors.
// Safe for concurrent use.
func (s *DataAssetLogsService) List(ctx context.Context, f DataAssetLogFilter) (*Page[DataAssetLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that continues after it, and every record exactly once. See
// "Listing" in the package documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *DataAssetLogsService) Pages(ctx context.Context, f DataAssetLogFilter) iter.Seq2[*Page[DataAssetLog], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *DataAssetLogsService) All(ctx context.Context, f DataAssetLogFilter) iter.Seq2[DataAssetLog, error] {
	return s.all(ctx, f)
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a
// page, which is empty if nothing is new. See [FollowOptions] and, for what ends it, "Resuming and following" in the
// package documentation. Safe for concurrent use.
func (s *DataAssetLogsService) Follow(ctx context.Context, f DataAssetLogFilter, o FollowOptions) iter.Seq2[*Page[DataAssetLog], error] {
	return s.follow(ctx, f, o)
}

// DataAssetLog is one use of a shared data asset. The API leaves many fields null; these are "". IDs are texts in its documents; a
// number is read too, digit by digit.
type DataAssetLog struct {
	AuditLogID            string          `json:"audit_log_id"`
	ResourceID            string          `json:"resource_id,omitempty"`
	ResourceName          string          `json:"resource_name,omitempty"`
	CustomerUserID        string          `json:"customer_user_id,omitempty"`
	CustomerUserName      string          `json:"customer_user_name,omitempty"`
	CustomerConnectorID   string          `json:"customer_connector_id,omitempty"`
	CustomerConnectorName string          `json:"customer_connector_name,omitempty"`
	HappenedTime          time.Time       `json:"happend_time"` // misspelt on the wire
	Action                DataAssetAction `json:"action,omitempty"`
	// Description has extended attributes; nil if there are none. Strings are documented. Another value is its JSON, such as
	// "3" or "[1,2]", and null is "". A description that is a text is read as the JSON of an object or, if it is none, as the
	// attribute "".
	Description map[string]string `json:"description,omitempty"`

	// Ordinal distinguishes equal records without an AuditLogID: 0 for the first, then 1, 2 and so on. It is 0 for records with
	// an AuditLogID. It is not part of the record's JSON.
	Ordinal int             `json:"-"`
	Raw     json.RawMessage `json:"-"` // the record exactly as it came
}

// Key returns the identity of the record: its audit log ID, or a digest of its content and Ordinal if the API left the ID
// null.
func (l DataAssetLog) Key() string {
	if l.AuditLogID != "" {
		return l.AuditLogID
	}
	var few [16]string // keeps the usual record off the heap
	parts := append(few[:0], l.ResourceID, l.ResourceName, l.CustomerUserID, l.CustomerUserName, l.CustomerConnectorID,
		l.CustomerConnectorName, stamp(l.HappenedTime), string(l.Action))
	for _, name := range slices.Sorted(maps.Keys(l.Description)) {
		parts = append(parts, name, l.Description[name])
	}
	if l.Ordinal > 0 {
		parts = append(parts, strconv.Itoa(l.Ordinal))
	}
	return exact.ContentKey(parts...)
}

// hash returns a hash of the ID or, without one, of what the key is a digest of.
func (l *DataAssetLog) hash() exact.Hash {
	if l.AuditLogID != "" {
		return exact.HashOf(l.AuditLogID)
	}
	h := exact.HashOf(l.ResourceID).And(l.ResourceName).And(l.CustomerUserID).And(l.CustomerUserName).And(l.CustomerConnectorID).
		And(l.CustomerConnectorName).AndNumber(l.HappenedTime.UnixNano()).And(string(l.Action)).AndNumber(int64(l.Ordinal))
	var description exact.Hash // in any order
	for name, value := range l.Description {
		description += exact.HashOf(name).And(value)
	}
	return h.AndNumber(int64(description))
}

// number makes a record without an ID the nth of several equal ones.
func (l *DataAssetLog) number(n int) {
	if l.AuditLogID == "" {
		l.Ordinal = n
	}
}

// says reports whether the record says anything. A digest takes the place of a missing id, but not of a missing record.
func (l *DataAssetLog) says() bool {
	return l.AuditLogID != "" || !l.HappenedTime.IsZero() || l.ResourceID != "" || l.ResourceName != "" || l.CustomerUserID != "" ||
		l.CustomerUserName != "" || l.CustomerConnectorID != "" || l.CustomerConnectorName != "" || l.Action != "" || len(l.Description) > 0
}

func (l *DataAssetLog) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "audit_log_id":
			r.ID(&l.AuditLogID)
		case "resource_id":
			r.StringOrNumber(&l.ResourceID)
		case "resource_name":
			r.Interned(&l.ResourceName)
		case "customer_user_id":
			r.StringOrNumber(&l.CustomerUserID)
		case "customer_user_name":
			r.Interned(&l.CustomerUserName)
		case "customer_connector_id":
			r.StringOrNumber(&l.CustomerConnectorID)
		case "customer_connector_name":
			r.Interned(&l.CustomerConnectorName)
		case "happend_time":
			r.LooseTime(&l.HappenedTime)
		case "action":
			r.Interned((*string)(&l.Action))
		case "description":
			r.LooseMap(&l.Description)
		default:
			r.Skip()
		}
	}
}

var dataAssetLogCodec = wire.Codec[DataAssetLog]{
	Read:   (*DataAssetLog).read,
	Raw:    func(v *DataAssetLog) *json.RawMessage { return &v.Raw },
	HasKey: (*DataAssetLog).says,
	Wire:   DataAssetLog.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (l *DataAssetLog) UnmarshalJSON(data []byte) error { return dataAssetLogCodec.Decode(data, l) }

// MarshalJSON writes the JSON form of the API: exactly as the record came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (l DataAssetLog) MarshalJSON() ([]byte, error) { return dataAssetLogCodec.Encode(l) }

// plain returns the record without its methods. The format of its time is undocumented.
func (l DataAssetLog) plain() any {
	type plain DataAssetLog
	return struct {
		plain
		HappenedTime wire.LooseTime `json:"happend_time"`
	}{plain(l), wire.LooseTime{Time: l.HappenedTime}}
}

// Source returns the log of one connector as a [Source] of events. Its name is "huawei-eds" with the IDs of instance
// and connector, followed by a digest of the filter if that selects by more than these and time. The filter's Cursor is
// ignored: Pages and Follow use the cursor that they are given.
func (s *DataAssetLogsService) Source(f DataAssetLogFilter) Source {
	name := string(APIHuaweiEDS) + " " + f.InstanceID + "/" + f.ConnectorID
	name = sourceName(name, f.ConnectorKeywords, f.UserKeywords, string(f.Action))
	return newSource(name, s.lister, f, func(f *DataAssetLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent returns the record in the form that all APIs share. If EDS names no user, the actor is the connector.
func (l DataAssetLog) AsEvent() Event {
	actor := Actor{ID: l.CustomerUserID, Name: l.CustomerUserName, Kind: kindUser}
	if actor.ID == "" && actor.Name == "" {
		actor = Actor{ID: l.CustomerConnectorID, Name: l.CustomerConnectorName, Kind: kindConnector}
	}
	if actor.ID == "" && actor.Name == "" {
		actor.Kind = ""
	}
	return Event{
		ID: l.Key(), Time: l.HappenedTime.UTC(), API: APIHuaweiEDS, Action: string(l.Action), Actor: actor,
		Target: Target{Type: typeDataAsset, ID: l.ResourceID, Name: l.ResourceName},
		Record: l, Raw: l.Raw,
	}
}

// String returns the String of the event: one line without the content of the record.
func (l DataAssetLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l DataAssetLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue returns the LogValue of the event: a group without the content of the record.
func (l DataAssetLog) LogValue() slog.Value { return l.AsEvent().LogValue() }
