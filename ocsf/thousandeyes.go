package ocsf

import (
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var thousandEyesLog = newProduct(auditlogs.APIThousandEyes, "ThousandEyes", "Cisco", "Audit user events", "date")

// thousandEyes maps what a user did. The log says that in a phrase, of which no list is published: only phrases that say plainly
// what they are have an activity, and every other one is Other, in its own words.
func (m *mapping) thousandEyes(e *auditlogs.Event, r *auditlogs.UserEvent) {
	m.product = thousandEyesLog
	m.record.place("aid", "accountGroupName", "event", "uid", "ipAddress")
	phrase := phraseOf(r.Event)
	if a, ok := authActivity(phrase); ok {
		m.head(e, &authentication, a)
		m.member("user", e.Actor, r)
		service := m.open("service")
		m.text("name", "ThousandEyes")
		m.close(service)
	} else {
		m.head(e, &entityManagement, lastWordActivity(phrase, r.Event))
		actor := m.open("actor")
		m.member("user", e.Actor, r)
		m.close(actor)
		m.entity(e.Target)
		m.onlyResource(r)
	}
	if len(r.Resources) == 0 {
		m.record.place("resources")
	}
	m.source(r.IPAddress, false)
	m.text("message", r.Event)
}

// member writes a user and the account group of the event. The user comes as one text; if its address is none by the schema,
// the text stays.
func (m *mapping) member(name string, who auditlogs.Actor, r *auditlogs.UserEvent) {
	begin := m.open(name)
	if m.userMembers(unspecific(who), "") == (who.Email != "") {
		m.record.place("user")
	}
	if r.AccountGroupID != "" || r.AccountGroupName != "" {
		account := m.open("account")
		m.text("name", r.AccountGroupName)
		m.text("uid", r.AccountGroupID)
		m.number("type_id", otherID)
		m.text("type", "Account group")
		m.close(account)
	}
	m.close(begin)
}

// onlyResource places the only resource, which is the entity, unless it has more than a type and a name.
func (m *mapping) onlyResource(r *auditlogs.UserEvent) {
	list := m.record.find("resources")
	if list == nil || len(r.Resources) != 1 {
		return
	}
	only := m.objectOf(m.record.value(list)[1:])
	only.place("type", "name")
	list.placed = only.isPlaced()
}

// phraseOf returns a phrase without what is only its form: capitals and the full stop at its end.
func phraseOf(said string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(said), "."))
}

// authActivity reports whether a phrase is about somebody who logs in or out.
func authActivity(phrase string) (a activity, ok bool) {
	switch strings.TrimPrefix(phrase, "user ") {
	case "login", "logged in", "login failed", "login succeeded", "login successful":
		return activity{id: logon}, true
	case "logout", "logged out":
		return activity{id: logoff}, true
	default:
		return activity{}, false
	}
}

// lastWordActivity is what the last word of a phrase says was done.
func lastWordActivity(phrase, said string) activity {
	switch phrase[strings.LastIndexByte(phrase, ' ')+1:] {
	case "created":
		return activity{id: create}
	case "viewed":
		return activity{id: read}
	case "updated", "changed", "edited", "modified":
		return activity{id: update}
	case "deleted":
		return activity{id: remove}
	case "enabled":
		return activity{id: enable}
	case "disabled":
		return activity{id: disable}
	default:
		return other(said)
	}
}
