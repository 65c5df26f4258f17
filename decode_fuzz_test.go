package auditlogs

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzDataAccessLogRecord(f *testing.F) {
	decodeFuzz(f, "waldur", refDataAccessLog.record, "uuid", "timestamp", "accessor_type", "accessed_fields", "user", "accessor",
		"ip_address", "context", "username", "full_name")
}

func FuzzDataAssetLogRecord(f *testing.F) {
	decodeFuzz(f, "huawei-eds", refDataAssetLog.record, "audit_log_id", "resource_id", "resource_name", "customer_user_id",
		"customer_user_name", "customer_connector_id", "customer_connector_name", "happend_time", "action", "description")
}

func FuzzAuditEventRecord(f *testing.F) {
	decodeFuzz(f, "akinon", refAuditEvent.record, "uuid", "timestamp", "user", "content_type", "object_id", "remote_addr", "url",
		"content", "headers", "post_data", "query_params", "id", "email", "first_name", "last_name", "username")
}

func FuzzPersonalDataLogRecord(f *testing.F) {
	decodeFuzz(f, "elasticpath", refPersonalDataLog.record, "id", "store_id", "type", "initiator", "time", "event_type", "delta",
		"resource_id", "resource_type", "relationships", "resource_path", "url", "access-token-email", "access-token-id",
		"access-token-name", "access-token-store-id", "access-token-type")
}

func FuzzUserEventRecord(f *testing.F) {
	decodeFuzz(f, "thousandeyes", refUserEvent.record, "aid", "accountGroupName", "date", "event", "ipAddress", "uid", "user",
		"resources", "type", "name")
}

// decodeFuzz compares a decoder with encoding/json: the same value, or both refuse. Not compared is what has the name of a
// member in other letters, which encoding/json takes for that member.
func decodeFuzz[T any, R any, P interface {
	*T
	json.Unmarshaler
}](f *testing.F, fixtures string, record func(R, json.RawMessage) T, names ...string) {
	decodeSeeds(f, fixtures, names)
	f.Fuzz(func(t *testing.T, data []byte) {
		if decodeOtherCase(data, names) {
			return
		}
		var want R
		var got T
		wantErr := json.Unmarshal(data, &want)
		err := P(&got).UnmarshalJSON(data)
		if wantErr != nil || err != nil {
			require.Equal(t, wantErr != nil, err != nil, "%v against encoding/json's %v", err, wantErr)
			require.Zero(t, got)
			return
		}
		require.Equal(t, record(want, bytes.TrimSpace(data)), got)
		encoded, err := json.Marshal(got)
		require.NoError(t, err)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, []byte(string([]rune(string(data))))))
		require.Equal(t, compact.String(), decodeUnescapeHTML(string(encoded)), "it encodes to what it came from, in valid UTF-8")
	})
}

