package huaweijs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/interop/internal/outside"
)

// ask is what list.mjs is asked.
type ask struct {
	Endpoint      string           `json:"endpoint"`
	ProjectID     string           `json:"projectID"`
	InstanceID    string           `json:"instanceID"`
	ConnectorID   string           `json:"connectorID"`
	AccessKey     string           `json:"accessKey"`
	SecretKey     string           `json:"secretKey"`
	SecurityToken string           `json:"securityToken"`
	Queries       []map[string]any `json:"queries"`
}

// line is one of list.mjs.
type line struct {
	Rows []struct {
		ID string `json:"audit_log_id"`
	} `json:"rows"`
	Refusal *refusal `json:"refusal"`
}

type refusal struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func vendorLists(t *testing.T, a ask) []line {
	t.Helper()
	a.ProjectID, a.InstanceID, a.ConnectorID = auditlogtest.ProjectID, auditlogtest.InstanceID, auditlogtest.ConnectorID
	var lines []line
	for text := bufio.NewScanner(bytes.NewReader(outside.Node(t, vendor, "list.mjs", a))); text.Scan(); {
		var l line
		require.NoError(t, json.Unmarshal(text.Bytes(), &l))
		lines = append(lines, l)
	}
	require.Len(t, lines, len(a.Queries))
	return lines
}

// TestVendorsClient: requests that the vendor's own client signs and sends get their rows, with a wrong key the gateway's
// refusal.
func TestVendorsClient(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	pages := []map[string]any{
		{"limit": 20, "offset": 0}, {"limit": 20, "offset": 20}, {"limit": 20, "offset": 40, "user_keywords": ""},
	}
	for _, a := range []ask{
		{AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey, Queries: pages},
		{AccessKey: temporaryKey, SecretKey: temporarySecret, SecurityToken: securityToken, Queries: pages},
	} {
		a.Endpoint = srv.URL
		var got, want []string
		for _, l := range vendorLists(t, a) {
			require.Nil(t, l.Refusal)
			for _, row := range l.Rows {
				got = append(got, row.ID)
			}
		}
		for _, l := range srv.DataAssetLogs() {
			want = append(want, l.AuditLogID)
		}
		require.ElementsMatch(t, want, got)
	}
	odd := []map[string]any{{"user_keywords": "Ann Lee+~*/%2F&=é", "connector_keywords": "连接器"}}
	require.Nil(t, vendorLists(t, ask{Endpoint: srv.URL, AccessKey: auditlogtest.AccessKey, SecretKey: auditlogtest.SecretKey, Queries: odd})[0].Refusal)
	for _, a := range []ask{
		{AccessKey: auditlogtest.AccessKey, SecretKey: "wrong"}, {AccessKey: "unknown", SecretKey: auditlogtest.SecretKey},
		{AccessKey: temporaryKey, SecretKey: temporarySecret}, {AccessKey: temporaryKey, SecretKey: temporarySecret, SecurityToken: "wrong"},
	} {
		a.Endpoint, a.Queries = srv.URL, pages[:1]
		refused := vendorLists(t, a)[0].Refusal
		require.NotNil(t, refused)
		require.Equal(t, 401, refused.Status)
		require.Equal(t, "APIGW.0301", refused.Code)
		require.Contains(t, refused.Message, "Incorrect IAM authentication information")
	}
}
