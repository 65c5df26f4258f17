// Package auditlogsreceiver is a receiver for the OpenTelemetry Collector that reads the audit logs of Waldur, Huawei Cloud EDS,
// Akinon Commerce, Elastic Path and Cisco ThousandEyes, each of any number of tenants, and hands them on as logs.
//
// How far a source was read is kept in a storage extension, and moves only when the next component has taken a batch. So no
// record is missed, and only a crash in between repeats some, with the same log.record.uid.
package auditlogsreceiver

//go:generate go run go.opentelemetry.io/collector/cmd/mdatagen@v0.155.0 metadata.yaml
