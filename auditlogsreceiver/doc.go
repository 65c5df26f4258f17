// Package auditlogsreceiver is a receiver for the OpenTelemetry Collector that reads the audit logs of Waldur, Huawei Cloud EDS,
// Akinon Commerce, Elastic Path and Cisco ThousandEyes, each of any number of tenants, and hands them on as logs.
//
// How far a source was read is kept in a storage extension, and moves only when the next component has taken a page. So no
// record is missed, and one that comes twice, such as after a crash in between, has the same log.record.uid.
package auditlogsreceiver

//go:generate go run go.opentelemetry.io/collector/cmd/mdatagen@v0.155.0 metadata.yaml
