package auditlogs

import (
	"fmt"
	"log/slog"
)

// Source is the log of one resource as a [Source] of events. Its name is "elasticpath" and the resource, such as
// "elasticpath customer:ID". The filter's Cursor has no meaning: the one that Pages and Follow are given takes its place.
func (s *PersonalDataLogsService) Source(f PersonalDataLogFilter) Source {
	name := string(APIElasticPath) + " " + f.ResourceType + ":" + f.ResourceID
	return newSource(name, s.lister, f, func(f *PersonalDataLogFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent is the record in the form that all APIs share. The actor is the token that the change was made with.
func (l PersonalDataLog) AsEvent() Event {
	return Event{
		ID: l.Key(), Time: l.Time.UTC(), API: APIElasticPath, Action: l.EventType, Actor: l.Initiator.actor(),
		Target: Target{Type: l.ResourceType, ID: l.ResourceID},
		Record: l, Raw: l.Raw,
	}
}

func (i Initiator) actor() Actor {
	return Actor{ID: i.TokenID, Name: i.TokenName, Email: i.TokenEmail, Kind: i.TokenType}
}

// String is that of the event: one line without the content of the record.
func (l PersonalDataLog) String() string { return l.AsEvent().String() }

// Format prints String, whatever the verb.
func (l PersonalDataLog) Format(f fmt.State, verb rune) { formatText(f, verb, l.String()) }

// LogValue is that of the event: a group without the content of the record.
func (l PersonalDataLog) LogValue() slog.Value { return l.AsEvent().LogValue() }

// String is the first of the token's name, address and id that is known.
func (i Initiator) String() string { return word(i.actor().label()) }

// Format prints String, whatever the verb.
func (i Initiator) Format(f fmt.State, verb rune) { formatText(f, verb, i.String()) }

// LogValue is a group with the attributes id, name, email and kind, as far as they are known.
func (i Initiator) LogValue() slog.Value { return i.actor().LogValue() }
