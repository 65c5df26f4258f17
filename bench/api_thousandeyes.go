package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func thousandEyes() *api {
	return &api{
		name: "ThousandEyes", id: auditlogtest.ThousandEyes, path: "audit-user-events",
		header: "Authorization", scheme: "Bearer ",
		query: func(page, size int) url.Values {
			q := url.Values{"startDate": {"2000-01-01T00:00:00Z"}}
			if page > 0 { // where the next link of the previous page leads
				q.Set("cursor", text(page*size))
			}
			return q
		},
		window: func(q url.Values, s setup) window {
			begin := rowAt(q.Get("endDate"), 0, true)
			return window{begin: begin, total: s.rows - begin, offset: number(q, "cursor", 0), size: s.page}
		},
		frame: func(_ http.Header, r *http.Request, w window) (head, tail string) {
			links := `{"self":{"href":` + quote("http://"+r.Host+r.URL.RequestURI()) + `}`
			if w.more() {
				links += `,"next":{"href":` + quote(linkTo(r, "cursor", text(w.offset+w.size))) + `}`
			}
			return `{"auditEvents":[`, `],"_links":` + links + `}}`
		},
		record: recordForm{time: "date", layout: seconds},
		invent: (*population).thousandEyes,
		option: func(base string) auditlogs.Option { return auditlogs.WithThousandEyes(base, token()) },
		list: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) listing {
			o.PageSize = 0 // the server chooses
			s, f := c.UserEvents, auditlogs.UserEventFilter{ListOptions: o}
			return listingOf(s.Pages(ctx, f), s.All(ctx, f), func(r auditlogs.UserEvent) []byte { return r.Raw })
		},
		generated: wholeIn(func(e *thousandEyesGenerated) int { return len(e.AuditEvents) }),
		values:    perItem[thousandEyesRecord]("auditEvents"),
		keeping:   perItemKeeping[thousandEyesRecord]("auditEvents"),
	}
}

type thousandEyesGenerated struct {
	AuditEvents []thousandEyesGeneratedEvent       `json:"auditEvents,omitempty"`
	StartDate   *time.Time                         `json:"startDate,omitempty"`
	EndDate     *time.Time                         `json:"endDate,omitempty"`
	Links       *map[string]*thousandEyesGenerLink `json:"_links,omitempty"`
}

type thousandEyesGenerLink struct {
	Href *string `json:"href,omitempty"`
}

type thousandEyesGeneratedEvent struct {
	AID              *string                         `json:"aid,omitempty"`
	AccountGroupName *string                         `json:"accountGroupName,omitempty"`
	Date             *time.Time                      `json:"date,omitempty"`
	Event            *string                         `json:"event,omitempty"`
	IPAddress        *string                         `json:"ipAddress,omitempty"`
	UID              *string                         `json:"uid,omitempty"`
	User             *string                         `json:"user,omitempty"`
	Resources        []thousandEyesGeneratedResource `json:"resources,omitempty"`
}

type thousandEyesGeneratedResource struct {
	Type *string `json:"type,omitempty"`
	Name *string `json:"name,omitempty"`
}

type thousandEyesRecord struct {
	AID              string    `json:"aid"`
	AccountGroupName string    `json:"accountGroupName"`
	Date             time.Time `json:"date"`
	Event            string    `json:"event"`
	IPAddress        string    `json:"ipAddress"`
	UID              string    `json:"uid"`
	User             string    `json:"user"`
	Resources        []struct {
		Type string `json:"type"`
		Name string `json:"name"`
	} `json:"resources"`
}
