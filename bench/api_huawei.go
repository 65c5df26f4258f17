package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

func huawei() *api {
	return &api{
		name: "Huawei EDS", id: auditlogtest.HuaweiEDS, largest: 999, header: "X-Auth-Token",
		path: "v1/" + auditlogtest.ProjectID + "/eds/instances/" + auditlogtest.InstanceID + "/connectors/" +
			auditlogtest.ConnectorID + "/audit-logs",
		query: func(page, size int) url.Values {
			return url.Values{"offset": {text(page * size)}, "limit": {text(size)}}
		},
		window: func(q url.Values, s setup) window {
			begin := rowAt(q.Get("end_time"), 0, true)
			return window{begin: begin, total: s.rows - begin, offset: number(q, "offset", 0), size: s.size(number(q, "limit", 10), 999)}
		},
		frame: func(_ http.Header, _ *http.Request, w window) (head, tail string) {
			return `{"data":[`, fmt.Sprintf(`],"total":%d}`, w.total)
		},
		record: recordForm{id: "audit_log_id", time: "happend_time", layout: seconds},
		invent: (*population).huawei,
		option: func(base string) auditlogs.Option {
			return auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, token())
		},
		list: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions) listing {
			s, f := c.DataAssetLogs, auditlogs.DataAssetLogFilter{
				InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID, ListOptions: o,
			}
			return listingOf(s.Pages(ctx, f), s.All(ctx, f), func(r auditlogs.DataAssetLog) []byte { return r.Raw })
		},
		generated: wholeIn(func(e *huaweiGenerated) int { return len(e.Data) }),
		values:    perItem[huaweiRecord]("data"),
		keeping:   perItemKeeping[huaweiRecord]("data"),
	}
}

type huaweiGenerated struct {
	Data  []huaweiGeneratedLog `json:"data,omitempty"`
	Total *int64               `json:"total,omitempty"`
}

// huaweiGeneratedLog has its time as a string, because no format is documented.
type huaweiGeneratedLog struct {
	AuditLogID            *string           `json:"audit_log_id,omitempty"`
	ResourceID            *string           `json:"resource_id,omitempty"`
	ResourceName          *string           `json:"resource_name,omitempty"`
	CustomerUserID        *string           `json:"customer_user_id,omitempty"`
	CustomerUserName      *string           `json:"customer_user_name,omitempty"`
	CustomerConnectorID   *string           `json:"customer_connector_id,omitempty"`
	CustomerConnectorName *string           `json:"customer_connector_name,omitempty"`
	HappendTime           *string           `json:"happend_time,omitempty"`
	Action                *string           `json:"action,omitempty"`
	Description           map[string]string `json:"description,omitempty"`
}

type huaweiRecord struct {
	AuditLogID            string            `json:"audit_log_id"`
	ResourceID            string            `json:"resource_id"`
	ResourceName          string            `json:"resource_name"`
	CustomerUserID        string            `json:"customer_user_id"`
	CustomerUserName      string            `json:"customer_user_name"`
	CustomerConnectorID   string            `json:"customer_connector_id"`
	CustomerConnectorName string            `json:"customer_connector_name"`
	HappendTime           time.Time         `json:"happend_time"`
	Action                string            `json:"action"`
	Description           map[string]string `json:"description"`
}
