package ocsf

import auditlogs "github.com/auditlogs/auditlogs-go"

var waldurLog = newProduct(auditlogs.APIWaldur, "Waldur", "Waldur", "Data access logs", "timestamp")

// waldur maps a look at somebody's personal data.
func (m *mapping) waldur(e *auditlogs.Event, l *auditlogs.DataAccessLog) {
	m.product = waldurLog
	m.head(e, &entityManagement, activity{id: read})
	m.record.place("uuid", "accessor_type")
	who, fullName := e.Actor, ""
	if l.Accessor != nil {
		who.Name, fullName = bothNames(who.Name, l.Accessor)
		m.within(&m.record, "accessor").place("uuid", "username", "full_name")
	}
	m.actor(who, fullName)
	m.accessedUser(e.Target, &l.User)
	m.within(&m.record, "user").place("uuid", "username", "full_name")
	m.source(l.IPAddress, false)
	m.record.place("ip_address")
	m.webRequest()
}

// bothNames returns a user's login and full name, where the event has the full name of the record.
func bothNames(name string, u *auditlogs.UserRef) (login, fullName string) {
	if name != u.FullName || u.Username == "" {
		return name, ""
	}
	return u.Username, u.FullName
}

// accessedUser writes whose data was looked at.
func (m *mapping) accessedUser(of auditlogs.Target, u *auditlogs.UserRef) {
	login, fullName := bothNames(of.Name, u)
	begin := m.open("entity")
	m.identity(of.Name, of.ID)
	m.number("type_id", userEntity)
	m.text("type", "User")
	if of.Name != "" || of.ID != "" {
		m.user("user", auditlogs.Actor{ID: of.ID, Name: login}, fullName)
	}
	m.close(begin)
}

// webRequest writes how somebody looked, which is part of the context. The context is free-form, so the rest of it stays.
func (m *mapping) webRequest() {
	context := m.within(&m.record, "context")
	begin := m.open("http_request")
	method := context.find("method")
	if name := context.plain(method); m.schema.knowsMethod(name) {
		m.text("http_method", name)
		method.placed = true
	}
	if path := context.find("endpoint"); path != nil && isText(context.value(path)) && m.schema.fits(path.end-path.begin) {
		url := m.open("url")
		m.json("path", context.value(path))
		m.close(url)
		path.placed = true
	}
	m.close(begin)
}
