package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

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
		option: func(base string) auditlogs.Option {
			return auditlogs.WithHuaweiEDS(base, auditlogtest.ProjectID, token())
		},
		read: func(ctx context.Context, c *auditlogs.Client, o auditlogs.ListOptions, v visitor) (int, error) {
			return eachPage(c.DataAssetLogs.Pages(ctx, auditlogs.DataAssetLogFilter{
				InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID, ListOptions: o,
			}), func(r *auditlogs.DataAssetLog) []byte { return r.Raw }, v)
		},
		generated: decodeIn(func(e *huaweiGenerated) int { return len(e.Data) }),
		values:    decodeIn(func(e *huaweiValues) int { return len(e.Data) }),
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

type huaweiValues struct {
	Data  []huaweiValue `json:"data"`
	Total int64         `json:"total"`
}

type huaweiValue struct {
	AuditLogID            string            `json:"audit_log_id"`
	ResourceID            string            `json:"resource_id"`
	ResourceName          string            `json:"resource_name"`
	CustomerUserID        string            `json:"customer_user_id"`
	CustomerUserName      string            `json:"customer_user_name"`
	CustomerConnectorID   string            `json:"customer_connector_id"`
	CustomerConnectorName string            `json:"customer_connector_name"`
	HappendTime           string            `json:"happend_time"`
	Action                string            `json:"action"`
	Description           map[string]string `json:"description"`
}
