package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// line is one line of ThousandEyes: an id, and a text of name and address. What happened is called as it is.
type line struct{ id, text string }

func usersOf(t *testing.T, users ...line) *auditlogtest.Server {
	t.Helper()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for i, u := range users {
		server.AddUserEvents(auditlogs.UserEvent{
			Date: day.Add(time.Duration(len(users)-i) * time.Hour), Event: fmt.Sprint(u.id, " ", u.text), UserID: u.id, User: u.text,
		})
	}
	return server
}

// An address that several persons share, or that one had after another, tells nobody apart.
func TestSharedAddress(t *testing.T) {
	t.Parallel()
	jane, john := line{"1", "Jane Doe (j@example.org)"}, line{"2", "John Roe (j@example.org)"}
	second := line{"2", "Jane Doe (j@example.org)"}
	const name, id = "-name", "-thousandeyes-user"
	ids := []string{`-thousandeyes-user "1" or -thousandeyes-user "2"`}
	for _, test := range []struct {
		title            string
		users            []line
		args             []string
		code             int
		answer, possible []string
		said             []string
	}{
		{"two names", []line{jane, john}, []string{"-email", "j@example.org", name, "Jane Doe"}, 1, []string{"1 " + jane.text}, []string{"2 " + john.text}, ids},
		{"two ids of an address", []line{jane, john}, []string{"-email", "j@example.org"}, 1, nil, []string{"1 " + jane.text, "2 " + john.text}, append(ids, "several persons have this address")},
		{"two ids of an address and a name", []line{jane, second}, []string{"-email", "j@example.org", name, "Jane Doe"}, 1, nil, []string{"1 " + jane.text, "2 " + jane.text}, ids},
		{"two ids of a name", []line{jane, second}, []string{name, "Jane Doe"}, 1, nil, []string{"1 " + jane.text, "2 " + jane.text}, ids},
		{"an id", []line{jane, second, john}, []string{"-email", "j@example.org", name, "Jane Doe", id, "1"}, 0, []string{"1 " + jane.text}, []string{"2 " + jane.text, "2 " + john.text}, nil},
		{"another's address", []line{john}, []string{"-email", "j@example.org", name, "Jane Doe"}, 1, nil, []string{"2 " + john.text}, []string{`-thousandeyes-user "2"`, `the address is of "John Roe"`}},
		{"one id, renamed", []line{jane, {"1", "Jane Smith (j@example.org)"}}, []string{"-email", "j@example.org"}, 0, []string{"1 " + jane.text, "1 Jane Smith (j@example.org)"}, nil, []string{`the address is of "Jane Doe" and "Jane Smith"`}},
		{"two names, no id", []line{{"", jane.text}, {"", john.text}}, []string{"-email", "j@example.org"}, 1, nil, []string{" " + jane.text, " " + john.text}, []string{"several persons have this address"}},
		{"two names, one id", []line{jane, {"", john.text}}, []string{"-email", "j@example.org"}, 1, nil, []string{"1 " + jane.text, " " + john.text}, []string{"several persons have this address"}},
		{"one name, one id", []line{jane, {"", jane.text}}, []string{"-email", "j@example.org"}, 0, []string{"1 " + jane.text, " " + jane.text}, nil, nil},
		{"no id beside another's", []line{john, {"", "j@example.org"}}, []string{"-email", "j@example.org", id, "1"}, 1, nil, []string{"2 " + john.text, " j@example.org"}, nil},
		{"no name", []line{jane, john, {"", "j@example.org"}}, []string{"-email", "j@example.org", name, "Jane Doe"}, 1, []string{"1 " + jane.text}, []string{"2 " + john.text, " j@example.org"}, ids},
		{"no name and one id", []line{jane, {"", "j@example.org"}}, []string{"-email", "j@example.org", name, "Jane Doe"}, 0, []string{"1 " + jane.text, " j@example.org"}, nil, nil},
		{"no id beside one that was asked for", []line{jane, john, {"", "j@example.org"}}, []string{"-email", "j@example.org", id, "1"}, 1, []string{"1 " + jane.text}, []string{"2 " + john.text, " j@example.org"}, nil},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			code, answer, possible, said := asks(t, usersOf(t, test.users...), auditlogs.APIThousandEyes, test.args...)
			require.Equal(t, test.code, code, said)
			require.Equal(t, test.answer, answer)
			require.Equal(t, test.possible, possible)
			for _, text := range test.said {
				require.Contains(t, said, text)
			}
		})
	}
}

