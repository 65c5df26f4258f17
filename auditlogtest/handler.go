package auditlogtest

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// call is a request that a service is answering.
type call struct {
	*http.Request
	query  url.Values
	quirks Quirks
	now    time.Time
	number int // among the data requests of the service, starting at 1
	body   []byte
}

// last returns the last value of a parameter. As in Django, this is the one that counts if the parameter is repeated.
func (c *call) last(name string) string {
	if values := c.query[name]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// oldest returns the start of the retention period, or the zero time if everything is kept.
func (c *call) oldest() time.Time {
	if c.quirks.Retention <= 0 {
		return time.Time{}
	}
	return c.now.Add(-c.quirks.Retention)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	data := func(pattern string, api API, h func(*call) *answer) { mux.Handle(pattern, s.serve(api, false, h)) }
	login := func(pattern string, api API, h func(*call) *answer) { mux.Handle(pattern, s.serve(api, true, h)) }

	data("/api/data-access-logs/{$}", Waldur, s.waldurList)
	data("/api/data-access-logs/{uuid}/{$}", Waldur, s.waldurItem)
	login("/api-auth/password/{$}", Waldur, s.waldurLogin)

	data("/v1/{project}/eds/instances/{instance}/connectors", HuaweiEDS, s.huaweiConnectors)
	data("/v1/{project}/eds/instances/{instance}/connectors/{connector}/audit-logs", HuaweiEDS, s.huaweiList)
	login("/v3/auth/tokens", HuaweiEDS, s.huaweiLogin)

	for _, base := range []string{"/api/v1/remote/{channel}/data-warehouse", "/api/v1/data-warehouse"} {
		data(base+"/audit-events/{$}", Akinon, s.akinonList)
		data(base+"/audit-events/{uuid}/{$}", Akinon, s.akinonItem)
	}
	login("/api/v1/auth/login/{$}", Akinon, s.akinonLogin)
	login("/api/i1/auth/login/{$}", Akinon, s.akinonLogin)

	data("/v2/personal-data/logs", ElasticPath, s.elasticPathList)
	data("/v2/personal-data/related-data-entries", ElasticPath, s.elasticPathRelated)
	login("/oauth/access_token", ElasticPath, s.elasticPathLogin)

	data("/v7/audit-user-events", ThousandEyes, s.thousandEyesList)
	data("/v7/account-groups", ThousandEyes, s.thousandEyesAccountGroups)

	mux.Handle("/", s.serve("", false, func(c *call) *answer {
		switch {
		case strings.HasPrefix(c.URL.Path, "/v1/"):
			return huaweiFailure(http.StatusNotFound)
		case strings.HasPrefix(c.URL.Path, "/v7/"):
			return thousandEyesFailure(http.StatusNotFound)
		}
		return djangoPageNotFound()
	}))
	return mux
}

func djangoPageNotFound() *answer {
	return newAnswer(http.StatusNotFound, "text/html; charset=utf-8", []byte("<h1>Not Found</h1>"))
}

// serve handles all requests: it records them, applies faults, and checks the token and the rate limit.
func (s *Server) serve(api API, token bool, h func(*call) *answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := &Request{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), RawQuery: r.URL.RawQuery, Header: r.Header.Clone(),
		}
		if token {
			record.Body, _ = io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		}
		c := &call{Request: r, query: r.URL.Query(), number: s.arrived(api, token, record), body: record.Body}
		fault := s.faults.next(api, token)
		if !wait(r, fault.Delay) {
			return
		}
		if fault.Reset {
			reset(w)
			return
		}
		c.now, c.quirks = s.now(), s.quirksOf(api)
		ans := s.answer(api, token, c, fault, h)
		s.log.answered(record, ans.status)
		s.write(w, c, ans, fault)
	})
}

// arrived records a request and calls the function set by BeforeRequest. One call is made at a time, so data requests
// are numbered one at a time, too.
func (s *Server) arrived(api API, token bool, record *Request) int {
	s.mu.Lock()
	before := s.before
	s.mu.Unlock()
	if token || api == "" || before == nil {
		return s.log.add(api, token, record)
	}
	s.hooks.Lock()
	defer s.hooks.Unlock()
	number := s.log.add(api, token, record)
	before(api, number)
	return number
}

