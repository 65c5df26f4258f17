package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const (
	hannah     = "H\u00E5nn\u00E4h Doe" // in composed form
	secondUUID = "66666666666666666666666666666666"
)

// namesakes has people with similar names and addresses in every API. What an event is called says whom it is about:
// "jane" alone is the one asked about, and "jane2" another with the same name.
func namesakes(t *testing.T, with ...string) *auditlogtest.Server {
	t.Helper()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	hour := 0
	next := func() time.Time { hour++; return day.Add(time.Duration(hour) * time.Hour) }
	all := map[string]struct{ id, name, email string }{
		"jane":       {janeUUID, "Jane Doe", "jane@example.org"},
		"jane loud":  {janeUUID, "JANE DOE", "Jane@Example.org"},
		"jane2":      {secondUUID, "Jane Doe", "jane@example.org.uk"},
		"jane2 loud": {secondUUID, "JANE DOE", "mary-jane@example.org"},
		"smith":      {"11111111111111111111111111111111", "Jane Doe-Smith", "jane.doe@example.org"},
		"mary":       {"22222222222222222222222222222222", "Mary Jane Doe", "jane@example.org.evil.example"},
		"hannah nfc": {"33333333333333333333333333333333", hannah, "hannah@example.org"},
		"hannah nfd": {"33333333333333333333333333333333", string(decomposed(hannah)), "hannah@example.org"},
		"hanna":      {"44444444444444444444444444444444", "Hannah Doe", "hanna@example.org"},
		"trick":      {"55555555555555555555555555555555", "Jane Doe (jane@example.org)", "trick@example.org"},
	}
	if len(with) == 0 {
		with = []string{"jane", "jane loud", "smith", "mary", "hannah nfc", "hannah nfd", "hanna", "trick"}
	}
	for _, who := range with {
		p, ok := all[who]
		require.True(t, ok, who)
		server.AddDataAccessLogs(auditlogs.DataAccessLog{
			UUID: who, Timestamp: next(), User: auditlogs.UserRef{UUID: p.id, Username: strings.ReplaceAll(who, " ", ""), FullName: p.name}, Accessor: &john,
		})
		server.AddDataAssetLogs(auditlogs.DataAssetLog{AuditLogID: who, HappenedTime: next(), CustomerUserID: p.id, CustomerUserName: p.name})
		server.AddUserEvents(auditlogs.UserEvent{Date: next(), Event: who, UserID: p.id, User: p.name + " (" + p.email + ")"})
	}
	return server
}

// asks runs the program with one API, and returns the names of events, and of those that are only possible.
func asks(t *testing.T, server *auditlogtest.Server, api auditlogs.API, args ...string) (code int, answer, possible []string, said string) {
	t.Helper()
	args = append(args, "-api", string(api), "-eds-instance", auditlogtest.InstanceID, "-possible", "-json")
	code, out, said := ask(t, server.Options(), args...)
	var sure, unsure strings.Builder
	for line := range strings.Lines(out) {
		if object, ok := strings.CutPrefix(line, `{"possible":true,`); ok {
			unsure.WriteString("{" + object)
		} else {
			sure.WriteString(line)
		}
	}
	return code, found(t, sure.String()), found(t, unsure.String()), said
}

var named = []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIHuaweiEDS, auditlogs.APIThousandEyes}

// A whole name is of nobody with a similar one, and it is found in both of its forms in Unicode and in capitals.
func TestNearNamesakes(t *testing.T) {
	t.Parallel()
	for _, api := range named {
		t.Run(string(api), func(t *testing.T) {
			t.Parallel()
			server := namesakes(t)
			code, answer, possible, said := asks(t, server, api, "-name", "jane doe")
			require.Zero(t, code, said)
			require.Equal(t, []string{"jane loud", "jane"}, answer)
			require.Subset(t, []string{"trick", "mary", "smith", "hanna", "hannah nfd", "hannah nfc"}, possible)
			require.Subset(t, possible, []string{"trick", "mary", "smith"})
			require.Contains(t, said, string(api)+": 2 events, by the name alone; exact is ")
			require.Regexp(t, `: also found by search, not verified: \d events of other actors; -possible prints them\n`, said)

			for _, form := range []string{hannah, string(decomposed(hannah))} {
				code, answer, _, said = asks(t, server, api, "-name", form)
				require.Zero(t, code, said)
				require.Equal(t, []string{"hannah nfd", "hannah nfc"}, answer, "%+q", form)
			}

			code, answer, possible, said = asks(t, server, api, "-name", "Jane Do")
			require.Zero(t, code, said)
			require.Empty(t, answer)
			require.NotEmpty(t, possible)
		})
	}
}

