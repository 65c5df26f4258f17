package auditlogs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/auditlogs/auditlogs-go/internal/exact"
	"github.com/auditlogs/auditlogs-go/internal/transport"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// memoryServer is a network in memory that writes every request as it would be sent, and reads it as a server would.
type memoryServer struct {
	t      *testing.T
	answer func(n int, req *http.Request) *http.Response
	seen   []*http.Request
}

func (w *memoryServer) RoundTrip(req *http.Request) (*http.Response, error) {
	require.Equal(w.t, "https", req.URL.Scheme)
	var sent bytes.Buffer
	require.NoError(w.t, req.Write(&sent))
	got, err := http.ReadRequest(bufio.NewReader(&sent))
	require.NoError(w.t, err, "a server cannot read what was sent")
	require.Equal(w.t, req.URL.Host, got.Host)
	w.seen = append(w.seen, got)
	return w.answer(len(w.seen), got), nil
}

// fuzzClient is a client of all five APIs, whose answers are said by the test.
func fuzzClient(t *testing.T, answer func(n int, req *http.Request) *http.Response) (*Client, *memoryServer) {
	t.Helper()
	w := &memoryServer{t: t, answer: answer}
	const base = "https://api.test/pre"
	token := StaticToken(testToken)
	c, err := NewClient(
		WithWaldur(base, token), WithHuaweiEDS(base, "p", token), WithAkinon(base, token), WithElasticPath(base, token),
		WithThousandEyes(base, token), WithHTTPClient(&http.Client{Transport: w}), WithRetry(RetryPolicy{MaxAttempts: 1}),
	)
	require.NoError(t, err)
	return c, w
}

// FuzzNextLink: wherever a next link leads, the next request goes to the configured origin and path, with the link's query
// as it stands or, where there is none, with the client's own.
func FuzzNextLink(f *testing.F) {
	for _, href := range []string{
		"", "null", "?cursor=a", "https://api.test/pre/audit-user-events?cursor=a%20b", "https://evil.test/x?cursor=a", "//evil.test?cursor=a#f",
		"http://u:p@api.test:80/?cursor=a?b=/../&c", "?cursor=a b", "?a=1 HTTP/1.1", "?\u00e9=\ufffd", "?cursor=%0d%0aX:%20y", "javascript:alert(1)?x", "?", "?#", "%zz?x",
		"?x\r\nHost: evil.test", "?x\x00", "#?0", "https://api.test/pre/audit-user-events",
	} {
		f.Add(href)
	}
	f.Fuzz(func(t *testing.T, href string) {
		quoted, err := json.Marshal(href)
		require.NoError(t, err)
		c, w := fuzzClient(t, func(n int, _ *http.Request) *http.Response {
			if n == 1 {
				return response(200, `{"auditEvents":[{"event":"x","date":"2026-01-14T09:26:53Z"}],"_links":{"next":{"href":`+string(quoted)+`}}}`)
			}
			return response(200, `{"auditEvents":[]}`)
		})
		events := 0
		for _, err := range c.UserEvents.All(t.Context(), UserEventFilter{}) {
			if err != nil {
				requirePlainText(t, err.Error())
				continue
			}
			events++
		}
		require.Equal(t, 1, events, "whatever the link is, the rows beside it come")
		for _, req := range w.seen {
			require.Equal(t, "api.test", req.Host)
			require.Equal(t, "/pre/audit-user-events", req.URL.EscapedPath())
			require.Equal(t, []string{"Bearer " + testToken}, req.Header.Values("Authorization"))
			require.Empty(t, req.URL.Fragment)
		}
		if len(w.seen) > 1 {
			var came string // the text that encoding/json makes of the link
			require.NoError(t, json.Unmarshal(quoted, &came))
			link, _, _ := strings.Cut(came, "#")
			_, query, _ := strings.Cut(link, "?")
			if _, err := url.Parse(came); err != nil || query == "" {
				query = w.seen[0].URL.RawQuery
			}
			require.Equal(t, strings.ReplaceAll(query, " ", "%20"), w.seen[1].URL.RawQuery)
		}
	})
}