func (s *Server) quirksOf(api API) Quirks {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quirks[api]
}

func (s *Server) answer(api API, token bool, c *call, fault Fault, h func(*call) *answer) *answer {
	var limit allowance
	if !token && api != "" {
		limit = s.limits.take(api, c.now)
	}
	var ans *answer
	switch {
	case fault.Status != 0 && fault.Body != "":
		ans = newAnswer(fault.Status, http.DetectContentType([]byte(fault.Body)), []byte(fault.Body))
		if trimmed := strings.TrimSpace(fault.Body); trimmed[:min(1, len(trimmed))] == "{" || strings.HasPrefix(trimmed, "[") {
			ans.header.Set("Content-Type", "application/json")
		}
	case fault.Status != 0:
		ans = failure(api, token, fault.Status)
	case token || api == "":
		ans = h(c)
	default:
		if ans = s.unauthorized(api, c); ans != nil {
			break
		}
		if limit.refused {
			ans = limit.refusal(api, c.now)
			break
		}
		ans = h(c)
	}
	if api == ThousandEyes && ans.status >= http.StatusBadRequest && fault.Body == "" {
		ans.body = c.quirks.Errors.body(c, ans)
	}
	if api == ThousandEyes && !token {
		limit.describe(ans.header)
	}
	for name, values := range fault.Header {
		ans.header[http.CanonicalHeaderKey(name)] = values
	}
	return ans
}

// unauthorized returns the service's response to a request without a valid token, or nil if the token is valid.
func (s *Server) unauthorized(api API, c *call) *answer {
	if api == HuaweiEDS {
		return s.huaweiUnauthorized(c)
	}
	scheme, value, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	want := schemeOf(api, value)
	given := strings.EqualFold(scheme, want)
	if given && s.tokens.accepts(api, value, c.now) {
		return nil
	}
	var ans *answer
	switch {
	case api == ElasticPath:
		ans = elasticPathFailure(http.StatusUnauthorized, "Unable to validate access token", "")
	case api == ThousandEyes:
		ans = thousandEyesFailure(http.StatusUnauthorized)
	case given:
		ans = detail(http.StatusUnauthorized, "Invalid token.")
	default:
		ans = detail(http.StatusUnauthorized, "Authentication credentials were not provided.")
	}
	ans.header.Set("WWW-Authenticate", want)
	return ans
}

// wait sleeps and reports whether the client is still connected.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// reset breaks the connection within the status line.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: this is the only way to break a stream
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 2")
	_ = conn.Close()
}

func (s *Server) write(w http.ResponseWriter, c *call, ans *answer, fault Fault) {
	if record, ok := w.(interface{ MadeUp() }); ok && (len(fault.Body) > 0 || c.quirks.undocumented()) {
		record.MadeUp() // it is not what the documents of the API say
	}
	header, body := w.Header(), ans.body
	header.Set("Date", c.now.UTC().Format(http.TimeFormat))
	if c.quirks.ByteOrderMark && len(body) > 0 {
		body = append([]byte("\uFEFF"), body...)
	}
	if c.quirks.Gzip && len(body) > 0 && strings.Contains(c.Header.Get("Accept-Encoding"), "gzip") {
		body = compress(body)
		header.Set("Content-Encoding", "gzip")
	}
	maps.Copy(header, ans.header)
	cut := fault.Truncate
	switch {
	case c.quirks.UntilClose && c.ProtoMajor == 1 && ans.status != http.StatusNoContent:
		header.Set("Transfer-Encoding", "identity") // tells net/http to neither count nor chunk
		if cut != 0 && cut < len(body) {
			body = body[:max(0, cut)]
		}
	case cut != 0 && cut < len(body):
		// A body that is shorter than announced makes net/http close the connection.
		header.Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:max(0, cut)]
	case !c.quirks.Chunked && ans.status != http.StatusNoContent:
		header.Set("Content-Length", strconv.Itoa(len(body))) //nolint:gosec // never beside the Transfer-Encoding above
	}
	w.WriteHeader(ans.status)
	if c.quirks.Chunked {
		_ = http.NewResponseController(w).Flush()
	}
	_, _ = w.Write(body)
}

func compress(body []byte) []byte {
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	_, _ = zip.Write(body)
	_ = zip.Close()
	return buf.Bytes()
}
