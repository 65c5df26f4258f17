package huaweijs_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/interop/internal/outside"
)

// vendor is the package of the vendor's signer and client.
const vendor = "@huaweicloud/huaweicloud-sdk-core"

// order is a request that sign.mjs signs. The vendor's signer signs every header that it is given, and the host.
type order struct {
	Method    string              `json:"method"`
	Endpoint  string              `json:"endpoint"` // the URL without its query
	Query     map[string][]string `json:"query"`
	Headers   map[string]string   `json:"headers"`
	AccessKey string              `json:"accessKey"`
	SecretKey string              `json:"secretKey"`
}

// orderOf makes an order of a request, with those of its headers that belong to a signature.
func orderOf(t *testing.T, req *http.Request, accessKey, secretKey string) order {
	t.Helper()
	query, err := url.ParseQuery(req.URL.RawQuery)
	require.NoError(t, err)
	headers := map[string]string{}
	for _, name := range []string{"X-Sdk-Date", "X-Project-Id", "X-Security-Token"} {
		if value := req.Header.Get(name); value != "" {
			headers[name] = value
		}
	}
	endpoint := *req.URL
	endpoint.RawQuery = ""
	return order{req.Method, endpoint.String(), query, headers, accessKey, secretKey}
}

// vendorSigns gives the headers of each request with the vendor's signature.
func vendorSigns(t *testing.T, orders []order) []map[string]string {
	t.Helper()
	var signed []map[string]string
	require.NoError(t, json.Unmarshal(outside.Node(t, vendor, "sign.mjs", orders), &signed))
	require.Len(t, signed, len(orders))
	return signed
}
