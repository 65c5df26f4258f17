package auditlogs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const accountGroupsBody = `{"accountGroups":[
	{"aid":"1234","accountGroupName":"Account A","isCurrentAccountGroup":true,"isDefaultAccountGroup":true,"organizationName":"Organization A","orgId":"75"},
	{"aid":12345678901234567890,"accountGroupName":"Account B","isCurrentAccountGroup":false,"isDefaultAccountGroup":null,"orgId":76,"new":1},
	{"aid":"9"}],
	"_links":{"self":{"href":"https://api.thousandeyes.com/v7/account-groups"}}}`

// accountGroups reads all groups, and whatever ends them.
func accountGroups(t *testing.T, c *auditlogs.Client) ([]auditlogs.AccountGroup, error) {
	t.Helper()
	return auditlogs.Collect(c.UserEvents.AccountGroups(t.Context()), 1000)
}

func TestAccountGroupsDecode(t *testing.T) {
	t.Parallel()
	client, log := svcServe(t, svcAnswer(http.StatusOK, accountGroupsBody))
	groups := client.UserEvents.AccountGroups(t.Context())
	require.Empty(t, log.all(), "nothing is sent before the range")
	got, err := auditlogs.Collect(groups, 1000)
	require.NoError(t, err)
	request := log.only(t)
	assert.Equal(t, http.MethodGet, request.Method)
	assert.Equal(t, svcPrefix+"/account-groups", request.Path)
	assert.Empty(t, request.RawQuery)
	svcHeader(t, request, map[string]string{"Authorization": "Bearer " + svcToken})
	rows := svcRows(t, accountGroupsBody, "accountGroups")
	want := []auditlogs.AccountGroup{
		{AccountGroupID: "1234", AccountGroupName: "Account A", IsCurrentAccountGroup: true, IsDefaultAccountGroup: true, OrganizationName: "Organization A", OrgID: "75"},
		{AccountGroupID: "12345678901234567890", AccountGroupName: "Account B", OrgID: "76"},
		{AccountGroupID: "9"},
	}
	require.Len(t, got, len(want))
	for i := range want {
		want[i].Raw = rows[i]
		require.Equal(t, svcCompact(t, want[i]), svcCompact(t, got[i]))
		require.Equal(t, want[i].AccountGroupID, got[i].Key())
		svcRoundTrip(t, got[i], rows[i])
	}
	for _, err := range groups { // ranging again asks again
		require.NoError(t, err)
		break
	}
	require.Len(t, log.all(), 2)
}

