// Package conformance has tests only: what client and auditlogtest say to each other is checked against OpenAPI documents
// by a validator that was written elsewhere.
package conformance
