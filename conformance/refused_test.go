package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sound gives one valid exchange of each document.
func sound() map[string]exchange {
	exchangeOf := func(method, url, token, contentType, body string, status int, answered string) exchange {
		e := exchange{Method: method, URL: url, Header: http.Header{}, Body: []byte(body), Answer: &answer{
			Status: status, Body: []byte(answered), Header: http.Header{"Content-Type": {"application/json"}, "X-Result-Count": {"1"}},
		}}
		name, value, _ := strings.Cut(token, ": ")
		if name != "" {
			e.Header.Set(name, value)
		}
		if contentType != "" {
			e.Header.Set("Content-Type", contentType)
		}
		return e
	}
	const django = "Authorization: Token redacted"
	login := `{"username":"u","password":"p"}`
	uuid := "3f2b8c1d-7a6e-4f50-9b8a-1c2d3e4f5a6b"
	return map[string]exchange{
		"waldur": exchangeOf("GET", "/api/data-access-logs/?page=1&page_size=5", django, "", "", 200,
			`[{"uuid":"`+uuid+`","timestamp":"2026-01-14T09:20:00Z","accessor_type":"staff"}]`),
		"waldur-login": exchangeOf("POST", "/api-auth/password/", "", "application/json", login, 200, `{"token":"`+strings.Repeat("0a", 20)+`"}`),
		"huawei-eds": exchangeOf("GET", "/v1/p/eds/instances/i/connectors/c/audit-logs?limit=5", "X-Auth-Token: redacted", "", "", 200,
			`{"data":[{"audit_log_id":"1","action":"VIEW"}],"total":1}`),
		"akinon": exchangeOf("GET", "/api/v1/remote/1/data-warehouse/audit-events/?limit=5", django, "", "", 200,
			`{"count":1,"next":null,"results":[{"uuid":"`+uuid+`","object_id":1}]}`),
		"akinon-login": exchangeOf("POST", "/api/v1/auth/login/", "", "application/json", login, 200, `{"key":"k"}`),
		"elasticpath": exchangeOf("GET", "/v2/personal-data/logs?page%5Blimit%5D=5&filter=eq(resource_type,customer):eq(resource_id,1)",
			"Authorization: Bearer redacted", "", "", 200, `{"data":[{"id":"`+uuid+`","time":"2026-01-14T09:20:00Z"}]}`),
		"thousandeyes": exchangeOf("GET", "/v7/audit-user-events?aid=1", "Authorization: Bearer redacted", "", "", 200,
			`{"auditEvents":[{"date":"2026-01-14T09:20:00Z","event":"Login."}]}`),
	}
}

// broken is one thing wrong with a sound exchange.
type broken struct {
	document, name, side string
	spoil                func(*exchange)
}

func url(was, is string) func(*exchange) {
	return func(e *exchange) { e.URL = strings.Replace(e.URL, was, is, 1) }
}

func sent(was, is string) func(*exchange) {
	return func(e *exchange) { e.Body = []byte(strings.Replace(string(e.Body), was, is, 1)) }
}

func answered(was, is string) func(*exchange) {
	return func(e *exchange) { e.Answer.Body = []byte(strings.Replace(string(e.Answer.Body), was, is, 1)) }
}

func header(name, value string) func(*exchange) {
	return func(e *exchange) { e.Header.Set(name, value) }
}

