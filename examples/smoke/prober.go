package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

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
	next []link   // the links to next pages among them
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

// page asks for a page of the listing.
func (p *prober) page(ctx context.Context, query url.Values) (page, error) {
	r, err := p.get(ctx, "", query)
	if err != nil {
		return page{}, err
	}
	got, err := parsePage(p.api, r)
	r.body = nil // only its form counts from now on
	if got.next.leads() {
		p.next = append(p.next, got.next)
	}
	return got, err
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
