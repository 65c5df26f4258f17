package elasticpathjs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
	"github.com/auditlogs/auditlogs-go/interop/internal/outside"
)

// question is what read.mjs is asked.
type question struct {
	Host         string `json:"host"`
	ClientID     string `json:"clientID"`
	ClientSecret string `json:"clientSecret"`
	ResourceType string `json:"resourceType"`
	ResourceID   string `json:"resourceID"`
	Limit        int    `json:"limit"`
}

func ask(srv *auditlogtest.Server, limit int) question {
	return question{
		strings.TrimPrefix(srv.URL, "http://"), auditlogtest.ClientID, auditlogtest.ClientSecret,
		auditlogtest.ResourceType, auditlogtest.ResourceID, limit,
	}
}

// page is a line of read.mjs.
type page struct {
	Data    []json.RawMessage `json:"data"`
	Refusal any               `json:"refusal"`
}

// vendorPages reads with the vendor's client.
func vendorPages(t *testing.T, q question) []page {
	t.Helper()
	output := outside.Node(t, "@elasticpath/js-sdk", "read.mjs", q)
	var pages []page
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var p page
		require.NoError(t, json.Unmarshal(lines.Bytes(), &p))
		pages = append(pages, p)
	}
	require.NoError(t, lines.Err())
	return pages
}

// vendorRecords reads with the vendor's client, and gives its records as it saw them.
func vendorRecords(t *testing.T, q question) []json.RawMessage {
	t.Helper()
	var records []json.RawMessage
	for _, p := range vendorPages(t, q) {
		require.Nil(t, p.Refusal)
		records = append(records, p.Data...)
	}
	return records
}
