package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// kind is how the API of a tenant behaves. It is the first word of its address.
type kind string

const (
	healthy kind = "log"
	distant kind = "distant" // answers after 20 ms
	hanging kind = "hanging" // accepts, and never answers
	refused kind = "refused" // answers 401
)

// latency is how far away distant APIs are.
const latency = 20 * time.Millisecond

// address returns the base URL of a tenant's API.
func address(server string, k kind, h history) string {
	return "http://" + server + "/" + string(k) + "/" + h.path()
}

// apis serves the logs of all tenants, in the form of Akinon's audit events.
type apis struct {
	requests atomic.Int64
	now      func() time.Time
}

// listen serves at a free port until ctx ends.
func (a *apis) listen(ctx context.Context) (address string, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: a, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return ctx }}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	go func() { _ = s.Serve(l) }()
	return l.Addr().String(), nil
}

func (a *apis) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.requests.Add(1)
	how, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	h, err := readHistory(strings.TrimSuffix(rest, "/audit-events/"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	switch kind(how) {
	case hanging:
		<-r.Context().Done()
		return
	case refused:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"detail":"Invalid token."}`))
		return
	case distant:
		time.Sleep(latency)
	case healthy:
	default:
		http.NotFound(w, r)
		return
	}
	text, err := a.page(h, r)
	if err != nil {
		http.Error(w, `{"detail":"Bad request."}`, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) //nolint:gosec // G705: it is JSON, and says so
}

// page returns one page of the records that are visible now.
func (a *apis) page(h history, r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	low, high, err := bounds(q.Get("timestamp__gte"), q.Get("timestamp__lt"), a.now())
	if err != nil {
		return nil, err
	}
	page, _ := strconv.Atoi(q.Get("page"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	rows := window{first: h.before(low), end: h.before(high), newestFirst: q.Get("sort") != "timestamp"}
	from, to := rows.page(max(page, 1), min(max(limit, 1), 1000))
	text := make([]byte, 0, 256+512*(to-from))
	text = fmt.Appendf(text, `{"count":%d,"next":`, rows.count())
	if to < rows.count() {
		next := *r.URL
		q.Set("page", strconv.Itoa(max(page, 1)+1))
		next.RawQuery = q.Encode()
		text = fmt.Appendf(text, "%q", "http://"+r.Host+next.RequestURI())
	} else {
		text = append(text, "null"...)
	}
	text = append(text, `,"previous":null,"results":[`...)
	for i := from; i < to; i++ {
		if i > from {
			text = append(text, ',')
		}
		text = h.appendRecord(text, rows.record(i))
	}
	return append(text, "]}"...), nil
}

// bounds reads the range of a request, which ends now at the latest.
func bounds(gte, lt string, now time.Time) (low, high time.Time, err error) {
	high = now
	if gte != "" {
		if low, err = time.Parse(time.RFC3339Nano, gte); err != nil {
			return low, high, err
		}
	}
	if lt != "" {
		t, err := time.Parse(time.RFC3339Nano, lt)
		if err != nil {
			return low, high, err
		}
		if t.Before(high) {
			high = t
		}
	}
	return low, high, nil
}

// window is a range of records, and the order in which they are listed.
type window struct {
	first, end  int // of the records
	newestFirst bool
}

func (w window) count() int { return max(0, w.end-w.first) }

// page returns which rows of the listing are on a page.
func (w window) page(page, limit int) (from, to int) {
	from = min((page-1)*limit, w.count())
	return from, min(from+limit, w.count())
}

// record returns which record is in a row of the listing.
func (w window) record(row int) int {
	if w.newestFirst {
		return w.end - 1 - row
	}
	return w.first + row
}
