package auditlogs

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Source is the log as a [Source] of events. Its name is "thousandeyes", followed by a digest of the filter where that
// selects by more than time. The filter's Cursor has no meaning: the one that Pages and Follow are given takes its place.
func (s *UserEventsService) Source(f UserEventFilter) Source {
	all := ""
	if f.AllPermittedAccountGroups {
		all = strconv.FormatBool(true)
	}
	name := sourceName(string(APIThousandEyes), f.AccountGroupID, all)
	return newSource(name, s.lister, f, func(f *UserEventFilter) *ListOptions { return &f.ListOptions })
}

// AsEvent is the record in the form that all APIs share. The target is the first of the resources. A login that failed is
// a failure; of no other event does ThousandEyes say how it ended.
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

// nameAndAddress takes "Name (address)" apart. Any other text is a name, or an address if it looks like one.
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

// isAddress tells whether a text can be an e-mail address and nothing besides.
func isAddress(text string) bool {
	at := strings.IndexByte(text, '@')
	return at > 0 && at < len(text)-1 && !strings.ContainsAny(text, " \t()<>,;")
}

// String is that of the event: one line without the content of the record.
func (e UserEvent) String() string { return e.AsEvent().String() }

// Format prints String, whatever the verb.
func (e UserEvent) Format(f fmt.State, verb rune) { formatText(f, verb, e.String()) }

// LogValue is that of the event: a group without the content of the record.
func (e UserEvent) LogValue() slog.Value { return e.AsEvent().LogValue() }
