// Package interop is a separate module that tests the client together with programs written by others. In
// elasticpathjs, the vendor's JavaScript client reads from package auditlogtest what the Go client reads. In huaweijs, the
// vendor's signer signs what the Go client signs, and the vendor's client is verified by package auditlogtest. In django,
// the Go client reads from a real Django REST framework. Each needs programs from outside Go, and reports if they are
// missing.
package interop
