// Package fleet reads the audit logs of many tenants on several machines, and keeps every record once in a stream of NATS
// JetStream. [Add] says what to read, and each [Run] is a worker: start as many as wanted, anywhere; they share the work
// without being told of one another. A worker that dies is replaced by the others.
//
// The events of a page and the place behind them are one atomic batch, which the server stores only if the place is still
// the one before it. That alone makes repeats impossible, whoever reads what at the same time. The queue of tasks only sees
// to it that no two workers do the same work, and that none is forgotten.
//
//	stream                   subjects                                  holds
//	AUDITLOGS                auditlogs.event.<tenant>.<api>.<name>     the events of a source, one or more a message
//	                         auditlogs.place.<tenant>.<api>.<name>     how far a source was read: its last message
//	AUDITLOGS_TASKS          auditlogs.task.<kind>.<tenant>.<api>.<name>    a [Spec]: what is to be read; a work queue
//	AUDITLOGS_STATE          auditlogs.state.<tenant>.<api>.<name>     how the last turn of a source went
//	                         auditlogs.budget.<credential>             until when the budget of a credential is used up
//
// In subjects, every byte of a name but letters, digits, "-" and "_" is written as "=" and two hexadecimal digits; a
// name that is empty is "=". A fleet has an account of NATS to itself.
//
// Events are read by [Events], by [Log] as a source for another store, or by any consumer of NATS. The README of this folder
// describes the messages, and docs/fleet.md of the repository how to run a fleet.
package fleet
