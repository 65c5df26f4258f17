package auditlogtest

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// AddAccountGroups makes the token's user a member of account groups of ThousandEyes. The user is always a member of
// AccountGroupID, which is the default, and of the groups of all events. A group with the ID of one of these takes its
// place in the list. A group without an ID gets one. If Raw is set, it is served unchanged.
func (s *Server) AddAccountGroups(groups ...auditlogs.AccountGroup) { s.accountGroups.add(groups) }

// AccountGroups returns the account groups that ThousandEyes lists: the default one, those that were added, and those of
// events.
func (s *Server) AccountGroups() []auditlogs.AccountGroup {
	groups := []auditlogs.AccountGroup{{
		AccountGroupID: AccountGroupID, AccountGroupName: AccountGroupName, IsCurrentAccountGroup: true, IsDefaultAccountGroup: true,
		OrganizationName: "Example organization", OrgID: "5678",
	}}
	at := map[string]int{AccountGroupID: 0}
	added := s.accountGroups.all()
	slices.Reverse(added) // the one added first comes first
	for _, g := range added {
		if i, listed := at[g.AccountGroupID]; listed {
			groups[i] = g
			continue
		}
		at[g.AccountGroupID] = len(groups)
		groups = append(groups, g)
	}
	for _, e := range s.userEvents.all() {
		if _, listed := at[e.AccountGroupID]; !listed {
			at[e.AccountGroupID] = len(groups)
			groups = append(groups, auditlogs.AccountGroup{
				AccountGroupID: e.AccountGroupID, AccountGroupName: e.AccountGroupName,
				OrganizationName: groups[0].OrganizationName, OrgID: groups[0].OrgID,
			})
		}
	}
	return groups
}

// DeleteAccountGroups deletes the added account groups for which del returns true, and returns their number. del must not
// call the server.
func (s *Server) DeleteAccountGroups(del func(auditlogs.AccountGroup) bool) int {
	return s.accountGroups.deleteFunc(del)
}

// isMember reports whether the token's user belongs to an account group.
func (s *Server) isMember(aid string) bool {
	if aid == AccountGroupID || s.accountGroups.find(aid) != nil {
		return true
	}
	of := query[auditlogs.UserEvent]{key: aid, match: func(e *auditlogs.UserEvent) bool { return e.AccountGroupID == aid }}
	return s.userEvents.list(of).total() > 0
}

// thousandEyesAccountGroups serves GET /v7/account-groups.
func (s *Server) thousandEyesAccountGroups(c *call) *answer {
	if c.Method != http.MethodGet {
		return thousandEyesFailure(http.StatusMethodNotAllowed)
	}
	var rows []*row[auditlogs.AccountGroup]
	for _, g := range s.AccountGroups() {
		rows = append(rows, &row[auditlogs.AccountGroup]{record: g})
	}
	links := object{"_links": object{"self": object{"href": thousandEyesSelf(c)}}}
	return newAnswer(http.StatusOK, "application/hal+json", rowsIn("accountGroups", accountGroupKind, rows, c.quirks.form(), links))
}

var accountGroupKind = kind[auditlogs.AccountGroup]{
	settle: func(g *auditlogs.AccountGroup, seq uint64) (string, time.Time) {
		if g.AccountGroupID == "" {
			g.AccountGroupID = strconv.FormatUint(100_000+seq, 10)
		}
		return g.AccountGroupID, time.Time{}
	},
	encode: func(g *auditlogs.AccountGroup, as form) []byte {
		if g.Raw != nil {
			return g.Raw
		}
		wire := object{
			"aid": textOrNumber(g.AccountGroupID, as), "accountGroupName": g.AccountGroupName,
			"isCurrentAccountGroup": g.IsCurrentAccountGroup, "isDefaultAccountGroup": g.IsDefaultAccountGroup,
		}
		if g.OrganizationName != "" {
			wire["organizationName"] = g.OrganizationName
		}
		if g.OrgID != "" {
			wire["orgId"] = g.OrgID
		}
		return encodeJSON(wire)
	},
}