// requirePlainText asserts what every error message is: one line of bounded length, without a URL or the credential.
func requirePlainText(t *testing.T, text string) {
	t.Helper()
	require.Less(t, len(text), 1000)
	require.NotContains(t, text, "\n")
	require.NotContains(t, text, "\r")
	require.NotContains(t, text, testToken)
	require.NotRegexp(t, `(?i)[a-z][a-z0-9+.\-]*://[^\s"'<>…]`, text)
}

// FuzzLocation: wherever a redirect leads, no request leaves the configured origin, and none is sent over http.
func FuzzLocation(f *testing.F) {
	for _, location := range []string{
		"", "/x", "x?y#z", "https://api.test:443/x", "HTTPS://API.TEST/x", "http://api.test/x", "https://api.test:8443", "https://api.test.evil.test/", "//evil.test/x",
		"https://api.test@evil.test/", "https://u@api.test/", "https://evil.test\\@api.test/", "/\\evil.test", "https:evil.test", "https:///x", "http://[::1", "ftp://api.test/",
		"\t/x", "https://\u0430pi.test/",
	} {
		f.Add(location, uint8(2), uint8(0))
	}
	f.Fuzz(func(t *testing.T, location string, status, method uint8) {
		c, w := fuzzClient(t, func(n int, _ *http.Request) *http.Response {
			if n > 20 {
				t.Fatal("redirects without end")
			}
			return response([]int{301, 302, 303, 307, 308}[status%5], "", "Location", location)
		})
		methods := []string{http.MethodGet, http.MethodHead, http.MethodDelete}
		_, err := c.conns[APIWaldur].do(t.Context(), call{op: "X.List", method: methods[method%3], path: []string{"x"}})
		require.Error(t, err)
		requirePlainText(t, err.Error())
		for _, req := range w.seen {
			host := strings.ToLower(req.Host)
			require.True(t, host == "api.test" || host == "api.test:443" || host == "api.test:", "%q was asked", req.Host)
		}
		if methods[method%3] == http.MethodDelete {
			require.Len(t, w.seen, 1, "only reads follow redirects")
		}
	})
}

// FuzzPageLinks: whatever Waldur's Link header and count say, a page lies where it can lie.
func FuzzPageLinks(f *testing.F) {
	f.Add(`<https://a.example/?page=3>; rel="last", <https://a.example/?page=2>; rel="next"`, 250, uint16(100), uint8(0), uint16(299)) // cut from 300 rows to 100
	f.Add(`<?page=99999999999999999999>; rel=last, <?page=2>; rel=next`, -1, uint16(3), uint8(7), uint16(1))
	f.Add(`<?page=2>;rel="prev last",<>;rel=next`, math.MaxInt/2, uint16(1), uint8(255), uint16(2))
	f.Fuzz(func(t *testing.T, header string, total int, rows uint16, page uint8, size uint16) {
		asked := int(size%300) + 1
		a := newAnswer(&transport.Reply{}, &wire.List[DataAccessLog]{Rows: make([]DataAccessLog, int(rows)%(asked+1))}, int(page)*asked, asked)
		a.Total = max(-1, total)
		readLinks(a, []string{header}, int(page))
		require.True(t, a.Size >= 0 && a.Size <= asked, "a page of %d rows, asked for %d", a.Size, asked)
		require.True(t, a.Skip >= 0 && a.Skip <= int(page)*asked, "at row %d", a.Skip)
		if values, ok := transport.LinkQuery([]string{header}, "next"); ok {
			require.Equal(t, exact.MoreIf(true), a.More, "%v", values)
			_, err := url.ParseQuery(values.Encode())
			require.NoError(t, err)
		}
	})
}
