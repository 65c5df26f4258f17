package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/mask"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// AuditEventsService reads Akinon Commerce's audit events: requests that changed something.
//
// API: https://apidocs.akinon.com/commerce-openapis/data-warehouse/audit-events.
type AuditEventsService struct {
	lister[AuditEvent, AuditEventFilter]
}

func newAuditEventsService(c *conn) *AuditEventsService {
	return &AuditEventsService{lister[AuditEvent, AuditEventFilter]{op: "AuditEvents", conn: c, open: openAuditEvents}}
}

// AuditEventFilter selects audit events. Its zero value asks for all of them, newest first.
type AuditEventFilter struct {
	// Since (timestamp__gte) is inclusive, and Until (timestamp__lt) exclusive.
	Since, Until time.Time
	// Timestamp selects one exact instant. TimestampGT is exclusive, and TimestampLTE inclusive.
	Timestamp    time.Time
	TimestampGT  time.Time
	TimestampLTE time.Time
	// ContentType is the kind of the changed object, a number that differs between installations. 0 asks for all, also in the
	// two fields that follow.
	ContentType int64
	ObjectID    int64
	User        int64
	// Sort is newest first unless set. Its values are undocumented: if the API refuses the client's own, the records come in
	// the API's order. With a value that is not by timestamp, exactly-once
	// reading is not promised.
	Sort string
	ListOptions
}

// List reads one page: the first page of the filter, or the page at its Cursor. It costs one request, or more if the
// log changed meanwhile. A page has up to 1,000 records, fewer if the server reduces or refuses it: its own limit is undocumented.
// See "Listing" in the package documentation, also for errors. Safe for concurrent use.
func (s *AuditEventsService) List(ctx context.Context, f AuditEventFilter) (*Page[AuditEvent], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that continues after it, and every record exactly once. See
// "Listing" in the package documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *AuditEventsService) Pages(ctx context.Context, f AuditEventFilter) iter.Seq2[*Page[AuditEvent], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *AuditEventsService) All(ctx context.Context, f AuditEventFilter) iter.Seq2[AuditEvent, error] {
	return s.all(ctx, f)
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a
// page, which is empty if nothing is new. See [FollowOptions] and, for what ends it, "Resuming and following" in the
// package documentation. Safe for concurrent use.
func (s *AuditEventsService) Follow(ctx context.Context, f AuditEventFilter, o FollowOptions) iter.Seq2[*Page[AuditEvent], error] {
	return s.follow(ctx, f, o)
}

// Get reads one event by its UUID, with or without dashes. It costs one request. The API leaves the user out of this
// answer. Errors: ErrInvalidFilter if the text is not a UUID, ErrNotFound if there is no such event, and those of any
// request. Safe for concurrent use.
func (s *AuditEventsService) Get(ctx context.Context, uuid string) (*AuditEvent, error) {
	c := check{op: "AuditEvents.Get"}
	if c.uuid("uuid", uuid); c.err() != nil && s.conn != nil {
		return nil, c.err()
	}
	get := call{op: c.op, path: []string{"audit-events", dashed(uuid)}, slash: true}
	return ask(ctx, s.conn, get, func(r *transport.Reply) (*AuditEvent, error) { return readRecord(c.op, r, &auditEventCodec) })
}

// dashed returns a checked UUID in the form that Akinon documents.
func dashed(uuid string) string {
	if len(uuid) != 32 {
		return uuid
	}
	return uuid[:8] + "-" + uuid[8:12] + "-" + uuid[12:16] + "-" + uuid[16:20] + "-" + uuid[20:]
}

// AuditEvent is one request that changed something in Akinon Commerce.
type AuditEvent struct {
	UUID string `json:"uuid"`
	// Timestamp has microseconds. Without a zone, with a T or a blank before the time of day, it is read as UTC. That is
	// inferred: the API documents RFC 3339, and times without a zone are in the date rules of another product of the vendor.
	Timestamp   time.Time       `json:"timestamp,omitzero"`
	User        *AuditEventUser `json:"user"` // nil if the API named nobody
	ContentType int64           `json:"content_type,omitempty"`
	ObjectID    int64           `json:"object_id,omitempty"` // 0 if there is none
	RemoteAddr  string          `json:"remote_addr,omitempty"`
	URL         string          `json:"url,omitempty"`
	// Content, Headers, PostData and QueryParams are free-form and kept as they came. They may hold secrets.
	Content     json.RawMessage `json:"content,omitempty"`
	Headers     json.RawMessage `json:"headers,omitempty"`
	PostData    json.RawMessage `json:"post_data,omitempty"`
	QueryParams json.RawMessage `json:"query_params,omitempty"`
	Raw         json.RawMessage `json:"-"` // the record exactly as it came
}

// AuditEventUser is the user who made the request. The API sends an object or only an ID; in the latter case the other
// fields are "".
type AuditEventUser struct {
	ID        string
	Email     string
	FirstName string
	LastName  string
	Username  string
	Raw       json.RawMessage // the value exactly as it came
}

// Key returns the identity of the record, its UUID.
func (e AuditEvent) Key() string { return e.UUID }

func (e *AuditEvent) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "uuid":
			r.Text(&e.UUID)
		case "timestamp":
			r.ZonelessTime(&e.Timestamp)
		case "user":
			wire.Pointer(r, &e.User, (*AuditEventUser).readValue)
		case "content_type":
			r.Int(&e.ContentType)
		case "object_id":
			r.Int(&e.ObjectID)
		case "remote_addr":
			r.Interned(&e.RemoteAddr)
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

var auditEventCodec = wire.Codec[AuditEvent]{
	Read:   (*AuditEvent).read,
	Raw:    func(v *AuditEvent) *json.RawMessage { return &v.Raw },
	HasKey: func(e *AuditEvent) bool { return e.UUID != "" },
	Wire:   AuditEvent.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (e *AuditEvent) UnmarshalJSON(data []byte) error { return auditEventCodec.Decode(data, e) }

// MarshalJSON writes the JSON form of the API: exactly as the record came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (e AuditEvent) MarshalJSON() ([]byte, error) { return auditEventCodec.Encode(e) }

// plain returns the record without its methods.
func (e AuditEvent) plain() any {
	type plain AuditEvent
	return plain(e)
}

// readValue reads a user within a record.
func (u *AuditEventUser) readValue(r *wire.Reader) { auditEventUserCodec.Nested(r, u) }

func (u *AuditEventUser) read(r *wire.Reader) {
	if !r.IsObject() { // a bare id
		r.StringOrNumber(&u.ID)
		return
	}
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.StringOrNumber(&u.ID)
		case "email":
			r.Interned(&u.Email)
		case "first_name":
			r.Interned(&u.FirstName)
		case "last_name":
			r.Interned(&u.LastName)
		case "username":
			r.Interned(&u.Username)
		default:
			r.Skip()
		}
	}
}

