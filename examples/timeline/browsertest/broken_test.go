package browsertest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// spoilt serves the program's pages with one text of theirs replaced by another.
func spoilt(t *testing.T, address, old, replacement string) string {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	var spoilt atomic.Bool
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path == "/events" || r.Request.URL.Path == "/export.jsonl" {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			if bytes.Contains(body, []byte(old)) {
				spoilt.Store(true)
			}
			body = bytes.Replace(body, []byte(old), []byte(replacement), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(func() {
		server.Close()
		require.True(t, spoilt.Load(), "the page does not have %q any more", old)
	})
	return server.URL + "/"
}

// A page that is broken on purpose does not pass.
func TestBrokenPage(t *testing.T) {
	t.Parallel()
	address, running := start(t, "-akinon-type", "19=campaign,47=order"), newBrowser(t)
	const end, body = "\nfromAddress();\n", "</body>"
	for _, test := range []struct {
		name, old, replacement string
		journey                journey
		want                   string
	}{
		{"exception", end, end + `throw new Error("broken on purpose");`, loading, "exception: Uncaught Error: broken on purpose"},
		{"console", end, end + `console.warn("broken on purpose");`, loading, "console.warning"},
		{"rejected promise", end, end + `Promise.reject(new Error("broken on purpose"));`, loading, "Error: broken on purpose"},
		{"missing file", end, end + `fetch("missing");`, loading, "status 404"},
		{"another host", end, end + `fetch("http://localhost:1/");`, loading, "Content Security Policy"},
		{"foreign script", body, `<script>alert(1)</script>` + body, loading, "Content Security Policy"},
		{"script without nonce", body, `<script src="dom.js"></script>` + body, loading, "Content Security Policy"},
		{"HTML as text", "e.textContent = text", "e.innerHTML = text", loading, "TrustedHTML"},
		{"no mark in a row", "e.demo ? [make", "false ? [make", loading, "says that the records are made up: not so"},
		{"no mark on the page", `id="demo"`, `hidden id="demo"`, loading, "says that the records are made up: not so"},
		{"an end before the end", `if (!state.done) return "Reading …"`, `if (false) return ""`, loading, "names what cannot be seen of the end: not so"},
		{"no scrolling", `$("end").getBoundingClientRect().top < innerHeight + 600`, "place === 0", reading, "scroll: not so"},
		{"no word of the end", "state.done && !ended", "false", reading, "says so: not so"},
		{"no filter", "asked.every(", "!asked.every(", filtering, "load: not so"},
		{"action not filtered", `["actor", "action", "target"];`, `["actor", "target"];`, filtering, "filter by action too: not so"},
		{"plot not filtered", "if (match(e)) counted.push(e)", "counted.push(e)", filtering, "the plot is filtered: not so"},
		{"no word of matches", `say(news + text)`, `say("")`, filtering, "says how many: not so"},
		{"record with numbers or names changed", "await answer.text(), exact", `(await answer.text()).replaceAll("VIEW", "LOOK")`, opening, "the record is not the original"},
		{"focus not seen", ".row:has(button:focus-visible)", ".nothing", opening, "the focus is seen: not so"},
		{"Escape leaves the record", "closeAround(document.activeElement) || ", "", escaping, "closes the record first: not so"},
		{"Escape leaves the filters", " || clear()", "", escaping, "clears the filters: not so"},
		{"not in the address", "history.pushState(null", "void (null", addressing, "any time: not so"},
		{"each letter in the history", "if (typed && typing)", "if (false)", addressing, "a word is one step back: not so"},
		{"no way back", `addEventListener("popstate"`, `addEventListener("nothing"`, addressing, "a word is one step back: not so"},
		{"address not read", "\nfromAddress();", "\nchanged();", addressing, "a link: not so"},
		{"unreadable time unsaid", "state.misread = before && isNaN(at)", "state.misread = false", addressing, "no time: not so"},
		{"export of everything", `"export.jsonl" + query()`, `"export.jsonl"`, exporting, "lines of JSON for"},
		{"export of what is read", "if (state.done) return;", "return;", exporting, "everything is read first: not so"},
		{"no heading", `<div role="columnheader">Target</div>`, `<div role="cell">Target</div>`, heading, "the headings are"},
		{"heading elsewhere", `.row, .head { display: grid; gap: 12px;`, `.row, .head { display: grid; gap: 12px; } .head { gap: 14px; } .row, .head {`, heading, "in place: not so"},
		{"headings scroll away", "#heads { position: sticky;", "#heads {", heading, "scroll: not so"},
		{"local time without its date", "date === utc.slice(5, 10)", "true", heading, "local time: not so"},
		{"no names", "e.type_name || e.target.type", "e.target.type", heading, "names of Akinon's types: not so"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // most wait for what does not come
			b := newTab(t, running)
			b.doubted, _ = strings.CutSuffix(test.want, ": not so")
			require.NoError(t, b.use(wide))
			err := b.travel(spoilt(t, address, test.old, test.replacement), test.journey)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// Nor does one that cannot be read.
func TestBrokenLayout(t *testing.T) {
	t.Parallel()
	address, running := start(t), newBrowser(t)
	dark, phone := devices[1], devices[2]
	for _, test := range []struct {
		name, old, replacement string
		device                 device
		want                   string
	}{
		{"label cut", "66px 168px 118px", "66px 168px 100px", wide, "cut at 0: thousandeyes"},
		{"time cut", "66px 168px 118px", "66px 140px 118px", wide, "cut at 0: 11-01"},
		{"time cut in the plot", "x + letter * text.length <= width", "true", phone, "in the plot"},
		{"two lines", ".row button, time {", ".local { max-width: 80px; } .row button, time { white-space: normal !important;", wide, "in few lines: not so"},
		{"faint", "--soft: light-dark(#566070", "--soft: light-dark(#8e98a6", wide, "faint at 0"},
		{"faint in the dark", "--bad: light-dark(#b3261e, #ff8a80)", "--bad: #b3261e", dark, "faint at 0"},
		{"no darkness", "color-scheme: light dark", "color-scheme: light", dark, "in its colours: not so"},
		{"motion", "prefers-reduced-motion: no-preference", "min-width: 1px", wide, "without motion: not so"},
		{"three lines", ".row .local { font-size: 12px; }", "", phone, "in few lines: not so"},
		{"target cut", "-webkit-line-clamp: 3", "-webkit-line-clamp: 2", phone, "0f850c15-d643-480a-a2b4-9e3c26067178 in a row"},
		{"action cut", "isolate; white-space: normal;", "isolate;", phone, "in a row"},
		{"too wide", ".bar label { flex-basis: 100%; }", ".bar label { flex: 0 0 400px; }", phone, "scrolls to the side"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, running)
			b.doubted, _ = strings.CutSuffix(test.want, ": not so")
			require.ErrorContains(t, b.laidOut(spoilt(t, address, test.old, test.replacement), test.device), test.want)
		})
	}
}
