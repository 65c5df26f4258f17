// Package sqlite is a [deliver.Sink] that keeps events in a SQLite database: one file, no server, no cgo.
//
// A batch and the place behind it are one transaction, synchronised to the disk before Commit returns. Any number of
// processes on one machine may share the file; a network file system is not safe, because SQLite's locks are not.
//
// All names in the database begin with auditlogs, so the file may be one that a program has anyway. The tables are plain,
// and the view auditlogs shows one row per event with the names of a log. The README of this folder describes them.
package sqlite
