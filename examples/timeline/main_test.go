package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/stretchr/testify/require"
)

// told is what /events answers.
type told struct {
	Events   []auditlogs.Event
	Next     string
	Done     bool
	Most     int
	Failures []string
	Lacks    []string
	APIs     []auditlogs.API
	Cut      bool
	Ranged   bool
}

// pagesOf gives n events in pages of ten, after a failure, and tells how many pages were read.
func pagesOf(n int) (*trail, *int) {
	read := 0
	next := func() (*auditlogs.Page[auditlogs.Event], error, bool) {
		if read++; read == 1 {
			return nil, &auditlogs.SourceError{Source: "other", Err: auditlogs.ErrOutOfOrder}, true
		}
		var page auditlogs.Page[auditlogs.Event]
		for i := (read - 2) * 10; i < min(n, (read-1)*10); i++ {
			page.Items = append(page.Items, auditlogs.Event{ID: fmt.Sprint(i), Raw: json.RawMessage(`{"big":12345678901234567890}`)})
		}
		return &page, nil, len(page.Items) > 0
	}
	return &trail{next: next, most: 1000}, &read
}

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Host = "127.0.0.1:8321"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func list(t *testing.T, h http.Handler, query string) (a told) {
	t.Helper()
	w := get(t, h, "/events?"+query)
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
	return a
}

// Every event comes once, and no more is read than is asked for.
func TestPages(t *testing.T) {
	t.Parallel()
	trail, read := pagesOf(35)
	first := list(t, trail, "limit=15")
	require.Len(t, first.Events, 15)
	require.Equal(t, 3, *read)
	require.False(t, first.Done)
	require.Equal(t, []string{auditlogs.ErrOutOfOrder.Error()}, first.Failures)

	var ids []string
	for a := first; ; a = list(t, trail, "limit=15&from="+a.Next) {
		for _, e := range a.Events {
			ids = append(ids, e.ID)
		}
		if a.Done {
			break
		}
	}
	require.Len(t, ids, 35)
	for i, id := range ids {
		require.Equal(t, fmt.Sprint(i), id)
	}
	asked := *read
	require.Equal(t, first.Events, list(t, trail, "limit=15").Events, "what was read is kept")
	require.Equal(t, asked, *read)
	require.Contains(t, get(t, trail, "/events?from=20&limit=1").Body.String(), `"record":{"big":12345678901234567890}`)
}

func TestMost(t *testing.T) {
	t.Parallel()
	trail, read := pagesOf(1000)
	trail.most = 20
	a := list(t, trail, "limit=500")
	require.Len(t, a.Events, 20)
	require.Equal(t, 3, *read)
	require.Equal(t, 20, a.Most)
	require.True(t, a.Done)
}

func TestNoSuchPlace(t *testing.T) {
	t.Parallel()
	trail, read := pagesOf(10)
	for _, query := range []string{"", "limit=0", "limit=-1", "limit=x", "limit=10001", "limit=1&from=x", "limit=1&from=-1", "limit=1&from=11"} {
		require.Equal(t, http.StatusBadRequest, get(t, trail, "/events?"+query).Code, query)
	}
	require.Zero(t, *read)
	require.Equal(t, http.StatusNotFound, get(t, trail, "/favicon.ico").Code)
}

// Only the page itself is answered, under a name that nobody else can have.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, value string
		status      int
	}{
		{"Host", "127.0.0.1:8321", http.StatusOK},
		{"Host", "127.3.2.1:8321", http.StatusOK},
		{"Host", "localhost:8321", http.StatusOK},
		{"Host", "[::1]:8321", http.StatusOK},
		{"Host", "127.0.0.1", http.StatusOK}, // of port 80, which browsers leave out
		{"Host", "localhost", http.StatusOK},
		{"Host", "[::1]", http.StatusOK},
		{"Host", "example.org", http.StatusForbidden},
		{"Host", "192.0.2.1", http.StatusForbidden},
		{"Host", "127.0.0.1.example.org", http.StatusForbidden},
		{"Host", "[2001:db8::1]", http.StatusForbidden},
		{"Host", "example.org:8321", http.StatusForbidden},
		{"Host", "127.0.0.1.example.org:8321", http.StatusForbidden},
		{"Host", "192.0.2.1:8321", http.StatusForbidden},
		{"Host", "", http.StatusForbidden},
		{"Sec-Fetch-Site", "none", http.StatusOK},
		{"Sec-Fetch-Site", "same-origin", http.StatusOK},
		{"Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"Sec-Fetch-Site", "cross-site", http.StatusForbidden},
	} {
		trail, read := pagesOf(10)
		for _, path := range []string{"/", "/app.js", "/events?limit=1", "/export.jsonl", "/export.csv"} {
			w := get(t, trail, path, test.name, test.value)
			require.Equal(t, test.status, w.Code, test)
			require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		}
		require.Equal(t, test.status == http.StatusOK, *read > 0, test)
	}
}

