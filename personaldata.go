package auditlogs

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/mask"
	"github.com/auditlogs/auditlogs-go/internal/scrub"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// PersonalDataLogsService reads Elastic Path Commerce Cloud's personal data logs: every change to a person's data. Only
// client_credentials tokens of the roles Seller Admin, Support and IT may read them.
//
// API: https://elasticpath.dev, "Get Personal Data Logs", GET /v2/personal-data/logs.
type PersonalDataLogsService struct {
	lister[PersonalDataLog, PersonalDataLogFilter]
}

func newPersonalDataLogsService(c *conn) *PersonalDataLogsService {
	return &PersonalDataLogsService{lister[PersonalDataLog, PersonalDataLogFilter]{op: "PersonalDataLogs", conn: c, open: openPersonalDataLogs}}
}

// PersonalDataLogFilter selects the personal data logs of one resource.
type PersonalDataLogFilter struct {
	// ResourceType and ResourceID are required, for example "customer" and a UUID. The filter grammar of the API has no
	// escapes, so a character other than letters, digits and - _ . * $ is ErrInvalidFilter.
	ResourceType string
	ResourceID   string
	// Since is inclusive and Until exclusive. The API has no such filter: the client reads everything and drops the
	// records outside the range.
	Since, Until time.Time
	ListOptions
}

// List reads one page: the first page of the filter, or the page at its Cursor. It costs one request, or more if the
// log changed meanwhile. A page has up to 100 records. A listing has up to 10,100; reading further is ErrOffsetLimit.
// See "Listing" in the package documentation, also for errors. Safe for concurrent use.
func (s *PersonalDataLogsService) List(ctx context.Context, f PersonalDataLogFilter) (*Page[PersonalDataLog], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that continues after it, and every record exactly once. See
// "Listing" in the package documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *PersonalDataLogsService) Pages(ctx context.Context, f PersonalDataLogFilter) iter.Seq2[*Page[PersonalDataLog], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *PersonalDataLogsService) All(ctx context.Context, f PersonalDataLogFilter) iter.Seq2[PersonalDataLog, error] {
	return s.all(ctx, f)
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a
// page, which is empty if nothing is new. See [FollowOptions] and, for what ends it, "Resuming and following" in the
// package documentation. Safe for concurrent use.
func (s *PersonalDataLogsService) Follow(ctx context.Context, f PersonalDataLogFilter, o FollowOptions) iter.Seq2[*Page[PersonalDataLog], error] {
	return s.follow(ctx, f, o)
}

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
	// ResourcePath is relationships.resource_path.url. The vendor's overview page types relationships as text. So a text in
	// place of relationships or of resource_path is read, too: as the object that it holds as JSON or, if it holds none, as
	// the path itself. Both are inferred.
	ResourcePath string
	Raw          json.RawMessage // the record exactly as it came
}

// Initiator is the token that was used for a change (access-token-* in the JSON). The vendor's overview page types it as
// text: a text that holds an object as JSON is read as that object, which is inferred. Of any other text, only Raw tells.
type Initiator struct {
	TokenEmail   string          `json:"access-token-email,omitempty"`
	TokenID      string          `json:"access-token-id,omitempty"` // exact, whether it came as a string or as a number
	TokenName    string          `json:"access-token-name,omitempty"`
	TokenStoreID string          `json:"access-token-store-id,omitempty"`
	TokenType    string          `json:"access-token-type,omitempty"`
	Raw          json.RawMessage `json:"-"` // the value exactly as it came
}

// Key returns the identity of the record, its ID.
func (l PersonalDataLog) Key() string { return l.ID }

func (l *PersonalDataLog) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "id":
			r.Text(&l.ID)
		case "store_id":
			r.Interned(&l.StoreID)
		case "type":
			r.Interned(&l.Type)
		case "initiator":
			initiatorCodec.Nested(r, &l.Initiator)
		case "time":
			r.Time(&l.Time)
		case "event_type":
			r.Interned(&l.EventType)
		case "delta":
			r.Raw(&l.Delta)
		case "resource_id":
			r.Interned(&l.ResourceID)
		case "resource_type":
			r.Interned(&l.ResourceType)
		case "relationships":
			l.readRelationships(r)
		default:
			r.Skip()
		}
	}
}

// readRelationships reads {"resource_path": {"url": "…"}}.
func (l *PersonalDataLog) readRelationships(r *wire.Reader) {
	readPath(r, &l.ResourcePath, "resource_path", func(r *wire.Reader, path *string) {
		readPath(r, path, "url", (*wire.Reader).Interned)
	})
}

