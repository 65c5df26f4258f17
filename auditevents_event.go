package auditlogs

import (
	"cmp"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Source is the log as a [Source] of events. Its name is "akinon", followed by a digest of the filter where that selects
// by more than time. The filter's Cursor has no meaning: the one that Pages and Follow are given takes its place.
func (s *AuditEventsService) Source(f AuditEventFilter) Source {
	name := sourceName(string(APIAkinon), idText(f.ContentType), idText(f.ObjectID), idText(f.User))
	return newSource(name, s.lister, f, func(f *AuditEventFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent is the record in the form that all APIs share. Akinon logs requests and does not say which method they had: the
// action is always "request". The target's type is the number of the content type; what was asked for is the record's URL.
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

// idText is an id as text; 0 is none.
func idText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// String is that of the event: one line without the content of the record.
func (e AuditEvent) String() string { return e.AsEvent().String() }

// Format prints String, whatever the verb.
func (e AuditEvent) Format(f fmt.State, verb rune) { formatText(f, verb, e.String()) }

// LogValue is that of the event: a group without the content of the record.
func (e AuditEvent) LogValue() slog.Value { return e.AsEvent().LogValue() }

// String is the first of the user's name, address and id that is known.
func (u AuditEventUser) String() string { return word(u.actor().label()) }

// Format prints String, whatever the verb.
func (u AuditEventUser) Format(f fmt.State, verb rune) { formatText(f, verb, u.String()) }

// LogValue is a group with the attributes id, name, email and kind, as far as they are known.
func (u AuditEventUser) LogValue() slog.Value { return u.actor().LogValue() }
