// Package collectortest is a separate module that tests the receiver in a real Collector: a program that the Collector's builder
// makes of this checkout, with the storage extension and the exporters that users have. It is killed again and again, and
// what an OTLP server was given is compared with the logs that were read.
//
// It needs the Go module proxy, or what that gave earlier. The tests report if it is missing.
package collectortest
