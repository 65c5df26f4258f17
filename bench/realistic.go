package main

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// realisticTemplates makes templates of invented records.
func realisticTemplates(a *api, n int) ([]template, error) {
	world := newPopulation()
	all := make([]template, n)
	for i := range all {
		t, err := newTemplate(a.invent(world))
		if err != nil {
			return nil, err
		}
		all[i] = t
	}
	return all, nil
}

// object writes members, given as name and value in turn, in their order.
func object(members ...any) jsontext.Value {
	text := []byte{'{'}
	for i, member := range members {
		switch {
		case i%2 == 1:
			text = append(text, ':')
		case i > 0:
			text = append(text, ',')
		}
		value, err := json.Marshal(member)
		if err != nil {
			panic(err) // it is made of texts and numbers
		}
		text = append(text, value...)
	}
	return append(text, '}')
}

// waldur invents who looked at whose data: mostly the staff, and often the same few fields.
func (w *population) waldur() []byte {
	of, by := w.person(), w.person()
	accessor := waldurObject(by)
	if w.oneIn(40) { // the account was deleted
		accessor = jsontext.Value("null")
	}
	context := object("endpoint", "/api/users/"+of.uuid+"/", "method", "GET")
	if w.oneIn(4) {
		context = object("endpoint", "/api/users/", "method", "GET", "query", fmt.Sprintf("page=%d&page_size=100", 1+w.IntN(90)))
	}
	return object(
		"uuid", idMark+w.hex(24), "timestamp", timeMark,
		"accessor_type", w.one([]string{"staff", "staff", "staff", "staff", "support", "support", "organization_member", "self"}),
		"accessed_fields", waldurFields[w.frequent(len(waldurFields))],
		"user", waldurObject(of), "accessor", accessor, "ip_address", w.one(by.addresses), "context", context,
	)
}

func waldurObject(p person) jsontext.Value {
	return object("uuid", p.uuid, "username", p.login, "full_name", p.name())
}

var waldurFields = [][]string{
	{"email", "full_name", "phone_number", "organization"},
	{"email", "full_name"},
	{"full_name", "civil_number", "email", "phone_number", "birth_date"},
	{"email"},
	{"first_name", "last_name", "email", "phone_number", "job_title", "organization", "affiliations", "nationality"},
	{"civil_number"},
}

// huawei invents what was done with an asset of a connector.
func (w *population) huawei() []byte {
	by, asset := w.person(), w.frequent(900)
	connector, contract := w.frequent(60), fmt.Sprintf("C-2025-%05d", 31*w.frequent(500))
	var user, name, description any = dashed(by.uuid), by.name(), nil
	if w.oneIn(12) { // the connector itself
		user, name = nil, nil
	}
	switch w.IntN(8) {
	case 0:
	case 1, 2, 3:
		description = object("purpose", w.one(purposes), "contract_id", contract, "policy", w.one(policies))
	default:
		description = object("purpose", w.one(purposes), "contract_id", contract)
	}
	return object(
		"audit_log_id", idMark+w.hex(24), "resource_id", fmt.Sprintf("%s%02d%d", dashed(w.hex(32))[:24], w.IntN(100), serialMark),
		"resource_name", fmt.Sprintf("%s-%03d.%s", w.one(assetNames), asset, w.one([]string{"csv", "csv", "xlsx", "pdf"})),
		"customer_user_id", user, "customer_user_name", name,
		"customer_connector_id", fmt.Sprintf("c1bf9bd7-52fc-435b-ae55-0a1b2c3d%04d", connector),
		"customer_connector_name", fmt.Sprintf("连接器%02d", connector), "happend_time", timeMark,
		"action", w.one([]string{"VIEW", "VIEW", "VIEW", "VIEW", "DOWNLOAD", "DOWNLOAD", "MODIFY", "PROCESS"}), "description", description,
	)
}

var (
	purposes   = []string{"审核", "数据分析", "质量检查", "training", "reporting"}
	policies   = []string{"read-only, 30 days", "no forwarding", "internal use, 90 days"}
	assetNames = []string{"客户名单", "季度报告", "传感器数据", "供应商合同", "orders-2025", "telemetry", "inventory"}
)

