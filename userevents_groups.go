package auditlogs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"

	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// AccountGroup is an account group of ThousandEyes that the token's user belongs to.
type AccountGroup struct {
	AccountGroupID   string // aid
	AccountGroupName string
	// IsCurrentAccountGroup is set for the group of the request, and IsDefaultAccountGroup for the user's login group.
	IsCurrentAccountGroup bool
	IsDefaultAccountGroup bool
	OrganizationName      string
	OrgID                 string
	Raw                   json.RawMessage // the group exactly as it came
}

// Key returns the identity of the group, its ID.
func (g AccountGroup) Key() string { return g.AccountGroupID }

// AccountGroups reads the account groups that the token's user belongs to, in the API's order. It costs one request, which
// is sent when the range begins. Errors: an answer without the list, or with a group that has no ID, is a *DecodeError, and
// otherwise those of any request. Safe for concurrent use.
//
// With [UserEventFilter].AccountGroupID, the events of each group can be read by themselves. If that is ErrForbidden for
// one of them, the user lacks a permission there: "API Access" or "View activity log for all users in account group". With
// AllPermittedAccountGroups, it does not show which group that is.
//
// API: https://developer.cisco.com/docs/thousandeyes/list-account-groups/, GET /v7/account-groups. It documents every field
// as optional; that each group has an ID is inferred, because the other endpoints take it.
func (s *UserEventsService) AccountGroups(ctx context.Context) iter.Seq2[AccountGroup, error] {
	return func(yield func(AccountGroup, error) bool) {
		list := call{op: "UserEvents.AccountGroups", path: []string{"account-groups"}}
		groups, err := ask(ctx, s.conn, list, func(r *transport.Reply) ([]AccountGroup, error) { return readAccountGroups(list.op, r) })
		if err != nil {
			yield(AccountGroup{}, err)
			return
		}
		for _, group := range groups {
			if !yield(group, nil) {
				return
			}
		}
	}
}

// readAccountGroups reads an answer. The API does not divide the list into pages.
func readAccountGroups(op string, r *transport.Reply) ([]AccountGroup, error) {
	defer r.Release()
	e, rows := envelope{list: "accountGroups", total: -1}, wire.NewList(&accountGroupCodec, 0)
	err := readAnswer(op, r, &memory[AccountGroup]{}, rows, &e, func(in *wire.Reader) {
		for name := range in.Members {
			if string(name) == e.list {
				rows.Read(in)
			} else {
				e.other(name, in)
			}
		}
	})
	return rows.Rows, err
}

func (g *AccountGroup) read(r *wire.Reader) {
	for name := range r.Members {
		switch string(name) {
		case "aid":
			r.StringOrNumber(&g.AccountGroupID)
		case "accountGroupName":
			r.Interned(&g.AccountGroupName)
		case "isCurrentAccountGroup":
			r.Bool(&g.IsCurrentAccountGroup)
		case "isDefaultAccountGroup":
			r.Bool(&g.IsDefaultAccountGroup)
		case "organizationName":
			r.Interned(&g.OrganizationName)
		case "orgId":
			r.StringOrNumber(&g.OrgID)
		default:
			r.Skip()
		}
	}
}

var accountGroupCodec = wire.Codec[AccountGroup]{
	Read:   (*AccountGroup).read,
	Raw:    func(v *AccountGroup) *json.RawMessage { return &v.Raw },
	HasKey: func(g *AccountGroup) bool { return g.AccountGroupID != "" },
	Wire:   AccountGroup.plain,
}

// UnmarshalJSON reads the JSON form of the API. Names of members are case-sensitive.
func (g *AccountGroup) UnmarshalJSON(data []byte) error { return accountGroupCodec.Decode(data, g) }

// MarshalJSON writes the JSON form of the API: exactly as the group came, except for fields that were changed since and
// for bytes that are not UTF-8, which are replaced.
func (g AccountGroup) MarshalJSON() ([]byte, error) { return accountGroupCodec.Encode(g) }

func (g AccountGroup) plain() any {
	return struct {
		AccountGroupID        string `json:"aid"`
		AccountGroupName      string `json:"accountGroupName,omitempty"`
		IsCurrentAccountGroup bool   `json:"isCurrentAccountGroup"`
		IsDefaultAccountGroup bool   `json:"isDefaultAccountGroup"`
		OrganizationName      string `json:"organizationName,omitempty"`
		OrgID                 string `json:"orgId,omitempty"`
	}{g.AccountGroupID, g.AccountGroupName, g.IsCurrentAccountGroup, g.IsDefaultAccountGroup, g.OrganizationName, g.OrgID}
}

// String returns the name of the group or, if it has none, its ID.
func (g AccountGroup) String() string { return word(cmp.Or(g.AccountGroupName, g.AccountGroupID)) }

// Format prints String, whatever the verb.
func (g AccountGroup) Format(f fmt.State, verb rune) { formatText(f, verb, g.String()) }

// LogValue returns a group for slog with the attributes id and name, if they are known.
func (g AccountGroup) LogValue() slog.Value {
	return words("id", g.AccountGroupID, "name", g.AccountGroupName)
}
