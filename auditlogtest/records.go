package auditlogtest

import auditlogs "github.com/auditlogs/auditlogs-go"

// AddDataAccessLogs stores records of Waldur. As for the other services, a record without an id gets one, times are
// truncated to the precision of the service (here microseconds), and among equal times the record added last counts as
// the newest. If Raw is set, it is served unchanged; filters and order still use the other fields.
func (s *Server) AddDataAccessLogs(logs ...auditlogs.DataAccessLog) { s.dataAccessLogs.add(logs) }

// AddDataAssetLogs stores records of the Huawei connector ConnectorID. Times have whole seconds. See AddDataAccessLogs and,
// for other connectors, AddConnectorLogs.
func (s *Server) AddDataAssetLogs(logs ...auditlogs.DataAssetLog) { s.dataAssetLogs.add(logs) }

// AddAuditEvents stores records of Akinon. Times have microseconds. If only the id of a user is known, the user is
// served as that id. See AddDataAccessLogs.
func (s *Server) AddAuditEvents(events ...auditlogs.AuditEvent) { s.auditEvents.add(events) }

// AddPersonalDataLogs stores records of Elastic Path. Times have milliseconds. A record that names no resource gets
// ResourceType and ResourceID. See AddDataAccessLogs.
func (s *Server) AddPersonalDataLogs(logs ...auditlogs.PersonalDataLog) { s.personalDataLogs.add(logs) }

// AddUserEvents stores records of ThousandEyes. Times have whole seconds. An event that names no account group gets
// AccountGroupID. If an event names another group, the token's user becomes a member of it. See AddDataAccessLogs.
func (s *Server) AddUserEvents(events ...auditlogs.UserEvent) { s.userEvents.add(events) }

// DataAccessLogs returns the stored records of Waldur, newest first.
func (s *Server) DataAccessLogs() []auditlogs.DataAccessLog { return s.dataAccessLogs.all() }

// DataAssetLogs returns the stored records of the Huawei connector ConnectorID, newest first.
func (s *Server) DataAssetLogs() []auditlogs.DataAssetLog { return s.dataAssetLogs.all() }

// AuditEvents returns the stored records of Akinon, newest first.
func (s *Server) AuditEvents() []auditlogs.AuditEvent { return s.auditEvents.all() }

// PersonalDataLogs returns the stored records of Elastic Path, newest first.
func (s *Server) PersonalDataLogs() []auditlogs.PersonalDataLog { return s.personalDataLogs.all() }

// UserEvents returns the stored records of ThousandEyes, newest first.
func (s *Server) UserEvents() []auditlogs.UserEvent { return s.userEvents.all() }

// DeleteDataAccessLogs deletes the records of Waldur for which del returns true, and returns their number. del must not
// call the server.
func (s *Server) DeleteDataAccessLogs(del func(auditlogs.DataAccessLog) bool) int {
	return s.dataAccessLogs.deleteFunc(del)
}

// DeleteDataAssetLogs deletes the records of the Huawei connector ConnectorID for which del returns true, and returns their
// number. del must not call the server.
func (s *Server) DeleteDataAssetLogs(del func(auditlogs.DataAssetLog) bool) int {
	return s.dataAssetLogs.deleteFunc(del)
}

// DeleteAuditEvents deletes the records of Akinon for which del returns true, and returns their number. del must not
// call the server.
func (s *Server) DeleteAuditEvents(del func(auditlogs.AuditEvent) bool) int {
	return s.auditEvents.deleteFunc(del)
}

// DeletePersonalDataLogs deletes the records of Elastic Path for which del returns true, and returns their number. del
// must not call the server.
func (s *Server) DeletePersonalDataLogs(del func(auditlogs.PersonalDataLog) bool) int {
	return s.personalDataLogs.deleteFunc(del)
}

// DeleteUserEvents deletes the records of ThousandEyes for which del returns true, and returns their number. del must
// not call the server.
func (s *Server) DeleteUserEvents(del func(auditlogs.UserEvent) bool) int {
	return s.userEvents.deleteFunc(del)
}
