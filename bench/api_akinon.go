package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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
		invent: (*population).akinon,
		option: func(base string) auditlogs.Option { return auditlogs.WithAkinon(base, token()) },
		list: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) listing {
			s, f := c.AuditEvents, auditlogs.AuditEventFilter{ListOptions: o}
			return listingOf(s.Pages(ctx, f), s.All(ctx, f), func(r auditlogs.AuditEvent) []byte { return r.Raw })
		},
		generated: wholeIn(func(e *akinonGenerated) int { return len(e.Results) }),
		values:    perItem[akinonRecord]("results"),
		keeping:   perItemKeeping[akinonRecord]("results"),
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

type akinonRecord struct {
	UUID        string         `json:"uuid"`
	Timestamp   time.Time      `json:"timestamp"`
	User        akinonUser     `json:"user"`
	ContentType int64          `json:"content_type"`
	ObjectID    int64          `json:"object_id"`
	RemoteAddr  string         `json:"remote_addr"`
	URL         string         `json:"url"`
	Content     jsontext.Value `json:"content"`
	Headers     jsontext.Value `json:"headers"`
	PostData    jsontext.Value `json:"post_data"`
	QueryParams jsontext.Value `json:"query_params"`
}

type akinonUser struct {
	ID        int64  `json:"id"`
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

// UnmarshalJSONFrom reads a user, of whom the API sends an object or only the ID.
func (u *akinonUser) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '0' {
		return json.UnmarshalDecode(dec, &u.ID)
	}
	type object akinonUser
	return json.UnmarshalDecode(dec, (*object)(u))
}
