package ocsf

import (
	"bytes"
	"cmp"
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var akinonLog = newProduct(auditlogs.APIAkinon, "Akinon Commerce", "Akinon", "Audit events", "timestamp")

// akinon maps a request to a shop's API. The log has no field for the request's method. Where its headers have one, or the caller
// gave the event an Action of its own, the operation is known, and this is API Activity; otherwise it is Web Resources Activity,
// of which nobody knows what was done.
func (m *mapping) akinon(e *auditlogs.Event, r *auditlogs.AuditEvent) {
	m.product = akinonLog
	m.record.place("uuid", "remote_addr")
	method := m.method()
	if called := operation(e, method, r.URL); called != "" {
		m.head(e, &apiActivity, requestActivity(method, called))
		api := m.open("api")
		m.textOr("operation", called, unknownName)
		m.close(api)
		m.requester(e.Actor, r.User)
		m.source(r.RemoteAddr, true)
		m.resources(e.Target)
		m.request(method, r.URL)
	} else {
		m.head(e, &webResourcesActivity, activity{id: unknown})
		m.requester(e.Actor, r.User)
		m.source(r.RemoteAddr, false)
		m.webResources(e.Target, r.URL)
	}
}

// method returns the request's method, if its headers have it among them, as web servers hand it to a program.
func (m *mapping) method() string {
	if came := m.record.find("headers"); came == nil || !mentionsMethod(m.record.value(came)) {
		return "" // without a look at each of them
	}
	headers := m.within(&m.record, "headers")
	for _, name := range []string{"REQUEST_METHOD", "Request-Method", ":method"} {
		if method := headers.plain(headers.find(name)); schema18.knowsMethod(method) {
			return method
		}
	}
	return ""
}

func mentionsMethod(headers []byte) bool {
	return bytes.Contains(headers, []byte("METHOD")) || bytes.Contains(headers, []byte("ethod"))
}

// operation is what was called: "POST /orders/7/", or the caller's own word for it.
func operation(e *auditlogs.Event, method, address string) string {
	switch {
	case e.Action != "" && e.Action != "request":
		return e.Action
	case method == "":
		return ""
	default:
		return strings.TrimSpace(method + " " + pathOf(address))
	}
}

// requestActivity is what a method means. A POST may mean anything.
func requestActivity(method, operation string) activity {
	switch method {
	case "GET", "HEAD":
		return activity{id: read}
	case "PUT", "PATCH":
		return activity{id: update}
	case "DELETE":
		return activity{id: remove}
	default:
		return other(cmp.Or(method, operation))
	}
}

// requester writes who sent the request.
func (m *mapping) requester(who auditlogs.Actor, u *auditlogs.AuditEventUser) {
	fullName := ""
	if u != nil && u.Username != "" && u.Username != who.Name {
		who.Name, fullName = u.Username, who.Name
	}
	user := m.within(&m.record, "user")
	user.place("id", "username", "first_name", "last_name")
	if m.actor(unspecific(who), fullName) {
		user.place("email")
	}
	if came := m.record.find("user"); u != nil && came != nil && came.inner == 0 {
		came.placed = true // an ID alone
	}
}

// resources writes the object that the request was about.
func (m *mapping) resources(of auditlogs.Target) {
	if of.ID == "" {
		return
	}
	m.record.place("object_id", "content_type")
	m.name("resources")
	m.out = append(m.out, `[{`...)
	m.text("uid", of.ID)
	m.text("type", of.Type)
	m.out = append(m.out, `}]`...)
}

// webResources writes the same, and where it is.
func (m *mapping) webResources(of auditlogs.Target, address string) {
	m.record.place("object_id", "content_type")
	m.name("web_resources")
	m.out = append(m.out, `[{`...)
	if !m.text("uid", of.ID) {
		m.textOr("name", pathOf(address), unknownName)
	}
	m.text("type", of.Type)
	if m.text("url_string", address) {
		m.record.place("url")
	}
	m.out = append(m.out, `}]`...)
}

// request writes the request itself.
func (m *mapping) request(method, address string) {
	begin := m.open("http_request")
	if m.schema.knowsMethod(method) {
		m.text("http_method", method)
	}
	where := m.open("url")
	if m.text("url_string", address) {
		m.record.place("url")
	}
	m.close(where)
	m.close(begin)
}

// pathOf returns the path of a URL, or "" if there is none.
func pathOf(address string) string {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if _, behind, ok := strings.Cut(address, "://"); ok {
		host, _, _ := strings.Cut(behind, "/")
		address = behind[len(host):]
	}
	if !strings.HasPrefix(address, "/") {
		return ""
	}
	return address
}
