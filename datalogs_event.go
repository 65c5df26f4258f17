package auditlogs

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
)

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
