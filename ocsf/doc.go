// Package ocsf writes events of audit logs in the form of the Open Cybersecurity Schema Framework, which security lakes and
// SIEMs know: [Map] makes one OCSF event of one [auditlogs.Event].
//
// What becomes of each field of the five records is one table, docs/ocsf.md of the repository, with what of that is inferred.
// Nothing is invented: where the schema requires what a log does not say, the event has the schema's own word for that, Unknown
// or Other. Nothing is lost: what has no place in the schema is kept under "unmapped", and "raw_data" is the record as it came.
//
// Schema: https://schema.ocsf.io, versions 1.8.0 and 1.3.0.
package ocsf