// The page may run its own script and style, each answer with another nonce, and reach nobody else.
func TestPolicy(t *testing.T) {
	t.Parallel()
	trail, _ := pagesOf(0)
	nonce := regexp.MustCompile(`script-src 'nonce-(\w+)'; style-src 'nonce-(\w+)'`)
	seen := map[string]bool{}
	for range 2 {
		w := get(t, trail, "/")
		policy := w.Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'; connect-src 'self'; img-src data:; script-src")
		found := nonce.FindStringSubmatch(policy)
		require.Len(t, found, 3)
		require.Equal(t, found[1], found[2])
		require.Equal(t, 2, strings.Count(w.Body.String(), ` nonce="`+found[1]+`"`))
		require.NotContains(t, w.Body.String(), "NONCE")
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		seen[found[1]] = true
	}
	require.Len(t, seen, 2)
}

// What the page loads is served as what it is, and has no way to make markup of a text or to reach another host.
func TestAssets(t *testing.T) {
	t.Parallel()
	trail, read := pagesOf(0)
	entries, err := files.ReadDir("web")
	require.NoError(t, err)
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
	for _, entry := range entries {
		text, err := files.ReadFile("web/" + entry.Name())
		require.NoError(t, err)
		for _, way := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://"} {
			require.NotContains(t, string(text), way, entry.Name())
		}
		w := get(t, trail, "/"+entry.Name())
		if kind := kinds[filepath.Ext(entry.Name())]; kind != "" {
			require.Equal(t, http.StatusOK, w.Code)
			require.Equal(t, kind, w.Header().Get("Content-Type"))
			require.Equal(t, string(text), w.Body.String())
		} else {
			require.Equal(t, http.StatusNotFound, w.Code, "the page itself has a nonce")
		}
	}
	for _, path := range []string{"/../main.go", "/web/app.js", "/no.js", "/.js"} {
		require.Equal(t, http.StatusNotFound, get(t, trail, path).Code, path)
	}
	require.Zero(t, *read)
}

// said runs the program until it tells its address, which visit is given.
type said struct {
	strings.Builder
	visit func(address string)
}

func (s *said) Write(p []byte) (int, error) {
	if _, address, ok := strings.Cut(string(p), "timeline: http"); ok {
		go s.visit("http" + strings.TrimSpace(address))
	}
	return s.Builder.Write(p)
}

func TestRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all int
	stderr := &said{visit: func(address string) {
		defer cancel()
		for next, done := "", false; !done; {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"events?limit=5000&from="+next, nil)
			if err != nil {
				return
			}
			w, err := http.DefaultClient.Do(r)
			if err != nil {
				return
			}
			var a told
			if err := json.NewDecoder(w.Body).Decode(&a); err != nil {
				return
			}
			w.Body.Close()
			all, next, done = all+len(a.Events), a.Next, a.Done
		}
	}}
	require.Equal(t, 130, run(ctx, []string{"-demo", "-addr", "127.0.0.1:0"}, nil, stderr), stderr.String())
	require.Equal(t, 10_000, all)
	require.Contains(t, stderr.String(), "timeline: -demo is set: showing made-up records\n")
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-nonsense"}, 2, "timeline: flag provided but not defined: -nonsense; -h lists the flags\n"},
		{[]string{"-h"}, 0, "-elasticpath-resource type:id"},
		{[]string{"-since", "1h", "-until", "2h"}, 2, "-since: is not before"},
		{[]string{"-addr", "0.0.0.0:0"}, 2, "not a loopback address"},
		{[]string{"-addr", ":0"}, 2, "not a loopback address"},
		{[]string{"-addr", "[::]:0"}, 2, "not a loopback address"},
		{[]string{"-addr", "192.0.2.1:0"}, 2, "not a loopback address"},
		{[]string{"-addr", "127.0.0.1"}, 2, "not a loopback address"},
	} {
		var stderr strings.Builder
		require.Equal(t, test.code, run(t.Context(), test.args, nil, &stderr), test.args)
		require.Contains(t, stderr.String(), test.want)
	}
	var stderr strings.Builder
	require.Equal(t, 1, run(t.Context(), nil, nil, &stderr, auditlogs.WithWaldur("nonsense", nil)))
	require.True(t, strings.HasPrefix(stderr.String(), "timeline: auditlogs: "), stderr.String())
}
