package logs

import (
	"encoding/json"
	"fmt"

	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/auditlogtest"
)

// All returns the five services.
func All() []Log { return []Log{waldur(), huaweiEDS(), akinon(), elasticPath(), thousandEyes()} }

func waldur() Log {
	type (
		T = auditlogs.DataAccessLog
		F = auditlogs.DataAccessLogFilter
	)
	return newLog(Log{API: auditlogtest.Waldur, Name: "Waldur", MaxPage: 300, Sized: true}, kind[T, F]{
		service: func(c *auditlogs.Client) service[T, F] { return c.DataAccessLogs },
		filter:  func(q Query) F { return F{Since: q.Since, ListOptions: q.ListOptions} },
		record: func(r Row) T {
			return T{
				UUID: uuid(r.Number), Timestamp: r.At, AccessorType: auditlogs.AccessorStaff,
				AccessedFields: []string{"email", "full_name"},
				User:           auditlogs.UserRef{UUID: uuid(1), Username: "jane", FullName: "Jane Doe"},
			}
		},
		id:     func(l T) string { return l.UUID },
		add:    (*auditlogtest.Server).AddDataAccessLogs,
		remove: (*auditlogtest.Server).DeleteDataAccessLogs,
	})
}

func huaweiEDS() Log {
	type (
		T = auditlogs.DataAssetLog
		F = auditlogs.DataAssetLogFilter
	)
	return newLog(Log{API: auditlogtest.HuaweiEDS, Name: "Huawei EDS", MaxPage: 999, Sized: true}, kind[T, F]{
		service: func(c *auditlogs.Client) service[T, F] { return c.DataAssetLogs },
		filter: func(q Query) F {
			return F{
				InstanceID: auditlogtest.InstanceID, ConnectorID: auditlogtest.ConnectorID,
				Since: q.Since, ListOptions: q.ListOptions,
			}
		},
		record: func(r Row) T {
			return T{AuditLogID: uuid(r.Number), HappenedTime: r.At, ResourceName: "orders", Action: auditlogs.DataAssetView}
		},
		id:     func(l T) string { return l.AuditLogID },
		add:    (*auditlogtest.Server).AddDataAssetLogs,
		remove: (*auditlogtest.Server).DeleteDataAssetLogs,
	})
}

func akinon() Log {
	type (
		T = auditlogs.AuditEvent
		F = auditlogs.AuditEventFilter
	)
	return newLog(Log{API: auditlogtest.Akinon, Name: "Akinon", MaxPage: 1000, Sized: true}, kind[T, F]{
		service: func(c *auditlogs.Client) service[T, F] { return c.AuditEvents },
		filter:  func(q Query) F { return F{Since: q.Since, ListOptions: q.ListOptions} },
		record: func(r Row) T {
			return T{UUID: dashed(r.Number), Timestamp: r.At, URL: "https://shop.example.org/orders/7/"}
		},
		id:     func(e T) string { return e.UUID },
		add:    (*auditlogtest.Server).AddAuditEvents,
		remove: (*auditlogtest.Server).DeleteAuditEvents,
	})
}

func elasticPath() Log {
	type (
		T = auditlogs.PersonalDataLog
		F = auditlogs.PersonalDataLogFilter
	)
	resource := func(id string) (kind, name string) {
		if id == "" {
			id = auditlogtest.ResourceID
		}
		return auditlogtest.ResourceType, id
	}
	return newLog(Log{API: auditlogtest.ElasticPath, Name: "Elastic Path", MaxPage: 100, Sized: true}, kind[T, F]{
		service: func(c *auditlogs.Client) service[T, F] { return c.PersonalDataLogs },
		filter: func(q Query) F {
			f := F{Since: q.Since, ListOptions: q.ListOptions}
			f.ResourceType, f.ResourceID = resource(q.Resource)
			return f
		},
		record: func(r Row) T {
			l := T{ID: dashed(r.Number), Time: r.At, EventType: "UPDATE", Delta: json.RawMessage(`{"email":"jane@example.org"}`)}
			l.ResourceType, l.ResourceID = resource(r.Resource)
			return l
		},
		id:     func(l T) string { return l.ID },
		add:    (*auditlogtest.Server).AddPersonalDataLogs,
		remove: (*auditlogtest.Server).DeletePersonalDataLogs,
	})
}

func thousandEyes() Log {
	type (
		T = auditlogs.UserEvent
		F = auditlogs.UserEventFilter
	)
	return newLog(Log{API: auditlogtest.ThousandEyes, Name: "ThousandEyes", MaxPage: 100}, kind[T, F]{
		service: func(c *auditlogs.Client) service[T, F] { return c.UserEvents },
		filter:  func(q Query) F { return F{Since: q.Since, ListOptions: q.ListOptions} },
		record: func(r Row) T {
			return T{Date: r.At, Event: "Report created.", IPAddress: "192.0.2.1", User: fmt.Sprintf("user %0*x", digits, r.Number)}
		},
		id:     func(e T) string { return e.User },
		add:    (*auditlogtest.Server).AddUserEvents,
		remove: (*auditlogtest.Server).DeleteUserEvents,
	})
}
