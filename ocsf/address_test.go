package ocsf_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/ocsf"
)

// TestMailAddresses takes for an address what the official schema does, and keeps everything else as it came.
func TestMailAddresses(t *testing.T) {
	t.Parallel()
	official := schemaOf(t, ocsf.V1_8).Dictionary.Types.Attributes["email_t"].regex
	texts := []string{"@h.c", "a@.c", "a@h.", "a@h", "a@h..c", "a@b@h.c", "a", "a@h.c.", "a@h.c.d", "ä@h.c", "a@h-i.c-d", "a@-.-"}
	for c := rune(1); c < 128; c++ {
		texts = append(texts, "a"+string(c)+"b@h.c", "a@h"+string(c)+"i.c", "a@h.c"+string(c)+"d")
	}
	for _, text := range texts {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		event := mapped(t, read(t, auditlogs.APIElasticPath, `{"id":"a","initiator":{"access-token-email":`+string(quoted)+`}}`), ocsf.V1_8)
		address, elsewhere := any(text), any(nil)
		if !official.MatchString(text) {
			address, elsewhere = elsewhere, address
		}
		require.Equal(t, address, at(event, "actor.user.email_addr"), "%q", text)
		require.Equal(t, elsewhere, at(event, "unmapped.initiator.access-token-email"), "%q", text)
	}
}

// TestIPAddresses takes for addresses what the official schema does, and makes everything else a name.
func TestIPAddresses(t *testing.T) {
	t.Parallel()
	official := schemaOf(t, ocsf.V1_8)
	for text, want := range map[string]object{
		"192.0.2.1":                      {"ip": "192.0.2.1"},
		"2001:db8::1":                    {"ip": "2001:db8::1"},
		"::ffff:192.0.2.1":               {"ip": "::ffff:192.0.2.1"},
		"1:2:3:4:5:6:7::":                {"ip": "1:2:3:4:5:6:7::"},
		"1:2:3:4:5:6:192.0.2.1":          {"ip": "1:2:3:4:5:6:192.0.2.1"},
		"192.0.2.01":                     {"name": "192.0.2.01"},
		"192.0.2.0/24":                   {"name": "192.0.2.0/24"},
		"192.0.2.1:80":                   {"name": "192.0.2.1:80"},
		"192.0.2.1,198.51.100.2":         {"ip": "192.0.2.1", "intermediate_ips": []any{"198.51.100.2"}},
		"192.0.2.1, ::1 ,::2":            {"ip": "192.0.2.1", "intermediate_ips": []any{"::1", "::2"}},
		"192.0.2.1, unknown":             {"name": "192.0.2.1, unknown"},
		"unknown, 192.0.2.1":             {"name": "unknown, 192.0.2.1"},
		"::1%" + strings.Repeat("x", 36): {"ip": "::1%" + strings.Repeat("x", 36)},
		"::1%" + strings.Repeat("x", 37): {"name": "::1%" + strings.Repeat("x", 37)},
		"::1%a\nb":                       {"name": "::1%a\nb"},
	} {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		made, err := ocsf.Map(read(t, auditlogs.APIThousandEyes, `{"event":"x","ipAddress":`+string(quoted)+`}`), ocsf.V1_8)
		require.NoError(t, err)
		require.Empty(t, official.check(made), "%q", text)
		var event object
		require.NoError(t, json.Unmarshal(made, &event))
		require.Equal(t, want, event["src_endpoint"], "%q", text)
	}
}
