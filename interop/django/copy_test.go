package django_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// fill gives a server and the framework the same records, each of a time of its own: nothing says in which order rows of
// equal times come.
func fill(t *testing.T, srv *auditlogtest.Server, f *framework) {
	t.Helper()
	srv.GenerateFor(auditlogtest.Waldur, 1, 150)
	srv.GenerateFor(auditlogtest.Akinon, 1, 150)
	taken := map[string]bool{}
	again := func(at string) bool {
		defer func() { taken[at] = true }()
		return taken[at]
	}
	srv.DeleteDataAccessLogs(func(l auditlogs.DataAccessLog) bool { return again("w" + sqlTime(l.Timestamp)) })
	srv.DeleteAuditEvents(func(e auditlogs.AuditEvent) bool {
		bareID := e.User != nil && e.User.Email == "" // the framework here has objects only
		return bareID || again("a"+sqlTime(e.Timestamp))
	})
	people := map[string]int{}
	logs := statement{sql: "INSERT INTO data_access_log (uuid, timestamp, user_id, accessor_id, accessor_type, accessed_fields, " +
		"ip_address, context) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"}
	for _, l := range srv.DataAccessLogs() {
		var accessor any
		if l.Accessor != nil {
			accessor = addPerson(t, f, people, *l.Accessor)
		}
		logs.rows = append(logs.rows, []any{
			l.UUID, sqlTime(l.Timestamp), addPerson(t, f, people, l.User), accessor, l.AccessorType,
			`["` + strings.Join(l.AccessedFields, `","`) + `"]`, orNull(l.IPAddress), text(l.Context, "{}"),
		})
		if len(l.AccessedFields) == 0 {
			logs.rows[len(logs.rows)-1][5] = "[]"
		}
	}
	events := statement{sql: "INSERT INTO audit_event (uuid, timestamp, user_id, content_type, object_id, url, remote_addr, " +
		"headers, query_params, post_data, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"}
	users := statement{sql: "INSERT OR IGNORE INTO person (id, uuid, username, first_name, last_name, email) VALUES (?, ?, ?, ?, ?, ?)"}
	for _, e := range srv.AuditEvents() {
		var user, object any
		if u := e.User; u != nil {
			user = u.ID
			users.rows = append(users.rows, []any{u.ID, fmt.Sprintf("%032s", u.ID), u.Username, u.FirstName, u.LastName, u.Email})
		}
		if e.ObjectID != 0 {
			object = e.ObjectID
		}
		events.rows = append(events.rows, []any{
			strings.ReplaceAll(e.UUID, "-", ""), sqlTime(e.Timestamp), user, e.ContentType, object, orNull(e.URL), orNull(e.RemoteAddr),
			text(e.Headers, "null"), text(e.QueryParams, "null"), text(e.PostData, "null"), text(e.Content, "null"),
		})
	}
	f.run(t, users, logs, events)
}

// addPerson stores a person of Waldur's once, and gives the number of the row.
func addPerson(t *testing.T, f *framework, known map[string]int, u auditlogs.UserRef) int {
	t.Helper()
	id, ok := known[u.UUID]
	if !ok {
		require.Len(t, u.UUID, 32)
		id = 100 + len(known)
		known[u.UUID] = id
		insert := person(id, u.UUID, u.Username, u.FullName, "")
		insert.rows[0][5] = "" // the records do not have the address that the framework's query looks at
		f.run(t, insert)
	}
	return id
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func text(raw []byte, otherwise string) string {
	if raw == nil {
		return otherwise
	}
	return string(raw)
}