// decodeUnescapeHTML undoes what json.Marshal does to the JSON that a MarshalJSON gives.
func decodeUnescapeHTML(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\u2028`, "\u2028", `\u2029`, "\u2029").Replace(s)
}

// decodeSeeds adds every object of the fixtures, and every member with a value of every kind; some of these while fuzzing.
func decodeSeeds(f *testing.F, fixtures string, names []string) {
	files, err := filepath.Glob(filepath.Join("testdata", fixtures, "*.json"))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		decodeObjects(f, data)
	}
	values := []string{
		`null`, `true`, `0`, `-0`, `12`, `-9223372036854775808`, `9223372036854775808`, `1.0`, `1e2`, `01`, `1222341536243515939`, `1701419428`,
		`1701419428000`, `""`, `"x"`, `"\u00e9\n\/"`, `"\ud83d\ude00"`, `"\ud800\ud800\udc00"`, `"\udc00x"`, "\"\xff\xc3\"", "\"\x01\"", `"\x"`, `"`, `[]`,
		`["a",null]`, `[1]`, `[{"type":"a","name":null},null,{}]`, `{}`, `{"a":"b","a":"\ud800\ud800\udc00"}`, `{"\ud800\ud800\udc00":"x"}`,
		`{"a":null}`, `{"id":7}`, `{"id":"7","email":null}`, `{"uuid":"a"}`, `{"access-token-id":7}`, `{"resource_path":{"url":"u"}}`,
		`{"resource_path":null}`, `"2026-01-14T09:26:53Z"`, `"2026-01-14T09:26:53.1+03:00"`, `"2026-01-14 09:26:53"`, `"2026-01-14T09:26:53"`,
		`"2026-01-14T24:00:00Z"`, `"2026-01-14T9:26:53Z"`, `"2026-01-14T09:26:53,1Z"`, `"2026\u002d01-14T09:26:53Z"`,
		`"2026-01-14 09:26:53.123456"`, `"2026-01-14T09:26:53.123456"`, `"2026-01-14 09:26:53.123456+00:00"`, `"{\"access-token-id\":1222341536243515939}"`,
		`" {\"resource_path\":{\"url\":\"u\"}} "`, `"{\"resource_path\":\"{\\\"url\\\":\\\"u\\\"}\"}"`, `{"resource_path":"u"}`, `{"resource_path":"{\"url\":\"u\"}"}`,
		`"{\"url\":7}"`, `"{\"access-token-id\":[]}"`, `"{\"x\":"`, `"null"`, `nul`, `truefalse`, ` [ 1 , 2 ] `,
		`{"a":null}`, `{"a":[ 1 , {"b":"\u00e9"}],"c":true}`, "{\"a\":[\"\xff\"]}", `"{\"a\":1,\"b\":[ 2 ]}"`, `"{\"a\":"`, `"{} {}"`, `" {\"\\u0061\":null}"`, `{"id":7}`, `{"id":"7","email":null}`, `{"uuid":"a"}`, `{"access-token-id":7}`, `{"resource_path":{"url":"u"}}`,
		`{"resource_path":null}`, `"2026-01-14T09:26:53Z"`, `"2026-01-14T09:26:53.1+03:00"`, `"2026-01-14 09:26:53"`, `"2026-01-14T09:26:53"`, `"2026-01-14T17:26:53+0800"`,
		`"2026-01-14 17:26:53.5+08"`, `"2026-01-14T17:26:53+2400"`,
		`"2026-01-14T24:00:00Z"`, `"2026-01-14T9:26:53Z"`, `"2026-01-14T09:26:53,1Z"`, `"2026\u002d01-14T09:26:53Z"`, `nul`, `truefalse`, ` [ 1 , 2 ] `,
	}
	seeds := 0
	add := func(seed []byte) {
		if seeds++; seeds%20 == 0 || !fuzzing() {
			f.Add(seed)
		}
	}
	for _, name := range names {
		for _, value := range values {
			add([]byte(`{"` + name + `":` + value + `}`))
			add([]byte(` { "` + name + `" : ` + value + ` , "other" : 1 , "` + name + "\" :\t" + value + "\n} "))
		}
		add([]byte(`{"` + name + `":"x","` + name + `":null}`))
		add([]byte(`{"` + name + `":{"id":1,"email":"a","uuid":"u"},"` + name + `":{"id":2,"username":"n"}}`))
		add([]byte(`{"` + strings.ToUpper(name) + `":"x"}`))
	}
	for _, text := range []string{
		``, ` `, `null`, `{`, `{}`, `{}x`, `{} {}`, `{},`, `{,}`, `{"uuid"}`, `{"uuid":}`, `{"uuid":"x",}`, `{"uuid":"x" "url":"y"}`, `[]`, `"x"`, `1`, `nullnull`,
		`{"\u0075uid":"escaped"}`, `{"other":` + strings.Repeat("[", 10001) + strings.Repeat("]", 10001) + `}`,
		`{"other":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "{\"other\xff\":1}", `{"":1}`, "\ufeff{}",
	} {
		add([]byte(text))
	}
}

// fuzzing reports whether this process tries inputs of its own. It tries the given ones first, and with all of them some seconds
// are over before it has tried another one.
func fuzzing() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

// decodeObjects adds every object within a text.
func decodeObjects(f *testing.F, data json.RawMessage) {
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	if json.Unmarshal(data, &members) == nil {
		f.Add([]byte(data))
	}
	for _, value := range members {
		decodeObjects(f, value)
	}
	if json.Unmarshal(data, &elements) == nil {
		for _, value := range elements {
			decodeObjects(f, value)
		}
	}
}

// decodeOtherCase reports whether a text has one of the names in other letters.
func decodeOtherCase(data []byte, names []string) bool {
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		text, _ := token.(string)
		if strings.Contains(text, "{") && decodeOtherCase([]byte(text), names) { // a text that may hold an object
			return true
		}
		for _, name := range names {
			if text != name && strings.EqualFold(text, name) {
				return true
			}
		}
	}
}
