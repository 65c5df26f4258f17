package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

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

// framing is how an answer shows its end.
type framing string

const (
	byLength   framing = "by length"
	inChunks   framing = "in chunks"
	inFrames   framing = "in frames of HTTP/2"
	untilClose framing = "by the end of the connection"
)

// reply is an answer to a question, with its form.
type reply struct {
	status  int
	header  http.Header
	asked   *url.URL
	body    []byte // decompressed, without a byte order mark
	framing framing
	gzip    bool
	mark    bool
}

// maxRequests bounds the requests of questions to one API.
const maxRequests = 32

// prober sends the requests of questions to one API: GET, to the address of the client's own requests, with their credential.
// A refusal for the time being is repeated once. It is for one goroutine.
type prober struct {
	api  auditlogs.API
	wire *wire
	path func(string) string // of the client's request to that of the questions; nil: the same
	pace time.Duration       // before each request
	sent int
	got  []*reply // all answers
}

// get asks for a query, at the listing or, if elsewhere is set, at another path beside it.
func (p *prober) get(ctx context.Context, elsewhere string, query url.Values) (*reply, error) {
	r, err := p.send(ctx, elsewhere, query)
	if err == nil && (r.status == http.StatusTooManyRequests || r.status >= http.StatusInternalServerError) {
		if err := pause(ctx, r.retryAfter()); err != nil {
			return nil, err
		}
		r, err = p.send(ctx, elsewhere, query)
	}
	return r, err
}

// retryAfter is how long to wait before a repeat: what the server says, within bounds.
func (r *reply) retryAfter() time.Duration {
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	if err != nil {
		seconds = 1
	}
	return time.Duration(min(max(seconds, 0), 20)) * time.Second
}

func (p *prober) send(ctx context.Context, elsewhere string, query url.Values) (*reply, error) {
	req, err := p.request(ctx, elsewhere, query)
	if err != nil {
		return nil, err
	}
	if err := pause(ctx, p.pace); err != nil {
		return nil, err
	}
	p.sent++
	client := http.Client{
		Transport: p.wire.base, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errNoReply
	}
	defer func() { _ = resp.Body.Close() }()
	r, err := read(resp)
	if err != nil {
		return nil, errNoReply
	}
	p.got = append(p.got, r)
	return r, nil
}

// scarce is how many requests of an organization's budget are left to others.
const scarce = 30

func (p *prober) request(ctx context.Context, elsewhere string, query url.Values) (*http.Request, error) {
	like := p.wire.last(p.api)
	switch {
	case like == nil:
		return nil, errUnasked
	case like.Header.Get("X-Sdk-Date") != "":
		return nil, errSigned
	case p.sent >= maxRequests:
		return nil, errBudget
	}
	if n := len(p.got); n > 0 {
		left, err := strconv.Atoi(p.got[n-1].header.Get("X-Organization-Rate-Limit-Remaining"))
		if err == nil && left < scarce {
			return nil, errScarce
		}
	}
	target := *like.URL
	target.RawQuery = query.Encode()
	switch {
	case elsewhere != "":
		target.Path, target.RawPath = strings.TrimSuffix(target.Path, listings[p.api])+elsewhere, ""
	case p.path != nil:
		target.Path, target.RawPath = p.path(target.Path), ""
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, errUnasked
	}
	req.Header = maps.Clone(like.Header)
	req.Header.Set("Accept-Encoding", "gzip") // set here, it is not undone by net/http
	return req, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxBody bounds one answer, decompressed.
const maxBody = 32 << 20

func read(resp *http.Response) (*reply, error) {
	r := &reply{status: resp.StatusCode, header: resp.Header, asked: resp.Request.URL, framing: framingOf(resp)}
	var body io.Reader = resp.Body
	if r.gzip = resp.Header.Get("Content-Encoding") == "gzip"; r.gzip {
		plain, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, err
		}
		body = plain
	}
	text, err := io.ReadAll(io.LimitReader(body, maxBody))
	if err != nil {
		return nil, err
	}
	r.body, r.mark = bytes.CutPrefix(text, mark)
	return r, nil
}

func framingOf(resp *http.Response) framing {
	switch {
	case len(resp.TransferEncoding) > 0:
		return inChunks
	case resp.ContentLength >= 0:
		return byLength
	case resp.ProtoMajor >= 2:
		return inFrames
	default:
		return untilClose
	}
}