// Two people of one name are never one answer.
func TestTwoOfOneName(t *testing.T) {
	t.Parallel()
	flag := map[auditlogs.API]string{auditlogs.APIWaldur: "-waldur-user", auditlogs.APIHuaweiEDS: "-eds-user", auditlogs.APIThousandEyes: "-thousandeyes-user"}
	for _, api := range named {
		for _, second := range []string{"jane2", "jane2 loud"} {
			t.Run(string(api)+" "+second, func(t *testing.T) {
				t.Parallel()
				server := namesakes(t, "jane", second, "smith")
				code, answer, possible, said := asks(t, server, api, "-name", "Jane Doe")
				require.Equal(t, 1, code)
				require.Empty(t, answer)
				require.Equal(t, []string{"smith", second, "jane"}, possible)
				require.Contains(t, said, string(api)+": not answered: 2 events may be of the person or not: several persons have this name, so give -")
				ids := []string{janeUUID, secondUUID}
				if api == auditlogs.APIThousandEyes {
					ids = []string{"jane@example.org", "example.org"}
				}
				for _, id := range ids {
					require.Contains(t, said, id)
				}

				code, answer, possible, said = asks(t, server, api, "-name", "Jane Doe", flag[api], janeUUID)
				require.Zero(t, code, said)
				require.Equal(t, []string{"jane"}, answer)
				require.NotContains(t, possible, "jane")
				code, answer, _, said = asks(t, server, api, flag[api], secondUUID)
				require.Zero(t, code, said)
				require.Equal(t, []string{second}, answer)
			})
		}
	}
}

// An address is of nobody with a similar one. Records without addresses answer only to an id then.
func TestAddresses(t *testing.T) {
	t.Parallel()
	everybody := []string{"jane", "jane loud", "jane2", "jane2 loud", "smith", "mary", "trick"}
	for _, args := range [][]string{{"-email", "JANE@example.org"}, {"-email", "jane@example.org", "-name", "Jane Doe"}} {
		server := namesakes(t, everybody...)
		code, answer, possible, said := asks(t, server, auditlogs.APIThousandEyes, args...)
		require.Zero(t, code, said)
		require.Equal(t, []string{"jane loud", "jane"}, answer)
		require.Contains(t, possible, "mary")
		require.Contains(t, possible, "trick")
		require.Contains(t, possible, "jane2")
	}
	for _, api := range []auditlogs.API{auditlogs.APIWaldur, auditlogs.APIHuaweiEDS} {
		server := namesakes(t, everybody...)
		code, answer, _, said := asks(t, server, api, "-email", "jane@example.org", "-name", "Jane Doe")
		require.Equal(t, 1, code)
		require.Empty(t, answer)
		require.Contains(t, said, "several persons have this name")

		server = namesakes(t, "jane2", "smith")
		code, answer, possible, said := asks(t, server, api, "-email", "jane@example.org", "-name", "Jane Doe")
		require.Equal(t, 1, code, "another Jane Doe is not the one with this address")
		require.Empty(t, answer)
		require.Contains(t, possible, "jane2")
		require.Contains(t, said, "the records do not show what was asked for, so give -")
		require.Contains(t, said, secondUUID)
	}
}

// An address alone finds nobody in Waldur for sure, unless it is the user name.
func TestAddressInWaldur(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	user := func(id, name string) auditlogs.UserRef {
		return auditlogs.UserRef{UUID: id, Username: name, FullName: "Jane Doe"}
	}
	server.AddDataAccessLogs(
		auditlogs.DataAccessLog{UUID: "jane", Timestamp: day, User: user(janeUUID, "Jane@example.org"), Accessor: &john},
		auditlogs.DataAccessLog{UUID: "jane2", Timestamp: day.Add(1e9), User: user(secondUUID, "mary-jane@example.org"), Accessor: &john},
	)
	code, answer, possible, said := asks(t, server, auditlogs.APIWaldur, "-email", "jane@example.org")
	require.Equal(t, 1, code)
	require.Equal(t, []string{"jane"}, answer)
	require.Equal(t, []string{"jane2"}, possible)
	require.Contains(t, said, `waldur: not answered: 1 event may be of the person or not: the records do not show what was asked for, so give -waldur-user "`)
}

