package ocsf_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// TestBrokenEvents breaks a good event in every way that the checker knows, and expects it to see just that: otherwise, that it
// finds nothing would mean nothing.
func TestBrokenEvents(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			official := schemaOf(t, v)
			good, err := ocsf.Map(read(t, auditlogs.APIAkinon, brokenRecord), v)
			require.NoError(t, err)
			require.Empty(t, official.check(good))
			for _, b := range breaks {
				if b.only != "" && b.only != v {
					continue
				}
				var event map[string]any
				require.NoError(t, json.Unmarshal(good, &event))
				b.do(event)
				text, err := json.Marshal(event)
				require.NoError(t, err)
				faults := official.check(text)
				require.Len(t, faults, 1, "%s: %q", b.fault, faults)
				require.Contains(t, faults[0], b.fault)
			}
			for fault, text := range map[string][]byte{
				"has line feeds":           append([]byte("\n"), good...),
				"no JSON object: unexpect": append([]byte("["), good...),
				"no JSON object: <nil>":    append(bytes.Clone(good), '}'),
				"is not UTF-8":             bytes.Replace(good, []byte("akinon/a"), []byte("akinon/\xff"), 1),
				"time: is not a whole":     bytes.Replace(good, []byte(`"time":1772364600000`), []byte(`"time":1772364600000.0`), 1),
				"unmapped.a: comes twice":  bytes.Replace(good, []byte(`"unmapped":{`), []byte(`"unmapped":{"a":1,"a":2,`), 1),
			} {
				faults := official.check(text)
				require.Len(t, faults, 1, "%s: %q", fault, faults)
				require.Contains(t, faults[0], fault)
			}
		})
	}
}

// TestBrokenChoice gives two of what must be just one, which only 1.3.0 knows.
func TestBrokenChoice(t *testing.T) {
	t.Parallel()
	event := mapped(t, read(t, auditlogs.APIThousandEyes, `{"event":"Login."}`), ocsf.V1_3)
	for faults, factor := range []object{
		{"factor_type_id": 1, "phone_number": "7"},
		{"factor_type_id": 1, "phone_number": "7", "email_addr": "a@example.org"},
	} {
		event["auth_factors"] = []object{factor}
		text, err := json.Marshal(event)
		require.NoError(t, err)
		found := schemaOf(t, ocsf.V1_3).check(text)
		require.Len(t, found, faults)
		for _, fault := range found {
			require.Contains(t, fault, "auth_factors[0]: needs just one of")
		}
	}
}

const brokenRecord = `{"uuid":"a","timestamp":"2026-03-01T11:30:00Z","user":{"id":7,"email":"a@example.org"},"remote_addr":"192.0.2.1",
	"headers":{"REQUEST_METHOD":"GET"},"url":"https://h/p","object_id":99,"content_type":4,"content":{}}`

type object = map[string]any

func in(event object, names ...string) object {
	for _, name := range names {
		event = event[name].(object)
	}
	return event
}