var brokenExchanges = []broken{
	{"waldur", "undocumented parameter", "request", url("page=1", "pagina=1")},
	{"waldur", "number of a wrong type", "request", url("page=1", "page=one")},
	{"waldur", "number out of range", "request", url("page_size=5", "page_size=301")},
	{"waldur", "not a date", "request", url("page=1", "start_date=2026-01-14T00:00:00Z")},
	{"waldur", "value not listed", "request", url("page=1", "accessor_type=nobody")},
	{"waldur", "parameter twice", "request", url("page=1", "page=1&page=2")},
	{"waldur", "undocumented header", "request", header("X-Impersonate", "1")},
	{"waldur", "another scheme", "request", header("Authorization", "Basic redacted")},
	{"waldur", "no credential", "request", func(e *exchange) { e.Header.Del("Authorization") }},
	{"waldur", "undocumented method", "request", func(e *exchange) { e.Method = http.MethodPut }},
	{"waldur", "required member missing", "answer", answered(`"uuid"`, `"id"`)},
	{"waldur", "number instead of text", "answer", answered(`"2026-01-14T09:20:00Z"`, `1768382400`)},
	{"waldur", "not a time", "answer", answered("2026-01-14T", "2026-01-14 ")},
	{"waldur", "value not listed", "answer", answered("staff", "nobody")},
	{"waldur", "no count", "answer", func(e *exchange) { e.Answer.Header.Del("X-Result-Count") }},
	{"waldur", "undocumented status", "answer", func(e *exchange) { e.Answer.Status = http.StatusTeapot }},
	{"waldur", "another kind of content", "answer", func(e *exchange) { e.Answer.Header.Set("Content-Type", "text/csv") }},
	{"waldur", "not JSON", "answer", answered("]", "")},
	{"waldur-login", "member too many", "request", sent(`{`, `{"remember":true,`)},
	{"waldur-login", "no token", "answer", answered("token", "key")},
	{"huawei-eds", "undocumented parameter", "request", url("limit=5", "marker=5")},
	{"huawei-eds", "number out of range", "request", url("limit=5", "limit=1000")},
	{"huawei-eds", "another header for the token", "request", func(e *exchange) {
		e.Header.Del("X-Auth-Token")
		e.Header.Set("Authorization", "Bearer redacted")
	}},
	{"huawei-eds", "signature without a date", "request", func(e *exchange) {
		e.Header.Del("X-Auth-Token")
		e.Header.Set("Authorization", "SDK-HMAC-SHA256 redacted")
		e.Header.Set("X-Project-Id", "p")
	}},
	{"huawei-eds", "number instead of text", "answer", answered(`"1"`, `1`)},
	{"huawei-eds", "value not listed", "answer", answered("VIEW", "READ")},
	{"akinon", "undocumented parameter", "request", url("limit=5", "page_size=5")},
	{"akinon", "not a time", "request", url("limit=5", "timestamp__lt=yesterday")},
	{"akinon", "required member missing", "answer", answered("results", "data")},
	{"akinon", "text instead of number", "answer", answered(`"object_id":1`, `"object_id":"1"`)},
	{"akinon-login", "no password", "request", sent("password", "pass")},
	{"akinon-login", "no key", "answer", answered("key", "token")},
	{"elasticpath", "no filter", "request", url("&filter=", "&sort=")},
	{"elasticpath", "half a filter", "request", url(":eq(resource_id,1)", "")},
	{"elasticpath", "number out of range", "request", url("=5", "=101")},
	{"elasticpath", "required member missing", "answer", answered("data", "results")},
	{"elasticpath", "not a UUID", "answer", answered("3f2b8c1d", "number")},
	{"thousandeyes", "undocumented parameter", "request", url("aid=1", "max=500")},
	{"thousandeyes", "local time", "request", url("aid=1", "startDate=2026-01-14T09:20:00%2B01:00")},
	{"thousandeyes", "object instead of array", "answer", answered(`[{"date":"2026-01-14T09:20:00Z","event":"Login."}]`, `{}`)},
	{"thousandeyes", "number instead of text", "answer", answered(`"Login."`, `7`)},
}

// TestBrokenExchangesAreRefused: sound ones pass, and one change to them is found, where it is.
func TestBrokenExchangesAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		c := newChecker(t, s)
		e := sound()[s.document]
		require.Empty(t, c.check(&e), s.document)
		for _, b := range brokenExchanges {
			if b.document != s.document {
				continue
			}
			e, whole := sound()[s.document], sound()[s.document]
			b.spoil(&e)
			require.NotEqual(t, whole, e, "%s, %s of %s: nothing was spoilt", b.name, b.side, b.document)
			found := c.check(&e)
			require.NotEmpty(t, found, "%s, %s of %s", b.name, b.side, b.document)
			require.Equal(t, b.side, found[0].side, found[0].String())
		}
	}
}
