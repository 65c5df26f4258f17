package main

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

//go:embed web
var files embed.FS

// serve shows the pages at a loopback address until ctx ends or the server fails.
func (t *trail) serve(ctx context.Context, address string, stderr io.Writer, all pages) error {
	next, stop := iter.Pull2(all)
	t.next = next
	defer func() { t.mu.Lock(); stop() }()
	started := func(l net.Listener) context.Context {
		fmt.Fprintf(stderr, "timeline: http://%s/\n", l.Addr())
		return ctx
	}
	server := &http.Server{Addr: address, Handler: t, BaseContext: started, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return server.ListenAndServe()
}

func (t *trail) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	protect(w.Header(), nonce)
	if !fromHere(r) {
		http.Error(w, "only for this page", http.StatusForbidden)
		return
	}
	switch r.URL.Path {
	case "/":
		t.page(w, nonce)
	case "/events":
		t.list(w, r)
	case "/export.jsonl":
		t.export(w, r, jsonLines{madeUp: t.madeUp})
	case "/export.csv":
		t.export(w, r, table{names: t.names, madeUp: t.madeUp})
	default:
		asset(w, r)
	}
}

// protect lets the page load what this program serves, and run scripts and styles that have the nonce, and nothing else.
func protect(h http.Header, nonce string) {
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; img-src data:; script-src 'nonce-"+nonce+
		"'; style-src 'nonce-"+nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
}

// fromHere reports whether a request is neither from another site, nor from one whose name resolves to this address.
func fromHere(r *http.Request) bool {
	host := (&url.URL{Host: r.Host}).Hostname() // r.Host has no port if that is 80
	site := r.Header.Get("Sec-Fetch-Site")
	return (host == "localhost" || net.ParseIP(host).IsLoopback()) && site != "cross-site" && site != "same-site"
}

// page writes the page, with the nonce and, where the records are made up, with the banner that says so.
func (t *trail) page(w http.ResponseWriter, nonce string) {
	text, err := files.ReadFile("web/index.html")
	if err != nil {
		http.Error(w, "no page", http.StatusInternalServerError)
		return
	}
	_, _ = strings.NewReplacer("NONCE", nonce, "DEMO", map[bool]string{false: "hidden"}[t.madeUp]).WriteString(w, string(text))
}

// asset writes one of the files that the page loads.
func asset(w http.ResponseWriter, r *http.Request) {
	kind := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}[path.Ext(r.URL.Path)]
	text, err := files.ReadFile("web" + path.Clean(r.URL.Path))
	if kind == "" || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(text) //nolint:gosec // it is one of the embedded files
}
