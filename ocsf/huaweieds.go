package ocsf

import auditlogs "github.com/auditlogs/auditlogs-go"

var huaweiEDSLog = newProduct(auditlogs.APIHuaweiEDS, "Exchange Data Space", "Huawei Cloud", "Audit logs", "happend_time")

// huaweiEDS maps what was done with a data asset: of a file hosting service where that has the activity, and otherwise a change
// of an entity.
func (m *mapping) huaweiEDS(e *auditlogs.Event, l *auditlogs.DataAssetLog) {
	m.product = huaweiEDSLog
	m.record.place("audit_log_id", "action", "resource_id", "resource_name",
		"customer_user_id", "customer_user_name", "customer_connector_id", "customer_connector_name")
	hosting, ok := fileActivities[l.Action]
	if ok {
		m.head(e, &fileHosting, activity{id: hosting})
		m.file(e.Target)
	} else {
		m.head(e, &entityManagement, assetActivity(l.Action))
		m.entity(e.Target)
	}
	if e.Actor.Kind == "connector" {
		m.appActor(e.Actor)
	} else {
		m.actor(unspecific(e.Actor), "")
	}
	m.connector(l, ok)
}

// fileActivities are the actions that a file hosting service has, too.
var fileActivities = map[auditlogs.DataAssetAction]int{
	auditlogs.DataAssetView:     open,
	auditlogs.DataAssetDownload: download,
	auditlogs.DataAssetModify:   update,
	auditlogs.DataAssetDelete:   remove,
}

// assetActivity is every other action.
func assetActivity(action auditlogs.DataAssetAction) activity {
	if action == auditlogs.DataAssetNone {
		return activity{id: unknown}
	}
	return other(string(action))
}

// file writes a data asset. Whether that is a file or a folder, or neither, the log does not say.
func (m *mapping) file(of auditlogs.Target) {
	begin := m.open("file")
	if !m.text("name", of.Name) {
		m.textOr("name", of.ID, unknownName)
	}
	m.number("type_id", 0)
	m.text("type", "Unknown")
	m.text("uid", of.ID)
	m.close(begin)
}

// appActor writes an actor that is a connector, and no user.
func (m *mapping) appActor(who auditlogs.Actor) {
	begin := m.open("actor")
	if !m.anyText("app_name", who.Name, "app_uid", who.ID) {
		m.text("app_name", unknownName)
	}
	m.close(begin)
}

// connector writes through which connector somebody acted.
func (m *mapping) connector(l *auditlogs.DataAssetLog, required bool) {
	begin := m.open("src_endpoint")
	if !m.anyText("name", l.CustomerConnectorName, "uid", l.CustomerConnectorID) && required {
		m.text("name", unknownName)
	}
	m.close(begin)
}
