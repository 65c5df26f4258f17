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
		option: func(base string) auditlogs.Option { return auditlogs.WithWaldur(base, token()) },
		read: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions, v visitor) (int, error) {
			return eachPage(c.DataAccessLogs.Pages(ctx, auditlogs.DataAccessLogFilter{ListOptions: o}), func(r *auditlogs.DataAccessLog) []byte { return r.Raw }, v)
		},
		generated: decodeArray[waldurGenerated],
		values:    decodeArray[waldurValue],
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

type waldurValue struct {
	UUID           string          `json:"uuid"`
	Timestamp      time.Time       `json:"timestamp"`
	AccessorType   string          `json:"accessor_type"`
	AccessedFields []string        `json:"accessed_fields"`
	User           waldurUser      `json:"user"`
	Accessor       waldurUser      `json:"accessor"`
	IPAddress      string          `json:"ip_address"`
	Context        json.RawMessage `json:"context"`
}

type waldurUser struct {
	UUID     string `json:"uuid"`
	Username string `json:"username"`
	FullName string `json:"full_name"`
}
