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

// DataAccessLogsService reads and deletes Waldur's data access logs: who looked at whose personal data.
// Staff and support may read, only staff may delete; a server keeps the rows for 90 days.
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

// DataAccessLogOrder is a field that Waldur sorts by; a leading minus turns it round.
type DataAccessLogOrder string

// The documented orders. Only an order that begins with the timestamp keeps the promise of exactly-once reading.
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

// DataAccessLogFilter selects data access logs; its zero value asks for all of them, newest first.
type DataAccessLogFilter struct {
	// Since is the first instant asked for, Until the first one no longer. Waldur itself knows whole days only, in its
	// own time zone: the client asks for a day more on either side and trims to the nanosecond.
	Since, Until time.Time
	// AccessorType is one of the documented types; Waldur refuses others.
	AccessorType AccessorType
	// AccessorUUID is who looked, UserUUID whose data was looked at; with or without dashes.
	AccessorUUID string
	UserUUID     string
	// Query is looked for in the user name, name and e-mail address of both persons; any part matches, whatever its case.
	Query string
	// Order is newest first unless set.
	Order []DataAccessLogOrder
	ListOptions
}

// List reads one page: the first of the filter, or the one that its Cursor leads to. It costs one request, and more where
// the log changed meanwhile. A page holds up to 300 records, fewer where the server cuts it.
// See "Listing" in the package documentation, for errors too. Safe for concurrent use.
func (s *DataAccessLogsService) List(ctx context.Context, f DataAccessLogFilter) (*Page[DataAccessLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that leads on, and every record exactly once. See "Listing" in the package
// documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *DataAccessLogsService) Pages(ctx context.Context, f DataAccessLogFilter) iter.Seq2[*Page[DataAccessLog], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges over it.
func (s *DataAccessLogsService) All(ctx context.Context, f DataAccessLogFilter) iter.Seq2[DataAccessLog, error] {
	return Items(s.Pages(ctx, f))
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a page, an
// empty one if nothing is new. See [FollowOptions], and "Resuming and following" in the package documentation, for what ends
// it. Safe for concurrent use.
func (s *DataAccessLogsService) Follow(ctx context.Context, f DataAccessLogFilter, o FollowOptions) iter.Seq2[*Page[DataAccessLog], error] {
	return s.follow(ctx, f, o)
}

// Get reads one record by its UUID, with dashes or without. It costs one request. Errors: ErrInvalidFilter for what is no
// UUID, ErrNotFound where there is no such record, and those of any request. Safe for concurrent use.
func (s *DataAccessLogsService) Get(ctx context.Context, uuid string) (*DataAccessLog, error) {
	const op = "DataAccessLogs.Get"
	return s.one(ctx, op, http.MethodGet, uuid, func(r *transport.Reply) (*DataAccessLog, error) { return readRecord(op, r, &dataAccessLogCodec) })
}

// Delete deletes one record by its UUID; only staff may. It costs one request. A record that an earlier, retried attempt
// deleted counts as deleted. Errors: as Get. Safe for concurrent use.
func (s *DataAccessLogsService) Delete(ctx context.Context, uuid string) error {
	_, err := s.one(ctx, "DataAccessLogs.Delete", http.MethodDelete, uuid, func(*transport.Reply) (*DataAccessLog, error) { return nil, nil })
	return err
}

func (s *DataAccessLogsService) one(ctx context.Context, op, method, uuid string, read func(*transport.Reply) (*DataAccessLog, error)) (*DataAccessLog, error) {
	c := check{op: op}
	if c.uuid("uuid", uuid); c.err() != nil && s.conn != nil {
		return nil, c.err()
	}
	return ask(ctx, s.conn, call{op: op, method: method, path: append(dataAccessLogsPath(), uuid), slash: true}, read)
}

// Count says how many records match. It costs one HEAD request, which knows whole UTC days only: other bounds are
// ErrInvalidFilter, as is a Cursor. It counts what the server sees in its own time zone. Errors: those of any
// request, too. Safe for concurrent use.
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
		n := resultCount(r)
		if n < 0 {
			return 0, &DecodeError{Op: op, Index: -1, Err: errors.New("no X-Result-Count")}
		}
		return n, nil
	})
}

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

// UnmarshalJSON reads the wire form. Names of members are told apart by case.
func (l *DataAccessLog) UnmarshalJSON(data []byte) error { return dataAccessLogCodec.Decode(data, l) }

// MarshalJSON gives the wire form back: exactly as the record came, but for fields that were changed since.
func (l DataAccessLog) MarshalJSON() ([]byte, error) {
	return dataAccessLogCodec.Encode(l)
}

// plain is the record without its methods.
func (l DataAccessLog) plain() any {
	type plain DataAccessLog
	return plain(l)
}

// Source is the log as a [Source] of events. Its name is "waldur", followed by a digest of the filter where that selects
// by more than time. The filter's Cursor has no meaning: the one that Pages and Follow are given takes its place.
func (s *DataAccessLogsService) Source(f DataAccessLogFilter) Source {
	f.Order = slices.Clone(f.Order)
	name := sourceName(string(APIWaldur), string(f.AccessorType), f.AccessorUUID, f.UserUUID, f.Query)
	return newSource(name, s.lister, f, func(f *DataAccessLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent is the record in the form that all APIs share. Waldur's log is one of looks at personal data, so the action is
// always "view"; the target is the user who was looked at.
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

// name is what a person is called.
func (u UserRef) name() string { return cmp.Or(u.FullName, u.Username) }

// String is that of the event: one line without the content of the record.
func (l DataAccessLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l DataAccessLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue is that of the event: a group without the content of the record.
func (l DataAccessLog) LogValue() slog.Value { return l.AsEvent().LogValue() }
