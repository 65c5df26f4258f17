package ocsf_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// fullRecords have every field, and a value of its own in each. Those of one API belong to its different classes.
var fullRecords = map[auditlogs.API][]string{
	auditlogs.APIWaldur: {`{"uuid":"w1","timestamp":"2026-03-01T11:30:00Z","accessor_type":"w3","accessed_fields":["w4"],
		"accessor":{"uuid":"w5","username":"w6","full_name":"w7"},"user":{"uuid":"w8","username":"w9","full_name":"w10"},
		"ip_address":"192.0.2.1","context":{"method":"GET","endpoint":"/w13"}}`},
	auditlogs.APIHuaweiEDS: {hostedFile("VIEW"), hostedFile("NOTIFY")},
	auditlogs.APIAkinon:    {webRequest(`"Accept"`), webRequest(`"REQUEST_METHOD"`)},
	auditlogs.APIElasticPath: {`{"id":"e1","store_id":"e2","type":"e3","time":"2026-03-01T11:30:00Z","event_type":"e5.event.created","initiator":{
		"access-token-id":"e6","access-token-name":"e7","access-token-email":"e8@example.org","access-token-type":"e9","access-token-store-id":"e10"},
		"delta":{"e11":"e12"},"resource_id":"e13","resource_type":"e14","relationships":{"resource_path":{"url":"e15"}}}`},
	auditlogs.APIThousandEyes: {userEvent("Login failed."), userEvent("Report created.")},
}

func hostedFile(action string) string {
	return `{"audit_log_id":"h1","happend_time":"2026-03-01T11:30:00Z","action":"` + action + `","resource_id":"h4","resource_name":"h5",
		"customer_user_id":"h6","customer_user_name":"h7","customer_connector_id":"h8","customer_connector_name":"h9","description":{"h10":"h11"}}`
}

func webRequest(header string) string {
	return `{"uuid":"a1","timestamp":"2026-03-01T11:30:00Z","content_type":3,"object_id":4,"url":"https://a5/a6","remote_addr":"192.0.2.7",
		"headers":{` + header + `:"GET"},"query_params":{"a9":"a10"},"post_data":"a11","content":"a12",
		"user":{"id":13,"username":"a14","first_name":"a15","last_name":"a16","email":"a17@example.org"}}`
}

func userEvent(event string) string {
	return `{"aid":"t1","accountGroupName":"t2","date":"2026-03-01T11:30:00Z","event":"` + event + `","ipAddress":"192.0.2.5","uid":"t6",
		"user":"t7 (t8@example.org)","resources":[{"type":"t9","name":"t10"}]}`
}

var (
	sections = map[string]auditlogs.API{
		"Waldur": auditlogs.APIWaldur, "Huawei EDS": auditlogs.APIHuaweiEDS, "Akinon": auditlogs.APIAkinon,
		"Elastic Path": auditlogs.APIElasticPath, "ThousandEyes": auditlogs.APIThousandEyes,
	}
	placeOf = regexp.MustCompile("(?:([0-9]{4}) )?`([^`]+)`")
)

// TestTableOfFields looks up every place of every row of docs/ocsf.md, and misses no field.
func TestTableOfFields(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../docs/ocsf.md")
	require.NoError(t, err)
	for section := range strings.SplitSeq(string(data), "\n### ") {
		title, text, _ := strings.Cut(section, "\n")
		api, ok := sections[title]
		if !ok {
			continue
		}
		requireFull(t, read(t, api, fullRecords[api][0]).Record)
		documented := map[string]bool{}
		for line := range strings.Lines(text) {
			cells := strings.Split(line, " | ")
			field := strings.Trim(cells[0], "|` ")
			if len(cells) < 3 || !strings.HasPrefix(cells[0], "| `") {
				continue
			}
			documented[field] = true
			for _, place := range placeOf.FindAllStringSubmatch(cells[1], -1) {
				requireAt(t, api, field, place[1], place[2])
			}
		}
		for field := range fieldsOf(t, api) {
			require.True(t, documented[field], "%s: docs/ocsf.md has no row for %s", title, field)
		}
	}
}

// requireAt requires a field's value at its place, in the events of a class, or of all.
func requireAt(t *testing.T, api auditlogs.API, field, class, place string) {
	t.Helper()
	found := 0
	for _, record := range fullRecords[api] {
		e := read(t, api, record)
		event := mapped(t, e, ocsf.V1_8)
		if class != "" && class != fmt.Sprint(event["class_uid"]) {
			continue
		}
		found++
		want := fieldsOf(t, api)[field]
		if field == "action" || field == "event" || field == "headers" {
			want = at(exactly(t, e.Raw), field)
		}
		got := fmt.Sprint(at(event, place))
		if place == "time" {
			got = time.UnixMilli(int64(event["time"].(float64))).UTC().Format(time.RFC3339)
		}
		require.NotEqual(t, "<nil>", got, "%s %s: nothing at %s", api, field, place)
		name, _, _ := strings.Cut(fmt.Sprint(want), " (") // of a user with an address
		if list, ok := want.([]any); ok && field == "resources" {
			name = fmt.Sprint(list[0].(object)["name"])
		}
		require.Contains(t, got, name, "%s: %s at %s", api, field, place)
	}
	require.NotZero(t, found, "%s: no event of class %s", api, class)
}

// requireFull requires that a full record has all fields that this module knows.
func requireFull(t *testing.T, record any) {
	t.Helper()
	value := reflect.ValueOf(record)
	for i := range value.NumField() {
		if name := value.Type().Field(i).Name; name != "Ordinal" {
			require.False(t, value.Field(i).IsZero(), "%T: no %s", record, name)
		}
	}
}

// fieldsOf returns the fields of a full record, and of the objects within it whose members are documented.
func fieldsOf(t *testing.T, api auditlogs.API) map[string]any {
	t.Helper()
	fields := map[string]any{}
	for name, value := range exactly(t, json.RawMessage(fullRecords[api][0])).(object) {
		inner, ok := value.(object)
		if !ok || slices.Contains([]string{"delta", "relationships", "headers", "query_params", "description"}, name) {
			fields[name] = value
			continue
		}
		for member, value := range inner {
			fields[name+"."+member] = value
		}
	}
	return fields
}

// at returns what is at a path; of a list, its first element.
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		inner, ok := value.(object)
		if !ok {
			return nil
		}
		value = inner[name]
	}
	return value
}