var auditEventUserCodec = wire.Codec[AuditEventUser]{
	Read:   (*AuditEventUser).read,
	Raw:    func(v *AuditEventUser) *json.RawMessage { return &v.Raw },
	HasKey: nil, // it is no record
	Wire:   AuditEventUser.plain,
}

// UnmarshalJSON reads an object, or a bare id.
func (u *AuditEventUser) UnmarshalJSON(data []byte) error { return auditEventUserCodec.Decode(data, u) }

// MarshalJSON writes the JSON form of the API: exactly as the user came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (u AuditEventUser) MarshalJSON() ([]byte, error) {
	return auditEventUserCodec.Encode(u)
}

// plain returns the object form.
func (u AuditEventUser) plain() any {
	return struct {
		ID        string `json:"id"`
		Email     string `json:"email,omitempty"`
		FirstName string `json:"first_name,omitempty"`
		LastName  string `json:"last_name,omitempty"`
		Username  string `json:"username,omitempty"`
	}{u.ID, u.Email, u.FirstName, u.LastName, u.Username}
}

// Source returns the log as a [Source] of events. Its name is "akinon", followed by a digest of the filter if that
// selects by more than time. The filter's Cursor is ignored: Pages and Follow use the cursor that they are given.
func (s *AuditEventsService) Source(f AuditEventFilter) Source {
	name := sourceName(string(APIAkinon), idText(f.ContentType), idText(f.ObjectID), idText(f.User))
	return newSource(name, s.lister, f, func(f *AuditEventFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent returns the record in the form that all APIs share. Akinon logs requests but not their method, so the action
// is always "request". The target's type is the number of the content type. The requested URL is in the record.
func (e AuditEvent) AsEvent() Event {
	event := Event{
		ID: e.Key(), Time: e.Timestamp.UTC(), API: APIAkinon, Action: actionRequest, SourceIP: e.RemoteAddr,
		Target: Target{Type: idText(e.ContentType), ID: idText(e.ObjectID)},
		Record: e, Raw: e.Raw,
	}
	if e.User != nil {
		event.Actor = e.User.actor()
	}
	return event
}

func (u AuditEventUser) actor() Actor {
	name := strings.TrimSpace(u.FirstName + " " + u.LastName)
	return Actor{ID: u.ID, Name: cmp.Or(name, u.Username), Email: u.Email, Kind: kindUser}
}

// idText returns an ID as text; "" for 0, which means none.
func idText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// String returns the String of the event: one line without the content of the record.
func (e AuditEvent) String() string { return e.AsEvent().String() }

// Format prints String, whatever the verb.
func (e AuditEvent) Format(f fmt.State, verb rune) { formatText(f, verb, e.String()) }

// LogValue returns the LogValue of the event: a group without the content of the record.
func (e AuditEvent) LogValue() slog.Value { return e.AsEvent().LogValue() }

// String returns the first of the user's name, address and ID that is known.
func (u AuditEventUser) String() string { return word(u.actor().label()) }

// Format prints String, whatever the verb.
func (u AuditEventUser) Format(f fmt.State, verb rune) { formatText(f, verb, u.String()) }

// LogValue returns a group for slog with the attributes id, name, email and kind, if they are known.
func (u AuditEventUser) LogValue() slog.Value { return u.actor().LogValue() }

// Redacted returns a copy in which secrets are "[redacted]". A secret is a value, at any depth, whose name suggests an
// authorization, a cookie, a token, a password, a secret, a key, a session, CSRF, a signature or a payment card.
// Redacted looks in headers, post data, query, content and URL: in JSON, in JSON within texts, in forms and in header
// lines. If a text contains such a name but is none of these, it is masked completely, and so are texts that look like
// credentials. Secrets under other names, and in the path of the URL, are not found.
func (e AuditEvent) Redacted() AuditEvent {
	wire, err := e.MarshalJSON()
	var masked AuditEvent
	if err == nil && masked.UnmarshalJSON(mask.JSON(wire)) == nil {
		return masked
	}
	e.Content, e.Headers, e.PostData, e.QueryParams, e.URL, e.Raw = nil, nil, nil, nil, "", nil // not JSON after all
	return e
}
