package auditlogtest_test

import (
	"testing"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

const thousandEyesAccountGroups = "/v7/account-groups"

func TestThousandEyesAccountGroups(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	first := func(aid string) string {
		return `{"accountGroups":[{"accountGroupName":"Example group","aid":` + aid + `,"isCurrentAccountGroup":true,"isDefaultAccountGroup":true,` +
			`"orgId":"5678","organizationName":"Example organization"}`
	}
	self := `],"_links":{"self":{"href":"` + srv.URL + thousandEyesAccountGroups + `"}}}`
	get(t, srv, thousandEyesAccountGroups).want(t, 200, first(`"1234"`)+self)

	srv.AddAccountGroups(
		auditlogs.AccountGroup{AccountGroupID: "7", AccountGroupName: "g", OrgID: "1"}, auditlogs.AccountGroup{AccountGroupName: "h"},
		auditlogs.AccountGroup{AccountGroupID: "8", Raw: []byte(`{"aid":8}`)},
	)
	srv.AddUserEvents(auditlogs.UserEvent{Date: day, AccountGroupID: "7"}, auditlogs.UserEvent{Date: day, AccountGroupID: "9", AccountGroupName: "i"})
	srv.SetQuirks("", auditlogtest.Quirks{NumericIDs: true})
	get(t, srv, thousandEyesAccountGroups).want(t, 200, first("1234")+
		`,{"accountGroupName":"g","aid":7,"isCurrentAccountGroup":false,"isDefaultAccountGroup":false,"orgId":"1"}`+
		`,{"accountGroupName":"h","aid":100002,"isCurrentAccountGroup":false,"isDefaultAccountGroup":false},{"aid":8}`+
		`,{"accountGroupName":"i","aid":9,"isCurrentAccountGroup":false,"isDefaultAccountGroup":false,"orgId":"5678","organizationName":"Example organization"}`+self)
	for query, status := range map[string]int{"": 200, "?aid=7": 200, "?aid=100002": 200, "?aid=8": 200, "?aid=9": 200, "?aid=5": 403} {
		get(t, srv, thousandEyes+query).want(t, status, "")
	}

	srv.AddAccountGroups(auditlogs.AccountGroup{AccountGroupID: auditlogtest.AccountGroupID, AccountGroupName: "Mine"})
	if got := srv.AccountGroups()[0]; got.AccountGroupName != "Mine" || got.IsDefaultAccountGroup {
		t.Errorf("the default group is %+v", got)
	}
	if n := srv.DeleteAccountGroups(func(g auditlogs.AccountGroup) bool { return g.AccountGroupID != "8" }); n != 3 {
		t.Errorf("%d deleted", n)
	}
	if groups := srv.AccountGroups(); len(groups) != 4 || groups[0].AccountGroupName != auditlogtest.AccountGroupName || groups[1].AccountGroupID != "8" {
		t.Errorf("left are %v", groups)
	}
	srv.RevokeTokens()
	get(t, srv, thousandEyesAccountGroups).want(t, 401, "invalid_token")
}

func TestThousandEyesForbiddenGroup(t *testing.T) {
	t.Parallel()
	srv := thousandEyesServer(t, 1, auditlogtest.Quirks{ForbiddenGroup: "9"})
	srv.AddUserEvents(auditlogs.UserEvent{Date: day, AccountGroupID: "9", Event: "x"}, auditlogs.UserEvent{Date: day, AccountGroupID: "8", Event: "y"})
	get(t, srv, thousandEyesAccountGroups).want(t, 200, `"aid":"9"`)
	get(t, srv, thousandEyes+"?aid=9").want(t, 403, "Insufficient permissions")
	if got := thousandEyesGet(t, srv, thousandEyes+"?useAllPermittedAids=true").events(); got != "y,0" {
		t.Errorf("got %s", got)
	}
}
