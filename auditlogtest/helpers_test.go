package auditlogtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// day is in the middle of nothing in particular.
var day = time.Date(2026, 9, 14, 12, 0, 0, 0, time.UTC)

const huaweiPath = "/v1/" + auditlogtest.ProjectID + "/eds/instances/" + auditlogtest.InstanceID + "/connectors/" +
	auditlogtest.ConnectorID + "/audit-logs"

// listPaths are the lists of all services, as the client of each is configured.
var listPaths = map[auditlogtest.API]string{
	auditlogtest.Waldur:       "/api/data-access-logs/",
	auditlogtest.HuaweiEDS:    huaweiPath,
	auditlogtest.Akinon:       "/api/v1/remote/1/data-warehouse/audit-events/",
	auditlogtest.ElasticPath:  "/v2/personal-data/logs?filter=" + goodFilter,
	auditlogtest.ThousandEyes: "/v7/audit-user-events",
}

var goodFilter = url.QueryEscape("eq(resource_type,customer):eq(resource_id," + auditlogtest.ResourceID + ")")

// reply is an answer, read to its end.
type reply struct {
	*http.Response
	text string
	err  error // of the body
}

func (r reply) into(t *testing.T, value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.text), value); err != nil {
		t.Fatalf("%v in %s", err, r.text)
	}
}

func newServer(t *testing.T, opts ...auditlogtest.ServerOption) *auditlogtest.Server {
	t.Helper()
	srv := auditlogtest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// send asks with the token in all headers that there are for it.
func send(t *testing.T, srv *auditlogtest.Server, method, path, body string, header ...string) (reply, error) {
	t.Helper()
	if !strings.Contains(path, "://") {
		path = srv.URL + path
	}
	req, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	scheme := "Token "
	if strings.Contains(path, "/v7/") || strings.Contains(path, "/v2/") {
		scheme = "Bearer "
	}
	req.Header.Set("Authorization", scheme+auditlogtest.Token)
	req.Header.Set("X-Auth-Token", auditlogtest.Token)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := srv.HTTPClient().Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp, string(text), err}, nil
}

func do(t *testing.T, srv *auditlogtest.Server, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := send(t, srv, method, path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func get(t *testing.T, srv *auditlogtest.Server, path string, header ...string) reply {
	t.Helper()
	return do(t, srv, http.MethodGet, path, "", header...)
}

// want checks status and, if it is not empty, that the body contains a text.
func (r reply) want(t *testing.T, status int, part string) reply {
	t.Helper()
	if r.StatusCode != status || !strings.Contains(r.text, part) {
		t.Errorf("%s: got %d %.500s, want %d %s", r.Request.URL, r.StatusCode, r.text, status, part)
	}
	return r
}

// joined gives one member of every row, with commas.
func joined[R any](rows []R, member func(R) string) string {
	var parts []string
	for _, row := range rows {
		parts = append(parts, member(row))
	}
	return strings.Join(parts, ",")
}

func params(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}
