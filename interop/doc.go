// Package interop is a module of its own that lets the client meet programs that others wrote: in elasticpathjs the
// vendor's JavaScript client reads from package auditlogtest what the Go client reads, and in django the Go client reads
// from a real Django REST framework. Each needs programs from outside Go, and says so where they are missing.
package interop