// What only has the name is of nobody for sure if two have it.
func TestNameAlone(t *testing.T) {
	t.Parallel()
	for _, second := range []string{"", "jane2"} {
		with := []string{"jane", "smith"}
		if second != "" {
			with = append(with, second)
		}
		server := namesakes(t, with...)
		server.AddUserEvents(
			auditlogs.UserEvent{Date: day, Event: "to jane", User: "John Roe (john@example.org)", Resources: []auditlogs.EventResource{{Type: "userDisplayName", Name: "Jane Doe"}}},
			auditlogs.UserEvent{Date: day, Event: "to a test", User: "John Roe (john@example.org)", Resources: []auditlogs.EventResource{{Type: "testName", Name: "Jane Doe"}}},
			auditlogs.UserEvent{Date: day, Event: "to smith", User: "John Roe (john@example.org)", Resources: []auditlogs.EventResource{{Type: "userDisplayName", Name: "Jane Doe-Smith"}}},
		)
		for _, args := range [][]string{{"-email", "jane@example.org", "-name", "Jane Doe"}, {"-thousandeyes-user", janeUUID, "-name", "Jane Doe"}} {
			code, answer, possible, said := asks(t, server, auditlogs.APIThousandEyes, args...)
			require.Subset(t, possible, []string{"to a test", "to smith", "smith"})
			if second == "" {
				require.Zero(t, code, said)
				require.Equal(t, []string{"jane", "to jane"}, answer)
				require.Contains(t, said, "thousandeyes: 2 events, 1 of them by the name alone\n")
			} else {
				require.Equal(t, 1, code)
				require.Equal(t, []string{"jane"}, answer)
				require.Contains(t, possible, "to jane")
				require.Contains(t, said, "1 event may be of the person or not: several persons have this name; -possible")
			}
		}
	}
}

// What is searched for finds every form of a name, whose parts Waldur keeps apart. Without such a part, everything is read.
func TestSearches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args    []string
		queries []string
	}{
		{[]string{"-name", "Zoë Ångström"}, []string{"ngstr"}},
		{[]string{"-name", "Zoë Ångström", "-email", "zoe@example.org"}, []string{"zoe@example.org", "ngstr"}},
		{[]string{"-email", "zoe@example.org"}, []string{"zoe@example.org"}},
		{[]string{"-name", "각"}, []string{""}},
		{[]string{"-name", "Jane Doe", "-waldur-user", janeUUID}, []string{""}},
	} {
		server := newServer(t)
		code, _, possible, said := asks(t, server, auditlogs.APIWaldur, test.args...)
		require.Zero(t, code, said)
		require.Empty(t, possible)
		var queries []string
		for _, request := range server.Requests(auditlogtest.Waldur) {
			queries = append(queries, request.Query.Get("query"))
		}
		require.Equal(t, test.queries, slices.Compact(queries), test.args)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	p := &person{}
	for _, test := range []struct {
		asked  asked
		record interface{ AsEvent() auditlogs.Event }
		want   verdict
	}{
		{asked{mention{id: "7"}, true}, auditlogs.AuditEvent{User: &auditlogs.AuditEventUser{ID: "7"}}, same},
		{asked{mention{id: "7"}, true}, auditlogs.AuditEvent{User: &auditlogs.AuditEventUser{ID: "70"}}, other},
		{asked{mention{id: "7"}, true}, auditlogs.AuditEvent{}, maybe},
		{asked{mention{id: "7", email: "j@x.org"}, true}, auditlogs.AuditEvent{User: &auditlogs.AuditEventUser{ID: "7", Email: "J@x.org"}}, same},
		{asked{mention{id: "7", email: "j@x.org"}, true}, auditlogs.AuditEvent{User: &auditlogs.AuditEventUser{ID: "7", Email: "other@x.org"}}, maybe},
		{asked{mention{id: janeUUID}, true}, auditlogs.DataAccessLog{User: john, Accessor: &jane}, same},
		{asked{mention{id: janeUUID}, true}, auditlogs.DataAccessLog{User: john, Accessor: &john}, other},
		{asked{mention{id: janeUUID}, true}, auditlogs.DataAccessLog{User: john}, other},
		{asked{mention{id: "7"}, false}, auditlogs.UserEvent{User: "Jane Doe (j@x.org)"}, other},
		{asked{mention{id: "7", email: "j@x.org"}, false}, auditlogs.UserEvent{User: "Jane Doe (j@x.org)"}, byAddress},
		{asked{mention{email: "j@x.org"}, false}, auditlogs.UserEvent{User: "j@x.org"}, byAddress},
		{asked{mention{email: "j@x.org"}, false}, auditlogs.UserEvent{User: "Jane (j@x.org) Doe"}, other},
	} {
		f := finding{question: question{asked: test.asked}}
		event := test.record.AsEvent()
		require.Equal(t, test.want, f.judge(event, p.mentionsOf(event)).verdict, test.record)
	}
}

