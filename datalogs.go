package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// DataAccessLogsService reads and deletes Waldur's data access logs: who looked at whose personal data. Staff and support
// users may read; only staff users may delete. A server keeps the rows for 90 days.
//
// API: https://docs.waldur.com, "Data Access Logs", /api/data-access-logs/.
type DataAccessLogsService struct {
	lister[DataAccessLog, DataAccessLogFilter]
}

func newDataAccessLogsService(c *conn) *DataAccessLogsService {
	return &DataAccessLogsService{lister[DataAccessLog, DataAccessLogFilter]{op: "DataAccessLogs", conn: c, open: openDataAccessLogs}}
}

// AccessorType says in which role somebody looked at personal data. Values that a newer server adds are kept as they came.
type AccessorType string

// The documented accessor types.
const (
	AccessorStaff              AccessorType = "staff"
	AccessorSupport            AccessorType = "support"
	AccessorOrganizationMember AccessorType = "organization_member"
	AccessorServiceProvider    AccessorType = "service_provider"
	AccessorSelf               AccessorType = "self"
)

// DataAccessLogOrder is a field that Waldur sorts by. A leading minus reverses the order.
type DataAccessLogOrder string

// The documented orders. Exactly-once reading is promised only for an order that begins with the timestamp.
const (
	OrderTimestamp            DataAccessLogOrder = "timestamp"
	OrderTimestampDesc        DataAccessLogOrder = "-timestamp"
	OrderAccessorType         DataAccessLogOrder = "accessor_type"
	OrderAccessorTypeDesc     DataAccessLogOrder = "-accessor_type"
	OrderUserUsername         DataAccessLogOrder = "user_username"
	OrderUserUsernameDesc     DataAccessLogOrder = "-user_username"
	OrderAccessorUsername     DataAccessLogOrder = "accessor_username"
	OrderAccessorUsernameDesc DataAccessLogOrder = "-accessor_username"
)

// DataAccessLogFilter selects data access logs. Its zero value asks for all of them, newest first.
type DataAccessLogFilter struct {
	// Since is inclusive and Until exclusive. Waldur itself knows only whole days, in its own time zone: the client
	// asks for one more day on either side, and drops the records outside the range, to the nanosecond.
	Since, Until time.Time
	// AccessorType is one of the documented types; Waldur refuses others.
	AccessorType AccessorType
	// AccessorUUID is the user who looked, and UserUUID the user whose data was looked at; both with or without dashes.
	AccessorUUID string
	UserUUID     string
	// Query is searched for in the user name, name and e-mail address of both persons. Any part matches, regardless of
	// case.
	Query string
	// Order is newest first unless set.
	Order []DataAccessLogOrder
	ListOptions
}

