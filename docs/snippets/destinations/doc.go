// Package destinations is the code of docs/destinations.md, and tests what that document says wherever the destination, or
// something that reads the same files, runs here. collector/ has its configurations of the OpenTelemetry Collector.
package destinations
