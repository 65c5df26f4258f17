package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// UserEventsService reads Cisco ThousandEyes' activity log: what users did. Events are kept for two years. Without the
// permission to view the activity of all users, the API silently returns only the caller's own events.
//
// API: https://developer.cisco.com/docs/thousandeyes/list-activity-log-events/.
type UserEventsService struct {
	lister[UserEvent, UserEventFilter]
}

func newUserEventsService(c *conn) *UserEventsService {
	return &UserEventsService{lister[UserEvent, UserEventFilter]{op: "UserEvents", conn: c, open: openUserEvents}}
}

// UserEventFilter selects user events. Its zero value asks for all of them in the token's own account group.
type UserEventFilter struct {
	// AccountGroupID (aid) selects an account group that the token's user belongs to; see AccountGroups. Without it, the API
	// lists the user's login group.
	AccountGroupID string
	// AllPermittedAccountGroups (useAllPermittedAids) adds all groups that the user belongs to. Together with AccountGroupID
	// it is ErrInvalidFilter: no document says what both mean, and the vendor's own clients send one or the other (observed).
	AllPermittedAccountGroups bool
	// Window asks for the given time up to the server's current time, in whole seconds. Fractions of a second are
	// ErrInvalidFilter, and so is Since or Until together with Window.
	Window time.Duration
	// Since is inclusive and Until exclusive. The API knows only whole seconds. Without Since, the client asks for
	// everything since 1970 or, if the API refuses that, for the two years for which it keeps events.
	Since, Until time.Time
	// PageSize is sent as max, which the API does not document for this operation (observed in a production collector, and
	// echoed by the server). Without it, nothing is sent and the server chooses. The server may give fewer records, and no
	// largest value is known. If it refuses max by name, the client asks again without it and then leaves it out. It is
	// left out, too, of a listing that takes the place of one whose next link leads nowhere. A cursor may keep the size with which its listing began.
	ListOptions
}

// List reads one page: the first page of the filter, or the page at its Cursor. It costs one request, or more if the
// server's own cursor has expired or its next link leads nowhere: then a new listing is read up to the first record that
// is new. See "Listing" in the package documentation, also for errors. Safe for concurrent use.
func (s *UserEventsService) List(ctx context.Context, f UserEventFilter) (*Page[UserEvent], error) {
	return s.list(ctx, f)
}

// Pages reads page after page, each with the cursor that continues after it, and every record exactly once. See
// "Listing" in the package documentation. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *UserEventsService) Pages(ctx context.Context, f UserEventFilter) iter.Seq2[*Page[UserEvent], error] {
	return s.pages(ctx, f)
}

// All reads the records of Pages one by one. Safe for concurrent use; the iterator belongs to the goroutine that ranges
// over it.
func (s *UserEventsService) All(ctx context.Context, f UserEventFilter) iter.Seq2[UserEvent, error] {
	return s.all(ctx, f)
}

// Follow delivers new records as they appear, until ctx ends. Each poll costs at least one request and ends with a
// page, which is empty if nothing is new. See [FollowOptions] and, for what ends it, "Resuming and following" in the
// package documentation. Safe for concurrent use.
func (s *UserEventsService) Follow(ctx context.Context, f UserEventFilter, o FollowOptions) iter.Seq2[*Page[UserEvent], error] {
	return s.follow(ctx, f, o)
}

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
	// Ordinal distinguishes equal events of one second: 0 for the first, then 1, 2 and so on. It is not part of the
	// JSON.
	Ordinal int             `json:"-"`
	Raw     json.RawMessage `json:"-"` // the record exactly as it came
}

// EventResource is something that an event touched.
type EventResource struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// Key returns the identity of the record: a digest of what says who did what, when, from where and to what, and of
// Ordinal, because the API has no ID. The digest is made of
//
//   - AccountGroupID or, if there is none, AccountGroupName
//   - Date
//   - Event
//   - IPAddress
//   - UserID or, if there is none, User
//   - Resources, in any order
//   - Ordinal
//
// A name next to an ID is left out, because a group or a user can be renamed after the event, and the API documents no
// order of resources. All the rest is kept: events of one second that differ in it are different events. Events that
// agree in all of it are told apart by Ordinal alone.
//
// The digest used to be one of every field as it came. Cursors from then still work.
func (e UserEvent) Key() string {
	e.Resources = inOrder(e.Resources)
	if e.AccountGroupID != "" {
		e.AccountGroupName = ""
	}
	if e.UserID != "" {
		e.User = ""
	}
	return e.contentKey()
}

// hash returns a hash of what the key is a digest of.
func (e *UserEvent) hash() exact.Hash {
	group, user := e.AccountGroupID, e.UserID
	h := exact.HashOf(e.Event).And(e.IPAddress).AndNumber(e.Date.UnixNano()).AndNumber(int64(e.Ordinal))
	if group == "" {
		h = h.And(group)
		group = e.AccountGroupName
	}
	if user == "" {
		h = h.And(user)
		user = e.User
	}
	var resources exact.Hash // in any order
	for i := range e.Resources {
		resources += exact.HashOf(e.Resources[i].Type).And(e.Resources[i].Name)
	}
	return h.And(group).And(user).AndNumber(int64(resources))
}

// formerKey returns the key that earlier releases gave the record as the nth of those that are equal. Cursors that they
// wrote remember records by it.
func (e UserEvent) formerKey(n int) string {
	e.Ordinal = n
	return e.contentKey()
}

