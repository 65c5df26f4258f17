package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func akinon() *api {
	return &api{
		name: "Akinon", id: auditlogtest.Akinon, path: "audit-events/", largest: 1000,
		header: "Authorization", scheme: "Token ",
		query: func(page, size int) url.Values {
			return url.Values{"sort": {"-timestamp"}, "page": {text(page + 1)}, "limit": {text(size)}}
		},
		window: func(q url.Values, s setup) window {
			begin := rowAt(q.Get("timestamp__lt"), fraction, false)
			size := s.size(number(q, "limit", 50), 1000)
			return window{begin: begin, total: s.rows - begin, offset: (number(q, "page", 1) - 1) * size, size: size}
		},
		frame: func(_ http.Header, r *http.Request, w window) (head, tail string) {
			next := "null"
			if w.more() {
				next = quote(linkTo(r, "page", text(w.offset/w.size+2)))
			}
			return `{"results":[`, fmt.Sprintf(`],"count":%d,"next":%s,"previous":null}`, w.total, next)
		},
		record: recordForm{id: "uuid", time: "timestamp", layout: micros},
		option: func(base string) auditlogs.Option { return auditlogs.WithAkinon(base, token()) },
		read: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions, v visitor) (int, error) {
			return eachPage(c.AuditEvents.Pages(ctx, auditlogs.AuditEventFilter{ListOptions: o}), func(r *auditlogs.AuditEvent) []byte { return r.Raw }, v)
		},
		generated: decodeIn(func(e *akinonGenerated) int { return len(e.Results) }),
		values:    decodeIn(func(e *akinonValues) int { return len(e.Results) }),
	}
}

type akinonGenerated struct {
	Count    *int64                 `json:"count,omitempty"`
	Next     *string                `json:"next,omitempty"`
	Previous *string                `json:"previous,omitempty"`
	Results  []akinonGeneratedEvent `json:"results,omitempty"`
}

// akinonGeneratedEvent uses any for values that are free-form, or of several types.
type akinonGeneratedEvent struct {
	UUID        *string    `json:"uuid,omitempty"`
	Timestamp   *time.Time `json:"timestamp,omitempty"`
	User        any        `json:"user,omitempty"`
	ContentType *int64     `json:"content_type,omitempty"`
	ObjectID    *int64     `json:"object_id,omitempty"`
	RemoteAddr  *string    `json:"remote_addr,omitempty"`
	URL         *string    `json:"url,omitempty"`
	Content     any        `json:"content,omitempty"`
	Headers     any        `json:"headers,omitempty"`
	PostData    any        `json:"post_data,omitempty"`
	QueryParams any        `json:"query_params,omitempty"`
}

type akinonValues struct {
	Count    int64         `json:"count"`
	Next     string        `json:"next"`
	Previous string        `json:"previous"`
	Results  []akinonValue `json:"results"`
}

type akinonValue struct {
	UUID        string          `json:"uuid"`
	Timestamp   time.Time       `json:"timestamp"`
	User        json.RawMessage `json:"user"`
	ContentType int64           `json:"content_type"`
	ObjectID    int64           `json:"object_id"`
	RemoteAddr  string          `json:"remote_addr"`
	URL         string          `json:"url"`
	Content     json.RawMessage `json:"content"`
	Headers     json.RawMessage `json:"headers"`
	PostData    json.RawMessage `json:"post_data"`
	QueryParams json.RawMessage `json:"query_params"`
}
