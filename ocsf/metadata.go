package ocsf

import (
	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// product is what wrote the log.
type product struct {
	json string
	time string // the member of a record that is its time
}

func newProduct(name, vendor, log, time string) product {
	return product{`"product":{"name":"` + name + `","vendor_name":"` + vendor + `","feature":{"name":"` + log + `"}}`, time}
}

var products = map[auditlogs.API]product{
	auditlogs.APIWaldur:       newProduct("Waldur", "Waldur", "Data access logs", "timestamp"),
	auditlogs.APIHuaweiEDS:    newProduct("Exchange Data Space", "Huawei Cloud", "Audit logs", "happend_time"),
	auditlogs.APIAkinon:       newProduct("Akinon Commerce", "Akinon", "Audit events", "timestamp"),
	auditlogs.APIElasticPath:  newProduct("Elastic Path Commerce Cloud", "Elastic Path", "Personal data logs", "time"),
	auditlogs.APIThousandEyes: newProduct("ThousandEyes", "Cisco", "Audit user events", "date"),
}

// metadata writes which event of which log this is. Its uid is the same whenever the record is read again.
func (m *mapping) metadata(e *auditlogs.Event, p product) {
	m.out = append(m.out, `,"metadata":{"version":"`...)
	m.out = append(m.out, m.schema.version...)
	m.out = append(m.out, `","profiles":["datetime"`...)
	if m.host {
		m.out = append(m.out, `,"host"`...)
	}
	m.out = append(append(m.out, `],`...), p.json...)
	m.uid(e)
	if t := m.record.find(p.time); t != nil && t.placed && m.record.text[t.begin] == '"' {
		m.json("original_time", m.record.value(t))
	}
	m.text("event_code", e.Action)
	m.text("log_name", e.Source)
	m.text("tenant_uid", m.tenant)
	m.out = append(m.out, '}')
}

func (m *mapping) uid(e *auditlogs.Event) {
	m.out = append(m.out, `,"uid":"`...)
	m.out = append(wire.AppendInside(m.out, string(e.API)), '/')
	m.out = append(wire.AppendInside(m.out, e.ID), '"')
}