func TestAccountGroupChanged(t *testing.T) {
	t.Parallel()
	const came = `{"aid":7,"accountGroupName":"a","isDefaultAccountGroup":true,"new":1}`
	for name, tc := range map[string]struct {
		change func(*auditlogs.AccountGroup)
		want   string
	}{
		"nothing":  {func(*auditlogs.AccountGroup) {}, came},
		"the name": {func(g *auditlogs.AccountGroup) { g.AccountGroupName = "b" }, strings.Replace(came, `"a"`, `"b"`, 1)},
		"flags": {func(g *auditlogs.AccountGroup) { g.IsCurrentAccountGroup, g.IsDefaultAccountGroup = true, false },
			`{"aid":7,"accountGroupName":"a","isCurrentAccountGroup":true,"isDefaultAccountGroup":false,"new":1}`},
		"Raw gone": {func(g *auditlogs.AccountGroup) { g.Raw = nil },
			`{"aid":"7","accountGroupName":"a","isCurrentAccountGroup":false,"isDefaultAccountGroup":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var g auditlogs.AccountGroup
			require.NoError(t, json.Unmarshal([]byte(came), &g))
			tc.change(&g)
			got, err := json.Marshal(g)
			require.NoError(t, err)
			require.JSONEq(t, tc.want, string(got))
		})
	}
}

func TestAccountGroupText(t *testing.T) {
	t.Parallel()
	g := auditlogs.AccountGroup{AccountGroupID: "7", AccountGroupName: "a\nb", OrganizationName: "o", Raw: json.RawMessage(`{"aid":7}`)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, "a b", fmt.Sprintf(verb, g))
	}
	require.Equal(t, `"7"`, fmt.Sprintf("%q", auditlogs.AccountGroup{AccountGroupID: "7"}))
	var line strings.Builder
	slog.New(slog.NewTextHandler(&line, nil)).Info("x", "group", g)
	require.Contains(t, line.String(), `group.id=7 group.name="a b"`)
	require.NotContains(t, line.String(), "aid")
}

func TestAccountGroupsUnreadable(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body  string
		index int
	}{
		"no list":     {`{"_links":{}}`, -1},
		"null":        {`{"accountGroups":null}`, -1},
		"no object":   {`[]`, -1},
		"cut off":     {`{"accountGroups":[{"aid":"1"}`, -1},
		"errors":      {`{"accountGroups":[],"errors":["x"]}`, -1},
		"no id":       {`{"accountGroups":[{"aid":"1"},{"accountGroupName":"b"}]}`, 1},
		"null group":  {`{"accountGroups":[null]}`, 0},
		"id a list":   {`{"accountGroups":[{"aid":[]}]}`, 0},
		"flag a text": {`{"accountGroups":[{"aid":"1","isCurrentAccountGroup":"true"}]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, log := svcServe(t, svcAnswer(http.StatusOK, tc.body))
			got, err := accountGroups(t, client)
			var decode *auditlogs.DecodeError
			require.ErrorAs(t, err, &decode)
			assert.Equal(t, "UserEvents.AccountGroups", decode.Op)
			assert.Equal(t, tc.index, decode.Index)
			assert.Empty(t, got)
			log.only(t)
		})
	}
}

// TestAccountGroupsErrors: no user may read the groups without the API's permission, and an ended context or a service that is
// not configured sends nothing.
func TestAccountGroupsErrors(t *testing.T) {
	t.Parallel()
	client, log := svcServe(t, svcAnswer(http.StatusForbidden, svcFile(t, "thousandeyes/error_403.json")))
	_, err := accountGroups(t, client)
	require.ErrorIs(t, err, auditlogs.ErrForbidden)
	require.EqualError(t, err, "auditlogs: UserEvents.AccountGroups: 403 Forbidden: Insufficient permissions to query endpoint")
	log.only(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range client.UserEvents.AccountGroups(ctx) {
		require.ErrorIs(t, err, context.Canceled)
	}
	log.only(t)
	none, err := auditlogs.NewClient()
	require.NoError(t, err)
	_, err = accountGroups(t, none)
	require.ErrorIs(t, err, auditlogs.ErrNotConfigured)
}

// TestEventsOfEachAccountGroup: the groups that are listed can each be read by themselves, and one that is refused is known.
func TestEventsOfEachAccountGroup(t *testing.T) {
	t.Parallel()
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{ForbiddenGroup: "30", NumericIDs: true}))
	t.Cleanup(srv.Close)
	t.Cleanup(recordServer(srv))
	srv.AddAccountGroups(auditlogs.AccountGroup{AccountGroupID: "20", AccountGroupName: "Quiet"}, auditlogs.AccountGroup{AccountGroupID: "30"})
	at := time.Now().Add(-time.Hour)
	srv.AddUserEvents(
		auditlogs.UserEvent{Date: at, Event: "a"}, auditlogs.UserEvent{Date: at, Event: "b", AccountGroupID: "40"},
		auditlogs.UserEvent{Date: at, Event: "c", AccountGroupID: "30"},
	)
	client := clientOf(t, srv)
	groups, err := accountGroups(t, client)
	require.NoError(t, err)
	require.True(t, groups[0].IsCurrentAccountGroup && groups[0].IsDefaultAccountGroup)
	got := map[string]string{}
	for _, g := range groups {
		events, err := auditlogs.Collect(client.UserEvents.All(t.Context(), auditlogs.UserEventFilter{AccountGroupID: g.AccountGroupID}), 10)
		if errors.Is(err, auditlogs.ErrForbidden) {
			got[g.AccountGroupID] = "forbidden"
			continue
		}
		require.NoError(t, err)
		for _, e := range events {
			got[g.AccountGroupID] += e.Event
		}
		if len(events) == 0 {
			got[g.AccountGroupID] = "none"
		}
	}
	require.Equal(t, map[string]string{auditlogtest.AccountGroupID: "a", "20": "none", "30": "forbidden", "40": "b"}, got)
}

// The events of each account group, and the groups that may not be read.
func ExampleUserEventsService_AccountGroups() {
	srv := auditlogtest.NewServer(auditlogtest.WithQuirks(auditlogtest.ThousandEyes, auditlogtest.Quirks{ForbiddenGroup: "77"}))
	defer srv.Close()
	srv.AddAccountGroups(auditlogs.AccountGroup{AccountGroupID: "77", AccountGroupName: "Finance"})
	srv.AddUserEvents(auditlogs.UserEvent{Date: time.Now().Add(-time.Hour), Event: "Login."})

	client, err := auditlogs.NewClient(srv.Options()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for group, err := range client.UserEvents.AccountGroups(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		events := 0
		for _, err = range client.UserEvents.All(ctx, auditlogs.UserEventFilter{AccountGroupID: group.AccountGroupID}) {
			if err != nil {
				break
			}
			events++
		}
		switch {
		case errors.Is(err, auditlogs.ErrForbidden):
			fmt.Println(group, "needs more permissions")
		case err != nil:
			fmt.Println(group, err)
		default:
			fmt.Println(group, events)
		}
	}
	// Output:
	// Example group 1
	// Finance needs more permissions
}