var breaks = []struct {
	fault string
	do    func(event object)
	only  ocsf.Version // which can be broken in this way, or both
}{
	{"class_uid: no such class", func(e object) { e["class_uid"] = 9999.0 }, ""},
	{"category_uid: is not in the enumeration", func(e object) { delete(e, "category_name"); e["category_uid"] = 3 }, ""},
	{"type_uid: is not class_uid * 100", func(e object) { delete(e, "type_name"); e["type_uid"] = 600301 }, ""},
	{"metadata.version: is not the version", func(e object) { in(e, "metadata")["version"] = "1.0.0" }, ""},
	{"the class has no profile dns", func(e object) { in(e, "metadata")["profiles"] = []string{"dns", "datetime"} }, ""},
	{"time_dt: attribute of a profile", func(e object) { delete(in(e, "metadata"), "profiles") }, ""},
	{"severity_id: required attribute is missing", func(e object) { delete(e, "severity_id") }, ""},
	{"metadata.product: required attribute is missing", func(e object) { delete(in(e, "metadata"), "product") }, ""},
	{"cloud: required attribute is missing", func(e object) { in(e, "metadata")["profiles"] = []string{"cloud", "datetime"} }, ""},
	{"vendor: unknown attribute", func(e object) { e["vendor"] = "x" }, ""},
	{"actor.user.nick: unknown attribute", func(e object) { in(e, "actor", "user")["nick"] = "x" }, ""},
	{"actor: needs one of", func(e object) { e["actor"] = object{"idp": object{"name": "x"}} }, ""},
	{"actor: is empty", func(e object) { e["actor"] = object{} }, ""},
	{"actor.invoked_by: deprecated attribute", func(e object) { in(e, "actor")["invoked_by"] = "x" }, ""},
	{"actor.session.is_remote: is not true or false", func(e object) { in(e, "actor")["session"] = object{"uid": "x", "is_remote": "x"} }, ""},
	{"actor.user.account.type_id: deprecated value", func(e object) { in(e, "actor", "user")["account"] = object{"uid": "x", "type_id": 3} }, ocsf.V1_8},
	{"actor.user.uid: is empty", func(e object) { in(e, "actor", "user")["uid"] = "" }, ""},
	{"src_endpoint.intermediate_ips: is empty", func(e object) { in(e, "src_endpoint")["intermediate_ips"] = []string{} }, ""},
	{"src_endpoint.location.lat: is not a number", func(e object) { in(e, "src_endpoint")["location"] = object{"city": "x", "lat": "x"} }, ""},
	{"time: is not the same time", func(e object) { e["time_dt"] = "2026-03-01T11:30:01Z" }, ""},
	{"actor.user: is not an object", func(e object) { in(e, "actor")["user"] = "x" }, ""},
	{"actor.user.uid: is not a text", func(e object) { in(e, "actor", "user")["uid"] = 7 }, ""},
	{"actor.user.email_addr: is no email_t", func(e object) { in(e, "actor", "user")["email_addr"] = "x" }, ""},
	{"resources: is not a list", func(e object) { e["resources"] = object{"uid": "9"} }, ""},
	{"resources[0]: needs one of", func(e object) { e["resources"] = []object{{"type": "4"}} }, ""},
	{"resources[0].uid: is not a text", func(e object) { e["resources"] = []object{{"uid": true}} }, ""},
	{"time: is not a whole number", func(e object) { e["time"] = "2026" }, ""},
	{"time: is not a whole number", func(e object) { e["time"] = 1.5 }, ""},
	{"time: is not a whole number", func(e object) { e["time"] = 1e300 }, ""},
	{"time_dt: is no datetime_t", func(e object) { e["time_dt"] = "yesterday" }, ""},
	{"src_endpoint.ip: is no ip_t", func(e object) { in(e, "src_endpoint")["ip"] = "192.0.2.0/24" }, ""},
	{"src_endpoint.ip: is too long for ip_t", func(e object) { in(e, "src_endpoint")["ip"] = "fe80::1%" + strings.Repeat("x", 40) }, ""},
	{"src_endpoint.port: is out of range", func(e object) { in(e, "src_endpoint")["port"] = 70_000 }, ""},
	{"src_endpoint.port: is out of range", func(e object) { in(e, "src_endpoint")["port"] = -1 }, ""},
	{"severity_id: is not in the enumeration", func(e object) { delete(e, "severity"); e["severity_id"] = 42 }, ""},
	{"severity_id: severity is not the caption", func(e object) { e["severity"] = "Grave" }, ""},
	{"severity_id: Other without severity", func(e object) { delete(e, "severity"); e["severity_id"] = 99 }, ""},
	{"http_request.http_method: is not in the enumeration", func(e object) { in(e, "http_request")["http_method"] = "BREW" }, ""},
	{"unmapped: is not an object", func(e object) { e["unmapped"] = []string{"x"} }, ""},
	{"raw_data: is not a text", func(e object) { e["raw_data"] = nil }, ""},
}
