package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// wire is the client's transport. It notes where the client sends the requests of each API, and with which headers, so that a
// question can go there in the same way. Of answers it notes only the form of one to a login.
type wire struct {
	base http.RoundTripper

	mu       sync.Mutex
	requests map[auditlogs.API]*http.Request
	wrapped  string // how Elastic Path's login gave the token; "" if there was none
}

// listings are how the paths of the listings end.
var listings = map[auditlogs.API]string{
	auditlogs.APIWaldur: "/api/data-access-logs/", auditlogs.APIHuaweiEDS: "/audit-logs", auditlogs.APIAkinon: "/audit-events/",
	auditlogs.APIElasticPath: "/v2/personal-data/logs", auditlogs.APIThousandEyes: "/audit-user-events",
}

// RoundTrip sends a request of the client.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.note(req)
	resp, err := w.base.RoundTrip(req)
	if err == nil && req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/oauth/access_token") {
		w.noteLogin(resp)
	}
	return resp, err
}

// CloseIdleConnections lets the client begin anew after a time-out.
func (w *wire) CloseIdleConnections() { (&http.Client{Transport: w.base}).CloseIdleConnections() }

func (w *wire) note(req *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for api, path := range listings {
		if req.Method == http.MethodGet && strings.HasSuffix(req.URL.Path, path) {
			w.requests[api] = req.Clone(context.Background())
		}
	}
}

// noteLogin notes which member holds the token, and nothing else.
func (w *wire) noteLogin(resp *http.Response) {
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	var members map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(body, mark), &members) != nil || resp.StatusCode/100 != 2 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case members["access_token"] != nil:
		w.wrapped = "at the top level"
	case members["data"] != nil:
		w.wrapped = "within data"
	}
}

// failing gives the error that ended a body, or its end.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// last returns the last request that the client sent for a listing of the API.
func (w *wire) last(api auditlogs.API) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests[api]
}

func (w *wire) login() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wrapped
}

// mark is UTF-8's byte order mark.
var mark = []byte("\uFEFF")
