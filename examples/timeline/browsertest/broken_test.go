package browsertest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// spoilt serves the program's page with one text replaced by another.
func spoilt(t *testing.T, address, old, replacement string) string {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path != "/" {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			if !bytes.Contains(body, []byte(old)) {
				t.Errorf("the page does not have %q any more", old)
			}
			body = bytes.Replace(body, []byte(old), []byte(replacement), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// A page that is broken on purpose does not pass.
func TestBrokenPage(t *testing.T) {
	address, running := start(t), newBrowser(t)
	const end = "</script>"
	for _, test := range []struct{ name, old, replacement, want string }{
		{"exception", end, `throw new Error("broken on purpose");` + end, "exception: Uncaught Error: broken on purpose"},
		{"console", end, `console.warn("broken on purpose");` + end, "console.warning"},
		{"rejected promise", end, `Promise.reject(new Error("broken on purpose"));` + end, "Error: broken on purpose"},
		{"missing file", end, `fetch("missing");` + end, "status 404"},
		{"another host", end, `fetch("http://localhost:1/");` + end, "Content Security Policy"},
		{"foreign script", end, end + `<script>alert(1)</script>`, "Content Security Policy"},
		{"HTML as text", "e.textContent = text", "e.innerHTML = text", "TrustedHTML"},
		{"no scrolling", `$("end").getBoundingClientRect().top < innerHeight + 600`, "place === 0", "scroll: not so"},
		{"no mark in a row", "if (e.demo)", "if (false)", "made up: not so"},
		{"no mark on the page", `#demo[hidden]`, `#demo`, "made up: not so"},
		{"no filter", "asked.every(", "asked.some(", "load: not so"},
		{"action not filtered", `["actor", "action", "target"].map(`, `["actor", "target"].map(`, "filter by action too: not so"},
		{"plot not filtered", "e.at && match(e)", "e.at", "the plot is filtered: not so"},
		{"record with numbers or names changed", "text, exact", `text.replaceAll("VIEW", "LOOK")`, "the record is not the original"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // most wait for what does not come
			b := newTab(t, running)
			b.patience = 5 * time.Second
			err := b.visit(spoilt(t, address, test.old, test.replacement))
			require.ErrorContains(t, err, test.want)
		})
	}
}
