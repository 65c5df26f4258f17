package ocsf

import (
	"strings"

	auditlogs "github.com/auditlogs/auditlogs-go"
)

var elasticPathLog = newProduct(auditlogs.APIElasticPath, "Elastic Path Commerce Cloud", "Elastic Path", "Personal data logs", "time")

// elasticPath maps a change of somebody's personal data. The delta, which is what changed, has no place in the schema.
func (m *mapping) elasticPath(e *auditlogs.Event, l *auditlogs.PersonalDataLog) {
	m.product = elasticPathLog
	m.head(e, &entityManagement, changeOf(l.EventType))
	m.record.place("id", "store_id", "event_type", "resource_id", "resource_type")
	m.tenant = l.StoreID
	initiator := m.within(&m.record, "initiator")
	initiator.place("access-token-id", "access-token-name", "access-token-type")
	if m.actor(e.Actor, "") {
		initiator.place("access-token-email")
	}
	m.entity(e.Target)
}

// changeOf is the last word of an event type, such as "created" of "customer.event.created".
func changeOf(eventType string) activity {
	switch _, verb, _ := strings.Cut(eventType, ".event."); verb {
	case "created":
		return activity{id: create}
	case "updated":
		return activity{id: update}
	case "deleted":
		return activity{id: remove}
	default:
		return other(eventType)
	}
}