// deaf is a server that does not hear what it is asked for: it gives everything, or another resource.
type deaf struct{}

func (deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	query := r.URL.Query()
	for _, name := range []string{"user_uuid", "accessor_uuid", "query", "user"} {
		query.Del(name)
	}
	if query.Has("filter") {
		query.Set("filter", "eq(resource_type,customer):eq(resource_id,john)")
	}
	r.URL.RawQuery = query.Encode()
	return http.DefaultTransport.RoundTrip(r)
}

// What a server gives without having been asked for it is not answered.
func TestFilterIgnored(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	config := append(server.Options(), auditlogs.WithHTTPClient(&http.Client{Transport: deaf{}}))
	code, out, said := ask(t, config, append(slices.Clone(everything), "-json")...)
	require.Equal(t, 1, code, said)
	for _, id := range found(t, out) {
		require.NotContains(t, strings.ToLower(id), "john", out)
	}
	for api, n := range map[string]string{"waldur": "1 event", "akinon": "1 event", "elasticpath": "1 event"} {
		require.Contains(t, said, api+": not verified: it was asked for an id, and gave "+n+" of others, so what it gave may not be all; -possible prints them\n")
	}
	require.Contains(t, said, "elasticpath: 0 events\n")
}

// Which resource a record of Elastic Path is about is compared, too.
func TestResources(t *testing.T) {
	t.Parallel()
	server := auditlogtest.NewServer()
	t.Cleanup(server.Close)
	server.AddRelatedDataEntries("account-member", "jane", auditlogs.RelatedDataEntry{ResourceType: "address", ResourceID: "home"})
	add := func(id, kind, resource string) {
		server.AddPersonalDataLogs(auditlogs.PersonalDataLog{ID: id, Time: day, ResourceType: kind, ResourceID: resource})
	}
	add("jane", "account-member", "jane")
	add("jane home", "address", "home")
	add("jane2", "account-member", "jane2")
	for _, flag := range []string{"-resource", "-elasticpath-resource"} {
		code, answer, possible, said := asks(t, server, auditlogs.APIElasticPath, flag, "account-member:jane")
		require.Zero(t, code, said)
		require.ElementsMatch(t, []string{"jane", "jane home"}, answer)
		require.Empty(t, possible)
	}
	require.Equal(t, resourceKey("account_member", "a_b"), resourceKey("account-member", "a_b"), "the documents have both")
	require.NotEqual(t, resourceKey("address", "a_b"), resourceKey("address", "a-b"))
	code, answer, _, said := asks(t, server, auditlogs.APIElasticPath, "-resource", "account-member:jane", "-elasticpath-resource", "account-member:jane2,address:home")
	require.Zero(t, code, said)
	require.ElementsMatch(t, []string{"jane", "jane home", "jane2"}, answer)
}

// The id decides, and another name with it is said.
func TestAnotherNameWithTheID(t *testing.T) {
	t.Parallel()
	code, answer, _, said := asks(t, namesakes(t), auditlogs.APIWaldur, "-name", "Jane Smith", "-waldur-user", janeUUID)
	require.Zero(t, code, said)
	require.Equal(t, []string{"jane loud", "jane"}, answer)
	require.Contains(t, said, `waldur: note: there, the person has the name "JANE DOE"`)
}
