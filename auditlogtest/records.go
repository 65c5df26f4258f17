package auditlogtest

import auditlogs "github.com/auditlogs/auditlogs-go"

// AddDataAccessLogs stores rows of Waldur. As with the other services: a record without an id gets one, times are cut to
// what the service knows (here microseconds), and of equal times the record added last counts as the newer. Where Raw is
// set, it is served as it is; the other fields still decide on filter and order.
func (s *Server) AddDataAccessLogs(logs ...auditlogs.DataAccessLog) { s.dataAccessLogs.add(logs) }

// AddDataAssetLogs stores rows of Huawei's one connector; times are whole seconds. See AddDataAccessLogs.
func (s *Server) AddDataAssetLogs(logs ...auditlogs.DataAssetLog) { s.dataAssetLogs.add(logs) }

// AddAuditEvents stores rows of Akinon; times have microseconds. A user of whom only the id is known is served as that id.
// See AddDataAccessLogs.
func (s *Server) AddAuditEvents(events ...auditlogs.AuditEvent) { s.auditEvents.add(events) }

// AddPersonalDataLogs stores rows of Elastic Path; times have milliseconds. A record that names no resource gets
// ResourceType and ResourceID. See AddDataAccessLogs.
func (s *Server) AddPersonalDataLogs(logs ...auditlogs.PersonalDataLog) { s.personalDataLogs.add(logs) }

// AddUserEvents stores rows of ThousandEyes; times are whole seconds. An event that names no account group gets
// AccountGroupID; naming another makes the token's user a member of it. See AddDataAccessLogs.
func (s *Server) AddUserEvents(events ...auditlogs.UserEvent) { s.userEvents.add(events) }

// DataAccessLogs returns what Waldur has stored now, newest first.
func (s *Server) DataAccessLogs() []auditlogs.DataAccessLog { return s.dataAccessLogs.all() }

// DataAssetLogs returns what Huawei has stored now, newest first.
func (s *Server) DataAssetLogs() []auditlogs.DataAssetLog { return s.dataAssetLogs.all() }

// AuditEvents returns what Akinon has stored now, newest first.
func (s *Server) AuditEvents() []auditlogs.AuditEvent { return s.auditEvents.all() }

// PersonalDataLogs returns what Elastic Path has stored now, newest first.
func (s *Server) PersonalDataLogs() []auditlogs.PersonalDataLog { return s.personalDataLogs.all() }

// UserEvents returns what ThousandEyes has stored now, newest first.
func (s *Server) UserEvents() []auditlogs.UserEvent { return s.userEvents.all() }

// DeleteDataAccessLogs deletes the rows of Waldur for which del is true and returns how many. del must not call the server.
func (s *Server) DeleteDataAccessLogs(del func(auditlogs.DataAccessLog) bool) int {
	return s.dataAccessLogs.deleteFunc(del)
}

// DeleteDataAssetLogs deletes the rows of Huawei for which del is true and returns how many. del must not call the server.
func (s *Server) DeleteDataAssetLogs(del func(auditlogs.DataAssetLog) bool) int {
	return s.dataAssetLogs.deleteFunc(del)
}

// DeleteAuditEvents deletes the rows of Akinon for which del is true and returns how many. del must not call the server.
func (s *Server) DeleteAuditEvents(del func(auditlogs.AuditEvent) bool) int {
	return s.auditEvents.deleteFunc(del)
}

// DeletePersonalDataLogs deletes the rows of Elastic Path for which del is true and returns how many. del must not call
// the server.
func (s *Server) DeletePersonalDataLogs(del func(auditlogs.PersonalDataLog) bool) int {
	return s.personalDataLogs.deleteFunc(del)
}

// DeleteUserEvents deletes the rows of ThousandEyes for which del is true and returns how many. del must not call the server.
func (s *Server) DeleteUserEvents(del func(auditlogs.UserEvent) bool) int {
	return s.userEvents.deleteFunc(del)
}
