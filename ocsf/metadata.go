package ocsf

import (
	auditlogs "github.com/auditlogs/auditlogs-go"
	"github.com/auditlogs/auditlogs-go/internal/wire"
)

// product is what wrote the log. It follows from the record, because an event that a caller made may name another API, or none.
type product struct {
	json   string
	origin string // what every metadata.uid begins with
	time   string // the member of a record that is its time
}

func newProduct(api auditlogs.API, name, vendor, log, time string) *product {
	return &product{
		json:   `"product":{"name":"` + name + `","vendor_name":"` + vendor + `","feature":{"name":"` + log + `"}}`,
		origin: string(api) + "/",
		time:   time,
	}
}

// metadata writes which event of which log this is.
func (m *mapping) metadata(e *auditlogs.Event) {
	m.out = append(m.out, `,"metadata":{"version":"`...)
	m.out = append(m.out, m.schema.version...)
	m.out = append(m.out, `","profiles":["datetime"`...)
	if m.host {
		m.out = append(m.out, `,"host"`...)
	}
	m.out = append(append(m.out, `],`...), m.product.json...)
	m.uid(e.ID)
	m.originalTime()
	m.text("event_code", e.Action)
	m.text("log_name", e.Source)
	m.text("tenant_uid", m.tenant)
	m.out = append(m.out, '}')
}

// uid writes what is the same whenever the record is read again.
func (m *mapping) uid(id string) {
	if !m.schema.fits(len(m.product.origin) + len(id)) {
		return
	}
	m.name("uid")
	m.out = append(append(m.out, '"'), m.product.origin...)
	m.out = append(wire.AppendInside(m.out, id), '"')
}

// originalTime writes the time as it came, if it came as a text. Any other stays unmapped.
func (m *mapping) originalTime() {
	t := m.record.find(m.product.time)
	if t == nil {
		return
	}
	if value := m.record.value(t); isText(value) && m.schema.fits(len(value)) {
		m.json("original_time", value)
		t.placed = true
	}
}
