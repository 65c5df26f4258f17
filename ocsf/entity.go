package ocsf

import auditlogs "github.com/auditlogs/auditlogs-go"

const userEntity = 2 // managed_entity.type_id of a user

// entity writes what was acted upon. Its type is the API's own word.
func (m *mapping) entity(of auditlogs.Target) {
	begin := m.open("entity")
	m.identity(of.Name, of.ID)
	if of.Type != "" {
		m.number("type_id", otherID)
		m.textOr("type", of.Type, "Other")
	}
	m.close(begin)
}

// identity writes a name and an ID, of which the schema requires one.
func (m *mapping) identity(name, id string) {
	if !m.anyText("name", name, "uid", id) {
		m.text("name", unknownName)
	}
}