// akinon invents a request to the administration of a shop, with what was sent.
func (w *population) akinon() []byte {
	by, kind := w.person(), w.one([]string{"orders", "orders", "orders", "products", "products", "customers", "campaigns"})
	user := any(object(
		"id", by.number, "email", by.email, "first_name", by.first, "last_name", by.last, "username", by.login,
		"is_active", true, "is_staff", true, "date_joined", fmt.Sprintf("202%d-03-1%dT08:00:00Z", by.number%5, by.number%9),
	))
	if w.oneIn(15) {
		user = by.number
	}
	query, sent, content := object(), object("status", w.one(states)), object("status", w.one(states), "amount", w.amount())
	if w.oneIn(3) {
		query = object("page", fmt.Sprint(1+w.IntN(40)), "limit", "50")
	}
	if w.oneIn(4) {
		sent = object("status", w.one(states), "note", w.one(notes))
		content = object("status", w.one(states), "amount", w.amount(), "modified_by", by.number)
	}
	return object(
		"uuid", idMark+dashed(w.hex(32))[8:], "timestamp", timeMark, "content_type", 10+w.frequent(40), "object_id", serialMark,
		"url", fmt.Sprintf("https://shop.example.com/api/v1/%s/%d/", kind, serialMark), "remote_addr", w.one(by.addresses),
		"headers", object(
			"User-Agent", w.one(agents), "Accept-Language", w.one([]string{"tr-TR,tr;q=0.9", "en-US,en;q=0.8"}),
			"Referer", "https://omnitron.example.com/"+kind+"/",
		),
		"query_params", query, "post_data", sent, "content", content, "user", user,
	)
}

func (w *population) amount() string { return fmt.Sprintf("%d.%02d", w.IntN(5000), w.IntN(100)) }

var (
	states = []string{"100", "200", "300", "400", "450", "500", "550", "600"}
	notes  = []string{"müşteri talebi", "stock was corrected", "refund after return", "kargo gecikti"}
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/136.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
		"Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
		"python-requests/2.32.3",
	}
)

// elasticPath invents a change of the one resource that a listing is about.
func (w *population) elasticPath() []byte {
	by := w.frequent(300) // tokens are fewer than people
	token := w.people[by]
	changes := []any{"id", fmt.Sprintf("%s%02d%d", dashed(w.hex(32))[:24], w.IntN(100), serialMark), "type", auditlogtest.ResourceType}
	if w.oneIn(2) {
		of := w.person()
		changes = append(changes, "email", of.email, "name", of.name())
	}
	if w.oneIn(3) {
		changes = append(changes, "metadata", object("source", w.one([]string{"storefront", "import", "support"}), "attempt", 1+w.IntN(3)))
	}
	return object(
		"id", idMark+dashed(w.hex(32))[8:], "store_id", auditlogtest.StoreID, "type", "personal_data_log_entry",
		"initiator", object(
			"access-token-email", token.email, "access-token-id", fmt.Sprint(1222341536243515939+int64(by)),
			"access-token-name", token.name(), "access-token-store-id", auditlogtest.StoreID,
			"access-token-type", "client-credentials-token",
		),
		"time", timeMark,
		"event_type", auditlogtest.ResourceType+".event."+w.one([]string{"created", "updated", "updated", "updated", "deleted"}),
		"delta", object(changes...), "resource_id", auditlogtest.ResourceID, "resource_type", auditlogtest.ResourceType,
		"relationships", object("resource_path", object("url", "https://useast.api.elasticpath.com/v2/customers/"+auditlogtest.ResourceID)),
	)
}

// thousandEyes invents an event of a user: a phrase, and the things that it concerns.
func (w *population) thousandEyes() []byte {
	by, what := w.person(), userEvents[w.frequent(len(userEvents))]
	resources := make([]jsontext.Value, 0, 4)
	for _, kind := range what.resources {
		name := fmt.Sprintf("%s – %s %d", w.one(testNames), w.one(cities), w.frequent(200))
		resources = append(resources, object("type", kind, "name", name))
	}
	group := w.frequent(25)
	return object(
		"aid", fmt.Sprint(1234+group), "accountGroupName", fmt.Sprintf("Region %02d", group), "date", timeMark, "event", what.phrase,
		"ipAddress", w.one(by.addresses), "uid", fmt.Sprint(by.number), "user", by.name()+" ("+by.email+")", "resources", resources,
	)
}

var (
	userEvents = []struct {
		phrase    string
		resources []string
	}{
		{"Test updated.", []string{"testName", "agentName"}},
		{"Alert rule updated.", []string{"alertRuleName", "testName", "testName"}},
		{"Report viewed.", []string{"reportTitle", "userDisplayName"}},
		{"Test created.", []string{"testName", "agentName", "labelName"}},
		{"User role changed.", []string{"userDisplayName", "roleName"}},
		{"Test deleted.", []string{"testName", "alertRuleName"}},
		{"Agent disabled.", []string{"agentName", "testName", "testName", "testName"}},
	}
	testNames = []string{"Checkout", "Login page", "Payments API", "DNS", "VPN", "Intranet", "Search", "Mail gateway"}
	cities    = []string{"Zürich", "東京", "Frankfurt", "San José", "London", "São Paulo", "Sydney", "Ashburn", "Singapore"}
)