// readPath reads a path that is in a member of an object. In place of the object there may be a text: that object as JSON,
// the path itself or, as in links, "null".
func readPath(r *wire.Reader, path *string, member string, read func(*wire.Reader, *string)) {
	object := func(r *wire.Reader, path *string) {
		for name := range r.Members {
			if string(name) == member {
				read(r, path)
			} else {
				r.Skip()
			}
		}
	}
	if !r.IsText() {
		object(r, path)
		return
	}
	held := *path
	switch text, ok := r.Embedded(func(in *wire.Reader) { object(in, &held) }); {
	case ok:
		*path = held
	case text != "null":
		*path = text
	}
}

var personalDataLogCodec = wire.Codec[PersonalDataLog]{
	Read:   (*PersonalDataLog).read,
	Raw:    func(v *PersonalDataLog) *json.RawMessage { return &v.Raw },
	HasKey: func(l *PersonalDataLog) bool { return l.ID != "" },
	Wire:   PersonalDataLog.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (l *PersonalDataLog) UnmarshalJSON(data []byte) error {
	return personalDataLogCodec.Decode(data, l)
}

// MarshalJSON writes the JSON form of the API: exactly as the record came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (l PersonalDataLog) MarshalJSON() ([]byte, error) {
	return personalDataLogCodec.Encode(l)
}

func (l PersonalDataLog) plain() any {
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

// read reads the members. The ID of a token has 19 digits and comes as a string or as a number.
func (i *Initiator) read(r *wire.Reader) {
	if r.IsText() {
		var held Initiator
		if _, ok := r.Embedded(held.read); ok {
			*i = held
		}
		return
	}
	for name := range r.Members {
		switch string(name) {
		case "access-token-email":
			r.Interned(&i.TokenEmail)
		case "access-token-id":
			r.StringOrNumber(&i.TokenID)
		case "access-token-name":
			r.Interned(&i.TokenName)
		case "access-token-store-id":
			r.Interned(&i.TokenStoreID)
		case "access-token-type":
			r.Interned(&i.TokenType)
		default:
			r.Skip()
		}
	}
}

var initiatorCodec = wire.Codec[Initiator]{
	Read:   (*Initiator).read,
	Raw:    func(v *Initiator) *json.RawMessage { return &v.Raw },
	HasKey: nil, // it is no record
	Wire:   Initiator.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (i *Initiator) UnmarshalJSON(data []byte) error { return initiatorCodec.Decode(data, i) }

// MarshalJSON writes the JSON form of the API: exactly as the value came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced.
func (i Initiator) MarshalJSON() ([]byte, error) { return initiatorCodec.Encode(i) }

// plain returns the value without its methods.
func (i Initiator) plain() any {
	type plain Initiator
	return plain(i)
}

// Source returns the log of one resource as a [Source] of events. Its name is "elasticpath" and the resource, such as
// "elasticpath customer:ID". The filter's Cursor is ignored: Pages and Follow use the cursor that they are given.
func (s *PersonalDataLogsService) Source(f PersonalDataLogFilter) Source {
	name := string(APIElasticPath) + " " + f.ResourceType + ":" + f.ResourceID
	return newSource(name, s.lister, f, func(f *PersonalDataLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent returns the record in the form that all APIs share. The actor is the token that was used for the change. An initiator
// that is a text without such a token is taken for a name or an address (inferred).
func (l PersonalDataLog) AsEvent() Event {
	return Event{
		ID: l.Key(), Time: l.Time.UTC(), API: APIElasticPath, Action: l.EventType, Actor: l.Initiator.actor(),
		Target: Target{Type: l.ResourceType, ID: l.ResourceID},
		Record: l, Raw: l.Raw,
	}
}

func (i Initiator) actor() Actor {
	actor := Actor{ID: i.TokenID, Name: i.TokenName, Email: i.TokenEmail, Kind: i.TokenType}
	if actor == (Actor{}) {
		actor.Name, actor.Email = nameAndAddress(scrub.Scalar(i.Raw))
	}
	return actor
}

// String returns the String of the event: one line without the content of the record.
func (l PersonalDataLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l PersonalDataLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue returns the LogValue of the event: a group without the content of the record.
func (l PersonalDataLog) LogValue() slog.Value { return l.AsEvent().LogValue() }

// String returns the first of the token's name, address and ID that is known.
func (i Initiator) String() string { return word(i.actor().label()) }

// Format prints String, whatever the verb.
func (i Initiator) Format(f fmt.State, verb rune) { formatText(f, verb, i.String()) }

// LogValue returns a group for slog with the attributes id, name, email and kind, if they are known.
func (i Initiator) LogValue() slog.Value { return i.actor().LogValue() }

// Redacted returns a copy whose delta has the names of the changed fields, and "[redacted]" as the value of each.
func (l PersonalDataLog) Redacted() PersonalDataLog {
	l.Delta = mask.Members(l.Delta)
	wire, err := l.MarshalJSON()
	var masked PersonalDataLog
	if err == nil && masked.UnmarshalJSON(wire) == nil {
		return masked
	}
	l.Raw = nil
	return l
}
