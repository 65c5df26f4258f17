package auditlogtest

import (
	"encoding/json"
	"strconv"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

func decimal(n int) string { return strconv.Itoa(n) }

func raw(value any) json.RawMessage { return encodeJSON(value) }

func (g *generator) dataAccessLog(t time.Time) auditlogs.DataAccessLog {
	target, by := pick(g, people), pick(g, people)
	log := auditlogs.DataAccessLog{
		UUID: g.uuid(), Timestamp: t, IPAddress: g.ip(),
		AccessorType: pick(g, []auditlogs.AccessorType{
			auditlogs.AccessorStaff, auditlogs.AccessorStaff, auditlogs.AccessorSupport,
			auditlogs.AccessorOrganizationMember, auditlogs.AccessorSelf,
		}),
		AccessedFields: pick(g, [][]string{
			{"email", "full_name", "phone_number"}, {"email"}, {"full_name", "civil_number"}, {},
		}),
		User:     waldurUserRef(target),
		Accessor: new(waldurUserRef(by)),
		Context:  raw(object{"endpoint": "/api/users/" + target.uuid() + "/", "method": "GET"}),
	}
	if g.oneIn(15) { // the account was deleted
		log.Accessor = nil
	}
	if g.oneIn(20) {
		log.IPAddress, log.Context = "", nil
	}
	return log
}

func waldurUserRef(p person) auditlogs.UserRef {
	return auditlogs.UserRef{UUID: p.uuid(), Username: p.login, FullName: p.name()}
}

var assets = []string{"三清山.jpg", "客户名单（二〇二六）.xlsx", "季度报告.pdf", "传感器数据 𠮷野.csv", "report Q3.pdf", "合同-终稿.docx"}

func (g *generator) dataAssetLog(t time.Time) auditlogs.DataAssetLog {
	asset := g.IntN(len(assets))
	log := auditlogs.DataAssetLog{
		AuditLogID: hexDigits(g.Uint64(), 32), ResourceID: dashed(uuidOf(uint64(asset))), ResourceName: assets[asset],
		CustomerConnectorID: ConnectorID, CustomerConnectorName: "连接器B", HappenedTime: t,
		Action: pick(g, []auditlogs.DataAssetAction{
			auditlogs.DataAssetView, auditlogs.DataAssetView, auditlogs.DataAssetDownload, auditlogs.DataAssetModify,
		}),
	}
	if !g.oneIn(3) {
		by := pick(g, people)
		log.CustomerUserID, log.CustomerUserName = by.uuid(), by.name()
	}
	if g.oneIn(6) {
		log.Description = map[string]string{"purpose": "审核", "ticket": decimal(g.IntN(10_000))}
	}
	return log
}

func (g *generator) auditEvent(t time.Time) auditlogs.AuditEvent {
	id := 1 + g.Int64N(90_000)
	path := pick(g, []string{"orders", "products", "customers", "campaigns"}) + "/" + strconv.FormatInt(id, 10)
	event := auditlogs.AuditEvent{
		UUID: dashed(g.uuid()), Timestamp: t, User: g.auditEventUser(), ContentType: 10 + g.Int64N(40), ObjectID: id,
		RemoteAddr: g.ip(), URL: "https://shop.example.org/api/v1/" + path + "/",
		Content:     raw(object{"status": decimal(100 * (1 + g.IntN(9)))}),
		Headers:     raw(object{"User-Agent": "Mozilla/5.0", "Accept-Language": "tr,en;q=0.8"}),
		QueryParams: raw(object{}),
		PostData:    raw(string(raw(object{"status": "500"}))), // JSON within a string
	}
	switch g.IntN(12) {
	case 0: // without an object, an address or a URL
		event.ObjectID, event.RemoteAddr, event.URL = 0, "", ""
	case 1:
		event.Headers, event.QueryParams, event.PostData = nil, nil, nil
	case 2: // through proxies
		event.RemoteAddr += ", 10.0.0.7"
	case 3:
		event.Content = raw([]any{1.5e300, "ü\u2028\\", nil, true})
	}
	return event
}

// auditEventUser returns a whole user, a user with only an id, or nil.
func (g *generator) auditEventUser() *auditlogs.AuditEventUser {
	by := pick(g, people)
	user := &auditlogs.AuditEventUser{ID: decimal(by.number)}
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return user
	}
	user.Email, user.FirstName, user.LastName, user.Username = by.email(), by.first, by.last, by.login
	return user
}

func (g *generator) personalDataLog(t time.Time) auditlogs.PersonalDataLog {
	by, of := pick(g, people), pick(g, people)
	verb := pick(g, []string{"created", "updated", "updated", "deleted"})
	log := auditlogs.PersonalDataLog{
		ID: dashed(g.uuid()), StoreID: StoreID, Type: "personal_data_log_entry", Time: t,
		EventType: ResourceType + ".event." + verb, ResourceID: ResourceID, ResourceType: ResourceType,
		Initiator: auditlogs.Initiator{
			TokenEmail: by.email(), TokenID: strconv.FormatInt(1222341536243515939+int64(by.number), 10),
			TokenName: by.name(), TokenStoreID: StoreID, TokenType: "client-credentials-token",
		},
		Delta:        raw(object{"email": of.email(), "name": of.name(), "type": ResourceType}),
		ResourcePath: "https://useast.api.elasticpath.com/v2/customers/" + ResourceID,
	}
	if g.oneIn(10) {
		log.Delta, log.ResourcePath = nil, ""
	}
	if g.oneIn(12) { // another kind of token
		log.Initiator = auditlogs.Initiator{TokenID: log.Initiator.TokenID, TokenType: "implicit-token"}
	}
	return log
}

// userEventKinds are phrases, with the type and name of the resource that they concern, if any.
var userEventKinds = []struct{ phrase, resource, name string }{
	{"Login.", "", ""},
	{"Logout.", "", ""},
	{"Login failed.", "", ""},
	{"Report created.", "reportTitle", "Weekly report"},
	{"Test updated.", "testName", "Shop – Zürich ↔ 東京"},
	{"Alert rule deleted.", "alertRuleName", "Packet loss > 5 %"},
	{"User role changed.", "userDisplayName", "Zoë Ångström"},
	{"Agent disabled.", "agentName", "branch-7"},
}

func (g *generator) userEvent(t time.Time) auditlogs.UserEvent {
	by, what := pick(g, people), pick(g, userEventKinds)
	event := auditlogs.UserEvent{
		AccountGroupID: AccountGroupID, AccountGroupName: AccountGroupName, Date: t, Event: what.phrase, IPAddress: g.ip(),
		UserID: decimal(by.number), User: by.name() + " (" + by.email() + ")",
	}
	if what.resource != "" {
		event.Resources = []auditlogs.EventResource{{Type: what.resource, Name: what.name}}
	}
	if what.phrase == "Login failed." && g.oneIn(2) { // by an unknown user
		event.UserID = ""
	}
	if g.oneIn(10) {
		event.IPAddress = "99.128.0.0/11"
	}
	return event
}