// contentKey returns a digest of every field as it is.
func (e *UserEvent) contentKey() string {
	var few [16]string // keeps the usual event off the heap
	parts := append(few[:0], e.AccountGroupID, e.AccountGroupName, stamp(e.Date), e.Event, e.IPAddress, e.UserID, e.User)
	for _, r := range e.Resources {
		parts = append(parts, r.Type, r.Name)
	}
	return exact.ContentKey(append(parts, strconv.Itoa(e.Ordinal))...)
}

// inOrder returns resources by type and name. It does not change the given slice.
func inOrder(resources []EventResource) []EventResource {
	compare := func(a, b EventResource) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Name, b.Name))
	}
	if slices.IsSortedFunc(resources, compare) {
		return resources
	}
	return slices.SortedFunc(slices.Values(resources), compare)
}

// says reports whether the record says anything: its key is a digest of its content.
func (e *UserEvent) says() bool {
	return !e.Date.IsZero() || e.AccountGroupID != "" || e.AccountGroupName != "" || e.Event != "" || e.IPAddress != "" || e.UserID != "" ||
		e.User != "" || len(e.Resources) > 0
}

// read reads the members. In version 6 of the API, IDs were numbers.
func (e *UserEvent) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "aid":
			r.StringOrNumber(&e.AccountGroupID)
		case "accountGroupName":
			r.Interned(&e.AccountGroupName)
		case "date":
			r.Time(&e.Date)
		case "event":
			r.Interned(&e.Event)
		case "ipAddress":
			r.Interned(&e.IPAddress)
		case "uid":
			r.StringOrNumber(&e.UserID)
		case "user":
			r.Interned(&e.User)
		case "resources":
			wire.Slice(r, &e.Resources, (*EventResource).read)
		default:
			r.Skip()
		}
	}
}

func (e *EventResource) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "type":
			r.Interned(&e.Type)
		case "name":
			r.Interned(&e.Name)
		default:
			r.Skip()
		}
	}
}

var userEventCodec = wire.Codec[UserEvent]{
	Read:   (*UserEvent).read,
	Raw:    func(v *UserEvent) *json.RawMessage { return &v.Raw },
	HasKey: (*UserEvent).says,
	Wire:   UserEvent.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (e *UserEvent) UnmarshalJSON(data []byte) error { return userEventCodec.Decode(data, e) }

// MarshalJSON writes the JSON form of the API: exactly as the record came, except for fields that were changed since
// and for bytes that are not UTF-8, which are replaced. Ordinal is not part of it.
func (e UserEvent) MarshalJSON() ([]byte, error) { return userEventCodec.Encode(e) }

// plain returns the record without its methods.
func (e UserEvent) plain() any {
	type plain UserEvent
	return plain(e)
}

// Source returns the log as a [Source] of events. Its name is "thousandeyes", followed by a digest of the filter if
// that selects by more than time. The filter's Cursor is ignored: Pages and Follow use the cursor that they are given.
func (s *UserEventsService) Source(f UserEventFilter) Source {
	all := ""
	if f.AllPermittedAccountGroups {
		all = strconv.FormatBool(true)
	}
	name := sourceName(string(APIThousandEyes), f.AccountGroupID, all)
	return newSource(name, s.lister, f, func(f *UserEventFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent returns the record in the form that all APIs share. The target is the first of the resources. The outcome of
// a failed login is OutcomeFailure; ThousandEyes gives no outcome for other events.
func (e UserEvent) AsEvent() Event {
	event := Event{
		ID: e.Key(), Time: e.Date.UTC(), API: APIThousandEyes, Action: e.Event, SourceIP: e.IPAddress,
		Actor:  Actor{ID: e.UserID},
		Record: e, Raw: e.Raw,
	}
	if event.Actor.Name, event.Actor.Email = nameAndAddress(e.User); event.Actor != (Actor{}) {
		event.Actor.Kind = kindUser
	}
	if len(e.Resources) > 0 {
		event.Target = Target{Type: e.Resources[0].Type, Name: e.Resources[0].Name}
	}
	if strings.EqualFold(strings.TrimSuffix(e.Event, "."), "login failed") {
		event.Outcome = OutcomeFailure
	}
	return event
}

// nameAndAddress splits "Name (address)". Any other text is a name, or an address if it looks like one.
func nameAndAddress(user string) (name, address string) {
	user = strings.TrimSpace(user)
	if i := strings.LastIndexByte(user, '('); i >= 0 && strings.HasSuffix(user, ")") {
		if inner := strings.TrimSpace(user[i+1 : len(user)-1]); isAddress(inner) {
			return strings.TrimSpace(user[:i]), inner
		}
	}
	if isAddress(user) {
		return "", user
	}
	return user, ""
}

// isAddress reports whether a text can be an e-mail address and nothing else.
func isAddress(text string) bool {
	at := strings.IndexByte(text, '@')
	return at > 0 && at < len(text)-1 && !strings.ContainsAny(text, " \t()<>,;")
}

// String returns the String of the event: one line without the content of the record.
func (e UserEvent) String() string { return e.AsEvent().String() }

// Format prints String, whatever the verb.
func (e UserEvent) Format(f fmt.State, verb rune) { formatText(f, verb, e.String()) }

// LogValue returns the LogValue of the event: a group without the content of the record.
func (e UserEvent) LogValue() slog.Value { return e.AsEvent().LogValue() }
