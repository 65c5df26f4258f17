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

func elasticPath() *api {
	filter := "eq(resource_type," + auditlogtest.ResourceType + "):eq(resource_id," + auditlogtest.ResourceID + ")"
	return &api{
		name: "Elastic Path", id: auditlogtest.ElasticPath, path: "v2/personal-data/logs", largest: 100, most: 10_000,
		header: "Authorization", scheme: "Bearer ",
		query: func(page, size int) url.Values {
			return url.Values{"filter": {filter}, "page[offset]": {text(page * size)}, "page[limit]": {text(size)}}
		},
		window: func(q url.Values, s setup) window {
			return window{total: s.rows, offset: number(q, "page[offset]", 0), size: s.size(number(q, "page[limit]", 25), 100)}
		},
		frame: func(_ http.Header, _ *http.Request, w window) (head, tail string) {
			return `{"data":[`, fmt.Sprintf(
				`],"meta":{"results":{"total":%d},"page":{"limit":%d,"offset":%d,"current":%d,"total":%d}},"links":{"next":null}}`,
				w.total, w.size, w.offset, w.offset/w.size+1, (w.total+w.size-1)/w.size)
		},
		record: recordForm{id: "id", time: "time", layout: millis},
		invent: (*population).elasticPath,
		option: func(base string) auditlogs.Option { return auditlogs.WithElasticPath(base, token()) },
		list: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) listing {
			s, f := c.PersonalDataLogs, auditlogs.PersonalDataLogFilter{
				ResourceType: auditlogtest.ResourceType, ResourceID: auditlogtest.ResourceID, ListOptions: o,
			}
			return listingOf(s.Pages(ctx, f), s.All(ctx, f), func(r auditlogs.PersonalDataLog) []byte { return r.Raw })
		},
		generated: wholeIn(func(e *elasticPathGenerated) int { return len(e.Data) }),
		values:    perItem[elasticPathRecord]("data"),
		keeping:   perItemKeeping[elasticPathRecord]("data"),
	}
}

type elasticPathGenerated struct {
	Data  []elasticPathGeneratedLog    `json:"data,omitempty"`
	Meta  map[string]map[string]*int64 `json:"meta,omitempty"`
	Links map[string]*string           `json:"links,omitempty"`
}

type elasticPathGeneratedLog struct {
	ID            *string        `json:"id,omitempty"`
	StoreID       *string        `json:"store_id,omitempty"`
	Type          *string        `json:"type,omitempty"`
	Initiator     map[string]any `json:"initiator,omitempty"`
	Time          *time.Time     `json:"time,omitempty"`
	EventType     *string        `json:"event_type,omitempty"`
	Delta         map[string]any `json:"delta,omitempty"`
	ResourceID    *string        `json:"resource_id,omitempty"`
	ResourceType  *string        `json:"resource_type,omitempty"`
	Relationships *struct {
		ResourcePath *struct {
			URL *string `json:"url,omitempty"`
		} `json:"resource_path,omitempty"`
	} `json:"relationships,omitempty"`
}

type elasticPathRecord struct {
	ID            string               `json:"id"`
	StoreID       string               `json:"store_id"`
	Type          string               `json:"type"`
	Initiator     elasticPathInitiator `json:"initiator"`
	Time          time.Time            `json:"time"`
	EventType     string               `json:"event_type"`
	Delta         jsontext.Value       `json:"delta"`
	ResourceID    string               `json:"resource_id"`
	ResourceType  string               `json:"resource_type"`
	Relationships struct {
		ResourcePath struct {
			URL string `json:"url"`
		} `json:"resource_path"`
	} `json:"relationships"`
}

type elasticPathInitiator struct {
	TokenEmail   string `json:"access-token-email"`
	TokenID      string `json:"access-token-id"`
	TokenName    string `json:"access-token-name"`
	TokenStoreID string `json:"access-token-store-id"`
	TokenType    string `json:"access-token-type"`
}