// An id that had several names may have been given on. What has another name than that asked for is only possible.
func TestReusedID(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for i, name := range []string{"John Roe", "Jane Doe"} {
		at := day.Add(time.Duration(i) * time.Hour)
		server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: name, Timestamp: at, User: auditlogs.UserRef{UUID: janeUUID, FullName: name}})
		server.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: name, HappenedTime: at, CustomerUserID: janeUUID, CustomerUserName: name})
		server.AddUserEvents(auditlogs.UserEvent{Date: at, Event: name, UserID: janeUUID, User: name + " (x@example.org)"})
	}
	flag := map[auditlogs.API]string{auditlogs.APIWaldur: "-waldur-user", auditlogs.APIHuaweiEDS: "-eds-user", auditlogs.APIThousandEyes: "-thousandeyes-user"}
	for _, api := range named {
		code, answer, possible, said := asks(t, server, api, "-name", "Jane Doe", flag[api], janeUUID)
		require.Equal(t, 1, code, api)
		require.Equal(t, []string{"Jane Doe"}, answer)
		require.Equal(t, []string{"John Roe"}, possible)
		require.Contains(t, said, string(api)+": not answered: 1 event may be of the person or not: the id has several names there; -possible prints them\n")

		code, answer, _, said = asks(t, server, api, flag[api], janeUUID)
		require.Zero(t, code, "the id alone was asked for")
		require.Equal(t, []string{"Jane Doe", "John Roe"}, answer)
		require.Contains(t, said, string(api)+`: note: there, the id has the names "Jane Doe" and "John Roe"`+"\n")
	}
	for _, api := range named[1:] { // a search of Waldur for the name does not find the other
		code, answer, _, said := asks(t, server, api, "-name", "Jane Doe")
		require.Equal(t, 1, code, api)
		require.Equal(t, []string{"Jane Doe"}, answer)
		require.Contains(t, said, fmt.Sprintf("%s: may be incomplete: %s %q is also of %q, which was not asked for\n", api, flag[api], janeUUID, "John Roe"))
	}
}

// Where records have no address, the name is what an id is known by, also if an address was asked for.
func TestReusedIDWithoutAddress(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for _, name := range []string{"John Roe", "Jane Doe"} {
		server.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: name, HappenedTime: day, CustomerUserID: "1", CustomerUserName: name})
	}
	code, answer, _, said := asks(t, server, auditlogs.APIHuaweiEDS, "-name", "Jane Doe", "-email", "jane@example.org")
	require.Equal(t, 1, code)
	require.Empty(t, answer)
	require.Contains(t, said, `huawei-eds: may be incomplete: -eds-user "1" is also of "John Roe", which was not asked for`)
}

// Who changed the address has records with the other one, too.
func TestChangedAddress(t *testing.T) {
	t.Parallel()
	server := usersOf(t, line{"1", "Jane Doe (j@example.org)"}, line{"1", "Jane Doe (jane@example.org)"})
	code, answer, _, said := asks(t, server, auditlogs.APIThousandEyes, "-email", "j@example.org")
	require.Equal(t, 1, code)
	require.Equal(t, []string{"1 Jane Doe (j@example.org)"}, answer)
	require.Contains(t, said, `thousandeyes: may be incomplete: -thousandeyes-user "1" is also of "jane@example.org", which was not asked for`)
	code, answer, _, said = asks(t, server, auditlogs.APIThousandEyes, "-thousandeyes-user", "1")
	require.Zero(t, code, said)
	require.Len(t, answer, 2)
}

// A user name of Waldur that is the address is not more than the address.
func TestSharedAddressInWaldur(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for _, u := range []auditlogs.UserRef{{UUID: janeUUID, FullName: "Jane Doe"}, {UUID: secondUUID, FullName: "John Roe"}} {
		u.Username = "j@example.org"
		server.AddDataAccessLogs(auditlogs.DataAccessLog{UUID: u.FullName, Timestamp: day, User: u})
	}
	code, answer, possible, said := asks(t, server, auditlogs.APIWaldur, "-email", "j@example.org", "-name", "Jane Doe")
	require.Equal(t, 1, code)
	require.Equal(t, []string{"Jane Doe"}, answer)
	require.Equal(t, []string{"John Roe"}, possible)
	require.Contains(t, said, janeUUID)
	require.Contains(t, said, secondUUID)
}

// An id of Akinon that had two addresses may have been given on.
func TestReusedIDInAkinon(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	for _, email := range []string{"jane@example.org", "john@example.org"} {
		server.AddAuditEvents(auditlogs.AuditEvent{UUID: email, Timestamp: day, User: &auditlogs.AuditEventUser{ID: "7", Email: email}})
	}
	code, answer, possible, _ := asks(t, server, auditlogs.APIAkinon, "-akinon-user", "7", "-email", "jane@example.org")
	require.Equal(t, 1, code)
	require.Equal(t, []string{"jane@example.org"}, answer)
	require.Equal(t, []string{"john@example.org"}, possible)
}
