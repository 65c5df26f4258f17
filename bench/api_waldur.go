package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func waldur() *api {
	return &api{
		name: "Waldur", id: auditlogtest.Waldur, path: "api/data-access-logs/", largest: 300,
		header: "Authorization", scheme: "Token ",
		query: func(page, size int) url.Values {
			return url.Values{"o": {"-timestamp"}, "page": {text(page + 1)}, "page_size": {text(size)}}
		},
		window: func(q url.Values, s setup) window {
			size := s.size(number(q, "page_size", 10), 300)
			return window{total: s.rows, offset: (number(q, "page", 1) - 1) * size, size: size}
		},
		frame: func(h http.Header, r *http.Request, w window) (head, tail string) {
			h.Set("X-Result-Count", text(w.total))
			page := w.offset/w.size + 1
			link := fmt.Sprintf(`<%s>; rel="first"`, linkTo(r, "page", "1"))
			if w.more() {
				link += fmt.Sprintf(`, <%s>; rel="next"`, linkTo(r, "page", text(page+1)))
			}
			h.Set("Link", link+fmt.Sprintf(`, <%s>; rel="last"`, linkTo(r, "page", text((w.total+w.size-1)/w.size))))
			return "[", "]"
		},
		record: recordForm{id: "uuid", time: "timestamp", layout: micros},
		invent: (*population).waldur,
		option: func(base string) auditlogs.Option { return auditlogs.WithWaldur(base, token()) },
		list: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) listing {
			s, f := c.DataAccessLogs, auditlogs.DataAccessLogFilter{ListOptions: o}
			return listingOf(s.Pages(ctx, f), s.All(ctx, f), func(r auditlogs.DataAccessLog) []byte { return r.Raw })
		},
		generated: wholeArray[waldurGenerated],
		values:    perItem[waldurRecord](""),
		keeping:   perItemKeeping[waldurRecord](""),
	}
}

type waldurGenerated struct {
	UUID           *string              `json:"uuid,omitempty"`
	Timestamp      *time.Time           `json:"timestamp,omitempty"`
	AccessorType   *string              `json:"accessor_type,omitempty"`
	AccessedFields []string             `json:"accessed_fields,omitempty"`
	User           *waldurGeneratedUser `json:"user,omitempty"`
	Accessor       *waldurGeneratedUser `json:"accessor,omitempty"`
	IPAddress      *string              `json:"ip_address,omitempty"`
	Context        map[string]any       `json:"context,omitempty"`
}

type waldurGeneratedUser struct {
	UUID     *string `json:"uuid,omitempty"`
	Username *string `json:"username,omitempty"`
	FullName *string `json:"full_name,omitempty"`
}

type waldurRecord struct {
	UUID           string         `json:"uuid"`
	Timestamp      time.Time      `json:"timestamp"`
	AccessorType   string         `json:"accessor_type"`
	AccessedFields []string       `json:"accessed_fields"`
	User           waldurUser     `json:"user"`
	Accessor       waldurUser     `json:"accessor"`
	IPAddress      string         `json:"ip_address"`
	Context        jsontext.Value `json:"context"`
}

type waldurUser struct {
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	FullName string `json:"full_name"`
}
