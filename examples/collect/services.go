package main

import (
	"encoding/json"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

// The five services as sources. They differ in their filters.

func waldur(client *auditlogs.Client, set *settings) source {
	filter := func(at place) auditlogs.DataAccessLogFilter {
		return auditlogs.DataAccessLogFilter{Since: at.Since, Until: at.Until, ListOptions: set.list(at)}
	}
	raw := func(r auditlogs.DataAccessLog) json.RawMessage { return r.Raw }
	return newSource(auditlogs.APIWaldur, "waldur", set, client.DataAccessLogs, filter, raw)
}

func huaweiEDS(client *auditlogs.Client, set *settings) source {
	filter := func(at place) auditlogs.DataAssetLogFilter {
		return auditlogs.DataAssetLogFilter{
			InstanceID: set.edsInstance, ConnectorID: set.edsConnector,
			Since: at.Since, Until: at.Until, ListOptions: set.list(at),
		}
	}
	raw := func(r auditlogs.DataAssetLog) json.RawMessage { return r.Raw }
	name := "huawei-eds " + set.edsInstance + "/" + set.edsConnector
	return newSource(auditlogs.APIHuaweiEDS, name, set, client.DataAssetLogs, filter, raw)
}

func akinon(client *auditlogs.Client, set *settings) source {
	filter := func(at place) auditlogs.AuditEventFilter {
		return auditlogs.AuditEventFilter{Since: at.Since, Until: at.Until, ListOptions: set.list(at)}
	}
	raw := func(r auditlogs.AuditEvent) json.RawMessage { return r.Raw }
	return newSource(auditlogs.APIAkinon, "akinon", set, client.AuditEvents, filter, raw)
}

func elasticPath(client *auditlogs.Client, set *settings, of resource) source {
	filter := func(at place) auditlogs.PersonalDataLogFilter {
		return auditlogs.PersonalDataLogFilter{
			ResourceType: of.kind, ResourceID: of.id,
			Since: at.Since, Until: at.Until, ListOptions: set.list(at),
		}
	}
	raw := func(r auditlogs.PersonalDataLog) json.RawMessage { return r.Raw }
	return newSource(auditlogs.APIElasticPath, "elasticpath "+of.kind+":"+of.id, set, client.PersonalDataLogs, filter, raw)
}

func thousandEyes(client *auditlogs.Client, set *settings) source {
	filter := func(at place) auditlogs.UserEventFilter {
		list := set.list(at)
		list.PageSize = 0 // the server chooses
		return auditlogs.UserEventFilter{Since: at.Since, Until: at.Until, ListOptions: list}
	}
	raw := func(r auditlogs.UserEvent) json.RawMessage { return r.Raw }
	return newSource(auditlogs.APIThousandEyes, "thousandeyes", set, client.UserEvents, filter, raw)
}

func (s *settings) list(at place) auditlogs.ListOptions {
	return auditlogs.ListOptions{Cursor: at.Cursor, PageSize: s.pageSize, Prefetch: s.prefetch}
}