// List reads one page: the first page of the filter, or the page at its Cursor. It costs one request, or more if the
// log changed meanwhile. A page has up to 300 records, fewer if the server reduces it. See "Listing" in the package
// documentation, also for errors. Safe for concurrent use.
func (s *DataAccessLogsService) List(ctx context.Context, f DataAccessLogFilter) (*Page[DataAccessLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that continues after it, and every record exactly once. See
// "Listing" in the package documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *DataAccessLogsService) Pages(ctx context.Context, f DataAccessLogFilter) iter.Seq2[*Page[DataAccessLog], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *DataAccessLogsService) All(ctx context.Context, f DataAccessLogFilter) iter.Seq2[DataAccessLog, error] {
	return s.all(ctx, f)
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a
// page, which is empty if nothing is new. See [FollowOptions] and, for what ends it, "Resuming and following" in the
// package documentation. Safe for concurrent use.
func (s *DataAccessLogsService) Follow(ctx context.Context, f DataAccessLogFilter, o FollowOptions) iter.Seq2[*Page[DataAccessLog], error] {
	return s.follow(ctx, f, o)
}

// Get reads one record by its UUID, with or without dashes. It costs one request. Errors: ErrInvalidFilter if the text
// is not a UUID, ErrNotFound if there is no such record, and those of any request. Safe for concurrent use.
func (s *DataAccessLogsService) Get(ctx context.Context, uuid string) (*DataAccessLog, error) {
	const op = "DataAccessLogs.Get"
	return s.one(ctx, op, http.MethodGet, uuid, func(r *transport.Reply) (*DataAccessLog, error) { return readRecord(op, r, &dataAccessLogCodec) })
}

// Delete deletes one record by its UUID. Only staff users may delete, and a personal access token needs the scope STAFF.ACCESS.
// It costs one request. If a retry finds the record
// gone because an earlier attempt deleted it, that is a success. Errors: the same as for Get, and an *APIError if the answer
// is a success other than the documented 204. Safe for concurrent use.
func (s *DataAccessLogsService) Delete(ctx context.Context, uuid string) error {
	const op = "DataAccessLogs.Delete"
	_, err := s.one(ctx, op, http.MethodDelete, uuid, func(r *transport.Reply) (*DataAccessLog, error) { return nil, checkDeleted(op, r) })
	return err
}

// checkDeleted accepts only the documented answer: a page of a sign-in portal, for example, deletes nothing.
func checkDeleted(op string, r *transport.Reply) error {
	if r.Status == http.StatusNoContent {
		return nil
	}
	refusal := newAPIError(op, r)
	said := refusal.Message
	refusal.Message = "expected 204 No Content"
	if said != http.StatusText(r.Status) {
		refusal.Message += ": " + said
	}
	return refusal
}

func (s *DataAccessLogsService) one(ctx context.Context, op, method, uuid string, read func(*transport.Reply) (*DataAccessLog, error)) (*DataAccessLog, error) {
	c := check{op: op}
	if c.uuid("uuid", uuid); c.err() != nil && s.conn != nil {
		return nil, c.err()
	}
	return ask(ctx, s.conn, call{op: op, method: method, path: append(dataAccessLogsPath(), uuid), slash: true}, read)
}

// Count returns the number of records that match. It costs one HEAD request, which can express only whole UTC days:
// other bounds are ErrInvalidFilter, and so is a Cursor. The server counts by the days of its own time zone. Other
// errors: those of any request. Safe for concurrent use.
func (s *DataAccessLogsService) Count(ctx context.Context, f DataAccessLogFilter) (int, error) {
	const op = "DataAccessLogs.Count"
	c := check{op: op}
	f.check(&c)
	c.wholeDay("Since", f.Since)
	c.wholeDay("Until", f.Until)
	if f.Cursor != "" {
		c.refuse("Cursor", "has no meaning for a count")
	}
	if err := c.err(); err != nil && s.conn != nil {
		return 0, err
	}
	q := f.query()
	q.setDays(f.Since, f.Until, 0)
	head := call{op: op, method: http.MethodHead, path: dataAccessLogsPath(), slash: true, query: encodeQuery(q).Encode()}
	return ask(ctx, s.conn, head, func(r *transport.Reply) (int, error) {
		if err := checkStatus(op, r); err != nil {
			return 0, err
		}
		n := resultCount(r)
		if n < 0 {
			return 0, decodeError(op, r, -1, errors.New("no X-Result-Count"))
		}
		return n, nil
	})
}

// DataAccessLog records that somebody looked at a person's personal data.
type DataAccessLog struct {
	UUID           string          `json:"uuid"`
	Timestamp      time.Time       `json:"timestamp,omitzero"`
	AccessorType   AccessorType    `json:"accessor_type,omitempty"`
	AccessedFields []string        `json:"accessed_fields,omitzero"`
	User           UserRef         `json:"user"`
	Accessor       *UserRef        `json:"accessor"`             // nil if the accessor was deleted
	IPAddress      string          `json:"ip_address,omitempty"` // "" if unknown
	Context        json.RawMessage `json:"context,omitempty"`    // free-form, usually endpoint and method
	Raw            json.RawMessage `json:"-"`                    // the record exactly as it came
}

// UserRef identifies a Waldur user.
type UserRef struct {
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	FullName string `json:"full_name"`
}

// Key returns the identity of the record, its UUID.
func (l DataAccessLog) Key() string { return l.UUID }

func (l *DataAccessLog) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Text(&l.UUID)
		case "timestamp":
			r.Time(&l.Timestamp)
		case "accessor_type":
			r.Interned((*string)(&l.AccessorType))
		case "accessed_fields":
			r.InternedList(&l.AccessedFields)
		case "user":
			l.User.read(r)
		case "accessor":
			wire.Pointer(r, &l.Accessor, (*UserRef).read)
		case "ip_address":
			r.Interned(&l.IPAddress)
		case "context":
			r.Raw(&l.Context)
		default:
			r.Skip()
		}
	}
}

func (u *UserRef) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Interned(&u.UUID)
		case "username":
			r.Interned(&u.Username)
		case "full_name":
			r.Interned(&u.FullName)
		default:
			r.Skip()
		}
	}
}

var dataAccessLogCodec = wire.Codec[DataAccessLog]{
	Read:   (*DataAccessLog).read,
	Raw:    func(v *DataAccessLog) *json.RawMessage { return &v.Raw },
	HasKey: func(l *DataAccessLog) bool { return l.UUID != "" },
	Wire:   DataAccessLog.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (l *DataAccessLog) UnmarshalJSON(data []byte) error { return dataAccessLogCodec.Decode(data, l) }

// MarshalJSON writes the JSON form of the API: exactly as the record came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (l DataAccessLog) MarshalJSON() ([]byte, error) {
	return dataAccessLogCodec.Encode(l)
}

// plain returns the record without its methods.
func (l DataAccessLog) plain() any {
	type plain DataAccessLog
	return plain(l)
}

// Source returns the log as a [Source] of events. Its name is "waldur", followed by a digest of the filter if that
// selects by more than time. The filter's Cursor is ignored: Pages and Follow use the cursor that they are given.
func (s *DataAccessLogsService) Source(f DataAccessLogFilter) Source {
	f.Order = slices.Clone(f.Order)
	name := sourceName(string(APIWaldur), string(f.AccessorType), f.AccessorUUID, f.UserUUID, f.Query)
	return newSource(name, s.lister, f, func(f *DataAccessLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent returns the record in the form that all APIs share. Waldur logs who looked at personal data, so the action is
// always "view". The target is the user whose data was looked at.
func (l DataAccessLog) AsEvent() Event {
	e := Event{
		ID: l.Key(), Time: l.Timestamp.UTC(), API: APIWaldur, Action: actionView, SourceIP: l.IPAddress,
		Actor:  Actor{Kind: string(l.AccessorType)},
		Target: Target{Type: typeUser, ID: l.User.UUID, Name: l.User.name()},
		Record: l, Raw: l.Raw,
	}
	if l.Accessor != nil {
		e.Actor.ID, e.Actor.Name = l.Accessor.UUID, l.Accessor.name()
	}
	return e
}

// name returns the full name, or the user name if there is none.
func (u UserRef) name() string { return cmp.Or(u.FullName, u.Username) }

// String returns the String of the event: one line without the content of the record.
func (l DataAccessLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l DataAccessLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue returns the LogValue of the event: a group without the content of the record.
func (l DataAccessLog) LogValue() slog.Value { return l.AsEvent().LogValue() }
