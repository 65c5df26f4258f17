// Package conformance contains only tests. They check what client and auditlogtest send to each other against OpenAPI
// documents, with a validator written by others.
package conformance
